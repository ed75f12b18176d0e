from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from django.db import connection

from common.api.problems import Refusal
from common.api.versions import etag, seen_version
from common.errors import Stale
from governance.models import Round
from tests.api import V1, Program, refused
from tests.factories import city

pytestmark = pytest.mark.django_db


@pytest.fixture
def jiang():
    return city()


def seen(header, version=7, **more):
    headers = {} if header is None else {"If-Match": header}
    return seen_version(SimpleNamespace(headers=headers), Round(version=version), **more)


def test_the_tag_is_the_version():
    assert etag(Round(version=7)) == '"7"'
    assert seen('"7"') == 7
    assert seen('"3", "7"') == 7
    assert seen("*") is None


@pytest.mark.parametrize("header", ['"6"', 'W/"7"', '"x"', '""', '"６"', '"3", "4"', '"99999999999999"'])
def test_another_tag_is_stale(header):
    with pytest.raises(Stale):
        seen(header)


def test_no_tag_is_asked_for():
    with pytest.raises(Refusal) as refusal:
        seen(None)
    assert refusal.value.status_code == 428
    assert seen(None, required=False) is None


@pytest.mark.parametrize("header", ["7", '"7', "7,8", '"7";"8"', ""])
def test_what_is_no_tag_is_not_read(jiang, header):
    program = Program(jiang.people.head)
    path = f"{V1}rounds/{jiang.round.pk}/"
    refused(program.patch(path, {"name": "新"}, headers={"If-Match": header}), 400, "parse_error")


def test_a_change_needs_the_version_and_gives_the_next(jiang):
    program = Program(jiang.people.head)
    path = f"rounds/{jiang.round.pk}/"
    read = program.get(V1 + path)
    assert read["ETag"] == '"1"'
    refused(program.act(path, method="patch", name="新"), 428, "version_required")
    refused(program.act(path, 0, method="patch", name="新"), 412, "stale")
    changed = program.act(path, 1, method="patch", name="新")
    assert (changed.status_code, changed["ETag"], changed.json()["version"]) == (200, '"2"', 2)
    refused(program.act(path, 1, method="patch", name="旧"), 412, "stale")
    assert program.patch(V1 + path, {"name": "末"}, headers={"If-Match": "*"}).json()["name"] == "末"


def test_a_verb_needs_the_version(jiang):
    program = Program(jiang.people.head)
    path = f"rounds/{jiang.round.pk}/open/"
    refused(program.act(path), 428, "version_required")
    refused(program.act(path, 5), 412, "stale")


def test_a_verb_answers_with_the_record_as_it_is_now(jiang, django_assert_max_num_queries):
    Round.objects.filter(pk=jiang.round.pk).update(closes_on="2099-12-31")
    program = Program(jiang.people.head)
    with django_assert_max_num_queries(20):
        response = program.act(f"rounds/{jiang.round.pk}/open/", 1)
    assert response.status_code == 200, response.content
    assert (response.json()["status"], response["ETag"]) == ("open", '"2"')


def test_a_verb_takes_no_fields_that_it_does_not_know(jiang):
    problem = refused(Program(jiang.people.head).act(f"rounds/{jiang.round.pk}/open/", 1, force=True), 400, "invalid")
    assert problem["errors"][0]["pointer"] == "#/force"


def test_the_version_is_compared_again_under_the_lock(jiang, monkeypatch):
    """Between the look and the lock somebody else is faster."""
    demand = Program(jiang.people.head)
    original = Round.demand_version

    def slow(self, version):
        if not hasattr(slow, "done"):
            slow.done = True
            Round.objects.filter(pk=self.pk).update(version=9)
            self.version = 9
        return original(self, version)

    monkeypatch.setattr(Round, "demand_version", slow)
    refused(demand.act(f"rounds/{jiang.round.pk}/", 1, method="patch", name="新"), 412, "stale")
    assert Round.objects.get(pk=jiang.round.pk).name == jiang.round.name


@pytest.mark.django_db(transaction=True)
def test_changes_of_two_fields_by_two_programs_are_all_kept():
    """W2: 2 programs × 20 changes of different fields, each tried again after a 412."""
    jiang = city()
    path, tried = f"rounds/{jiang.round.pk}/", []

    def keep_changing(field, values):
        program = Program(jiang.people.head)
        try:
            for value in values:
                for _ in range(200):
                    version = program.read(path)["version"]
                    response = program.act(path, version, method="patch", **{field: value})
                    tried.append(response.status_code)
                    if response.status_code == 200:
                        break
        finally:
            connection.close()

    names, days = [f"第{n}次" for n in range(20)], [f"2099-01-{n + 1:02}" for n in range(20)]
    threads = [threading.Thread(target=keep_changing, args=work) for work in (("name", names), ("closes_on", days))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(tried) <= {200, 412, 409}
    assert tried.count(200) == 40
    round = Round.objects.get(pk=jiang.round.pk)
    assert (round.version, round.name, f"{round.closes_on}") == (41, names[-1], days[-1])
