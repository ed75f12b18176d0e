"""What a query may not do: lock and sum at once, take yuan for fen, count money in floats."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps

from common.money import MoneyField
from tests.architecture.sources import ROOMS, chain, nodes, place, trees

LOCKS = {"select_for_update", "locked"}
SUMS = {"annotate", "aggregate", "values", "values_list", "distinct", "union", "alias", "extra"}
COMBINES = {"Value", "Coalesce", "Greatest", "Least", "Case", "When", "ExpressionWrapper", "Sum", "total"}
FLOATS_ALLOWED = {  # file -> what is no amount there
    Path("common/broker.py"): "leases in seconds",
    Path("common/api/parsing.py"): "refuses infinite numbers in JSON",
}
MONEY = {
    field.name
    for label in ROOMS
    if label != "config"
    for model in apps.get_app_config(label).get_models()
    for field in model._meta.concrete_fields
    if isinstance(field, MoneyField)
}


def summing_methods() -> set[str]:
    """Our own queryset methods that annotate, such as `with_amounts`."""
    return {
        method.name
        for _path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith("QuerySet")
        for method in node.body
        if isinstance(method, ast.FunctionDef)
        and any(isinstance(part, ast.Attribute) and part.attr in SUMS for part in ast.walk(method))
    }


def test_our_own_summing_methods_are_known() -> None:
    assert "with_amounts" in summing_methods()


def test_no_query_locks_and_sums_at_once() -> None:
    """PostgreSQL sums before it has the lock: two clients would both see what was left."""
    summing = SUMS | (summing_methods() - LOCKS - {"visible_to"})
    found = [
        place(path, node)
        for path, node in nodes(ast.Call)
        if LOCKS & set(names := chain(node)) and summing & set(names)
    ]
    assert not found


def test_what_is_locked_is_read_inside_a_transaction() -> None:
    """Every function that locks is atomic, or is a helper of one (its name begins with _ or says `locked`)."""
    bare = [
        place(path, function)[:80]
        for path, function in nodes(ast.FunctionDef)
        if any(isinstance(n, ast.Attribute) and n.attr == "select_for_update" for n in ast.walk(function))
        and not any("atomic" in ast.unparse(n) for n in [*function.decorator_list, *function.body])
        and not function.name.startswith("_")
        and function.name not in {"locked", "lock_register", "next_numbers"}
    ]
    assert not bare


def is_money_field(node: ast.AST) -> bool:
    """F("amount"), or F("line__declared")."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "F"
        and isinstance(node.args[0], ast.Constant)
        and str(node.args[0].value).rpartition("__")[2] in MONEY
    )


def is_bare_amount(node: ast.AST) -> bool:
    """Decimal("0.10"), a number, or a Decimal by name: the database would take it for fen."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "Decimal"
    if isinstance(node, ast.Name):
        return node.id in {"ZERO", "FEN", "MAX_YUAN"}
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and bool(node.value)


def bare_amounts_in(tree: ast.AST) -> list[ast.AST]:
    return [node for node in ast.walk(tree) if is_mixed_sum(node) or is_bare_value(node)]


def is_mixed_sum(node: ast.AST) -> bool:
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else ()
    return any(map(is_money_field, sides)) and any(map(is_bare_amount, sides))


def is_bare_value(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in COMBINES):
        return False
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    return any(is_bare_amount(value) for value in given if not isinstance(value, ast.Constant))


def test_amounts_in_query_expressions_say_that_they_are_yuan() -> None:
    found = [place(path, node) for path, tree in trees() for node in bare_amounts_in(tree) if path.name != "money.py"]
    assert not found, "write yuan('0.10')"


@pytest.mark.parametrize(
    ("line", "is_wrong"),
    [
        ('rows.update(amount=F("amount") + Decimal("0.01"))', True),
        ('rows.filter(line__declared__gt=F("own") * 2)', True),
        ('Coalesce("amount", Decimal(0))', True),
        ("Value(ZERO, output_field=MoneyField())", True),
        ('rows.update(amount=F("amount") + yuan("0.01"))', False),
        ('rows.update(version=F("version") + 1)', False),
        ('rows.filter(amount=Decimal("0.01"))', False),
    ],
)
def test_what_the_rule_finds(line: str, is_wrong: bool) -> None:
    assert bool(bare_amounts_in(ast.parse(line))) is is_wrong


def test_no_amount_becomes_a_float() -> None:
    found = [
        place(path, node)
        for path, node in nodes(ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id == "float" and path not in FLOATS_ALLOWED
    ]
    assert not found


def test_no_page_keeps_a_transaction_for_the_whole_request() -> None:
    """With SQLite every GET would take the write lock."""
    assert not any("ATOMIC_REQUESTS" in ast.unparse(tree) for _path, tree in trees())
