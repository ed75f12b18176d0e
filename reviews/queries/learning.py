"""What was learnt from verdicts, in words and figures for its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.models import User
from matching.learning import BINS, LEAST, REPEATS, SPREAD
from matching.score import PARTS, PRIOR
from reviews.models import Finding, MatchWeights, PairVerdict
from reviews.states import Pool, WeightsState

PART_WORDS: dict[str, tuple[Promise, Promise]] = {
    "cosine": (gettext_lazy("Meaning"), gettext_lazy("how near the two texts are in meaning")),
    "crowd": (gettext_lazy("Standing out"), gettext_lazy("how much nearer to each other than to all other modules")),
    "lexical": (gettext_lazy("Wording"), gettext_lazy("how many characters and words they share")),
    "steep": (gettext_lazy("Steepness"), gettext_lazy("how fast the score rises as pairs become more alike")),
    "likely": (gettext_lazy("Likely from"), gettext_lazy("the score from which a person must judge")),
    "look": (gettext_lazy("Shown from"), gettext_lazy("the score from which a pair is worth a look")),
}
REASONS: dict[str, Promise] = {
    "too_few": gettext_lazy("too few of the verdicts are about texts that can be compared"),
    "one_kind": gettext_lazy("the verdicts are nearly all of one kind: it takes duplicates and others"),
    "order": gettext_lazy("duplicates would stand lower in the order than before"),
    "calibration": gettext_lazy("scores would say worse than before how sure they are"),
    "chance": gettext_lazy("the verdicts have too little to do with how alike the texts are"),
}
TONES = {"candidate": "blue", "active": "green", "retired": "neutral", "refused": "red"}
BANDS = ("likely", "look")
BAND_WORDS: dict[str, Promise] = {
    "likely": gettext_lazy("likely duplicate"),
    "look": gettext_lazy("worth a look"),
    "none": gettext_lazy("not shown"),
}


@dataclass(frozen=True)
class PartRow:
    """One thing that weights say: as it ships, as it is in use, as the learning that is looked at has it."""

    name: Promise
    what: Promise
    shipped: str
    used: str
    shown: str | None


@dataclass(frozen=True)
class FigureRow:
    """One measure before and after; `is_better` is None when nothing changed."""

    name: str
    before: str
    after: str
    is_better: bool | None


@dataclass(frozen=True)
class Tenth:
    """Pairs whose score lies in one tenth: what the scores say, and how many are duplicates, in hundredths."""

    span: str
    pairs: int
    said: int
    true: int


@dataclass(frozen=True)
class GroupRow:
    """The figures of one pool or category before and after, and its calibration curve."""

    name: str
    verdicts: int
    figures: list[FigureRow]
    tenths: list[Tenth]


@dataclass(frozen=True)
class MoveRow:
    """So many pairs that were found would leave one band for another."""

    before: Promise
    after: Promise
    pairs: int


@dataclass(frozen=True)
class MovedPair:
    """A pair whose band would change: its names, its scores and bands, and where its evidence stands now, if it does."""

    names: list[str]
    scores: list[str]
    before: Promise
    after: Promise
    finding: int | None


@dataclass(frozen=True)
class Moved:
    """What would change among the pairs that were found when these were learnt."""

    of: int
    rows: list[MoveRow]
    pairs: list[MovedPair]

    @property
    def count(self) -> int:
        return sum(row.pairs for row in self.rows)


@dataclass(frozen=True)
class Learning:
    """One learning: what it was made of, how it compares, why it was refused."""

    pk: int
    number: int
    name: str
    state: WeightsState
    row: MatchWeights
    reasons: list[Promise]

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def may_be_used(self) -> bool:
        return self.state in (WeightsState.CANDIDATE, WeightsState.RETIRED)

    @property
    def taught(self) -> int:
        return int(self.row.figures.get("taught", 0))

    @property
    def duplicates(self) -> int:
        return int(self.row.figures.get("duplicates", 0))

    @property
    def figures(self) -> list[FigureRow]:
        """The measures that the gate looks at first, then what the bands catch."""
        known = self.row.figures
        return list(_figures(known["before"], known["after"])) if known else []

    @property
    def tenths(self) -> list[Tenth]:
        known = self.row.figures
        return [_tenth(*one) for one in known["after"]["calibration"]] if known else []

    @property
    def groups(self) -> list[GroupRow]:
        return [_group(one) for one in self.row.figures.get("groups", [])]


@dataclass(frozen=True)
class Board:
    """The page: what compares now, what was learnt, which learning is looked at, how many verdicts are missing."""

    used: Learning | None
    shown: Learning | None
    moved: Moved | None
    history: list[Learning]
    parts: list[PartRow]
    verdicts: int
    missing: int
    version: str


def board(user: User, number: int | None = None) -> Board:
    """What was learnt in the jurisdiction where the person acts; the newest is looked at unless a number is given."""
    assert user.acting is not None
    history = [_learning(row) for row in MatchWeights.objects.visible_to(user).loaded()]
    used = next((one for one in history if one.state == WeightsState.ACTIVE), None)
    shown = next((one for one in history if number in (None, one.number)), None)
    judged = PairVerdict.objects.visible_to(user).exclude(right={}).count()
    return Board(
        used=used,
        shown=shown,
        moved=_moved(user, shown.row.figures.get("moved")) if shown else None,
        history=history,
        parts=list(_parts(used, shown)),
        verdicts=judged,
        missing=max(0, LEAST - judged),
        version=used.name if used else PRIOR.version,
    )


def _learning(row: MatchWeights) -> Learning:
    reasons = [REASONS[reason] for reason in row.figures.get("reasons", []) if reason in REASONS]
    return Learning(row.pk, row.number, str(row), WeightsState(row.state), row, reasons)


def part_rows(values: dict[str, float]) -> list[tuple[Promise, Promise, str]]:
    """The parts that a score was made of: name, what it says, value."""
    return [(*PART_WORDS[part], f"{values[part]:.2f}") for part in PARTS if part in values]


def _parts(used: Learning | None, shown: Learning | None) -> Iterator[PartRow]:
    shipped = _said(PRIOR.as_dict())
    now = _said(used.row.values) if used else shipped
    looked_at = _said(shown.row.values) if shown and shown is not used else {}
    for key, (name, what) in PART_WORDS.items():
        yield PartRow(name, what, shipped[key], now[key], looked_at.get(key))


def _said(values: dict[str, Any]) -> dict[str, str]:
    """How much each part counts as pairs usually differ; how steep that makes scores; from where the bands begin."""
    raw = {part: values.get(part, 0) * SPREAD[part] for part in PARTS}
    total = sum(raw.values())
    shares = {part: f"{100 * one / (total or 1):.0f} %" for part, one in raw.items()}
    return shares | {"steep": f"{total:.2f}"} | {band: f"{100 * values.get(band, 0):.1f} %" for band in BANDS}


def _figures(before: dict[str, Any], after: dict[str, Any]) -> Iterator[FigureRow]:
    yield _figure(_("Order: mean share of duplicates above a duplicate"), before["ap"], after["ap"], 1)
    yield _figure(
        _("Calibration error: how far scores are from chances"),
        before["calibration_error"],
        after["calibration_error"],
        -1,
    )
    yield _figure(_("Log-loss: how surprising the verdicts are"), before["log_loss"], after["log_loss"], -1)
    for band in BANDS:
        for measure, name in _band_words(band):
            yield _figure(name, before[band][measure], after[band][measure], 1)


def _band_words(band: str) -> Iterator[tuple[str, str]]:
    words = {
        ("likely", "precision"): _("Of the likely duplicates are duplicates"),
        ("likely", "recall"): _("Of the duplicates stand among the likely ones"),
        ("look", "precision"): _("Of all that is shown are duplicates"),
        ("look", "recall"): _("Of the duplicates are shown"),
    }
    yield from ((measure, word) for (of, measure), word in words.items() if of == band)


def _figure(name: str, before: float | None, after: float | None, good: int) -> FigureRow:
    shown = _rounded(before), _rounded(after)
    same = shown[0] == shown[1] or before is None or after is None
    return FigureRow(name, *shown, None if same else (after - before) * good > 0)  # type: ignore[operator]


def _tenth(said: float, true: float, count: float) -> Tenth:
    place = min(int(said * BINS), BINS - 1)
    span = f"{place / BINS:.1f}–{(place + 1) / BINS:.1f}"
    return Tenth(span, round(count / REPEATS), round(100 * said), round(100 * true))


def _group(one: dict[str, Any]) -> GroupRow:
    """Rows learnt by an earlier release lack the figures before: they are shown as unknown."""
    before, after = one.get("before"), one["after"]
    name = str(Pool(one["name"]).label) if one["by"] == "pool" else one["name"]
    figures = [
        _figure(words, before[band][measure] if before else None, after[band][measure], 1)
        for band in BANDS
        for measure, words in _band_words(band)
    ]
    error = _figure(_("Calibration error"), before and before["calibration_error"], after["calibration_error"], -1)
    return GroupRow(name, one["verdicts"], [*figures, error], [_tenth(*row) for row in after["calibration"]])


def _moved(user: User, known: dict[str, Any] | None) -> Moved | None:
    if not known:
        return None
    rows = Finding.objects.visible_to(user).filter(pair_key__in=[pair["key"] for pair in known["pairs"]])
    there = dict(rows.order_by("-pk").values_list("pair_key", "pk"))
    return Moved(
        of=known["of"],
        rows=[MoveRow(BAND_WORDS[before], BAND_WORDS[after], count) for before, after, count in known["counts"]],
        pairs=[
            MovedPair(
                names=pair["names"],
                scores=[f"{score:.2f}" for score in pair["scores"]],
                before=BAND_WORDS[pair["bands"][0]],
                after=BAND_WORDS[pair["bands"][1]],
                finding=there.get(pair["key"]),
            )
            for pair in known["pairs"]
        ],
    )


def _rounded(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"
