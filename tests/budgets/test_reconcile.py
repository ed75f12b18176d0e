"""The proof finds one wrong fen wherever it is planted, and names the row."""

import io

import pytest
from django.core.management import call_command
from django.db.models import F

from budgets.models import BudgetEntry
from budgets.queries.reconcile import reconcile
from common.money import yuan
from projects.models import Line, LineSource
from reviews.models import ComponentFunding, Disposition, DispositionMoney
from tests.reference.city import ask, city, decide, determine, keep, line, merge

pytestmark = pytest.mark.django_db
FEN = yuan("0.01")


@pytest.fixture
def locked():
    r = city()
    ask(r, "A", "health", line("a", 100))
    ask(r, "B", "police", line("b", 200))
    ask(r, "C", "transport", line("c", None), round="R2")
    decide(r, keep("b"), merge("a", "b", 60, own=5))
    determine(r, "A", "B")
    r.lock("R1", by="head")


PLANTS = {
    "line A/1:": lambda: LineSource.objects.filter(line__name="a").update(amount=F("amount") + FEN),
    "line B/1:": lambda: Disposition.objects.filter(line__name="b").update(saved=F("saved") + FEN),
    "of A/1 in": lambda: DispositionMoney.objects.filter(disposition__line__name="a", part="moved").update(
        amount=F("amount") + FEN
    ),
    "component XM-B/1": lambda: ComponentFunding.objects.filter(component__line__name="b").update(
        amount=F("amount") + FEN
    ),
    "budget row R1 / XM-B / 2026": lambda: BudgetEntry.objects.filter(project__code="XM-B").update(
        amount=F("amount") + FEN
    ),
}


@pytest.mark.parametrize("name", PLANTS)
def test_a_wrong_fen_in_any_table_is_found_and_named(locked, name):
    assert PLANTS[name]() == 1
    assert any(name in row for row in reconcile().differences), reconcile().differences
    errors = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("reconcile", stdout=io.StringIO(), stderr=errors)
    assert stopped.value.code == 1 and name in errors.getvalue()


def test_a_clean_register_prints_the_identity_per_round(locked):
    out = io.StringIO()
    call_command("reconcile", stdout=out)
    assert "every fen stands in one place" in out.getvalue()
    words = out.getvalue().split()
    assert words[words.index("declared") + 1] == "3.00"
    assert words[words.index("transferred") + 1] == "0.60"


def test_an_unknown_amount_is_reported_and_is_no_difference(locked):
    report = reconcile()
    assert report.is_clean
    assert [entry.parts.unknown for entry in report.rounds if entry.round.name == "R2"] == [1]


def test_a_line_of_unknown_amount_with_money_is_a_difference(locked):
    Line.objects.filter(name="a").update(declared=None)
    assert any("line A/1" in row for row in reconcile().differences)
