from __future__ import annotations

import pytest
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.db import DataError, IntegrityError, OperationalError
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions

from common.api.problems import handle, problem_of
from common.errors import DomainError, Stale
from common.transitions import MoveError
from governance.models import Round
from tests.api import V1, Program, refused
from tests.factories import RoundFactory, city, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def jiang():
    return city()


def test_a_stranger_is_asked_for_a_token():
    response = Program().get(V1 + "rounds/")
    refused(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"] == "Token"


def test_an_address_that_does_not_exist_says_so(jiang):
    program = Program(jiang.people.head)
    assert "GET /api/v1/" in refused(program.get(V1 + "nothing/"), 404, "not_found")["detail"]
    assert "slash" in refused(program.get(V1 + "rounds"), 404, "not_found")["detail"]
    refused(program.get(V1 + "rounds/99999999999999999999999/"), 404, "not_found")
    refused(program.get(V1 + "rounds/%00/"), 404, "not_found")
    refused(program.get(V1 + "rounds/123456/"), 404, "not_found")
    refused(Program().get(V1 + "nothing/"), 401, "not_authenticated")


def test_what_a_role_does_not_allow_is_403_and_what_is_out_of_sight_404(jiang):
    foreign = RoundFactory()
    clerk = Program(jiang.people.health)
    refused(clerk.act(f"rounds/{jiang.round.pk}/open/", 1), 403, "permission_denied")
    refused(clerk.act(f"rounds/{foreign.pk}/open/", 1), 404, "not_found")


def test_method_answer_and_form_are_refused_in_words(jiang):
    program = Program(jiang.people.head)
    refused(program.delete(V1 + "rounds/"), 405, "method_not_allowed")
    refused(program.options(V1 + "rounds/"), 405, "method_not_allowed")
    refused(program.put(f"{V1}rounds/{jiang.round.pk}/", {}), 405, "method_not_allowed")
    refused(program.get(V1 + "rounds/", headers={"Accept": "text/html"}), 406, "not_acceptable")
    refused(program.post(V1 + "rounds/", "year=2027", content_type="text/plain"), 415, "unsupported_media_type")


def test_a_rule_of_the_business_is_409_in_its_own_words(jiang):
    problem = refused(Program(jiang.people.head).act(f"rounds/{jiang.round.pk}/close/", 1), 409, "state")
    assert problem["detail"].startswith("This is “closed, under review” now")
    assert problem["request_id"]


def test_refusals_speak_the_readers_language(jiang):
    chinese = Program(jiang.people.head, headers={"Accept-Language": "zh-hans"})
    problem = refused(chinese.post(V1 + "rounds/", {"name": ""}), 400, "invalid")
    assert any("该字段" in error["detail"] for error in problem["errors"])


def test_every_wrong_field_is_pointed_at(jiang):
    order = {"year": "next", "name": "", "status": "open", "colour": "red"}
    first = refused(Program(jiang.people.head).post(V1 + "rounds/", order), 400, "invalid")
    assert {error["pointer"] for error in first["errors"]} == {"#/status", "#/colour"}
    order = {"year": "next", "name": ""}
    second = refused(Program(jiang.people.head).post(V1 + "rounds/", order), 400, "invalid")
    assert {error["pointer"] for error in second["errors"]} == {"#/year", "#/name"}
    assert not Round.objects.filter(year=2028).exists()


def test_what_a_constraint_says_stands_beside_its_field_or_the_whole(jiang):
    order = {"year": 2028, "batch": 1, "name": "早", "opens_on": "2028-03-01", "closes_on": "2028-02-01"}
    problem = refused(Program(jiang.people.head).post(V1 + "rounds/", order), 400, "invalid")
    assert problem["errors"] == [{"pointer": "#", "code": "invalid", "detail": "The end lies before the beginning."}]


def test_a_person_without_a_role_sees_nothing(jiang):
    outsider = person(jiang.health, "clerk")
    outsider.memberships.all().delete()
    assert Program(outsider).read("rounds/")["results"] == []


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (DomainError("No."), 409, "rule"),
        (MoveError("No."), 409, "state"),
        (Stale("Look again."), 412, "stale"),
        (ValidationError({"name": "Too long."}), 400, "invalid"),
        (ValidationError("Wrong."), 400, "invalid"),
        (IntegrityError("UNIQUE"), 409, "integrity"),
        (OperationalError("database is locked"), 409, "busy"),
        (OperationalError("server closed the connection"), 503, "unavailable"),
        (DataError("out of range"), 400, "invalid"),
        (MultiPartParserError("boundary"), 400, "invalid"),
        (BadRequest("?"), 400, "invalid"),
        (SuspiciousOperation("?"), 400, "invalid"),
        (RequestDataTooBig("?"), 413, "too_large"),
        (exceptions.Throttled(3), 429, "throttled"),
        (exceptions.PermissionDenied(), 403, "permission_denied"),
    ],
)
def test_every_kind_of_refusal_has_its_status(error, status, code):
    problem = problem_of(error)
    assert (problem.status, problem.code) == (status, code)
    assert problem.detail
    assert problem.response().data["title"]


def test_a_fault_of_ours_stays_a_fault():
    assert handle(ZeroDivisionError(), {}) is None


def test_what_stands_in_the_way_is_listed():
    problem = problem_of(DomainError("Close these first:", items=["SB2027-0001", "SB2027-0002"]))
    assert problem.detail == "Close these first:"
    assert problem.more == {"items": ["SB2027-0001", "SB2027-0002"]}


def test_pointers_reach_into_lists_and_escape_names():
    error = exceptions.ValidationError({"lines": [{}, {"a/b~c": ["Wrong."]}], "non_field_errors": ["Together."]})
    found = {(e["pointer"], e["detail"]) for e in problem_of(error).more["errors"]}
    assert found == {("#/lines/1/a~1b~0c", "Wrong."), ("#", "Together.")}


def test_nothing_is_kept_in_a_cache(jiang):
    program = Program(jiang.people.head)
    assert program.get(V1 + "rounds/")["Cache-Control"] == "no-store"
    assert program.get(f"{V1}rounds/{jiang.round.pk}/")["Cache-Control"] == "no-store"


def test_a_fault_behind_a_noun_is_told_as_a_problem_and_logged(jiang, monkeypatch):
    monkeypatch.setattr(Round, "__init__", lambda *_, **__: 1 / 0)
    program = Program(jiang.people.head)
    program.raise_request_exception = False
    problem = refused(program.get(V1 + "rounds/"), 500, "internal_server_error")
    assert "ZeroDivisionError" not in str(problem)
