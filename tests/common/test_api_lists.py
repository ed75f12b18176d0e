from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_filters import BooleanFilter, FilterSet, NumberFilter, RangeFilter
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from common.api.filtering import StrictFilterBackend, filter_parameters
from common.api.paging import Column, CursorPages, _behind
from common.api.problems import ParameterError
from common.models import OutboxMessage
from governance.models import Department
from projects.models import Application, Line
from tests.api import V1, Program, refused
from tests.factories import ApplicationFactory, DepartmentFactory, LineFactory, RoundFactory, city

pytestmark = pytest.mark.django_db


@pytest.fixture
def jiang():
    return city()


def walk(program, path, **query):
    """All rows, page by page."""
    rows, page = [], program.read(path, **query)
    while True:
        rows += page["results"]
        if not page["next"]:
            return rows
        page = program.get(page["next"]).json()


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_pages_miss_nothing_and_tell_nothing_twice(jiang, limit):
    for n in range(7):
        DepartmentFactory(jurisdiction=jiang.jurisdiction, name=f"同名{n % 2}")
    program = Program(jiang.people.head)
    for ordering in ("name", "-name", "name,-code", "-code"):
        rows = walk(program, "departments/", ordering=ordering, limit=limit)
        assert len(rows) == Department.objects.count()
        assert len({row["id"] for row in rows}) == len(rows)
        names = [row["name"] for row in rows]
        if ordering.endswith("name"):
            assert names == sorted(names, reverse=ordering.startswith("-"))


@pytest.mark.parametrize("ordering", ["closes_on", "-closes_on", "-year,closes_on"])
def test_rows_without_a_value_come_last_on_every_database(jiang, ordering):
    for days in (None, 3, None, 1, 2, 3):
        day = days and timezone.localdate() + timedelta(days)
        RoundFactory(jurisdiction=jiang.jurisdiction, closes_on=day)
    rows = walk(Program(jiang.people.head), "rounds/", ordering=ordering, limit=2)
    days = [row["closes_on"] for row in rows]
    known = [day for day in days if day]
    assert len(rows) == 7
    assert days == sorted(known, reverse=ordering.startswith("-c")) + [None] * 3


def test_rows_that_come_in_between_disturb_no_page(jiang):
    for code in "bdfh":
        DepartmentFactory(jurisdiction=jiang.jurisdiction, code=f"x-{code}")
    program = Program(jiang.people.head)
    first = program.read("departments/", ordering="code", search="x-", limit=2)
    DepartmentFactory(jurisdiction=jiang.jurisdiction, code="x-a")
    DepartmentFactory(jurisdiction=jiang.jurisdiction, code="x-e")
    second = program.get(first["next"]).json()
    assert [row["code"] for row in first["results"] + second["results"]] == ["x-b", "x-d", "x-e", "x-f"]


def pages(queryset, view, **query):
    """The paginator alone, over any queryset."""
    rows, factory = [], APIRequestFactory()
    for _ in range(50):
        request = factory.get("/x/", query)
        request.query_params = request.GET
        paginator = CursorPages()
        rows += paginator.paginate_queryset(queryset, request, view)
        if not paginator.next:
            return rows
        query["cursor"] = paginator.next
    raise AssertionError("no end")


class View:
    ordering_fields = ("declared", "submitted_at", "department__code")
    ordering = ("-pk",)


@pytest.mark.parametrize("ordering", ["declared", "-declared", "submitted_at", "-department__code,declared"])
def test_money_moments_and_related_fields_can_be_sorted_by(jiang, ordering):
    for amount in ("0.10", "0.30", "0.20", "100000000.01", "0.10"):
        application = ApplicationFactory(round=jiang.round, submitted_at=timezone.now())
        LineFactory(application=application, declared=amount)
    rows = Application.objects.with_amounts().select_related("department")
    found = pages(rows, View, ordering=ordering, limit=2)
    assert len(found) == len({row.pk for row in found}) == 5
    if ordering.endswith("declared") and "department" not in ordering:
        amounts = [row.declared for row in found]
        assert amounts == sorted(amounts, reverse=ordering.startswith("-"))


def test_the_last_page_asks_one_query(django_assert_num_queries):
    OutboxMessage.objects.bulk_create(OutboxMessage(task=f"t{n}") for n in range(60))
    request = APIRequestFactory().get("/x/", {"limit": 10})
    request.query_params = request.GET
    with django_assert_num_queries(1):
        CursorPages().paginate_queryset(OutboxMessage.objects.all(), request, View)


@pytest.mark.parametrize("limit", ["0", "-1", "201", "1000000000", "x", "", "１", "1.0", "9" * 5000])
def test_a_page_has_1_to_200_rows(jiang, limit):
    problem = refused(Program(jiang.people.head).get(V1 + "rounds/", {"limit": limit}), 400, "parameter")
    assert problem["errors"][0]["parameter"] == "limit"


def forged(order, values):
    return base64.urlsafe_b64encode(json.dumps([order, values]).encode()).decode()


CURSORS = [
    "x", "", "é", "%00", "{}", "!!!!",
    forged(["-pk"], [1]), forged(["-year", "-batch"], [1, 2]), forged(["-year", "-batch", "-pk"], [1]),
    forged(["-year", "-batch", "-pk"], ["x", 1, 1]), forged(["-year", "-batch", "-pk"], [{}, [], 1]),
    forged("-year", 1), forged(["owner__password"], ["a"]), forged(["-year", "-batch", "-pk"], ["NaN", 1e400, 1]),
    base64.urlsafe_b64encode(b"[" * 5000).decode(),
]  # fmt: skip


@pytest.mark.parametrize("cursor", CURSORS)
def test_a_forged_cursor_is_refused(jiang, cursor):
    problem = refused(Program(jiang.people.head).get(V1 + "rounds/", {"cursor": cursor}), 400, "parameter")
    assert problem["errors"][0]["parameter"] == "cursor"


@pytest.mark.parametrize("number", [10**25, -(10**25), 2**63, True])
def test_a_cursor_with_impossible_numbers_does_no_harm(jiang, number):
    cursor = forged(["-year", "-batch", "-pk"], [number, 1, number])
    response = Program(jiang.people.head).get(V1 + "rounds/", {"cursor": cursor})
    assert response.status_code in {200, 400}


@pytest.mark.postgres
def test_a_page_far_behind_starts_reading_where_it_begins(jiang):
    OutboxMessage.objects.bulk_create(OutboxMessage(task="t") for _ in range(20_000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE common_outboxmessage")
    columns = [Column("-pk", OutboxMessage.objects.all())]
    far = OutboxMessage.objects.order_by("-pk").filter(_behind(columns, [OutboxMessage.objects.all()[0].pk + 100]))
    plan = far[:51].explain(analyze=True)
    assert "Index Cond" in plan
    assert "Removed by Filter" not in plan


@pytest.mark.parametrize(
    "ordering",
    ["jurisdiction__code", "password", "-", "", "year,year", "year,-year", "?", "--year", "year;", "pk", "_connector"],
)
def test_sorting_has_an_allow_list(jiang, ordering):
    problem = refused(Program(jiang.people.head).get(V1 + "rounds/", {"ordering": ordering}), 400, "parameter")
    assert problem["errors"][0]["parameter"] == "ordering"


@pytest.mark.parametrize(
    "name",
    ["_connector", "jurisdiction__authority__name__startswith", "year__in", "format", "offset", "page", "Year", "q",
     "year\x00", "x" * 500, "__class__", "%(a)s", "id"],
)  # fmt: skip
def test_a_parameter_that_does_not_exist_is_refused(jiang, name):
    problem = refused(Program(jiang.people.head).get(V1 + "rounds/", {name: "1"}), 400, "parameter")
    assert problem["errors"][0]["parameter"] == name[:80]


def test_addresses_of_one_record_take_no_parameters(jiang):
    program = Program(jiang.people.head)
    refused(program.get(f"{V1}rounds/{jiang.round.pk}/?year=2027"), 400, "parameter")
    refused(program.post(f"{V1}rounds/{jiang.round.pk}/open/?force=1", {}), 400, "parameter")


@pytest.mark.parametrize(
    "query",
    [{"year": "x"}, {"year": ""}, {"search": ""},
     {"year": "NaN"}, {"status": "locked"}, {"search": "a\x00"}, {"name": "x"}, {"year": "1\x00"},
     ],
)  # fmt: skip
def test_what_a_filter_cannot_read_is_told(jiang, query):
    problem = refused(Program(jiang.people.head).get(V1 + "rounds/", query), 400, "parameter")
    assert problem["errors"][0]["parameter"] == next(iter(query))


@pytest.mark.parametrize("year", ["1" * 25, "-" + "9" * 25, "1e400", "1e40", "9223372036854775808", "0.5"])
def test_enormous_numbers_find_nothing_and_break_nothing(jiang, year):
    refused(Program(jiang.people.head).get(V1 + "rounds/", {"year": year}), 400, "parameter")
    assert Program(jiang.people.head).read("rounds/", year="9" * 18)["results"] == []


def test_filters_and_search_are_those_of_the_page(jiang):
    RoundFactory(jurisdiction=jiang.jurisdiction, year=2030, name="三零年")
    program = Program(jiang.people.head)
    assert [row["year"] for row in program.read("rounds/", year=2030)["results"]] == [2030]
    assert [row["year"] for row in program.read("rounds/", search="三零")["results"]] == [2030]
    assert program.read("departments/", is_active="false")["results"] == []
    assert len(program.read("departments/", is_active="true")["results"]) == 5


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_asks_the_same_queries_for_one_row_and_three(jiang, rows, django_assert_num_queries):
    for _ in range(rows - 1):
        RoundFactory(jurisdiction=jiang.jurisdiction)
    program = Program(jiang.people.head)
    program.read("rounds/")
    with django_assert_num_queries(4):  # session, person, roles, rounds
        assert len(program.read("rounds/")["results"]) == rows


class Amounts(FilterSet):
    """Every kind of filter whose page is more lenient than a program should be."""

    declared = NumberFilter(lookup_expr="gte")
    declared_range = RangeFilter("declared")
    sequence_range = RangeFilter("sequence")
    is_generic = BooleanFilter(method="of_kind")

    class Meta:
        model = Line
        fields: tuple[str, ...] = ()

    def of_kind(self, rows, name, value):
        return rows.filter(name="x") if value else rows


class LinesView:
    filterset_class = Amounts


def narrowed(**query):
    request = Request(APIRequestFactory().get("/x/", query))
    return StrictFilterBackend().filter_queryset(request, Line.objects.all(), LinesView())


@pytest.mark.parametrize(
    "query",
    [{"declared": "0.001"}, {"declared": "1e3"}, {"declared_range_min": "NaN"}, {"declared_range_max": "９"},
     {"sequence_range_min": "1.5"}, {"is_generic": "maybe"}, {"is_generic": "1"}],
)  # fmt: skip
def test_filters_read_amounts_and_numbers_as_strictly_as_fields(query):
    with pytest.raises(ParameterError) as refusal:
        narrowed(**query)
    assert list(refusal.value.detail) == list(query)


def test_filters_find_amounts_by_yuan(jiang):
    application = ApplicationFactory(round=jiang.round)
    for amount in ("0.10", "100.00", "250.50"):
        LineFactory(application=application, declared=amount)
    assert narrowed(declared="100.00").count() == 2
    assert narrowed(declared_range_min="0.11", declared_range_max="100").count() == 1
    assert narrowed(sequence_range_min="0", is_generic="false").count() == 3
    assert filter_parameters(Amounts) == {
        "declared", "declared_range_min", "declared_range_max", "sequence_range_min", "sequence_range_max", "is_generic",
    }  # fmt: skip
