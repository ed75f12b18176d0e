"""The twelve hard cases of the domain, by page and by program. Amounts are whole yuan."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from budgets.queries.figures import may_procure
from catalog.states import CapabilityStatus
from common.models import AuditEvent
from governance.models import Round
from projects.models import Application
from projects.services import drafts, lines
from tests.factories import CapabilityFactory, SystemFactory, city, complete_draft
from tests.flows.people import (
    Town,
    awaiting,
    keep,
    live,
    merge,
    outcome,
    project_of,
    refused,
    reject,
    split,
    strip,
)
from tests.scenes import module


def test_01_a_module_served_by_a_running_capability_moves_no_money_and_leaves_its_own_part(town: Town) -> None:
    maps = CapabilityFactory(jurisdiction=town.place.jurisdiction, provider=town.place.bureau)
    health, police = town.asks("health", 100), town.asks("police", 50)
    box = town.item(police, 10)
    a, b = module(health), module(police)
    with refused("takes no money"):
        town.decides(strip(a, maps, moved=20))
    town.decides(strip(a, maps, own=15), strip(b, maps), reject(box))
    assert split(a) == {"own": 15, "saved: shared": 85}
    town.determines(health, police)
    assert (outcome(health), outcome(police)) == ("listed", "served")


def test_02_a_central_build_is_paid_by_three_departments_and_by_the_authority_for_the_rest(town: Town) -> None:
    video = CapabilityFactory(
        jurisdiction=town.place.jurisdiction, provider=town.place.bureau, status=CapabilityStatus.PLANNED
    )
    central = town.asks("bureau", 70)
    core = module(central)
    core.builds = video
    core.save()
    payers = [town.asks("health", 3), town.asks("police", 100), town.asks("transport", 90)]
    a, b, d = map(module, payers)
    act = town.decides(keep(core), strip(a, video, 2), strip(b, video, 50, own=5), strip(d, video, 80), settled=False)
    assert awaiting(act) == {"市卫生健康委", "市公安局", "市交通运输局"}, (
        "the authority is not asked for its own opinion"
    )
    town.agreed(act)
    town.ceiling(1000)
    town.determines(central, *payers)
    project = project_of(central)
    assert town.locks() == {project.code: {2027: 70 + 2 + 50 + 80}, project_of(payers[1]).code: {2027: 5}}
    assert [outcome(one) for one in (central, *payers)] == ["listed", "consolidated", "listed", "consolidated"]
    chain = read(town.people.head, "budgets:chain", project.code)
    for payer in payers:
        assert payer.number in chain, "the chain names every payer"


def read(user: object, name: str, *args: object) -> str:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return str(response.content.decode())


def test_03_deferring_the_target_of_a_merge_reopens_it_and_determination_waits(town: Town) -> None:
    health, police = town.asks("health", 100), town.asks("police", 200)
    a, b = module(health), module(police)
    town.decides(keep(b), merge(a, b, 60))
    town.determines(health, police)
    town.ends(police, "deferred")
    assert split(a) == {"held: open": 100} and split(b) == {"held: deferred": 200}
    assert AuditEvent.objects.get(action="line.reopened").target_id == a.pk
    town.ceiling(1000)
    with refused(f"{a.reference} .*: open"):
        town.determines(health)
    with refused(f"{a.reference} .*: open"):
        town.locks()
    town.decides(keep(a, 90))
    town.determines(health)
    assert split(a) == {"own": 90, "saved: cut": 10}


def test_04_nothing_merges_into_a_rejected_application_or_a_line_that_is_not_kept(town: Town) -> None:
    health, police, transport = town.asks("health", 100, 100), town.asks("police", 100), town.asks("transport", 100)
    a, a2, b, c = module(health), module(health, 2), module(police), module(transport)
    with refused(f"{b.reference} .* is not kept"):
        town.decides(merge(a, b, 60))
    with refused("is not kept"):
        town.decides(merge(a, a2), merge(a2, a))
    with refused("cannot receive"):
        town.decides(merge(a, a))
    waiting = town.proposes(keep(b), merge(a, b, 60))
    town.ends(police, "rejected")
    with refused("is closed"):
        town.way.confirm(town.people.wang, waiting)
    assert split(b) == {"saved: rejected": 100} and split(a) == {"held: open": 100}
    with refused("closed|There is no"):
        town.decides(merge(c, b))


def test_05_an_objection_of_the_receiving_lead_is_decided_by_a_third_person(town: Town) -> None:
    people = town.people
    health, police = town.asks("health", 100), town.asks("police", 200)
    a, b = module(health), module(police)
    act = town.decides(keep(b), merge(a, b, 60), settled=False)
    with refused("opinions on act .* are due"):
        town.determines(health, police)
    town.way.agree(people.health, act)
    town.way.contest(people.police, act, "承建能力不足")
    with refused("is contested"):
        town.determines(health, police)
    for known in (people.li, people.wang):
        with refused("A third person decides"):
            town.way.settle(known, act, uphold=False)
    town.way.settle(people.zhou, act, uphold=False)
    assert split(a) == {"held: open": 100} and town.way.act(act).status == "undone"
    again = town.decides(keep(b), keep(a, 50), settled=False)
    town.way.contest(people.health, again, "核减过多")
    town.ceiling(1000)
    with refused("is contested"):
        town.locks()
    town.agreed(town.way.settle(people.zhou, again, uphold=True))
    town.determines(health, police)
    assert split(a) == {"own": 50, "saved: cut": 50}


def test_06_an_act_is_not_undone_while_a_later_one_depends_on_it_and_undo_restores_the_earlier_target(
    town: Town,
) -> None:
    health, police, transport = town.asks("health", 100), town.asks("police", 100), town.asks("transport", 100)
    a, b, c = module(health), module(police), module(transport)
    first = town.decides(keep(b), merge(a, b, 60, own=5))
    second = town.decides(keep(c), merge(b, c, 70), settled=False)
    assert set(second.dispositions.values_list("line", "target_line")) == {(b.pk, c.pk), (c.pk, None), (a.pk, c.pk)}
    assert awaiting(second) == {"市卫生健康委", "市公安局", "市交通运输局"}, "health is asked too"
    assert live(a).target_line == c and split(a) == {"own": 5, "transferred": 60, "saved: duplicate": 35}
    with refused(f"A later act depends on it.*{second.number}"):
        town.undoes(first)
    town.undoes(second)
    assert live(a).target_line == b and live(b).kind == "keep" and split(c) == {"held: open": 100}
    town.way.undo(town.people.zhou, first)
    assert split(a, b, c) == {"held: open": 300}


def test_07_a_cut_recomputes_the_rate_based_item_and_leaves_hardware_untouched(town: Town) -> None:
    health = town.asks("health", 1000, 500)
    a, a2 = module(health), module(health, 2)
    box, supervision = town.item(health, 300), town.rate(health, "0.03", a, a2)
    assert supervision.declared == 45
    with refused("decide these first"):
        town.proposes(keep(supervision))
    act = town.decides(keep(a, 800), keep(a2), keep(box), keep(supervision))
    assert split(supervision) == {"own": 39, "saved: cut": 6} and split(box) == {"own": 300}
    with refused("its base is smaller now"):
        town.decides(reject(a))
    second = town.decides(reject(a), keep(supervision))
    assert split(supervision) == {"own": 15, "saved: cut": 30}
    with refused(second.number):
        town.undoes(act)
    town.determines(health)
    assert split(a, a2, box, supervision) == {"own": 815, "saved: cut": 30, "saved: rejected": 1000}


def test_08_an_operation_application_has_no_modules_and_names_its_system(town: Town) -> None:
    people, clerk = town.people, town.people.health
    application = complete_draft(town.place, clerk, kind="operation")
    with refused("Name the system that is operated"):
        town.way.ask_sign_off(clerk, application)
    with refused("has cost items, no modules"):
        town.way.ask_sign_off(clerk, application)
    portal = SystemFactory(owner=town.place.health)
    drafts.update_header(application, {"system": portal}, by=clerk)
    lines.remove_line(application.lines.get(), by=clerk)
    for name, amount in (("托管", 80), ("短信", 20)):
        lines.add_line(application, {"kind": "operation", "name": name, "declared": Decimal(amount)}, by=clerk)
    town.way.ask_sign_off(clerk, application)
    town.way.submit(people.health_leader, application)
    town.accepts(application)
    hosting, messages = application.lines.order_by("sequence")
    kept = module(town.asks("police", 100))
    with refused("is no module"):
        town.decides(keep(kept), merge(messages, kept))
    town.decides(keep(hosting, 70), reject(messages))
    town.determines(application)
    assert outcome(application) == "listed"
    assert split(hosting, messages) == {"own": 70, "saved: cut": 10, "saved: rejected": 20}


def test_09_a_continued_project_declares_only_new_money_and_carries_the_old_over(town: Town) -> None:
    people, year = town.people, town.year
    health = town.asks("health", 100)
    town.decides(keep(module(health)))
    town.ceiling(1000)
    town.ceiling(1000, year + 1)
    town.determines(health)
    project = project_of(health)
    town.way.plan_years(people.head, town.round, project, {year + 1: 30})
    assert town.locks() == {project.code: {year: 70, year + 1: 30}}
    with refused("after the reply"):
        town.way.carry_over(people.head, year, project, 20)
    town.way.control(people.finance, year, 1000)
    town.way.reply(people.finance, year)
    assert may_procure(project)
    town.way.carry_over(people.head, year, project, 20)
    with refused("More than the project has this year"):
        town.way.carry_over(people.head, year, project, 51)
    later = town.next_round(year=year + 1)
    more = town.asks("health", 40, round=later, kind="continued", continues=project)
    town.decides(keep(module(more), 35))
    town.determines(more, round=later)
    assert town.locks(later) == {project.code: {year + 1: 35}}
    assert town.budget_lines(year + 1) == [("list", 30), ("carry_over", 20), ("list", 35)]


def test_10_after_the_lock_an_adjustment_act_makes_the_next_version_and_moves_the_budget(town: Town) -> None:
    people = town.people
    health, police = town.asks("health", 100), town.asks("police", 200)
    a, b = module(health), module(police)
    act = town.decides(keep(a), keep(b))
    town.ceiling(1000)
    town.determines(health, police)
    town.locks()
    with refused("locked list"):
        town.undoes(act)
    with refused("The list is locked"):
        town.way.withdraw(people.health, health)
    adjustment = town.decides(merge(a, b, 50))
    with refused("determine again"):
        town.locks()
    town.determines()
    assert town.locks() == {project_of(police).code: {town.year: 250}}
    assert town.budget_lines() == [("list", 100), ("list", 200), ("list", -100), ("list", 50)]
    assert outcome(health) == "consolidated"
    with refused("locked list"):
        town.undoes(adjustment)
    with refused("Nothing has changed"):
        town.locks()


@pytest.fixture
def district(town: Town) -> SimpleNamespace:
    """A district of the city, with its own authority and round."""
    place = city("district")
    place.jurisdiction.parent = town.place.jurisdiction
    place.jurisdiction.save()
    return place


def test_11_an_escalated_application_counts_only_in_the_upper_jurisdiction(
    town: Town, district: SimpleNamespace
) -> None:
    below = Town(district, town.way)
    lower = below.asks("health", 100)
    d, box = module(lower), below.item(lower, 20)
    box.serves = d
    box.save()
    fee = below.rate(lower, "0.1", d)
    upper = town.asks("health", 100)
    a = module(upper)
    town.decides(keep(a))
    with refused("No transfer crosses|There is no|not found|Invalid|does not exist"):
        below.decides(merge(d, a, 50))
    with refused("Escalat|choice|next level|does not exist"):
        town.ends(upper, "escalated", to_round=below.round)
    below.ends(lower, "escalated", to_round=town.round)
    assert outcome(lower) == "escalated" and split(d, box, fee) == {"held: escalated": 130}
    again = Application.objects.get(escalated_from=lower)
    town.accepts(again)
    up, up_box, up_fee = again.lines.order_by("sequence")
    act = town.decides(merge(up, a, 40, own=10), merge(up_box, a), keep(up_fee), settled=False)
    assert awaiting(act) == {"市卫生健康委"}
    for opinion in act.opinions.awaiting():
        town.way.agree(town.clerk_of(opinion.department_id), act)
    town.determines(upper, again)
    assert split(up_fee) == {"own": 1, "saved: cut": 9}
    assert split(a, up, up_box, up_fee) == {"own": 111, "transferred": 40, "saved: duplicate": 70, "saved: cut": 9}


def test_12_the_lock_that_lists_a_renewal_cancels_the_unbuilt_approval(town: Town) -> None:
    people = town.people
    health, police = town.asks("health", 100), town.asks("police", 50)
    a, b = module(health), module(police)
    town.decides(keep(a), merge(b, a, 30))
    town.ceiling(1000)
    town.ceiling(1000, town.year + 1)
    town.determines(health, police)
    later = town.next_round(year=town.year + 1)
    renewal = a_renewal(town, health, later)
    town.way.ask_sign_off(people.health, renewal)
    with refused("stands on no locked list"):
        town.way.submit(people.health_leader, renewal)
    town.locks()
    town.way.submit(people.health_leader, renewal)
    town.accepts(renewal)
    n = renewal.lines.get()
    town.decides(keep(n, 110))
    town.determines(renewal, round=later)
    assert outcome(health) == "listed", "a determination can be taken back, so it cancels nothing yet"
    town.locks(later)
    assert split(a) == {"held: renewed": 100} and split(b) == {"held: renewed": 30, "saved: duplicate": 20}
    assert (outcome(health), outcome(renewal)) == ("renewed", "listed")
    assert town.budget_lines() == [("list", 130), ("list", -130)]


def a_renewal(town: Town, renewed: Application, later: Round) -> Application:
    """Next year's round takes applications; the department asks again for what was not built."""
    Round.objects.filter(pk=town.round.pk).update(status="closed")
    Round.objects.filter(pk=later.pk).update(status="open")
    later.refresh_from_db()
    place = SimpleNamespace(**vars(town.place) | {"round": later})
    made = complete_draft(place, town.people.health, renews=renewed)
    lines.update_line(made.lines.get(), {"declared": Decimal(120)}, by=town.people.health)
    made.refresh_from_db()
    return made
