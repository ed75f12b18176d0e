from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from governance.models import Membership, User
from governance.states import SEES_PEOPLE, Role
from tests.factories import DepartmentFactory, JurisdictionFactory, MembershipFactory, UserFactory, city, person
from tests.governance.pages import as_, text, told

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def here():
    here = city()
    here.security = person(here.bureau, Role.SECURITY_ADMIN)
    here.system = person(here.bureau, Role.SYSTEM_ADMIN)
    return here


def url(name, *args):
    return reverse(f"governance:{name}", args=args)


def test_the_list_shows_people_with_their_roles_and_those_without(here):
    UserFactory(display_name="新来的")
    other = person(city("other").health, Role.CLERK, display_name="他市的人")
    page = text(as_(here.security).get(url("people")))
    assert "市卫生健康委 · department clerk" in page
    assert "新来的" in page
    assert other.display_name not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number_of_people(here, count, django_assert_num_queries):
    for _ in range(count):
        MembershipFactory(user=MembershipFactory(department=here.health).user, department=here.police)
    client = as_(here.security)
    client.get(url("people"))
    with django_assert_num_queries(7):
        client.get(url("people"))


def test_the_list_is_narrowed(here):
    client = as_(here.security)

    def found(**query):
        return {row.account for row in client.get(url("people"), query).context["people"]}

    assert found(q="city-hea") == {"city-health-clerk", "city-health-leader", "city-head"}
    assert found(department=here.health.pk) == {"city-health-clerk", "city-health-leader"}
    assert found(role="reviewer") == {"city-li", "city-wang", "city-zhou"}
    User.objects.filter(username="city-li").update(is_active=False)
    assert found(is_active="false") == {"city-li"}


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_people(here, role):
    client = as_(person(here.bureau, role))
    status = 200 if role in SEES_PEOPLE else 403
    assert client.get(url("people")).status_code == status
    assert client.get(url("person", here.people.health.pk)).status_code == (200 if role in SEES_PEOPLE else 404)


def test_a_role_is_given_and_ended_on_the_page(here):
    user = UserFactory(display_name="陈静")
    client = as_(here.security)
    data = {"department": here.health.pk, "role": "clerk", "until": ""}
    assert told(client.post(url("role-grant", user.pk), data)) == ["陈静 is now department clerk."]
    row = Membership.objects.get(user=user)
    page = text(client.get(url("person", user.pk)))
    assert url("role-end", row.pk) in page
    assert told(client.post(url("role-end", row.pk), {"last_day": TODAY.isoformat()}))[-1] == "The role is ended."
    row.refresh_from_db()
    assert row.valid_to == TODAY


def test_a_role_that_is_kept_apart_is_refused_in_words(here):
    data = {"department": here.bureau.pk, "role": "audit_admin"}
    response = as_(here.security).post(url("role-grant", here.people.head.pk), data)
    assert response.status_code == 422
    assert "are kept apart" in text(response)


def test_an_impossible_day_ends_nothing(here):
    row = here.people.health.memberships.get()
    response = as_(here.security).post(url("role-end", row.pk), {"last_day": "someday"})
    assert told(response) == ["This is not a day: choose one in the calendar, or leave it empty."]
    row.refresh_from_db()
    assert row.valid_to is None


def test_roles_are_given_here_and_directly_below(here):
    district = JurisdictionFactory(parent=here.jurisdiction)
    below = DepartmentFactory(jurisdiction=district)
    other = DepartmentFactory()
    client, user = as_(here.security), UserFactory()
    choices = client.get(url("person", user.pk)).context["form"].fields["department"].queryset
    assert below in choices
    assert other not in choices
    assert client.post(url("role-grant", user.pk), {"department": below.pk, "role": "clerk"}).status_code == 302
    assert client.post(url("role-grant", user.pk), {"department": other.pk, "role": "clerk"}).status_code == 422
    assert client.get(url("person", user.pk)).status_code == 200, "people directly below are seen"


def test_the_system_administrator_opens_an_account(here):
    client = as_(here.system)
    assert client.get(url("person-new")).status_code == 200
    response = client.post(url("person-new"), {"username": "chen", "display_name": "陈静"})
    password = re.search(r'class="secret">([^<]+)<', text(response)).group(1)
    assert User.objects.get(username="chen").check_password(password)
    assert "no-store" in response["Cache-Control"]
    again = client.post(url("person-new"), {"username": "chen"})
    assert again.status_code == 422


def test_a_new_password_is_shown_once(here):
    client = as_(here.system)
    response = client.post(url("password-reset", here.people.health.pk))
    password = re.search(r'class="secret">([^<]+)<', text(response)).group(1)
    here.people.health.refresh_from_db()
    assert here.people.health.check_password(password)
    assert "no-store" in response["Cache-Control"]
    assert password not in text(client.get(url("person", here.people.health.pk)))


def test_a_session_ends_with_the_old_password(here):
    mine = as_(here.people.health)
    assert mine.get("/").status_code == 200
    as_(here.system).post(url("password-reset", here.people.health.pk))
    assert mine.get("/").status_code == 302


def test_an_account_is_switched_off_and_on(here):
    client, mine = as_(here.system), as_(here.people.health)
    address = url("person-switch", here.people.health.pk)
    assert told(client.post(address, {"on": "0"})) == ["The account is off; its sessions end."]
    assert mine.get("/").status_code == 302
    assert told(client.post(address, {"on": "1"}))[-1] == "The account is on."


def test_nobody_works_on_themselves(here):
    assert told(as_(here.system).post(url("person-switch", here.system.pk), {"on": "0"})) == [
        "Nobody switches off their own account."
    ]
    response = as_(here.system).post(url("password-reset", here.system.pk))
    assert told(response) == ["Change your own password on your profile page."]
    row = here.security.memberships.get()
    assert told(as_(here.security).post(url("role-end", row.pk)))[0].startswith("Nobody ends their own role")


@pytest.mark.parametrize("role", list(Role))
def test_accounts_and_roles_are_in_different_hands(here, role):
    client = as_(person(here.bureau, role))
    person_pk, row = here.people.health.pk, here.people.health.memberships.get()
    sees = role in SEES_PEOPLE

    def status(name, pk, allowed):
        found = client.post(url(name, pk), {}).status_code
        expected = {200, 302, 422} if allowed else ({403} if sees else {404})
        assert found in expected, (role, name, found)

    status("role-end", row.pk, role == Role.SECURITY_ADMIN)
    status("role-grant", person_pk, role == Role.SECURITY_ADMIN)
    status("person-switch", person_pk, role == Role.SYSTEM_ADMIN)
    status("password-reset", person_pk, role == Role.SYSTEM_ADMIN)
    assert client.get(url("person-new")).status_code == (200 if role == Role.SYSTEM_ADMIN else 403)


def test_people_of_another_city_are_not_found(here):
    other = person(city("other").health, Role.CLERK)
    client = as_(here.security)
    assert client.get(url("person", other.pk)).status_code == 404
    assert client.post(url("role-grant", other.pk), {}).status_code == 404
    assert client.post(url("role-end", other.memberships.get().pk)).status_code == 404
    assert as_(here.system).post(url("password-reset", other.pk)).status_code == 404


def test_lists_and_permissions_agree_for_everybody(here):
    other = city("other")
    district = JurisdictionFactory(parent=here.jurisdiction)
    MembershipFactory(department=DepartmentFactory(jurisdiction=district))
    MembershipFactory(department=here.health, valid_to=TODAY - timedelta(days=3))
    UserFactory()
    actors = [here.security, here.system, *vars(here.people).values(), *vars(other.people).values(), UserFactory()]
    for actor in actors:
        people = set(User.objects.visible_to(actor))
        assert people == {u for u in User.objects.all() if actor.has_perm("governance.view_user", u)}, actor
        rows = set(Membership.objects.visible_to(actor))
        every = Membership.objects.select_related("department__jurisdiction")
        assert rows == {m for m in every if actor.has_perm("governance.view_membership", m)}, actor
