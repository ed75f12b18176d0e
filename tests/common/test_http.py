from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from common.errors import DomainError
from common.http import demand, telling, way_back


class Person:
    def has_perm(self, permission, target):
        return permission == f"may {target}"


def request_with(**post):
    request = RequestFactory().post("/", post)
    request._messages = CookieStorage(request)
    return request


def test_what_is_not_allowed_stops_with_403():
    demand(Person(), "may 1", 1)
    with pytest.raises(PermissionDenied):
        demand(Person(), "may 1", 2)


def test_success_is_told():
    request = request_with()
    with telling(request, "Done."):
        pass
    assert [(m.level_tag, m.message) for m in get_messages(request)] == [("success", "Done.")]


def test_a_refusal_is_told_in_its_own_words():
    request = request_with()
    with telling(request, "Done."):
        raise DomainError("Close the other round first.", items=["2027"])
    assert [(m.level_tag, m.message) for m in get_messages(request)] == [("error", "Close the other round first. 2027")]


def test_a_fault_is_not_swallowed():
    with pytest.raises(ZeroDivisionError), telling(request_with(), "Done."):
        1 / 0  # noqa: B018


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("/projects/?q=1", "/projects/?q=1"),
        ("https://evil.example/", "/here/"),
        ("//evil.example", "/here/"),
        ("javascript:alert(1)", "/here/"),
        ("", "/here/"),
    ],
)
def test_the_way_back_stays_with_us(asked, found):
    assert way_back(request_with(next=asked), "/here/") == found
