"""The years and batches that pictures can be drawn of, and what each is compared with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from governance.models import Round, User
from governance.states import RoundStatus


@dataclass(frozen=True)
class Period:
    """A fiscal year with all its batches ("2027"), or one batch of it ("2027-2")."""

    key: str
    label: str
    year: int
    rounds: frozenset[int]

    @property
    def is_whole_year(self) -> bool:
        return "-" not in self.key


def periods_of(user: User) -> list[Period]:
    """The newest year first; the batches of a year stand below it when there are several. One query."""
    rounds = Round.objects.visible_to(user).exclude(status=RoundStatus.PLANNED).order_by("-year", "batch")
    years: dict[int, list[Round]] = defaultdict(list)
    for round in rounds:
        years[round.year].append(round)
    found = []
    for year, batches in years.items():
        words = _("%(year)s, all batches") if len(batches) > 1 else _("fiscal year %(year)s")
        found.append(Period(str(year), words % {"year": year}, year, frozenset(r.pk for r in batches)))
        if len(batches) > 1:
            found += [Period(f"{year}-{r.batch}", r.name, year, frozenset({r.pk})) for r in batches]
    return found


def chosen(periods: list[Period], key: str) -> Period | None:
    """The period that was asked for, else the newest."""
    return next((period for period in periods if period.key == key), periods[0] if periods else None)


def year_before(periods: list[Period], period: Period) -> Period | None:
    """The same batch, or the whole, of the year before; a year of one batch stands for that batch."""
    tail = period.key.partition("-")[2]
    year = str(period.year - 1)
    of_year = [one for one in periods if one.year == period.year - 1]
    exact = next((one for one in of_year if one.key == (f"{year}-{tail}" if tail else year)), None)
    return exact or (of_year[0] if tail == "1" and len(of_year) == 1 else None)
