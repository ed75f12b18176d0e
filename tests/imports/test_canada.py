"""A real round by the interface for programs: 398 Canadian applications from import to a locked list."""

from decimal import Decimal

import pytest
from django.utils import timezone

from budgets.models import BudgetEntry
from budgets.queries.reconcile import reconcile
from common.money import total
from config.datasets import import_bundled
from governance.models import Department, Jurisdiction, Round
from governance.states import DepartmentKind, Role
from projects.models import Line
from reviews.models import AnnualList, Intake, Opinion
from reviews.queries.standing import stand, total_of
from tests.api import Program
from tests.factories import DepartmentFactory, person

pytestmark = pytest.mark.django_db
SHARED = "GCdocs"  # the same document system, asked for by a dozen departments


@pytest.fixture
def canada():
    """The imported round, with people who work on it."""
    import_bundled("canada-it-projects-2016")
    Intake.objects.update(screened_at=timezone.now())
    place = Jurisdiction.objects.get(code="ca")
    treasury = DepartmentFactory(jurisdiction=place, code="finance-desk", kind=DepartmentKind.FINANCE)
    roles = {"one": Role.REVIEWER, "two": Role.REVIEWER, "head": Role.HEAD}
    people = {name: Program(person(place.authority, role, username=f"ca-{name}")) for name, role in roles.items()}
    people["finance"] = Program(person(treasury, Role.FINANCE, username="ca-finance"))
    return people


def decide(people, choices, reason):
    act = people["one"].act("acts/", reason=reason, title=reason, choices=choices)
    assert act.status_code == 201, act.content
    address = f"acts/{act.json()['id']}/"
    for who, verb in (("one", "propose"), ("two", "confirm")):
        answer = people[who].act(f"{address}{verb}/", "*")
        assert answer.status_code == 200, answer.content
    return act.json()


def supply_gaps(people):
    """The departments say the six amounts that nobody knew."""
    for gap in people["one"].read("unknown-amounts/", limit=20)["results"]:
        line = Line.objects.select_related("application__department").get(pk=gap["id"])
        clerk = Program(person(line.application.department, Role.CLERK, username=f"clerk-{line.pk}"))
        answer = clerk.act(f"unknown-amounts/{line.pk}/supply/", "*", amount="1000000.00")
        assert answer.status_code == 200, answer.content


def consolidate(people):
    """One document system for a dozen departments, each paying a quarter; the rest kept with a tenth less."""
    lead, *others = Line.objects.filter(name=SHARED).order_by("-declared", "pk")
    assert len(others) == 11
    moved = {line.pk: (line.declared / 4).quantize(Decimal("0.01")) for line in others}
    merged = [
        {"line": pk, "kind": "merge", "target_line": lead.pk, "moved": f"{amount:.2f}"} for pk, amount in moved.items()
    ]
    decide(people, [{"line": lead.pk, "kind": "keep"}, *merged], "one document system for all")
    rest = Line.objects.exclude(name=SHARED).order_by("pk")
    kept = [{"line": line.pk, "kind": "keep", "own": f"{line.declared * Decimal('0.9'):.2f}"} for line in rest]
    decide(people, kept, "kept with a tenth less")
    Opinion.objects.update(state="silent")
    return sum(moved.values())


def lock(people):
    """The meeting determines all of it, finance sets a ceiling, the head locks."""
    round = Round.objects.get()
    listed = people["head"].act("annual-lists/open/", round=round.pk).json()
    address = f"annual-lists/{listed['id']}/"
    applications = list(round.applications.values_list("pk", flat=True))
    for who, verb, order in (
        ("head", f"{address}determine/", {"applications": applications, "meeting": "June 2016"}),
        ("finance", "budgets/open-year/", {"year": 2016, "amount": "11000000000.00"}),
        ("head", f"{address}lock/", {"document_number": "8555-421-266"}),
    ):
        answer = people[who].act(verb, None if who == "finance" else "*", **order)
        assert answer.status_code == 200, answer.content


def test_canada_goes_from_import_to_a_locked_list(canada):
    supply_gaps(canada)
    transferred = consolidate(canada)
    lock(canada)

    parts = total_of(stand(Line.objects.all()))
    assert parts.declared == Decimal("11918961480.00") + 6 * Decimal("1000000.00")
    assert parts.transferred == transferred
    assert not parts.held and not parts.unknown and parts.adds_up
    budget = BudgetEntry.objects.aggregate(sum=total("amount"))["sum"]
    assert budget == parts.own + parts.transferred
    assert AnnualList.objects.get().versions.count() == 1
    assert Department.objects.filter(budgets__isnull=False).get().code == "tbs-ocio"
    assert reconcile().is_clean
