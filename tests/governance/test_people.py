from __future__ import annotations

import threading
from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.utils import timezone

from common.errors import DomainError
from common.models import AuditEvent
from governance.models import Membership, User
from governance.services.people import add_person, end, grant, reset_password, set_active
from governance.states import ADMINISTRATORS, Role
from tests.factories import DepartmentFactory, UserFactory, city, person

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture
def here():
    here = city()
    here.security = person(here.bureau, Role.SECURITY_ADMIN, username="city-security")
    return here


def place_for(here, role):
    return here.finance if role == Role.FINANCE else here.bureau


def test_a_role_is_granted_from_today_and_audited(here):
    user = UserFactory(username="chen")
    row = grant(user, here.health, Role.CLERK, by=here.security, until=TODAY + DAY)
    assert (row.valid_from, row.valid_to) == (TODAY, TODAY + DAY)
    assert User.objects.get(pk=user.pk).has_role(Role.CLERK, department=here.health)
    event = AuditEvent.objects.get(action="membership.granted")
    assert (event.actor_code, event.details["person"], event.details["role"]) == ("city-security", "chen", "clerk")


def test_one_person_holds_roles_in_two_departments(here):
    user = UserFactory()
    grant(user, here.health, Role.CLERK, by=here.security)
    grant(user, here.police, Role.EXPERT, by=here.security)
    assert user.memberships.count() == 2


@pytest.mark.parametrize(
    ("held", "wanted"),
    [(a, b) for a, b in product(Role, Role) if a != b and (a in ADMINISTRATORS or b in ADMINISTRATORS)],
)
def test_administrators_are_kept_apart_from_one_another_and_from_the_business(here, held, wanted):
    user = person(place_for(here, held), held)
    with pytest.raises(DomainError, match="are kept apart") as refusal:
        grant(user, place_for(here, wanted), wanted, by=here.security)
    assert f"“{held.label}”" in str(refusal.value)
    assert user.memberships.count() == 1


def test_after_the_end_of_the_one_role_the_other_is_possible(here):
    user = person(here.bureau, Role.SYSTEM_ADMIN)
    end(user.memberships.get(), by=here.security)
    assert grant(user, here.health, Role.CLERK, by=here.security).role == Role.CLERK


@pytest.mark.parametrize("role", [Role.INTAKE, Role.REVIEWER, Role.HEAD, Role.CATALOG, Role.FINANCE])
def test_who_judges_or_pays_does_it_from_the_right_place(here, role):
    with pytest.raises(DomainError, match="is a role of the"):
        grant(UserFactory(), here.health, role, by=here.security)
    assert grant(UserFactory(), place_for(here, role), role, by=here.security).role == role


def test_nobody_grants_to_or_ends_for_themselves(here):
    with pytest.raises(DomainError, match="Nobody gives a role to themselves"):
        grant(here.security, here.health, Role.CLERK, by=here.security)
    with pytest.raises(DomainError, match="Nobody ends their own role"):
        end(here.security.memberships.get(), by=here.security)


def test_the_same_role_twice_is_refused(here):
    with pytest.raises(DomainError, match="holds this role there already"):
        grant(here.people.health, here.health, Role.CLERK, by=here.security)


def test_no_role_for_an_account_or_in_a_department_that_is_switched_off(here):
    with pytest.raises(DomainError, match="is switched off"):
        grant(UserFactory(is_active=False), here.health, Role.CLERK, by=here.security)
    gone = DepartmentFactory(jurisdiction=here.jurisdiction, is_active=False, name="市旧局")
    with pytest.raises(DomainError, match="“市旧局” is not active any more."):
        grant(UserFactory(), gone, Role.CLERK, by=here.security)


def test_a_role_that_ended_begins_anew(here):
    row = here.people.health.memberships.get()
    end(row, by=here.security, last_day=TODAY)
    with pytest.raises(DomainError, match="already"):
        grant(here.people.health, here.health, Role.CLERK, by=here.security)
    Membership.objects.update(valid_to=TODAY - DAY)
    again = grant(here.people.health, here.health, Role.CLERK, by=here.security)
    assert (again.pk, again.valid_from, again.valid_to) == (row.pk, TODAY, None)


def test_ended_at_once_a_person_does_nothing_more(here):
    end(here.people.health.memberships.get(), by=here.security)
    assert User.objects.get(pk=here.people.health.pk).acting is None
    event = AuditEvent.objects.get(action="membership.ended")
    assert event.details["last_day"] == (TODAY - DAY).isoformat()


def test_given_and_ended_on_one_day_leaves_the_audit_trail_only(here):
    row = grant(UserFactory(), here.health, Role.CLERK, by=here.security)
    end(row, by=here.security)
    assert not Membership.objects.filter(pk=row.pk).exists()
    assert AuditEvent.objects.filter(action="membership.ended").exists()


def test_what_has_ended_is_not_ended_again(here):
    row = here.people.health.memberships.get()
    end(row, by=here.security)
    with pytest.raises(DomainError, match="has ended already"):
        end(row, by=here.security)


def test_no_role_ends_in_the_past(here):
    with pytest.raises(DomainError, match="A role ends today at the earliest"):
        end(here.people.health.memberships.get(), by=here.security, last_day=TODAY - 2 * DAY)


def test_the_last_security_administrator_stays(here):
    other = person(here.bureau, Role.SECURITY_ADMIN)
    end(here.security.memberships.get(), by=other)
    with pytest.raises(DomainError, match="This is the last security administrator"):
        end(other.memberships.get(), by=here.security)


def test_an_account_opens_with_a_password_shown_once(here):
    user = User(username="zhao", display_name="赵")
    password = add_person(user, by=here.security)
    assert len(password) == 16
    assert User.objects.get(username="zhao").check_password(password)
    assert password not in str(AuditEvent.objects.get(action="user.added").details)
    with pytest.raises(DomainError):
        add_person(User(username="zhao"), by=here.security)


def test_a_new_password_replaces_the_old_one(here):
    user = User(username="zhao")
    old = add_person(user, by=here.security)
    new = reset_password(user, by=here.security)
    user.refresh_from_db()
    assert (user.check_password(old), user.check_password(new)) == (False, True)
    with pytest.raises(DomainError, match="Change your own password"):
        reset_password(here.security, by=here.security)


def test_an_account_switched_off_holds_no_role(here):
    set_active(here.people.health, is_active=False, by=here.security)
    assert User.objects.get(pk=here.people.health.pk).acting is None
    set_active(here.people.health, is_active=True, by=here.security)
    assert User.objects.get(pk=here.people.health.pk).acting
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["user.switched_off", "user.switched_on"]
    with pytest.raises(DomainError, match="Nobody switches off their own account"):
        set_active(here.security, is_active=False, by=here.security)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_roles_that_are_kept_apart_given_at_once_one_is_given():
    here = city()
    admins = [person(here.bureau, Role.SECURITY_ADMIN) for _ in range(2)]
    user, barrier, told = UserFactory(), threading.Barrier(2), []

    def press(role, by):
        barrier.wait()
        try:
            grant(user, here.bureau, role, by=by)
            told.append("given")
        except DomainError:
            told.append("refused")
        finally:
            connection.close()

    roles = (Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN)
    threads = [threading.Thread(target=press, args=pair) for pair in zip(roles, admins, strict=True)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(told) == ["given", "refused"]
    assert user.memberships.count() == 1
