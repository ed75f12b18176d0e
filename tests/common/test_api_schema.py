from __future__ import annotations

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tests.api import Program
from tests.factories import UserFactory


@pytest.fixture(scope="module")
def description():
    GENERATOR_STATS.reset()
    found = SchemaGenerator().get_schema(public=True)
    assert not GENERATOR_STATS, (GENERATOR_STATS._warn_cache, GENERATOR_STATS._error_cache)
    return found


def operations(description):
    return [
        (path, method, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def headers(operation):
    return {p["name"]: p.get("required", False) for p in operation.get("parameters", ()) if p["in"] == "header"}


def test_the_description_is_openapi_3_1_without_a_warning(description):
    assert description["openapi"].startswith("3.1")
    validate_schema(description)


def test_every_operation_says_in_words_what_it_does(description):
    silent = [
        f"{method} {path}" for path, method, operation in operations(description) if not operation.get("description")
    ]
    assert silent == []


def test_every_refusal_is_a_problem(description):
    for path, method, operation in operations(description):
        codes = set(operation["responses"])
        assert {"400", "401", "403", "406", "429"} <= codes, path
        assert "404" in codes or "{" not in path
        if method != "get" and "auth/tokens" not in path:
            assert {"409", "413", "415", "422"} <= codes, path
        for code, response in operation["responses"].items():
            if code >= "400":
                assert list(response["content"]) == ["application/problem+json"]
                reference = response["content"]["application/problem+json"]["schema"]["$ref"]
                assert reference.endswith("/Problem")


def test_governed_records_ask_for_their_version(description):
    paths = description["paths"]
    for operation in (paths["/api/v1/rounds/{id}/"]["patch"], paths["/api/v1/rounds/{id}/open/"]["post"]):
        assert headers(operation) == {"If-Match": True, "Idempotency-Key": False}
        assert {"412", "428"} <= set(operation["responses"])
    assert headers(paths["/api/v1/rounds/"]["post"]) == {"Idempotency-Key": False}
    assert headers(paths["/api/v1/departments/{id}/"]["patch"]) == {"Idempotency-Key": False}
    assert headers(paths["/api/v1/rounds/"]["get"]) == {}


def test_a_verb_without_fields_takes_no_body(description):
    assert "requestBody" not in description["paths"]["/api/v1/rounds/{id}/open/"]["post"]
    body = description["paths"]["/api/v1/memberships/{id}/end/"]["post"]["requestBody"]
    assert list(body["content"]) == ["application/json"]


def test_lists_declare_how_they_are_paged_sorted_and_filtered(description):
    names = {p["name"] for p in description["paths"]["/api/v1/rounds/"]["get"]["parameters"]}
    assert names == {"limit", "cursor", "ordering", "search", "year", "batch", "status"}


def test_money_is_a_text(description):
    amounts = [
        field
        for schema in description["components"]["schemas"].values()
        for field in schema.get("properties", {}).values()
        if "\\d{1,13}" in field.get("pattern", "")
    ]
    assert all(amount["type"] in ("string", ["string", "null"]) for amount in amounts)


@pytest.mark.django_db
def test_the_description_is_given_to_people_who_are_signed_in():
    assert Program().get("/api/schema/").status_code == 401
    response = Program(UserFactory()).get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert response.status_code == 200
    assert "/api/v1/rounds/" in response.json()["paths"]
