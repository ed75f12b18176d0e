"""Every constraint of every model is refused by the database: one named case each, somewhere under tests/."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from pathlib import Path

from django.db.models import CheckConstraint, UniqueConstraint

from tests.refusals import constraints

HERE = Path(__file__).parents[1]
APPS = ("common", "governance", "catalog", "projects", "reviews", "budgets")
MODULES = [
    import_module(".".join(path.relative_to(HERE.parent).with_suffix("").parts))
    for path in sorted(HERE.glob("*/test_constraints*.py"))
    if path.parent != Path(__file__).parent
]


def test_every_constraint_has_one_refusing_case() -> None:
    cases = Counter(name for module in MODULES for name in module.CASES)
    assert set(constraints(*APPS)) - set(cases) == set(), "constraints without a refusing case"
    assert set(cases) - set(constraints(*APPS)) == set(), "cases of constraints that do not exist"
    assert [name for name, times in cases.items() if times > 1] == [], "cases written twice"


def test_the_name_of_a_constraint_says_whose_it_is_and_what_it_forbids() -> None:
    for name, constraint in constraints(*APPS).items():
        assert isinstance(constraint, (CheckConstraint, UniqueConstraint)), name
        app, _, rule = name.partition("_")
        assert app in APPS and rule.count("_") >= 1, name
        assert len(name) <= 63, f"{name}: PostgreSQL would cut the name"
