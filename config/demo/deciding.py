"""The acts of a round: first the functions that several offices ask for, then what is left of each application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from config.demo.accounts import person
from config.demo.applying import REVIEWERS, Paper
from config.demo.choosing import Choosing
from config.demo.content import library, lot, phrases, pick
from config.demo.inventory import Inventory
from config.demo.moments import Agenda, Season
from governance.models import User
from projects.models import Line
from reviews.models import Act, Finding, Opinion
from reviews.services import acts, verdicts
from reviews.services.plan import Choice, plan
from reviews.states import BUILT, ActStatus, OpinionState, Verdict

REASONS = {
    Verdict.RELATED: "服务对象和数据不同，接口可以共用。",
    Verdict.DIFFERENT: "业务规则不同，不构成重复。",
    Verdict.DUPLICATE: "功能与使用方式一致。",
}
AGREEMENTS = ["同意。", "无意见。", "同意，按要求接入。"]


@dataclass(frozen=True)
class Fate:
    """How far an act has come by the end of the story."""

    proposed: bool = True
    confirmed: bool = True
    contested: bool = False
    settled: bool = False
    undone: bool = False


DONE = Fate()
PLANNED, PROPOSED = Fate(proposed=False), Fate(confirmed=False)
CONTESTED, SETTLED, UNDONE = Fate(contested=True), Fate(contested=True, settled=True), Fate(undone=True)


class Deciding:
    """Acts on the lines of these applications, planned, proposed, confirmed and answered on their days."""

    def __init__(self, agenda: Agenda, season: Season, papers: list[Paper], inventory: Inventory) -> None:
        self.agenda, self.season, self.inventory, self.papers = agenda, season, inventory, papers
        self.keys = {pk: key for paper in papers for pk, key in paper.keys.items()}
        self.choosing = Choosing(papers, self.keys, inventory)
        self._acts = 0

    def groups(self) -> dict[str, list[Line]]:
        """Modules that are one function of the library, asked for by two applications or more; dearest first."""
        found: dict[str, list[Line]] = {}
        for line in (line for paper in self.papers for line in paper.lines):
            if key := self.keys.get(line.pk):
                found.setdefault(key, []).append(line)
        shared = {key: lines for key, lines in found.items() if len({one.application_id for one in lines}) > 1}
        dearest = {key: sum((one.declared or Decimal() for one in lines), Decimal()) for key, lines in shared.items()}
        return dict(sorted(shared.items(), key=lambda item: (-dearest[item[0]], item[0])))

    def function(self, key: str, lines: list[Line], day: int, fate: Fate = DONE, lead: Line | None = None) -> None:
        """An act on one function that several ask for."""
        name = library()[key]["terse"][0]
        reason = f"{len(lines)}个模块均为“{name}”，使用方式和数据一致，按一处建设、各单位接入处置。"
        self._decide(name, reason, partial(self.choosing.of_function, key, lines, lead), day, fate)

    def rest(self, papers: list[Paper], taken: set[int], day: int) -> None:
        """An act on each application's lines that no other act takes, on one of four days."""
        reason = "其余条目与现有系统和共性能力不重复，按核定金额处置；通用硬件由政务云提供。"
        for place, paper in enumerate(papers):
            left = [line for line in paper.lines if line.pk not in taken]
            if left:
                choose = partial(self.choosing.of_rest, left)
                self._decide(f"{paper.application.number} 其余条目", reason, choose, day + place % 4)

    def _decide(self, title: str, reason: str, choose: Callable[[], list[Choice]], day: int, fate: Fate = DONE) -> None:
        """From the plan to where its fate leads, each step on its day by another person."""
        self._acts += 1
        author = person(REVIEWERS[self._acts % len(REVIEWERS)])
        second = person("head" if self._acts % 5 == 0 else REVIEWERS[(self._acts + 1) % len(REVIEWERS)])

        def begin() -> None:
            choices = choose()
            self._judge([one.line for one in choices if one.kind in BUILT], author)
            act = plan(reason, choices, by=author, title=title)
            if fate.proposed:
                acts.propose(act, by=author)
            if fate.proposed and fate.confirmed:
                self._at(day + 1, partial(self._confirm, act, author, second, day + 1, fate), title)

        self._at(day, begin, title)

    def _confirm(self, act: Act, author: User, second: User, day: int, fate: Fate) -> None:
        acts.confirm(act, by=second)
        if fate.undone:
            self._at(day + 1, partial(acts.ask_undo, act, by=author), act.number)
            self._at(day + 2, partial(acts.undo, act, by=second), act.number)
            return
        waiting = list(Opinion.objects.filter(act=act).select_related("department").order_by("pk"))
        for opinion in waiting:
            objects = fate.contested and opinion is waiting[-1]
            later = day + 1 + lot(3, act.number, opinion.department_id)
            self._at(later, partial(self._answer, opinion, objects=objects), act.number, opinion.pk)
        if fate.settled:
            reason = "所提情况属实，但可通过统一接口满足，维持原处置意见。"
            third = person("head.deputy")
            self._at(day + 5, partial(acts.settle, act, uphold=True, by=third, reason=reason), act.number)

    def _answer(self, opinion: Opinion, *, objects: bool) -> None:
        """A department answers while it is asked; after the objection of another one it no longer is."""
        act = Act.objects.get(pk=opinion.act_id)
        if act.status != ActStatus.CONFIRMED or opinion.state != OpinionState.AWAITING:
            return
        leader = person(f"{opinion.department.code}.leader")
        if objects:
            acts.contest(act, opinion.department, by=leader, text=pick(phrases("objection"), act.number)["text"])
        else:
            acts.agree(act, opinion.department, by=leader, text=pick(AGREEMENTS, opinion.pk))

    def _judge(self, kept: list[int], by: User) -> None:
        """Say what was found beside the modules that are kept."""
        for finding in Finding.objects.unjudged().filter(line__in=kept).loaded():
            verdict = self._verdict(finding)
            verdicts.judge(finding, verdict, by=by, reason=REASONS[verdict])

    def _verdict(self, finding: Finding) -> Verdict:
        mine = self.keys.get(finding.line_id, "")
        other = self.keys.get(finding.other_line_id or 0) or self.inventory.keys.get(finding.function_id or 0, "")
        if mine and mine == other:
            return Verdict.DUPLICATE
        return Verdict.RELATED if mine or finding.capability_id else Verdict.DIFFERENT

    def _at(self, day: int, step: Callable[[], object], *words: object) -> None:
        self.agenda.at(self.season.at(day, *words), step)
