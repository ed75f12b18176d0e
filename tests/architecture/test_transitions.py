"""Every table of moves: all pairs of states, the services that make the moves, the diagrams."""

from __future__ import annotations

import inspect
from importlib import import_module
from itertools import product
from pathlib import Path

import pytest
import workflows

from common.transitions import MoveError, Transitions

ROOT = Path(__file__).resolve().parents[2]
APPS = ("governance", "catalog", "projects", "reviews", "budgets")
TABLES = {
    f"{app}.{name}": table
    for app in APPS
    for name, table in vars(import_module(f"{app}.states")).items()
    if isinstance(table, Transitions)
}
# What may follow what, written a second time and by hand: a table that changes, changes here too, with a reason.
EXPECTED = {
    "governance.ROUND_MOVES": {"planned": "open", "open": "closed", "closed": "open"},
    "catalog.CAPABILITY_MOVES": {
        "planned": "building trial available retired",
        "building": "trial available retired",
        "trial": "available restricted retired",
        "available": "restricted retired",
        "restricted": "available retired",
        "retired": "",
    },
    "catalog.SYSTEM_MOVES": {
        "approved": "building archived",
        "building": "trial in_use stopped",
        "trial": "in_use stopped",
        "in_use": "maintained stopped",
        "maintained": "in_use stopped",
        "stopped": "in_use archived",
        "archived": "",
    },
    "projects.APPLICATION_MOVES": {
        "draft": "sign_off withdrawn",
        "sign_off": "draft submitted withdrawn",
        "submitted": "correction consolidation rejected deferred withdrawn escalated",
        "correction": "submitted rejected deferred withdrawn escalated",
        "consolidation": "rejected deferred withdrawn escalated",
        "rejected": "",
        "deferred": "",
        "withdrawn": "",
        "escalated": "",
    },
    "reviews.DISPOSITION_MOVES": {
        "pending": "live",
        "live": "superseded undone reopened ended",
        "superseded": "live undone reopened ended",
        "undone": "",
        "reopened": "",
        "ended": "",
    },
    "reviews.ACT_MOVES": {
        "planned": "proposed discarded",
        "proposed": "planned confirmed",
        "confirmed": "contested undone",
        "contested": "confirmed undone",
        "undone": "",
        "discarded": "",
    },
    "reviews.OPINION_MOVES": {"awaiting": "agreed objected silent", "agreed": "", "objected": "", "silent": ""},
    "reviews.REQUEST_MOVES": {"asked": "granted refused ended", "granted": "ended", "refused": "", "ended": ""},
    "reviews.WEIGHTS_MOVES": {"candidate": "active", "active": "retired", "retired": "active", "refused": ""},
    "reviews.LIST_MOVES": {"listed": "reserve renewed", "reserve": "listed lapsed", "lapsed": "", "renewed": ""},
    "budgets.BUDGET_MOVES": {"first_request": "control", "control": "control reply", "reply": ""},
}
PAIRS = [
    (name, here, there) for name, table in TABLES.items() for here, there in product(table.states.values, repeat=2)
]


def test_every_table_has_its_expectation() -> None:
    assert set(TABLES) == set(EXPECTED)
    for name, table in TABLES.items():
        assert set(EXPECTED[name]) == set(table.states.values), name


@pytest.mark.parametrize(("name", "here", "there"), PAIRS)
def test_every_pair_of_states(name: str, here: str, there: str) -> None:
    table = TABLES[name]
    if there in EXPECTED[name][here].split():
        table.check(here, there)
        return
    with pytest.raises(MoveError) as refusal:
        table.check(here, there)
    assert str(table.states(here).label) in str(refusal.value)
    assert str(table.states(there).label) in str(refusal.value)


def test_a_table_that_forgets_a_state_does_not_load() -> None:
    table = TABLES["budgets.BUDGET_MOVES"]
    with pytest.raises(ValueError, match="table and states differ"):
        Transitions(table.states, dict(list(table.moves.items())[1:]))


def test_every_table_is_drawn_with_all_its_verbs() -> None:
    assert {id(one.table) for one in workflows.WORKFLOWS} == {id(table) for table in TABLES.values()}
    for one in workflows.WORKFLOWS:
        assert workflows.labels(one)


@pytest.mark.parametrize("verb", sorted({verb for one in workflows.WORKFLOWS for verb in one.verbs}))
def test_every_verb_of_a_diagram_is_a_service(verb: str) -> None:
    module, _, name = verb.rpartition(".")
    service = getattr(import_module(module), name)
    assert inspect.isfunction(inspect.unwrap(service))
    assert ".services." in module and inspect.getdoc(service)


def test_the_diagrams_are_what_the_tables_say() -> None:
    assert workflows.PAGE.read_text(encoding="utf-8") == workflows.page(), "run tools/workflows.py"


def test_a_move_without_a_verb_is_refused() -> None:
    one = workflows.WORKFLOWS[0]
    fewer = dict(list(one.verbs.items())[1:])
    with pytest.raises(ValueError, match="table and verbs differ"):
        workflows.labels(one._replace(verbs=fewer))
