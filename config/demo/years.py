"""The rounds of the story: two that are locked and paid, and the one that runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

from budgets.queries.figures import requested
from budgets.services.budget import budget_of, close_year, control, reply, set_ceiling
from budgets.services.lock import lock
from config.demo import screening
from config.demo.accounts import person
from config.demo.applying import City, Paper
from config.demo.choosing import dearest
from config.demo.content import applications, lot
from config.demo.deciding import CONTESTED, DONE, PLANNED, PROPOSED, SETTLED, UNDONE, Deciding, Fate
from config.demo.inventory import Inventory
from config.demo.moments import Agenda, Season
from governance.models import Jurisdiction, Round
from governance.services import rounds
from projects.models import Application, Project
from projects.states import ApplicationStatus
from reviews.models import CapabilityRequest, Disposition
from reviews.queries.lists import entries_of, obstacles, own_project_code, stored_funding
from reviews.services import requests
from reviews.services.determination import determine, list_of, plan_years
from reviews.states import RequestStatus

A = ApplicationStatus
LATE = frozenset({A.SUBMITTED, A.SIGN_OFF, A.DRAFT})
FIVE_MILLION = Decimal(5_000_000)
NEXT_YEAR = Decimal("0.3")  # of what a long project costs is paid in the year after
CEILING = Decimal("0.55")  # of what is declared
# What has become of the functions that several ask for, the dearest first; None: nobody has looked at them yet.
FATES: tuple[Fate | None, ...] = (
    DONE, DONE, PROPOSED, DONE, None, DONE, PLANNED, DONE, None, DONE, CONTESTED, None, DONE, SETTLED, None, DONE,
    PROPOSED, None, DONE, UNDONE, None, DONE, None,
)  # fmt: skip
FINISHED = 3  # one application in three is decided in all its lines


class Year:
    """One round from its opening, over the applications of one year of the content."""

    def __init__(self, agenda: Agenda, inventory: Inventory, place: Jurisdiction, opens: date, year: int) -> None:
        self.agenda, self.place, self.inventory = agenda, place, inventory
        self.season, self.year = Season(opens), year
        self.papers: list[Paper] = []
        self.round: Round

    def at(self, day: int, step: Callable[[], object], *words: object) -> None:
        self.agenda.at(self.season.at(day, self.year, *words), step)

    def open(self, closes: int) -> None:
        """The head opens the round; it ends `closes` working days later."""
        head = person("head")
        planned = Round(
            jurisdiction=self.place,
            year=self.year,
            batch=1,
            name=f"{self.year} 年度第一批",
            opens_on=self.season.opens,
            closes_on=self.season.day(closes),
        )
        self.round = rounds.open_round(rounds.create_round(planned, by=head), by=head)

    def apply(self, content: int, last: int) -> None:
        """Every office writes and submits within `last` working days, as far as its application goes."""
        city = City(self.place)
        self.papers = [Paper(city, self.round, entry) for entry in applications(content)]
        for paper in self.papers:
            self._schedule(paper, last)

    def accepted(self) -> list[Paper]:
        """Those whose applications are under consolidation now."""
        rows = Application.objects.filter(round=self.round, status=A.CONSOLIDATION)
        here = set(rows.values_list("pk", flat=True))
        return [paper for paper in self.papers if hasattr(paper, "application") and paper.application.pk in here]

    def screen(self) -> None:
        screening.screen(self.round, by=person("reviewer.chen"))

    def grant_requests(self) -> None:
        """The catalog manager answers most of what the strips have opened."""
        waiting = CapabilityRequest.objects.filter(status=RequestStatus.ASKED, application__round=self.round)
        for request in waiting.order_by("pk"):
            if lot(4, request.pk):
                requests.grant(request, by=person("catalog"), quota=1)

    def _schedule(self, paper: Paper, last: int) -> None:
        """Draft, sign-off, submission, and what intake says, as far as the content tells."""
        name, stage = paper.entry["name"], paper.entry.get("stage", A.CONSOLIDATION)
        first = last + 8 + lot(4, name) if stage in LATE else 1 + lot(last - 4, name)
        steps = [paper.begin, paper.fill, paper.ask_sign_off, paper.submit]
        done = {A.DRAFT: 1 + lot(2, name, "lines"), A.SIGN_OFF: 3}.get(stage, len(steps))
        for day, step in enumerate(steps[:done], first):
            self.at(day, step, name)
        if stage not in LATE:
            self._take_in(paper, first + len(steps), stage)

    def _take_in(self, paper: Paper, day: int, stage: str) -> None:
        """Intake asks one in six to mend something first."""
        name, ends = paper.entry["name"], {stage, paper.entry.get("outcome", "")}
        if stage == A.CORRECTION:
            self.at(day + 12, paper.ask_correction, name)
            return
        if lot(6, name, "mend") == 0:
            self.at(day, paper.ask_correction, name)
            self.at(day + 3, paper.answer, name)
            day += 4
        if A.WITHDRAWN in ends:
            self.at(day, paper.withdraw, name)
            return
        self.at(day, paper.accept, name)
        for end in ends & {A.REJECTED, A.DEFERRED}:
            self.at(day + 2, partial(paper.ask_end, end), name)
            if paper.entry.get("stage") != A.DEFERRED or lot(3, name, "asked"):
                self.at(day + 4, paper.grant_end, name)


class PastYear(Year):
    """A round that was decided, determined, locked and paid for."""

    def plan(self, content: int) -> None:
        self.at(-3, partial(self.open, 30), "open")
        self.at(0, partial(self.apply, content, 20))
        self.at(31, self.close, "close")
        self.at(32, self.screen)
        self.at(33, self.decide)
        self.at(52, self.grant_requests)
        self.at(54, self.determine)
        self.at(56, self.lock)
        self.at(78, self.reply)

    def close(self) -> None:
        rounds.close_round(self.round, by=person("head"))

    def decide(self) -> None:
        """Every line: shared functions in acts of their own, the rest application by application."""
        papers = self.accepted()
        deciding = Deciding(self.agenda, self.season, papers, self.inventory)
        taken: set[int] = set()
        for place, (key, lines) in enumerate(deciding.groups().items()):
            taken |= {line.pk for line in lines}
            deciding.function(key, lines, 34 + place % 8)
        deciding.rest(papers, taken, 43)

    def determine(self) -> None:
        """The meeting takes all; some projects wait in reserve, long ones are paid over two years."""
        papers, head = self.accepted(), person("head")
        waiting = {own_project_code(one.application) for one in papers if one.entry.get("outcome") == "reserve"}
        meeting = f"{self.year}年度政务信息化项目联席会议"
        annual_list = determine(
            self.round, [one.application for one in papers], by=head, reserve=waiting, meeting=meeting
        )
        funding = stored_funding(annual_list)
        for project in Project.objects.filter(application__round=self.round, application__months__gt=12).order_by("pk"):
            later = funding.get(project.code, Decimal()) * NEXT_YEAR // 10_000 * 10_000
            if later:
                plan_years(list_of(self.round), project, {self.year + 1: later}, by=head)

    def lock(self) -> None:
        """Finance gives the control figure, the head locks under it."""
        budget, annual_list = budget_of(self.place, self.year), list_of(self.round)
        asked = sum((years.get(self.year, Decimal()) for years in entries_of(annual_list).values()), Decimal())
        before = requested(budget, without=self.round)  # what earlier lists pay in this year
        control(budget, _rounded_up(asked + before), by=person("finance"))
        lock(annual_list, by=person("head"), document_number=f"江数统〔{self.year}〕1号")

    def reply(self) -> None:
        reply(budget_of(self.place, self.year), by=person("finance"), number=f"江财预〔{self.year}〕2号")

    def end(self) -> None:
        close_year(self.place, self.year, by=person("head"))


class RunningYear(Year):
    """The round of today: work in every stage."""

    def plan(self, content: int, today: int) -> None:
        self.at(-3, partial(self.open, today + 12), "open")
        self.at(0, partial(self.apply, content, 28))
        self.at(37, self.screen)
        self.at(38, self.decide)
        self.at(38, self.set_ceiling, "ceiling")
        self.at(today - 2, self.grant_requests)
        self.at(today - 1, self.determine)
        self.at(today - 1, self.screen_late, "late")

    def set_ceiling(self) -> None:
        declared = sum((line.declared or Decimal() for one in self.accepted() for line in one.lines), Decimal())
        set_ceiling(budget_of(self.place, self.year), _rounded_up(declared * CEILING), by=person("finance"))

    def screen_late(self) -> None:
        screening.screen_late(self.round)

    def decide(self) -> None:
        """Half of the shared functions; the rest of every third application."""
        papers = self.accepted()
        finished = papers[::FINISHED]
        whole = {line.pk for one in finished for line in one.lines}
        deciding = Deciding(self.agenda, self.season, papers, self.inventory)
        taken: set[int] = set()
        for place, (key, lines) in enumerate(deciding.groups().items()):
            fate = FATES[place % len(FATES)]
            chosen = lines if fate == DONE else [line for line in lines if line.pk not in whole]
            if fate is None or len(chosen) < 2:
                continue
            taken |= {line.pk for line in chosen}
            leads = [line for line in chosen if line.pk in whole]
            deciding.function(key, chosen, 39 + place % 6, fate, dearest(leads) if leads else None)
        deciding.rest(finished, taken, 47)

    def determine(self) -> None:
        """The meeting takes what is decided, answered, and pays into nothing that is not."""
        ready = {one.application.pk: one.application for one in self.accepted()}
        ready = {pk: application for pk, application in ready.items() if not obstacles({pk})}
        while paying := _paying_out(set(ready)):
            ready = {pk: application for pk, application in ready.items() if pk not in paying}
        determine(self.round, ready.values(), by=person("head"), meeting=f"{self.year}年度第1次联席会议")


def _paying_out(ready: set[int]) -> set[int]:
    """Those of these applications that pay into one that is not among them."""
    live = Disposition.objects.live().filter(line__application__in=ready, target_line__isnull=False)
    return set(live.exclude(target_line__application__in=ready).values_list("line__application", flat=True))


def _rounded_up(amount: Decimal) -> Decimal:
    return (amount // FIVE_MILLION + 1) * FIVE_MILLION
