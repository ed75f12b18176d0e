"""The list of applications with the review's clock, the modules that look like others, and the files of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from projects.models import Application
from projects.services.submission import ask_sign_off
from reviews.models import Finding
from reviews.services import intake, verdicts
from reviews.states import Band, Pool
from tests.factories import CapabilityFactory, complete_draft, open_city
from tests.governance.pages import as_
from tests.scenes import application, decide, keep, module

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return open_city()


def sent(town):
    signed = ask_sign_off(complete_draft(town), by=town.people.health)
    return intake.submit(signed, by=town.people.health_leader)


def look(user, **asked):
    return as_(user).get(reverse("projects:list"), asked, HTTP_ACCEPT_LANGUAGE="en")


def found(page):
    return [row.application.pk for row in page.context["rows"]]


def test_terms_that_press_and_that_are_over_have_tabs(town):
    made = sent(town)
    clock = look(town.people.intake).context["rows"][0].clock
    assert (clock.state, clock.left) == ("running", clock.limit)
    late = timezone.now() + timedelta(days=120)
    with time_machine.travel(late, tick=False):
        page = look(town.people.intake, view="over")
        assert found(page) == [made.pk]
        assert found(look(town.people.intake, view="soon")) == []
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert found(look(town.people.intake, view="over")) == []


def test_the_clock_of_one_in_correction_stands_still_and_is_not_late(town):
    back = intake.ask_correction(sent(town), items=[("等保", "缺依据")], by=town.people.intake)
    with time_machine.travel(timezone.now() + timedelta(days=120), tick=False):
        page = look(town.people.intake)
    assert [row.clock.state for row in page.context["rows"]] == ["paused"]
    assert found(page) == [back.intake.application_id]
    assert page.context["tabs"][3][1] == 0


def beside(town, line, band=Band.LIKELY):
    capability = CapabilityFactory(jurisdiction=town.jurisdiction, provider=town.bureau)
    return Finding.objects.create(
        line=line, pool=Pool.CATALOG, band=band, capability=capability, pair_key=f"k{capability.pk}"
    )


def alike(town):
    (row,) = look(town.people.li).context["rows"]
    return row.application.alike


def test_likely_duplicates_are_counted_once_and_only_they(town):
    line = sent(town).lines.get()
    for band in (Band.LOOK, Band.DOUBTFUL):
        beside(town, line, band)
    assert alike(town) == 0
    for _number in range(2):
        beside(town, line)
    assert alike(town) == 1


def test_what_a_person_found_to_be_no_duplicate_is_not_counted(town):
    one, other = (beside(town, line) for line in [sent(town).lines.get()] * 2)
    verdicts.judge(one, "different", by=town.people.li, reason="another kind")
    verdicts.judge(other, "duplicate", by=town.people.li)
    assert alike(town) == 1
    verdicts.judge(other, "related", by=town.people.li)
    assert alike(town) == 0


def test_a_module_that_is_decided_is_not_counted():
    place = open_city()
    made = application(place, "health", 10)
    verdicts.judge(beside(place, module(made)), "duplicate", by=place.people.li)
    assert alike(place) == 1
    decide(place, keep(module(made)))
    assert alike(place) == 0


def test_the_file_holds_the_chosen_columns_in_the_order_of_the_list(town):
    for _number in range(2):
        sent(town)
    user = town.people.li
    user.lists = {"projects": {"columns": ["clock", "modules"]}}
    user.save()
    answer = as_(user).get(reverse("projects:export-csv"), {"ordering": "number"}, HTTP_ACCEPT_LANGUAGE="en")
    head, *rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert head.split(",")[:4] == ["number", "name", "Review clock", "Modules"]
    numbers = list(Application.objects.order_by("number").values_list("number", flat=True))
    assert [row.split(",")[0] for row in rows] == numbers


def test_sums_are_of_all_pages(town, settings):
    for _number in range(26):
        complete_draft(town)
    page = look(town.people.health)
    assert len(page.context["rows"]) == 25
    assert page.context["totals"].declared == Decimal("26000000.00")
    assert page.context["page_declared"] == Decimal("25000000.00")


@pytest.mark.parametrize("who", ["health", "li"])
def test_the_list_asks_at_most_a_dozen_times_whatever_its_length(town, who):
    asked = []
    for _number in range(2):
        sent(town)
        ended = {"status": "rejected", "ended_at": timezone.now(), "ended_by": town.people.head}
        Application.objects.filter(pk=sent(town).pk).update(**ended)
        client = as_(getattr(town.people, who))
        client.get(reverse("projects:list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("projects:list"))
        asked.append(len(queries))
    assert asked[0] == asked[1], asked
    assert asked[0] <= 12, [row["sql"][:150] for row in queries.captured_queries]


def test_the_foot_says_where_the_money_of_all_rows_stands(town):
    sent(town)
    complete_draft(town)
    url = reverse("reviews:applications-money")
    clerk = as_(town.people.health).get(url, HTTP_ACCEPT_LANGUAGE="en")
    assert clerk.context["parts"].held_total == Decimal("2000000.00")
    narrowed = as_(town.people.health).get(url, {"view": "drafts"}, HTTP_ACCEPT_LANGUAGE="en", HTTP_HX_REQUEST="true")
    assert narrowed.context["parts"].declared == Decimal("1000000.00")
    assert "<html" not in narrowed.content.decode()
    stranger = as_(town.people.transport).get(url)
    assert stranger.context["parts"].declared == 0
