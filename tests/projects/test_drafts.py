"""Beginning, changing, copying and ending drafts."""

from datetime import date
from decimal import Decimal

import pytest

from common.errors import DomainError, Stale
from common.models import AuditEvent
from common.transitions import MoveError
from governance.states import Role, RoundStatus
from projects.models import Application
from projects.services import drafts, lines
from projects.services.copying import copy_application
from projects.states import ApplicationStatus
from tests.factories import (
    ApplicationFactory,
    FundingSourceFactory,
    JurisdictionFactory,
    LineFactory,
    RoundFactory,
    SystemFactory,
    city,
    complete_draft,
    open_city,
    person,
)


def actions(application):
    rows = AuditEvent.objects.filter(target_type="projects.application", target_id=application.pk)
    return list(rows.order_by("pk").values_list("action", flat=True))


def test_a_clerk_begins_a_draft_with_the_next_number_of_the_year(town):
    first = drafts.create_application(town.round, by=town.people.health, name="一期")
    second = drafts.create_application(town.round, by=town.people.police, name="二期")
    assert (first.number, second.number) == ("SB2027-0001", "SB2027-0002")
    assert (first.status, first.department, first.drafter) == ("draft", town.health, town.people.health)
    assert actions(first) == ["application.created"]


def test_a_district_puts_its_code_before_the_number(town):
    town.jurisdiction.parent = JurisdictionFactory(code="prov")
    town.jurisdiction.save()
    town.round.refresh_from_db()
    assert drafts.create_application(town.round, by=town.people.health, name="一期").number == "city-SB2027-0001"


def test_two_cities_of_one_instance_never_give_the_same_number(town):
    other = open_city("other")
    numbers = {
        drafts.create_application(place.round, by=place.people.health, name="一期").number for place in (town, other)
    }
    assert len(numbers) == 2


@pytest.mark.parametrize("who", ["health_leader", "li", "finance", "auditor"])
def test_only_a_clerk_begins_an_application(town, who):
    with pytest.raises(DomainError, match="Only a department's clerk begins"):
        drafts.create_application(town.round, by=getattr(town.people, who), name="一期")


def test_nobody_applies_in_another_city(town):
    with pytest.raises(DomainError, match="belongs to another jurisdiction"):
        drafts.create_application(open_city("other").round, by=town.people.health, name="一期")


def test_a_closed_round_takes_drafts_of_the_authority_alone(db):
    town = city()
    with pytest.raises(DomainError, match="is closed: apply in the next one"):
        drafts.create_application(town.round, by=town.people.health, name="一期")
    assert drafts.create_application(town.round, by=town.people.bureau_clerk, name="统建").pk


def test_a_planned_round_can_be_prepared_for(town):
    later = RoundFactory(jurisdiction=town.jurisdiction, batch=2, status=RoundStatus.PLANNED)
    assert drafts.create_application(later, by=town.people.health, name="一期").round == later


def test_the_header_changes_with_version_and_trail(draft, town):
    changed = drafts.update_header(draft, {"name": "改名", "months": 6}, by=town.people.health, version=draft.version)
    assert (changed.name, changed.version) == ("改名", draft.version + 1)
    event = AuditEvent.objects.filter(action="application.changed").get()
    assert event.details["changes"]["months"] == [12, 6]


def test_saving_without_a_change_leaves_no_trace(draft, town):
    same = drafts.update_header(draft, {"name": draft.name}, by=town.people.health)
    assert same.version == draft.version
    assert "application.changed" not in actions(draft)


def test_somebody_else_was_quicker(draft, town):
    drafts.update_header(draft, {"name": "甲"}, by=town.people.health, version=draft.version)
    with pytest.raises(Stale, match="look at it again"):
        drafts.update_header(draft, {"name": "乙"}, by=town.people.health, version=draft.version)


@pytest.mark.parametrize("who", ["police", "health_leader", "intake", "head"])
def test_only_the_departments_clerk_changes_its_application(draft, town, who):
    with pytest.raises(DomainError, match="Only a clerk of the department changes"):
        drafts.update_header(draft, {"name": "乙"}, by=getattr(town.people, who))


@pytest.mark.parametrize("status", sorted(set(ApplicationStatus) - {"draft", "correction"}))
def test_only_a_draft_or_a_correction_is_changed(town, status):
    ended = {"ended_at": town.round.created_at, "ended_by": town.people.health}
    more = ended if status in {"rejected", "deferred", "withdrawn", "escalated"} else {}
    application = ApplicationFactory(round=town.round, department=town.health, status=status, **more)
    with pytest.raises(MoveError, match="only a draft or a correction is changed"):
        drafts.update_header(application, {"name": "乙"}, by=town.people.health)


def test_an_urgent_application_says_why(draft, town):
    with pytest.raises(DomainError, match="Say why it is urgent"):
        drafts.update_header(draft, {"is_urgent": True}, by=town.people.health)


def test_the_end_does_not_lie_before_the_beginning(draft, town):
    with pytest.raises(DomainError, match="The end lies before the beginning"):
        drafts.update_header(draft, {"ends_on": date(2026, 1, 1)}, by=town.people.health)


def test_status_is_no_field_of_the_header(draft, town):
    with pytest.raises(TypeError, match="not to be changed here: status"):
        drafts.update_header(draft, {"status": "submitted"}, by=town.people.health)


def test_only_an_approved_application_of_the_own_department_is_renewed(draft, town):
    foreign = ApplicationFactory(round=town.round, department=town.police)
    with pytest.raises(DomainError, match="Only an application of your own department is renewed"):
        drafts.update_header(draft, {"renews": foreign}, by=town.people.health)
    own = ApplicationFactory(round=town.round, department=town.health)
    with pytest.raises(DomainError, match="was not approved"):
        drafts.update_header(draft, {"renews": own}, by=town.people.health)


def test_a_system_of_another_city_is_not_operated(draft, town):
    with pytest.raises(DomainError, match="belongs to another jurisdiction"):
        drafts.update_header(draft, {"system": SystemFactory()}, by=town.people.health)
    own = SystemFactory(owner=town.health)
    assert drafts.update_header(draft, {"system": own}, by=town.people.health).system == own


def test_a_draft_is_deleted_and_its_number_is_gone(draft, town):
    drafts.delete_draft(draft, by=town.people.health)
    assert not Application.objects.filter(pk=draft.pk).exists()
    assert actions(draft)[-1] == "application.deleted"
    assert drafts.create_application(town.round, by=town.people.health, name="新").number == "SB2027-0002"


def test_what_was_submitted_is_not_deleted(town):
    application = ApplicationFactory(
        round=town.round, department=town.health, status="correction", submitted_at=town.round.created_at
    )
    with pytest.raises(DomainError, match="withdraw it instead"):
        drafts.delete_draft(application, by=town.people.health)


def test_a_draft_is_withdrawn_by_its_own_department_with_a_reason(draft, town):
    with pytest.raises(DomainError, match="Only its own department withdraws"):
        drafts.withdraw_draft(draft, reason="x", by=town.people.police_leader)
    with pytest.raises(DomainError, match="Say why"):
        drafts.withdraw_draft(draft, reason=" ", by=town.people.health)
    ended = drafts.withdraw_draft(draft, reason="并入明年", by=town.people.health_leader)
    assert (ended.status, ended.end_reason, ended.ended_by) == ("withdrawn", "并入明年", town.people.health_leader)
    assert actions(draft)[-1] == "application.withdrawn"


def test_an_application_under_review_is_withdrawn_elsewhere(town):
    application = ApplicationFactory(round=town.round, department=town.health, status="submitted")
    with pytest.raises(DomainError, match="under review: withdraw it there"):
        drafts.withdraw_draft(application, reason="x", by=town.people.health)


class TestCopying:
    @pytest.fixture
    def next_round(self, town):
        return RoundFactory(jurisdiction=town.jurisdiction, year=2028, batch=1, status=RoundStatus.PLANNED)

    def copied(self, application, next_round, town):
        return copy_application(application, next_round, by=town.people.health)

    def test_papers_lines_links_and_money_move_to_the_new_year(self, draft, town, next_round):
        module = draft.lines.get()
        bond = FundingSourceFactory(jurisdiction=town.jurisdiction, code="bond")
        shares = {(town.source.pk, 2027): Decimal("400000.00"), (bond.pk, 2028): Decimal("600000.00")}
        lines.set_sources(module, shares, by=town.people.health)
        rated = {"kind": "supervision", "name": "监理", "rate": Decimal("0.03"), "base": [module], "serves": module}
        lines.add_line(draft, rated, by=town.people.health)
        copy = self.copied(draft, next_round, town)
        first, second = copy.lines.with_money()
        assert (copy.number, copy.round.year, copy.starts_on) == ("SB2028-0001", 2028, date(2028, 3, 1))
        assert [(row.source.code, row.year, row.amount) for row in first.sources.all()] == [
            ("city", 2028, Decimal("400000.00")),
            ("bond", 2029, Decimal("600000.00")),
        ]
        assert (second.declared, second.base_ids, second.serves) == (Decimal("30000.00"), [first.pk], first)
        assert copy.sections.count() == draft.sections.count()
        assert copy.bases.count() == draft.bases.count() == 1
        assert actions(copy) == ["application.created", "application.copied"]

    def test_a_source_that_is_closed_gives_way_to_the_first_open_one(self, draft, town, next_round):
        town.source.is_active = False
        town.source.save()
        FundingSourceFactory(jurisdiction=town.jurisdiction, code="zz-new")
        copy = self.copied(draft, next_round, town)
        assert list(copy.lines.values_list("sources__source__code", flat=True)) == ["zz-new"]

    def test_what_is_unknown_stays_unknown(self, draft, town, next_round):
        LineFactory(application=draft, sequence=9, declared=None)
        assert self.copied(draft, next_round, town).lines.filter(declared__isnull=True).count() == 1

    def test_another_departments_application_is_not_copied(self, town, next_round):
        foreign = complete_draft(town, town.people.police)
        with pytest.raises(DomainError, match="own department is copied"):
            self.copied(foreign, next_round, town)


def test_roles_are_those_that_the_person_acts_in(town):
    """A person who is clerk elsewhere does not begin applications here while acting as reviewer."""
    both = person(town.bureau, Role.REVIEWER)
    with pytest.raises(DomainError):
        drafts.create_application(town.round, by=both, name="一期")
