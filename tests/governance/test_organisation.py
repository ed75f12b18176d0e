from __future__ import annotations

import pytest

from common.errors import DomainError
from common.models import AuditEvent
from governance.models import Department, FundingSource, Jurisdiction, User
from governance.services.organisation import (
    add_department,
    add_source,
    change_department,
    change_jurisdiction,
    change_source,
    found_jurisdiction,
)
from governance.states import DepartmentKind, Level, SourceKind
from tests.factories import DepartmentFactory, city

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return city()


@pytest.fixture
def head(here):
    return here.people.head


def test_a_district_is_founded_with_its_authority(here, head):
    district = found_jurisdiction(
        Jurisdiction(code="east", name="江东区", level=Level.DISTRICT, parent=here.jurisdiction),
        Department(code="bureau", name="区大数据局"),
        by=head,
    )
    assert district.authority.kind == DepartmentKind.AUTHORITY
    assert district.authority.jurisdiction == district
    assert list(here.jurisdiction.descendants()) == [district]
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["jurisdiction.added", "department.added", "jurisdiction.founded"]


def test_a_code_that_is_taken_founds_nothing(here, head):
    with pytest.raises(DomainError):
        found_jurisdiction(
            Jurisdiction(code=here.jurisdiction.code, name="又一个市"), Department(code="a", name="局"), by=head
        )
    assert Jurisdiction.objects.count() == 1


def test_what_money_and_decisions_hang_on_stays(here, head):
    assert change_jurisdiction(here.jurisdiction, {"name": "江城"}, by=head).name == "江城"
    for fixed in ({"currency": "USD"}, {"authority": here.health}, {"code": "x"}):
        with pytest.raises(DomainError, match="stay as they are"):
            change_jurisdiction(here.jurisdiction, fixed, by=head)


def test_departments_stand_in_a_tree(here, head):
    centre = Department(jurisdiction=here.jurisdiction, code="cdc", name="市疾控中心", parent=here.health)
    add_department(centre, by=head)
    assert list(here.health.descendants()) == [centre]
    with pytest.raises(DomainError, match="descendant of itself"):
        change_department(here.health, {"parent": centre}, by=head)


def test_a_code_is_taken_once_in_a_jurisdiction(here, head):
    twin = Department(jurisdiction=here.jurisdiction, code=here.health.code, name="又一个委")
    with pytest.raises(DomainError, match="This code is taken in this jurisdiction."):
        add_department(twin, by=head)


def test_a_parent_is_of_the_same_jurisdiction(here, head):
    elsewhere = DepartmentFactory()
    with pytest.raises(DomainError, match="another jurisdiction"):
        add_department(Department(jurisdiction=here.jurisdiction, code="x", name="某局", parent=elsewhere), by=head)
    with pytest.raises(DomainError, match="another jurisdiction"):
        change_department(here.health, {"parent": elsewhere}, by=head)


def test_there_is_one_authority_and_it_stays(here, head):
    second = Department(jurisdiction=here.jurisdiction, code="x", name="二局", kind=DepartmentKind.AUTHORITY)
    with pytest.raises(DomainError, match="has one already"):
        add_department(second, by=head)
    with pytest.raises(DomainError, match="has one already"):
        change_department(here.health, {"kind": DepartmentKind.AUTHORITY}, by=head)
    for changes in ({"is_active": False}, {"kind": DepartmentKind.DEPARTMENT}):
        with pytest.raises(DomainError, match="stays what it is"):
            change_department(here.bureau, changes, by=head)
    assert change_department(here.bureau, {"short_name": "数据局"}, by=head).short_name == "数据局"


def test_people_of_a_department_that_is_switched_off_hold_no_role(here, head):
    change_department(here.health, {"is_active": False}, by=head)
    assert User.objects.get(pk=here.people.health.pk).acting is None
    event = AuditEvent.objects.get(action="department.changed")
    assert (event.details["before"], event.details["after"]) == ({"is_active": True}, {"is_active": False})


def test_a_change_that_changes_nothing_leaves_no_line(here, head):
    change_department(here.health, {"name": here.health.name}, by=head)
    assert not AuditEvent.objects.exists()


def test_earmarked_money_names_its_purpose(here, head):
    source = FundingSource(jurisdiction=here.jurisdiction, code="smart", name="省专项", kind=SourceKind.SUPERIOR)
    with pytest.raises(DomainError, match="Earmarked superior money names its purpose."):
        add_source(source, by=head)
    source.purpose = "智慧医疗"
    assert add_source(source, by=head).is_earmarked


def test_a_funding_source_is_switched_off_and_keeps_its_code(here, head):
    assert not change_source(here.source, {"is_active": False}, by=head).is_active
    assert not FundingSource.objects.active().exists()
    with pytest.raises(DomainError, match="The code of a funding source stays"):
        change_source(here.source, {"code": "x"}, by=head)
