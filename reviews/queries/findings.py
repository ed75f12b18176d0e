"""What the machine found beside modules, in words for a page. It is advice: people decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from reviews.models import Finding, PairVerdict
from reviews.queries.pairs import SHARPNESS, verdicts_on
from reviews.queries.texts import text_of
from reviews.states import Band, Pool, Verdict

TONES = {Band.LIKELY: "red", Band.LOOK: "amber", Band.DOUBTFUL: "amber"}
ASKS = frozenset({Band.LIKELY, Band.DOUBTFUL})  # a person must judge these before the module is kept


@dataclass(frozen=True)
class Seen:
    """One finding: what is alike, where it is, how sure the machine is, what a person said."""

    pk: int
    line: int
    other: int | None
    pool: Pool
    band: Band
    score: float | None
    what: str
    short: str
    where: str
    page: tuple[str, int | str] | None
    status: str
    is_running: bool
    verdict: str
    capability: str
    system: str
    text: str = ""

    @cached_property
    def url(self) -> str:
        """Its address; worked out only where it is shown."""
        return reverse(self.page[0], args=[self.page[1]]) if self.page else ""

    @property
    def tone(self) -> str:
        return TONES[self.band]

    @property
    def verdict_word(self) -> Any:
        return Verdict(self.verdict).label if self.verdict else ""

    @property
    def asks(self) -> bool:
        """A person has to say what it is before the module is kept."""
        return self.band in ASKS and not self.verdict

    @property
    def percent(self) -> str:
        return "" if self.score is None else f"{self.score:.2f}"


def seen(findings: Iterable[Finding], jurisdiction: int) -> list[Seen]:
    """Findings in words, the sharpest first; two queries for any number of them (`FindingQuerySet.loaded`)."""
    rows = list(findings)
    said = verdicts_on((f.pair_key for f in rows), jurisdiction)
    return _sharpest_first(_seen(f, said.get(f.pair_key, "")) for f in rows)


def _sharpest_first(rows: Iterable[Seen]) -> list[Seen]:
    return sorted(rows, key=lambda one: (SHARPNESS[one.band], -(one.score or 0), one.pk))


def seen_beside(lines: Iterable[int], jurisdiction: int) -> list[Seen]:
    """All that was found beside these modules, in the same words: one query."""
    return seen_among(Finding.objects.filter(line__in=list(lines)), jurisdiction)


def seen_among(findings: QuerySet[Finding], jurisdiction: int) -> list[Seen]:
    """Findings with what people said of them, read together: one query."""
    return told(saying(findings.worded(), jurisdiction))  # type: ignore[attr-defined]


def saying(findings: QuerySet[Finding], jurisdiction: int) -> QuerySet[Finding]:
    """The same findings, each with what people said of it."""
    said = PairVerdict.objects.filter(jurisdiction=jurisdiction, pair_key=OuterRef("pair_key"))
    return findings.annotate(said=Coalesce(Subquery(said.values("verdict")), Value("")))


def told(findings: Iterable[Any]) -> list[Seen]:
    """Findings with what people said of them (`saying`) in words, the sharpest first: no query."""
    return _sharpest_first(_seen(f, f.said) for f in findings)


def by_line(rows: Iterable[Seen]) -> dict[int, list[Seen]]:
    """The findings of each module."""
    found: dict[int, list[Seen]] = defaultdict(list)
    for row in rows:
        found[row.line].append(row)
    return dict(found)


def _seen(f: Finding, verdict: str) -> Seen:
    return Seen(
        pk=f.pk,
        line=f.line_id,
        other=f.other_line_id,
        pool=Pool(f.pool),
        band=Band(f.band),
        score=f.score,
        verdict=verdict,
        capability=f.capability.code if f.capability else "",
        system=f.function.system.code if f.function else "",
        text=_text(f),
        **_words(f),
    )


def _text(f: Finding) -> str:
    """How what was found describes itself."""
    thing = f.other_line or f.function
    if thing:
        return thing.description
    return text_of(f.capability).description if f.capability else ""


def _words(f: Finding) -> dict[str, Any]:
    """What was found, where it is, its address, its state and whether it runs."""
    if f.capability:
        one = f.capability
        return {
            "what": one.name,
            "short": one.name,
            "where": str(one.provider),
            "page": ("catalog:capability", one.pk),
            "status": str(one.get_status_display()),
            "is_running": one.is_running,
        }
    if f.function:
        system = f.function.system
        return {
            "what": f"{system.name}：{f.function.name}",
            "short": system.name,
            "where": str(system.owner),
            "page": ("catalog:system", system.pk),
            "status": str(system.get_status_display()),
            "is_running": True,
        }
    if f.other_line:
        other = f.other_line.application
        return {
            "what": f.other_line.name,
            "short": f.other_line.name,
            "where": f"{other.department} · {other.number}",
            "page": ("projects:modules", other.number),
            "status": str(other.get_status_display()),
            "is_running": False,
        }
    words = _("Could not be compared")
    return {"what": words, "short": words, "where": "", "page": None, "status": "", "is_running": False}
