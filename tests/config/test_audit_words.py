"""Whatever a service writes into the audit trail has words for people."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from catalog.states import CapabilityStatus
from governance.queries.audit_words import ACTIONS, DETAILS
from projects.states import ENDED
from reviews.states import OpinionState, RequestStatus

ROOT = Path(__file__).resolve().parents[2]
APPS = ("common", "governance", "catalog", "projects", "reviews", "budgets", "config")
# What the services put in the place of a variable.
RECORDS = ("jurisdiction", "department", "fundingsource", "round")
VARIABLES = {
    "application.{}": list(ENDED),
    "capability.{}": list(CapabilityStatus),
    "capabilityrequest.{}": list(RequestStatus),
    "opinion.{}": [OpinionState.AGREED, OpinionState.OBJECTED],
    "{}.added": RECORDS,
    "{}.changed": [*RECORDS, "user"],
}


def calls() -> Iterator[tuple[str, ast.expr]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record" and node.args:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node.args[0]


def codes_of(action: ast.expr) -> list[str]:
    if isinstance(action, ast.Constant):
        return [action.value]
    if isinstance(action, ast.IfExp):
        return codes_of(action.body) + codes_of(action.orelse)
    if isinstance(action, ast.JoinedStr):
        form = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in action.values)
        return [form.format(value) for value in VARIABLES[form]]
    return []  # a function hands it on: the callers' codes stand in its own table


@pytest.mark.parametrize(("place", "action"), [pytest.param(p, a, id=p) for p, a in calls()])
def test_every_action_has_words(place, action):
    missing = [code for code in codes_of(action) if code not in ACTIONS]
    assert not missing, f"{place}: give {missing} words in governance/queries/audit_words.py"


def test_the_words_are_chinese_for_chinese_readers():
    with translation.override("zh-hans"):
        latin = [code for code, word in ACTIONS.items() if str(word).isascii()]
    assert not latin


def details() -> Iterator[tuple[str, str]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                    yield from ((str(path.relative_to(ROOT)), word.arg) for word in node.keywords if word.arg)


def test_every_detail_has_words():
    missing = {(place, name) for place, name in details() if name != "by" and name not in DETAILS}
    assert not missing, "give them words in governance/queries/audit_words.py"
