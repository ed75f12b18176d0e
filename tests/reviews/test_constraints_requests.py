"""The database itself refuses what is never true of capability requests."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from reviews.models import Act, CapabilityRequest
from tests.factories import CapabilityFactory, DepartmentFactory, LineFactory, SystemFactory, UserFactory
from tests.refusals import assert_refused, change, twice

pytestmark = pytest.mark.django_db


def request(**values: Any) -> CapabilityRequest:
    known = {"capability": CapabilityFactory(), "department": DepartmentFactory(), "purpose": "接入"}
    known |= {"asked_by": UserFactory()}
    if not values.keys() & {"application", "system"}:
        known["system"] = SystemFactory()
    return CapabilityRequest.objects.create(**known | values)


def of_line(**values: Any) -> CapabilityRequest:
    line = LineFactory()
    act = Act.objects.create(
        jurisdiction=line.application.round.jurisdiction, number=f"TC-{Act.objects.count()}", created_by=UserFactory()
    )
    return request(**{"application": line.application, "line": line, "act": act} | values)


def of_application() -> CapabilityRequest:
    return request(application=LineFactory().application)


def decided(**values: Any) -> CapabilityRequest:
    return request(
        **{"decided_at": timezone.now(), "decided_by": UserFactory(), "status": "granted", "quota": 1} | values
    )


def ended(**values: Any) -> CapabilityRequest:
    return decided(**{"status": "ended", "ended_at": timezone.now(), "ended_by": UserFactory()} | values)


CASES = {
    "reviews_capabilityrequest_status_valid": change(decided, status="x"),
    "reviews_capabilityrequest_decided_at_together": change(decided, decided_by=None),
    "reviews_capabilityrequest_line_together": change(of_line, act=None),
    "reviews_capabilityrequest_decided_is_dated": change(ended, decided_at=None, decided_by=None),
    "reviews_capabilityrequest_ended_at_together": change(ended, ended_by=None),
    "reviews_capabilityrequest_ended_is_dated": change(decided, status="ended"),
    "reviews_capabilityrequest_one_purpose": change(request, system=None),
    "reviews_capabilityrequest_line_of_application": lambda: of_line(application=None, system=SystemFactory()),
    "reviews_capabilityrequest_quota_above_zero": change(request, quota=0),
    "reviews_capabilityrequest_granted_has_quota": change(decided, quota=None),
    "reviews_capabilityrequest_refusal_says_why": change(decided, status="refused"),
    "reviews_capabilityrequest_one_open_of_line": twice(of_line),
    "reviews_capabilityrequest_one_open_of_system": twice(request),
    "reviews_capabilityrequest_one_open_of_application": twice(of_application),
}


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(name: str) -> None:
    assert_refused(name, CASES[name])
