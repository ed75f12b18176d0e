"""The menu shows what the role may open, and where one is."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from config.navigation import MENU, menu_of
from governance.models import User
from governance.states import Role
from tests.factories import DepartmentFactory, UserFactory, person

pytestmark = pytest.mark.django_db


def entries(user: User, path: str = "/") -> dict[str, bool]:
    """The views of a person's menu, and whether each is the one at `path`."""
    return {item.view: item.current for group in menu_of(user, path) for item in group.items}


@pytest.fixture
def clerk() -> User:
    return person(DepartmentFactory(), Role.CLERK)


def test_every_entry_leads_to_a_page() -> None:
    for group in MENU:
        for item in group.items:
            assert reverse(item.view)


@pytest.mark.parametrize("is_authority", [True, False])
@pytest.mark.parametrize("role", Role)
def test_every_entry_of_a_role_opens(role: Role, is_authority: bool, client: Client) -> None:
    department = DepartmentFactory()
    if is_authority:
        department.jurisdiction.authority = department
        department.jurisdiction.save()
    user = person(department, role)
    client.force_login(user)
    for view in entries(user):
        assert client.get(reverse(view), follow=True).status_code == 200, view


def test_a_clerk_is_not_offered_the_work_of_others(clerk: User) -> None:
    assert not {"reviews:consolidation", "budgets:index", "governance:people", "governance:audit"} & set(entries(clerk))
    assert {"home", "projects:list", "catalog:systems"} <= set(entries(clerk))


def test_somebody_without_a_role_finds_only_home() -> None:
    assert set(entries(UserFactory())) == {"home"}


def test_the_most_exact_entry_is_the_current_one(clerk: User) -> None:
    current = [view for view, here in entries(clerk, reverse("catalog:systems") + "7/").items() if here]
    assert current == ["catalog:systems"]


def test_home_is_current_only_at_home(clerk: User) -> None:
    assert entries(clerk, "/")["home"]
    assert not entries(clerk, reverse("catalog:data"))["home"]
