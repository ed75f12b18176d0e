"""Determination, lock and budget, pressed by two at once: no version twice, no fen over the ceiling."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from budgets.models import Budget, BudgetEntry
from budgets.services import budget as budgets
from budgets.services.lock import lock
from budgets.states import BudgetStage, EntryKind
from common.models import AuditEvent
from projects.models import Project
from reviews.models import AnnualList, ComponentFunding, Determination, ListVersion
from reviews.services import acts
from reviews.services.determination import determine
from reviews.services.plan import plan
from tests import scenes
from tests.factories import RoundFactory
from tests.races.racing import assert_clean, one_wins, race
from tests.scenes import keep, module

pytestmark = pytest.mark.django_db(transaction=True)


def people(scene):
    return scene.place.people


def test_a_double_click_on_lock_makes_one_version():
    scene = scenes.determined()
    one_wins(
        lambda: lock(scene.list, by=people(scene).head),
        sentence="Nothing has changed since the last version.",
        action="list.locked",
    )
    assert ListVersion.objects.get().number == 1
    assert sum(BudgetEntry.objects.values_list("amount", flat=True)) == 265


def test_two_batches_locked_at_once_keep_to_one_ceiling():
    scene = scenes.determined(ceiling=300)
    head, year = people(scene).head, scene.place.round.year
    batch = RoundFactory(jurisdiction=scene.place.jurisdiction, year=year, batch=2)
    later = scenes.application(SimpleNamespace(**vars(scene.place) | {"round": batch}), "transport", 50)
    scenes.decide(scene.place, keep(module(later)))
    second_list = determine(batch, [later], by=head)
    one_wins(
        lambda: lock(scene.list, by=head),
        lambda: lock(second_list, by=head),
        sentence="This year's 50.00 exceed the 35.00 left under the ceiling.",
        action="list.locked",
    )


def adjustment(scene):
    """A proposal over what is determined already: the police's module is cut."""
    act = plan("核减", [keep(module(scene.police_application), 150)], by=people(scene).li)
    return acts.propose(act, by=people(scene).li)


def test_a_list_is_not_locked_over_a_decision_that_changes_meanwhile():
    scene = scenes.determined()
    act = adjustment(scene)
    first, second = race(
        lambda: acts.confirm(act, by=people(scene).wang), lambda: lock(scene.list, by=people(scene).head)
    )
    assert first.won
    assert "stand in the way of the lock" in str(second.refusal)
    assert not ListVersion.objects.exists()
    assert_clean()


def test_a_decision_that_comes_while_the_list_is_locked_is_an_adjustment():
    scene = scenes.determined()
    act = adjustment(scene)
    first, second = race(
        lambda: lock(scene.list, by=people(scene).head), lambda: acts.confirm(act, by=people(scene).wang)
    )
    assert first.won and second.won
    assert sum(BudgetEntry.objects.values_list("amount", flat=True)) == 265, "the budget stays with the locked version"
    assert AnnualList.objects.get().is_stale
    assert AuditEvent.objects.filter(action="list.locked").count() == 1
    assert_clean()


def test_what_is_undone_while_it_is_determined_leaves_a_stale_list():
    scene = scenes.decided()
    both = [scene.health_application, scene.police_application]
    acts.ask_undo(scene.act, by=people(scene).li)
    first, second = race(
        lambda: determine(scene.place.round, both, by=people(scene).head),
        lambda: acts.undo(scene.act, by=people(scene).wang),
    )
    assert first.won and second.won
    assert AnnualList.objects.get().is_stale
    assert_clean()


def test_what_is_determined_while_it_is_undone_is_refused():
    scene = scenes.decided()
    both = [scene.health_application, scene.police_application]
    acts.ask_undo(scene.act, by=people(scene).li)
    one_wins(
        lambda: acts.undo(scene.act, by=people(scene).wang),
        lambda: determine(scene.place.round, both, by=people(scene).head),
        sentence="These lines stand in the way:",
        action="act.undone",
    )
    assert not Determination.objects.exists() and not Project.objects.exists()


def test_determining_twice_builds_the_projects_once():
    scene = scenes.decided()
    both = [scene.health_application, scene.police_application]
    first, second = race(
        lambda: determine(scene.place.round, both, by=people(scene).head),
        lambda: determine(scene.place.round, both, by=people(scene).head),
    )
    assert first.won and second.won, "determination may be repeated"
    assert Project.objects.count() == 2 and ComponentFunding.objects.count() == 2
    assert_clean()


def controlled():
    scene = scenes.locked()
    scene.budget = budgets.control(scene.budget, Decimal(265), by=people(scene).finance)
    return scene


def test_a_control_figure_that_comes_during_the_reply_is_late():
    scene = controlled()
    one_wins(
        lambda: budgets.reply(scene.budget, by=people(scene).finance, number="江财〔2027〕9号"),
        lambda: budgets.control(scene.budget, Decimal(100), by=people(scene).finance),
        sentence="The budget is replied already.",
        action="budget.replied",
    )
    assert Budget.objects.get(pk=scene.budget.pk).ceiling == 265


def test_a_reply_to_a_figure_that_is_lowered_meanwhile_is_refused():
    scene = controlled()
    first, second = race(
        lambda: budgets.control(scene.budget, Decimal(100), by=people(scene).finance),
        lambda: budgets.reply(scene.budget, by=people(scene).finance),
    )
    assert first.won
    assert "The lists ask for 165.00 more than the control figure" in str(second.refusal)
    assert Budget.objects.get(pk=scene.budget.pk).stage == BudgetStage.CONTROL
    assert_clean()


def test_a_list_version_that_comes_during_the_reply_keeps_to_the_figure():
    scene = controlled()
    act = scenes.decide(scene.place, keep(module(scene.police_application), 150))
    determine(scene.place.round, [], by=people(scene).head)
    assert act.is_standing
    first, second = race(
        lambda: lock(scene.list, by=people(scene).head),
        lambda: budgets.reply(scene.budget, by=people(scene).finance),
    )
    assert first.won and second.won
    assert AuditEvent.objects.get(action="budget.replied").details["asked"] == "215.00", "what the new version asks"
    assert_clean()


def replied():
    scene = controlled()
    budgets.reply(scene.budget, by=people(scene).finance)
    return scene


def test_money_is_carried_over_once():
    scene = replied()
    police = Project.objects.get(application=scene.police_application)
    one_wins(
        lambda: budgets.carry_over(scene.budget, police, Decimal(200), by=people(scene).head),
        sentence="More than the project has this year.",
        action="budget.carried_over",
    )
    moved = BudgetEntry.objects.filter(kind=EntryKind.CARRY_OVER)
    assert sorted(moved.values_list("amount", flat=True)) == [-200, 200]


def test_a_year_is_closed_once():
    scene = scenes.determined()
    determine(scene.place.round, [scene.health_application], by=people(scene).head, reserve={health_code(scene)})
    lapsed = race(
        lambda: budgets.close_year(scene.place.jurisdiction, scene.place.round.year, by=None),
        lambda: budgets.close_year(scene.place.jurisdiction, scene.place.round.year, by=None),
    )
    assert [told.result for told in lapsed] == [1, 0]
    assert AuditEvent.objects.filter(action="project.lapsed").count() == 1
    assert_clean()


def health_code(scene):
    return Project.objects.get(application=scene.health_application).code


def test_a_lock_reads_the_ceiling_that_is_set_meanwhile():
    scene = scenes.determined()
    first, second = race(
        lambda: budgets.set_ceiling(scene.budget, Decimal(200), by=people(scene).finance),
        lambda: lock(scene.list, by=people(scene).head),
    )
    assert first.won
    assert "exceed the 200.00 left under the ceiling" in str(second.refusal)
    assert_clean()
