"""The database itself refuses what is never true of jurisdictions, people, rounds, policies and sources."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from governance.models import CalendarYear, DocumentNumber, DocumentTemplate, Notification, PolicyParameter, SavedView
from tests.factories import (
    DepartmentFactory,
    FundingSourceFactory,
    JurisdictionFactory,
    MembershipFactory,
    RoundFactory,
    UserFactory,
)
from tests.refusals import assert_refused, change, constraints, twice

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2027, 1, 1), date(2027, 1, 2)


def year() -> CalendarYear:
    return CalendarYear.objects.create(year=2027, document="国办发明电")


def policy(**values: Any) -> PolicyParameter:
    known = {"jurisdiction": JurisdictionFactory(), "key": "opinion_days", "value": 5, "source_document": "办法"}
    return PolicyParameter.objects.create(**known | {"valid_from": FIRST} | values)


def default() -> PolicyParameter:
    return policy(jurisdiction=None)


def view(**values: Any) -> SavedView:
    owner = SavedView.objects.first()
    known = {"user": owner.user if owner else UserFactory(), "page": "projects", "name": "轮到我"}
    return SavedView.objects.create(**known | values)


def number(**values: Any) -> DocumentNumber:
    known = {"jurisdiction": JurisdictionFactory(), "kind": "notice", "year": 2027, "number": 1, "text": "1号"}
    known |= {"target_type": "projects.application", "target_id": 1, "given_by": UserFactory()}
    return DocumentNumber.objects.create(**known | values)


def template(**values: Any) -> DocumentTemplate:
    known = {
        "jurisdiction": JurisdictionFactory(),
        "kind": "notice",
        "language": "en",
        "file": "x",
        "filename": "x.docx",
    }
    known |= {"size": 1, "sha256": "a", "uploaded_by": UserFactory()}
    return DocumentTemplate.objects.create(**known | values)


def current() -> DocumentTemplate:
    return template(is_current=True, tried_at=timezone.now(), tried_by=UserFactory())


def notification(**values: Any) -> Notification:
    first = Notification.objects.first()
    known = {"membership": first.membership if first else MembershipFactory(), "kind": "act", "title": "决定"}
    return Notification.objects.create(**known | {"url": "/", "key": "event-1", "at": timezone.now()} | values)


def second_open() -> None:
    first = RoundFactory(status="open")
    RoundFactory(jurisdiction=first.jurisdiction, status="open")


CASES = {
    "governance_documentnumber_kind_valid": change(number, kind="x"),
    "governance_documentnumber_once": twice(number, target_id=2),
    "governance_documentnumber_one_a_record": twice(number, number=2),
    "governance_documentnumber_from_1": change(number, number=0),
    "governance_documenttemplate_kind_valid": change(template, kind="x"),
    "governance_documenttemplate_language_valid": change(template, language="fr"),
    "governance_documenttemplate_one_current": twice(current, sha256="b"),
    "governance_documenttemplate_file_once": twice(template),
    "governance_documenttemplate_tried_at_together": change(template, tried_at=timezone.now()),
    "governance_documenttemplate_current_was_tried": change(template, is_current=True),
    "governance_calendaryear_plausible": change(year, year=1999),
    "governance_jurisdiction_level_valid": change(JurisdictionFactory, level="x"),
    "governance_jurisdiction_currency_iso": change(JurisdictionFactory, currency="cny"),
    "governance_department_code_once": twice(DepartmentFactory),
    "governance_department_kind_valid": change(DepartmentFactory, kind="x"),
    "governance_membership_once": twice(MembershipFactory),
    "governance_membership_role_valid": change(MembershipFactory, role="x"),
    "governance_membership_valid_from_before_valid_to": change(MembershipFactory, valid_from=SECOND, valid_to=FIRST),
    "governance_policy_once": twice(policy, value=6),
    "governance_policy_default_once": twice(default, value=6),
    "governance_policyparameter_valid_from_before_valid_to": change(policy, valid_from=SECOND, valid_to=FIRST),
    "governance_round_batch_once": twice(RoundFactory),
    "governance_round_one_open": second_open,
    "governance_round_year_plausible": change(RoundFactory, year=1999),
    "governance_round_status_valid": change(RoundFactory, status="x"),
    "governance_round_opens_on_before_closes_on": change(RoundFactory, opens_on=SECOND, closes_on=FIRST),
    "governance_notification_once": twice(notification, title="另一条"),
    "governance_notification_kind_valid": change(notification, kind="gossip"),
    "governance_savedview_once": twice(view, query="q=1"),
    "governance_savedview_has_name": change(view, name=""),
    "governance_source_code_once": twice(FundingSourceFactory, name="另一来源"),
    "governance_fundingsource_kind_valid": change(FundingSourceFactory, kind="x"),
    "governance_fundingsource_superior_has_purpose": change(FundingSourceFactory, kind="superior"),
    "governance_fundingsource_only_superior_has_purpose": change(FundingSourceFactory, purpose="防汛"),
}


def test_every_constraint_has_its_case() -> None:
    assert set(CASES) == set(constraints("governance"))


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(name: str) -> None:
    assert_refused(name, CASES[name])
