from __future__ import annotations

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import QueryDict
from django.utils import timezone
from rest_framework.response import Response

from common.api.idempotency import _fingerprint, forget_old_keys, once
from common.api.problems import Refusal
from common.models import IdempotencyKey
from governance.models import Round
from tests.api import V1, Program, refused
from tests.factories import city

ORDER = {"year": 2031, "name": "三一年"}


@pytest.fixture
def jiang():
    return city()


def create(program, key="k-1", **fields):
    return program.post(V1 + "rounds/", {**ORDER, **fields}, headers={"Idempotency-Key": key})


@pytest.mark.django_db
def test_the_second_time_the_same_answer_is_given_and_nothing_done(jiang):
    program = Program(jiang.people.head)
    first, second = create(program), create(program)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    for header in ("ETag", "Location", "Content-Type"):
        assert first[header] == second[header]
    assert first["Location"] == f"/api/v1/rounds/{first.json()['id']}/"
    assert Round.objects.filter(year=2031).count() == 1


@pytest.mark.django_db
def test_a_verb_is_answered_again_although_the_version_moved_on(jiang):
    Round.objects.filter(pk=jiang.round.pk).update(closes_on="2099-12-31")
    program = Program(jiang.people.head)
    path, headers = f"{V1}rounds/{jiang.round.pk}/open/", {"If-Match": '"1"', "Idempotency-Key": "k"}
    first, second = (program.post(path, {}, headers=headers) for _ in range(2))
    assert (first.status_code, first.content) == (second.status_code, second.content) == (200, first.content)
    refused(program.act(f"rounds/{jiang.round.pk}/open/", 1), 412, "stale")


@pytest.mark.django_db
def test_the_key_of_another_request_is_refused(jiang):
    program = Program(jiang.people.head)
    create(program)
    refused(create(program, name="另一个"), 422, "key_reused")
    assert Round.objects.filter(year=2031).count() == 1


@pytest.mark.django_db
def test_a_key_belongs_to_its_person_and_its_address(jiang):
    program = Program(jiang.people.head)
    round = create(program, key="same").json()
    renamed = program.patch(
        f"{V1}rounds/{round['id']}/", {"name": "改"}, headers={"Idempotency-Key": "same", "If-Match": "*"}
    )
    assert renamed.json()["name"] == "改"
    refused(create(Program(jiang.people.li), key="same"), 403, "permission_denied")


@pytest.mark.django_db
def test_a_refusal_leaves_no_key_behind(jiang):
    program = Program(jiang.people.head)
    refused(create(program, year="x"), 400, "invalid")
    assert not IdempotencyKey.objects.exists()
    assert create(program).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "k" * 256, "a b", "é", "k\x7f"])
def test_a_key_is_visible_ascii(jiang, key):
    refused(create(Program(jiang.people.head), key=key), 400, "parse_error")


@pytest.mark.django_db
def test_the_longest_key_serves(jiang):
    assert create(Program(jiang.people.head), key="k" * 255).status_code == 201


@pytest.mark.django_db
def test_without_a_key_nothing_is_kept(jiang):
    assert Program(jiang.people.head).act("rounds/", **ORDER).status_code == 201
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
def test_effect_and_key_are_one(jiang):
    """A fault after the effect takes both away: sent again, it happens."""
    request = SimpleNamespace(
        headers={"Idempotency-Key": "k"}, method="POST", path="/x/", data={}, user=jiang.people.head
    )

    def effect(fail):
        Round.objects.filter(pk=jiang.round.pk).update(name="改")
        if fail:
            raise RuntimeError
        return Response({"done": True})

    with pytest.raises(RuntimeError), transaction.atomic():
        once(request, lambda: effect(True))
    assert not IdempotencyKey.objects.exists()
    assert Round.objects.get(pk=jiang.round.pk).name == jiang.round.name
    with transaction.atomic():
        once(request, lambda: effect(False))
    assert once(request, lambda: effect(True)).content == b'{"done":true}'


def test_uploads_are_compared_by_content():
    def sent(content, name="a.txt"):
        data = QueryDict("kind=basis", mutable=True)
        data["file"] = SimpleUploadedFile(name, content)
        return _fingerprint(data)

    assert sent(b"1") == sent(b"1")
    assert len({sent(b"1"), sent(b"2"), sent(b"1", "b.txt")}) == 3


@pytest.mark.django_db
def test_keys_are_kept_a_day_and_then_forgotten(jiang):
    program = Program(jiang.people.head)
    create(program, key="old")
    create(program, key="new", year=2032)
    IdempotencyKey.objects.filter(key="old").update(created_at=timezone.now() - timedelta(hours=49))
    assert forget_old_keys() == 1
    assert IdempotencyKey.objects.get().key == "new"


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one():
    jiang, answers = city(), []
    programs = [Program(jiang.people.head) for _ in range(20)]
    gate = threading.Barrier(len(programs))

    def send(program):
        gate.wait()
        try:
            answers.append(create(program))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[program]) for program in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Round.objects.filter(year=2031).count() == 1
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    for answer in answers:
        if answer.status_code != 201:
            refused(answer, 409, "in_flight")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_under_way_the_second_is_told_so():
    jiang, begun, end, caught = city(), threading.Event(), threading.Event(), []

    def request():
        return SimpleNamespace(
            headers={"Idempotency-Key": "k"}, method="POST", path="/x/", data={}, user=jiang.people.head
        )

    def slow():
        begun.set()
        end.wait(10)
        return Response({})

    def first():
        try:
            with transaction.atomic():
                once(request(), slow)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    begun.wait(10)
    try:
        with pytest.raises(Refusal) as refusal, transaction.atomic():
            once(request(), slow)
        caught.append(refusal.value)
    finally:
        end.set()
        thread.join()
    assert (caught[0].status_code, caught[0].detail.code) == (409, "in_flight")
