"""The pages of the pictures and their files: who may look, what they say, how they lead on."""

import csv
import io
import json
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from insight.queries.gathering import gather
from insight.queries.periods import chosen, periods_of, year_before
from insight.views.files import TABLES
from reviews.services.plan import Choice
from tests import scenes
from tests.factories import CapabilityFactory, RoundFactory, city
from tests.insight.test_equality import busy_city

pytestmark = pytest.mark.django_db
PAGE = "insight:index"


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def data_of(body, picture):
    return json.loads(re.search(rf'<script id="{picture}-data" type="application/json">(.*?)</script>', body)[1])


@pytest.mark.parametrize("who", ["head", "li", "finance", "auditor", "health", "health_leader"])
def test_those_who_decide_pay_audit_or_apply_see_the_pictures(as_, who):
    scene = busy_city()
    body = as_(getattr(scene.place.people, who)).get(reverse(PAGE), {"period": scene.place.round.year}).content.decode()
    for picture in ("flow", "years", "way"):
        assert data_of(body, picture)
    assert 'class="dt heat"' in body


@pytest.mark.parametrize("who", ["intake", "catalog"])
@pytest.mark.parametrize("name", [PAGE, "insight:lines", "insight:times", "insight:flow-csv", "insight:way-xlsx"])
def test_others_do_not(as_, who, name):
    assert as_(getattr(city().people, who)).get(reverse(name)).status_code == 403


def test_the_numbers_of_the_drawing_are_those_of_the_table(as_):
    scene = busy_city()
    body = as_(scene.place.people.head).get(reverse(PAGE), {"period": scene.place.round.year}).content.decode()
    data = data_of(body, "flow")
    links = {link["url"]: link["value"] for link in data["links"]}
    cells = dict(re.findall(r'<a href="(/insight/lines/[^"]*)">([\d,.]+)</a>', body))
    shown = {url.replace("&amp;", "&"): Decimal(text.replace(",", "")) for url, text in cells.items()}
    assert len(links) > 8
    for url, value in links.items():
        assert shown[url] == Decimal(value), url


def test_a_department_reads_only_its_own_name(as_):
    scene = busy_city()
    body = as_(scene.place.people.health).get(reverse(PAGE), {"period": scene.place.round.year}).content.decode()
    assert scene.place.police.name not in body and scene.place.transport.name not in body


def test_without_a_round_and_without_a_submission_the_page_says_so(as_):
    place = city()
    client = as_(place.people.head)
    assert "data-chart" not in client.get(reverse(PAGE)).content.decode()
    scenes.application(place, "health", 100, status="draft")
    body = client.get(reverse(PAGE)).content.decode()
    assert "data-chart" not in body and reverse("projects:list") in body
    place.round.status = "planned"
    place.round.save()
    assert client.get(reverse(PAGE)).status_code == 200
    assert client.get(reverse("insight:flow-csv")).status_code == 404


def test_years_and_batches_are_chosen_and_compared_with_the_year_before():
    place = city()
    head, year = place.people.head, place.round.year
    RoundFactory(jurisdiction=place.jurisdiction, year=year, batch=2)
    RoundFactory(jurisdiction=place.jurisdiction, year=year + 1, batch=1)
    RoundFactory(jurisdiction=place.jurisdiction, year=year + 2, batch=1, status="planned")
    periods = periods_of(head)
    assert [period.key for period in periods] == [str(year + 1), str(year), f"{year}-1", f"{year}-2"]
    assert chosen(periods, "nonsense").key == str(year + 1)
    assert year_before(periods, periods[0]).key == str(year)
    assert year_before(periods, periods[3]) is None


@pytest.mark.parametrize("picture", TABLES)
def test_each_table_is_a_workbook_and_a_csv_file_with_the_same_figures(as_, picture):
    scene = busy_city()
    client, asked = as_(scene.place.people.head), {"period": scene.place.round.year}
    text = b"".join(client.get(reverse(f"insight:{picture}-csv"), asked).streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    book = client.get(reverse(f"insight:{picture}-xlsx"), asked)
    sheet = load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == len(lines) > 1
    number = Decimal(0)
    for row, line in zip(rows[1:], lines[1:], strict=True):
        for cell, word in zip(row, line, strict=True):
            if isinstance(cell, int | float):
                number += Decimal(str(cell))
                assert Decimal(str(cell)) == Decimal(word)
    assert number > 0


def test_the_file_of_the_flow_adds_up(as_):
    scene = busy_city()
    head, asked = scene.place.people.head, {"period": scene.place.round.year}
    text = b"".join(as_(head).get(reverse("insight:flow-csv"), asked).streaming_content).decode("utf-8-sig")
    periods = periods_of(head)
    gathered = gather(head, periods, chosen(periods, str(asked["period"])))
    departments = {node.label for node in gathered.flow.of("department")}
    amounts = [Decimal(row[2]) for row in csv.reader(io.StringIO(text)) if row[0] in departments]
    assert sum(amounts) == gathered.declared.amount


def test_a_figure_leads_to_its_lines_and_on_to_application_and_act(as_):
    scene = busy_city()
    asked = {"period": scene.place.round.year, "treatment": "merge"}
    body = as_(scene.place.people.head).get(reverse("insight:lines"), asked).content.decode()
    line = scene.health_application.lines.get()
    assert reverse("projects:line", args=[scene.health_application.number, line.pk]) in body
    assert reverse("reviews:act", args=[scene.act.pk]) in body
    assert scene.police_application.number not in body


def test_a_figure_that_is_no_more_says_so(as_):
    scene = scenes.decided()
    answer = as_(scene.place.people.head).get(reverse("insight:lines"), {"treatment": "remediate", "department": "x"})
    assert answer.status_code == 200 and "<table" not in answer.content.decode()


def test_a_department_does_not_ask_for_the_lines_of_another(as_):
    scene = busy_city()
    asked = {"period": scene.place.round.year, "department": scene.place.police.pk}
    answer = as_(scene.place.people.health).get(reverse("insight:lines"), asked)
    assert "<table" not in answer.content.decode()


def test_a_step_leads_to_its_applications(as_):
    scene = scenes.locked()
    asked = {"period": scene.place.round.year, "step": "listed"}
    body = as_(scene.place.people.finance).get(reverse("insight:times"), asked).content.decode()
    for made in (scene.health_application, scene.police_application):
        assert reverse("projects:detail", args=[made.number]) in body


@pytest.mark.parametrize(("name", "queries"), [(PAGE, 13), ("insight:lines", 11), ("insight:times", 10)])
@pytest.mark.parametrize("size", [1, 3])
def test_three_applications_cost_no_more_queries_than_one(as_, django_assert_num_queries, name, queries, size):
    place = city()
    made = [scenes.application(place, "health", 100, 50) for _ in range(size)]
    capability = CapabilityFactory(jurisdiction=place.jurisdiction, provider=place.bureau)
    scenes.decide(place, *(scenes.keep(scenes.module(a), 90) for a in made))
    scenes.decide(place, *(Choice(scenes.module(a, 2).pk, "strip", Decimal(0), capability=capability.pk) for a in made))
    scenes.determine(place.round, made, by=place.people.head)
    client = as_(place.people.head)
    client.get(reverse(name))
    with django_assert_num_queries(queries):
        client.get(reverse(name))
