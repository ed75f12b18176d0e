"""The database itself refuses what is never true of a budget: above all a line that is not the authority's."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from budgets.models import Budget, BudgetEntry
from projects.models import Project
from reviews.models import AnnualList, ListVersion
from tests.factories import ApplicationFactory, DepartmentFactory, UserFactory
from tests.refusals import assert_refused, change, constraints, twice

pytestmark = pytest.mark.django_db


def budget() -> Budget:
    bureau = DepartmentFactory()
    return Budget.objects.create(jurisdiction=bureau.jurisdiction, authority=bureau, year=2027)


def replied_without_a_moment() -> None:
    row = budget()
    Budget.objects.filter(pk=row.pk).update(
        stage="reply", ceiling=1, controlled_at=timezone.now(), controlled_by=UserFactory()
    )


def controlled_without_a_figure() -> None:
    row = budget()
    Budget.objects.filter(pk=row.pk).update(stage="control", controlled_at=timezone.now(), controlled_by=UserFactory())


def entry(**values: Any) -> BudgetEntry:
    place, application = budget(), ApplicationFactory()
    project = Project.objects.create(
        code="XM-1", name="项目", jurisdiction=place.jurisdiction, lead=application.department, application=application
    )
    annual_list = AnnualList.objects.create(round=application.round)
    known = {
        "budget": place,
        "department": place.authority,
        "authority": place.authority,
        "kind": "list",
        "round": application.round,
        "project": project,
        "list_version": ListVersion.objects.create(annual_list=annual_list, number=1, by=UserFactory()),
        "amount": 1,
    }
    return BudgetEntry.objects.create(**known | values)


CASES = {
    "budgets_budget_once": twice(budget),
    "budgets_budget_stage_valid": change(budget, stage="x"),
    "budgets_budget_ceiling_not_negative": change(budget, ceiling=-1),
    "budgets_budget_controlled_at_together": change(budget, controlled_at=timezone.now()),
    "budgets_budget_replied_at_together": change(budget, replied_at=timezone.now()),
    "budgets_budget_reply_has_moment": replied_without_a_moment,
    "budgets_budget_control_has_figure": controlled_without_a_figure,
    "budgets_budgetentry_kind_valid": change(entry, kind="x"),
    "budgets_entry_of_the_authority": lambda: entry(department=DepartmentFactory()),
    "budgets_budgetentry_list_names_version": change(entry, list_version=None),
    "budgets_entry_once_a_version": twice(entry, amount=2),
    "budgets_entry_moves_something": change(entry, amount=0),
}


def test_every_constraint_has_its_case() -> None:
    assert set(CASES) == set(constraints("budgets"))


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(name: str) -> None:
    assert_refused(name, CASES[name])
