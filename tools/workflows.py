#!/usr/bin/env python3
"""The life cycles of the product as diagrams, from the tables that the services check.

  .venv/bin/python tools/workflows.py          write docs/workflows.md
  .venv/bin/python tools/workflows.py check    exits 1 if the tables say something else

Every move of every table carries the services that make it: a move without a verb is refused here.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import fill
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from budgets.states import BUDGET_MOVES  # noqa: E402
from catalog.states import CAPABILITY_MOVES, SYSTEM_MOVES  # noqa: E402
from common.transitions import Transitions  # noqa: E402
from governance.states import ROUND_MOVES  # noqa: E402
from projects.states import APPLICATION_MOVES  # noqa: E402
from reviews.states import (  # noqa: E402
    ACT_MOVES,
    DISPOSITION_MOVES,
    LIST_MOVES,
    OPINION_MOVES,
    REQUEST_MOVES,
    WEIGHTS_MOVES,
)

PAGE = ROOT / "docs" / "workflows.md"
Move = tuple[str, str]

OPENING = """\
# Life cycles

Made by `tools/workflows.py` from the tables in `*/states.py`: edit those, then run it again. Each arrow names the
services that make the move; under the lock of the row they refuse, with a sentence, whatever the table does not have.
"""


class Workflow(NamedTuple):
    """A table of moves, what it is about, and by service the moves that it makes."""

    title: str
    says: str
    table: Transitions
    verbs: Mapping[str, str]


WORKFLOWS = (
    Workflow(
        "Application 项目申报",
        "What one department asks for. Its outcome (listed, reserve, consolidated, served by existing, rejected) is "
        "computed from the decisions on its lines and stored nowhere.",
        APPLICATION_MOVES,
        {
            "projects.services.submission.ask_sign_off": "draft>sign_off",
            "projects.services.submission.send_back": "sign_off>draft",
            "projects.services.drafts.withdraw_draft": "draft>withdrawn sign_off>withdrawn",
            "reviews.services.intake.submit": "sign_off>submitted",
            "reviews.services.intake.ask_correction": "submitted>correction",
            "reviews.services.intake.answer_correction": "correction>submitted",
            "reviews.services.intake.accept": "submitted>consolidation",
            "reviews.services.endings.withdraw": "submitted>withdrawn correction>withdrawn consolidation>withdrawn",
            "reviews.services.endings.grant_end": "submitted>rejected correction>rejected consolidation>rejected "
            "submitted>deferred correction>deferred consolidation>deferred "
            "submitted>escalated correction>escalated consolidation>escalated",
        },
    ),
    Workflow(
        "Act 统筹决定",
        "Decisions that are planned, proposed, confirmed, objected to and undone together.",
        ACT_MOVES,
        {
            "reviews.services.acts.propose": "planned>proposed",
            "reviews.services.plan.discard": "planned>discarded",
            "reviews.services.acts.take_back": "proposed>planned",
            "reviews.services.acts.confirm": "proposed>confirmed",
            "reviews.services.acts.contest": "confirmed>contested",
            "reviews.services.acts.settle": "contested>confirmed contested>undone",
            "reviews.services.acts.undo": "confirmed>undone",
        },
    ),
    Workflow(
        "Disposition 处置",
        "The decision on one line. At most one is live; a line without a live one is open.",
        DISPOSITION_MOVES,
        {
            "reviews.services.acts.confirm": "pending>live live>superseded",
            "reviews.services.acts.undo": "live>undone superseded>undone superseded>live",
            "reviews.services.acts.settle": "live>undone superseded>undone superseded>live",
            "reviews.services.acts.reopen": "live>reopened superseded>reopened",
            "reviews.services.endings.withdraw": "live>ended superseded>ended",
            "reviews.services.endings.grant_end": "live>ended superseded>ended",
        },
    ),
    Workflow(
        "Opinion 征求意见",
        "What a touched department says to a confirmed act; no answer in time is agreement.",
        OPINION_MOVES,
        {
            "reviews.services.acts.agree": "awaiting>agreed",
            "reviews.services.acts.contest": "awaiting>objected",
            "reviews.services.acts.close_opinions": "awaiting>silent",
        },
    ),
    Workflow(
        "Capability request 能力使用申请",
        "Opened by a strip, or by a department for a system or an application of its own; granted within the capacity. "
        "It ends with the decision that opened it.",
        REQUEST_MOVES,
        {
            "reviews.services.requests.grant": "asked>granted",
            "reviews.services.requests.refuse": "asked>refused",
            "reviews.services.requests.end": "asked>ended granted>ended",
            "reviews.services.requests.follow": "asked>ended granted>ended",
            "reviews.services.requests.leave": "asked>ended granted>ended",
        },
    ),
    Workflow(
        "Weights of the comparison 比对权重",
        "What was learnt from verdicts; what fails the cross-validated gate is refused, the rest waits for the head.",
        WEIGHTS_MOVES,
        {
            "reviews.services.weights.activate": "candidate>active retired>active active>retired",
            "reviews.services.weights.roll_back": "active>retired retired>active",
        },
    ),
    Workflow(
        "Project on the annual list 年度建设清单",
        "What a project is on its round's list; it is put there by determination.",
        LIST_MOVES,
        {
            "reviews.services.determination.determine": "listed>reserve reserve>listed",
            "budgets.services.lock.lock": "listed>renewed",
            "budgets.services.budget.close_year": "reserve>lapsed",
        },
    ),
    Workflow(
        "Budget 年度预算",
        "一上 is the locked lists, 一下 the control figure, 二下 the reply.",
        BUDGET_MOVES,
        {
            "budgets.services.budget.control": "first_request>control control>control",
            "budgets.services.budget.reply": "control>reply",
        },
    ),
    Workflow(
        "Round 申报批次",
        "A batch of the year; one is open at a time in a jurisdiction.",
        ROUND_MOVES,
        {
            "governance.services.rounds.open_round": "planned>open closed>open",
            "governance.services.rounds.close_round": "open>closed",
        },
    ),
    Workflow(
        "Capability 共性服务能力",
        "An entry of the catalog. Only what is planned or building takes transferred money.",
        CAPABILITY_MOVES,
        {
            "catalog.services.capabilities.start_building": "planned>building",
            "catalog.services.capabilities.open_trial": "planned>trial building>trial",
            "catalog.services.capabilities.make_available": "planned>available building>available trial>available "
            "restricted>available",
            "catalog.services.capabilities.restrict": "trial>restricted available>restricted",
            "catalog.services.capabilities.retire": "planned>retired building>retired trial>retired "
            "available>retired restricted>retired",
        },
    ),
    Workflow(
        "System 信息系统",
        "An entry of the inventory; every change gives a reason and keeps the version before it.",
        SYSTEM_MOVES,
        {
            "catalog.services.systems.move": "approved>building approved>archived building>trial building>in_use "
            "building>stopped trial>in_use trial>stopped in_use>maintained in_use>stopped maintained>in_use "
            "maintained>stopped stopped>in_use stopped>archived",
        },
    ),
)


def labels(workflow: Workflow) -> dict[Move, str]:
    """Who makes each move, by the names of the services; exactly the moves of the table."""
    found: dict[Move, list[str]] = {}
    for verb, moves in workflow.verbs.items():
        for move in moves.split():
            here, _, there = move.partition(">")
            found.setdefault((here, there), []).append(verb.rpartition(".")[2])
    table = {(here, there) for here, targets in workflow.table.moves.items() for there in targets}
    if odd := table ^ found.keys():
        raise ValueError(f"{workflow.title}: table and verbs differ in {sorted(odd)}")
    return {move: " / ".join(verbs) for move, verbs in found.items()}


def page() -> str:
    """The whole of docs/workflows.md."""
    parts = [OPENING]
    for workflow in WORKFLOWS:
        diagram = workflow.table.mermaid(labels(workflow))
        says = fill(workflow.says, 120)
        parts.append(f"## {workflow.title}\n\n{says}\n\n```mermaid\n{diagram}\n```\n")
    return "\n".join(parts)


def main(arguments: list[str]) -> int:
    """Write the page, or say whether it is as it should be."""
    if arguments == ["check"]:
        is_current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page()
        if not is_current:
            print("docs/workflows.md is not what the tables say: run tools/workflows.py")
        return int(not is_current)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
