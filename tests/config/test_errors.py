"""A page that cannot be given says what happened and what to do next."""

from __future__ import annotations

import pytest
from django.test import Client

from governance.models import User
from governance.states import Role
from tests.factories import DepartmentFactory, MembershipFactory, person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.config.trouble_urls")]


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def clerk() -> User:
    return person(DepartmentFactory(name="市水务局"), Role.CLERK)


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/mistrust/", 400, "did not understand"),
        ("/forbid/", 403, "may not do this"),
        ("/nowhere/", 404, "does not exist"),
        ("/refuse/", 409, "Two lines are open: decide them first."),
        ("/fail/", 500, "A fault on our side"),
    ],
)
def test_each_trouble_has_its_page(visitor: Client, address: str, status: int, words: str) -> None:
    response = visitor.get(address)
    assert response.status_code == status
    assert words in response.content.decode()


def test_who_is_signed_in_keeps_the_menu_and_reads_the_role(visitor: Client, clerk: User) -> None:
    visitor.force_login(clerk)
    page = visitor.get("/forbid/").content.decode()
    assert 'class="sidebar"' in page
    assert "市水务局" in page


def test_a_fault_tells_a_number_and_nothing_of_its_cause(visitor: Client) -> None:
    response = visitor.get("/fail/")
    assert response["X-Request-ID"] in response.content.decode()
    assert "secret" not in response.content.decode()


def test_a_refusal_leads_back_only_to_our_own_pages(visitor: Client) -> None:
    ours = visitor.get("/refuse/", headers={"referer": "http://testserver/projects/"}).content.decode()
    assert 'href="http://testserver/projects/"' in ours
    other = visitor.get("/refuse/", headers={"referer": "https://elsewhere.example/"}).content.decode()
    assert "elsewhere" not in other


def test_a_part_of_a_page_gets_the_refusal_as_a_sentence(visitor: Client) -> None:
    response = visitor.get("/refuse/", headers={"hx-request": "true"})
    assert response.status_code == 409
    assert response["Content-Type"].startswith("text/plain")
    assert response.content.decode() == "Two lines are open: decide them first."


def test_a_form_of_an_old_page_says_to_load_it_again() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {})
    assert response.status_code == 403
    assert "stood open too long" in response.content.decode()


def test_another_role_of_ones_own_is_offered_where_it_may_help(visitor: Client, clerk: User) -> None:
    other = MembershipFactory(user=clerk, department=DepartmentFactory(name="市财政局"), role=Role.LEADER)
    visitor.force_login(clerk)
    for address in ("/forbid/", "/nowhere/"):
        page = visitor.get(address).content.decode()
        assert f'name="membership" value="{other.pk}"' in page
        assert f'name="next" value="{address}"' in page
        assert "Try again as 市财政局" in page


def test_what_is_not_there_can_be_searched_for(visitor: Client, clerk: User) -> None:
    assert "trouble-search" not in visitor.get("/nowhere/").content.decode()
    visitor.force_login(clerk)
    assert 'id="trouble-search"' in visitor.get("/nowhere/").content.decode()
