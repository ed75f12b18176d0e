"""Learning from verdicts: people say of pairs what they are, and the weights move towards that.

The model stays the logistic regression of `score`. What it learns is pulled towards the weights
that it starts from, so a handful of verdicts moves little and thousands decide (maximum a
posteriori with a Gaussian prior). Nothing that was learnt is used before it has passed `gate`:
cross-validated, it must rank and calibrate no worse than what it would replace, and it must
tell more than chance.

Pairs are judged because they rank high, so duplicates are more frequent among them than among
all pairs. That does no harm to a logistic regression, which models the answer given the parts,
as long as pairs near the boundary are judged too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from matching.corpus import Corpus
from matching.embed import Vectors
from matching.records import Prepared, Record, prepare
from matching.score import PARTS, PRIOR, Weights
from matching.search import Side

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]
Reason = Literal["too_few", "one_kind", "order", "calibration", "chance"]

LEAST = 50  # verdicts from which anything is learnt
LEAST_OF_A_KIND = 5  # duplicates, and others: one of each in every fold
FOLDS = 5
REPEATS = 4  # different ways to cut the folds: their mean is steadier than one cut
SEED = 20260101
BINS = 10
# What a verdict teaches: is it a duplicate, and how much it counts. What is related shares much with
# what it is related to; it is no duplicate, but no clear stranger either, and counts half.
TEACHES = {"duplicate": (True, 1.0), "related": (False, 0.5), "different": (False, 1.0)}
PULL = 8.0  # of the earlier weights: as much as some thirty verdicts on the boundary
CENTRE = {"cosine": 0.4, "crowd": 3.0, "lexical": 0.1}  # of a part among pairs that people judge
SPREAD = {"cosine": 0.06, "crowd": 0.6, "lexical": 0.03}  # and how far they lie apart: one scale for all parts
STEEP = 1.3  # logits in such a spread of all parts
SURE = 1.64  # standard errors above chance; with the log-loss, nonsense passes about once in thirty times
RIGHT = 0.2  # chance below which no pair is called a likely duplicate, wherever the boundary was in the order
FLATTEST = 0.05  # factor of the weights, so that an order remains
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What was judged: parts (n, k) of the pairs, whether they are duplicates, how much each counts."""

    parts: Floats
    is_true: Flags
    counts: Floats

    def __len__(self) -> int:
        return len(self.is_true)

    def only(self, rows: Integers) -> Verdicts:
        return Verdicts(self.parts[rows], self.is_true[rows], self.counts[rows])


@dataclass(frozen=True, slots=True)
class BandFigures:
    """Of the pairs from a boundary on: their share of all, how many are duplicates, of how many; None is of nothing."""

    shown: float
    precision: float | None
    recall: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """How well weights rank the judged pairs, and how far their scores are from chances.

    `calibration` has for each tenth with pairs its mean score, the share of duplicates and the number of pairs.
    """

    ap: float
    auc: float
    log_loss: float
    calibration_error: float
    likely: BandFigures
    look: BandFigures
    calibration: tuple[tuple[float, float, float], ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Learnt:
    """New weights, the figures of old and new on the same folds, and why they must not be used, if so.

    `tested` has the weights of each fold with the rows that they had not seen.
    """

    weights: Weights
    before: Figures
    after: Figures
    reasons: tuple[Reason, ...]
    tested: tuple[tuple[Integers, Weights], ...] = field(default=(), compare=False, repr=False)

    @property
    def is_accepted(self) -> bool:
        return not self.reasons


def verdicts(parts: Floats, words: Sequence[str]) -> Verdicts:
    """Judged pairs from their parts and what people said: duplicate, related or different."""
    taught = [TEACHES[word] for word in words]
    return Verdicts(
        np.asarray(parts, np.float64).reshape(len(taught), len(PARTS)),
        np.array([is_true for is_true, _ in taught], bool),
        np.array([count for _, count in taught], np.float64),
    )


def compared(
    corpus: Corpus, pairs: Sequence[tuple[Record, Record]], read: Callable[[Sequence[Prepared]], Vectors]
) -> tuple[Floats, Flags]:
    """Parts (n, k) of pairs of texts in the space of a corpus, and which of them can teach anything.

    The texts need not be in the corpus; `read` makes their vectors. Copies teach nothing, for a rule decides them;
    nor does what is too short, generic or without a vector.
    """
    search = corpus.search
    sides = []
    for place in (0, 1):
        prepared = [prepare(pair[place], corpus.boilerplate) for pair in pairs]
        sides.append(Side(search.space, prepared, read(prepared)))
    one, other = sides
    cosine = np.einsum("ij,ij->i", one.centred, other.centred).astype(np.float64)
    crowd = ((cosine - one.mean) / one.spread + (cosine - other.mean) / other.spread) / 2
    lengths = np.array([search.lexical.length(row) for row in other.grams])
    lexical = [
        float(search.lexical.similarities(one.grams[row], [other.grams[row]], lengths[row : row + 1])[0])
        for row in range(len(pairs))
    ]
    usable = [a.kind == b.kind == "comparable" and a.copy_key != b.copy_key for a, b in zip(*_both(sides), strict=True)]
    parts = np.column_stack([cosine, crowd, np.array(lexical, np.float64)])
    return parts, np.array(usable, bool) & one.readable & other.readable


def _both(sides: Sequence[Side]) -> tuple[list[Prepared], list[Prepared]]:
    return sides[0].prepared, sides[1].prepared


def fit(data: Verdicts, prior: Weights, version: str) -> Weights:
    """Weights that explain the verdicts and stay near `prior`; none below zero, for likeness must never lower a score.

    The bands keep their place in the order of the pairs, so as much is shown as before; only where few of the likely
    duplicates were duplicates, *likely* begins higher.
    """
    centre, spread = (np.array([of[part] for part in PARTS]) for of in (CENTRE, SPREAD))
    bias, weights = _values(prior)
    before = np.array([bias + weights @ centre, *(weights * spread)])
    design = np.column_stack([np.ones(len(data)), (data.parts - centre) / spread])
    kept = list(range(len(before)))
    while True:
        found = _newton(design[:, kept], data, before[kept])
        wrong = [place for place, value in enumerate(found) if kept[place] and value < 0]
        if not wrong:
            break
        kept.pop(min(wrong, key=lambda place: found[place]))
    values = np.zeros(len(before))
    values[kept] = found
    learnt = values[1:] / spread
    return _weights(values[0] - learnt @ centre, learnt, data, prior, version)


def scale(data: Verdicts, prior: Weights, version: str) -> Weights:
    """The same order of pairs with other chances: one factor for all parts, and a new bias."""
    centre = np.array([CENTRE[part] for part in PARTS])
    bias, weights = _values(prior)
    middle = bias + weights @ centre
    design = np.column_stack([np.ones(len(data)), (data.parts - centre) @ weights / STEEP])
    height, steepness = _newton(design, data, np.array([middle, STEEP]))
    learnt = max(steepness / STEEP, FLATTEST) * weights
    return _weights(height - learnt @ centre, learnt, data, prior, version)


def gate(data: Verdicts, old: Weights, version: str, prior: Weights = PRIOR) -> Learnt:
    """Learn from all verdicts, and say whether that may take the place of `old`: the figures are of the same folds.

    The pull is towards `prior`, not towards `old`, which has learnt from most of these verdicts already and is
    measured on them: that makes the gate a little narrower. Where other weights do not rank better, the old ones may
    still say better how sure they are: the first way to learn that is accepted counts, else the first one.
    """
    if reasons := lacking(data):
        nothing = measure([(data, old)])
        return Learnt(old, nothing, nothing, reasons)
    folds = list(_folds(data))
    before = measure([(data.only(test), old) for _, test in folds])
    found = []
    for learn, start in ((fit, prior), (scale, old)):
        tested = tuple((test, learn(data.only(train), start, version)) for train, test in folds)
        after = measure([(data.only(test), weights) for test, weights in tested])
        weights = learn(data, start, version)
        found.append(Learnt(weights, before, after, _worse(data, before, after), tested))
    return next((one for one in found if one.is_accepted), found[0])


def among(learnt: Learnt, data: Verdicts, chosen: Flags) -> Figures:
    """The figures after learning of some of the verdicts, each measured by weights that had not seen it."""
    rows = [(test[chosen[test]], weights) for test, weights in learnt.tested]
    return measure([(data.only(test), weights) for test, weights in rows if len(test)])


def lacking(data: Verdicts) -> tuple[Reason, ...]:
    """Why nothing can be learnt yet."""
    if len(data) < LEAST:
        return ("too_few",)
    duplicates = int(data.is_true.sum())
    return ("one_kind",) if min(duplicates, len(data) - duplicates) < LEAST_OF_A_KIND else ()


def measure(parts: Sequence[tuple[Verdicts, Weights]]) -> Figures:
    """How good weights are on verdicts that they have not seen, part by part.

    The order of pairs is judged inside each part, where one set of weights made it; chances over all of them.
    """
    scores = [weights.scores(data.parts) for data, weights in parts]
    rows = list(zip(scores, (data for data, _ in parts), strict=True))
    ranked = [row for row in rows if 0 < row[1].is_true.sum() < len(row[1])]
    score, is_true = np.concatenate(scores), np.concatenate([data.is_true for data, _ in parts])
    counts = np.concatenate([data.counts for data, _ in parts])
    bins = tuple(_calibration(score, is_true, counts))
    chance = np.clip(score, TINY, 1 - TINY)
    losses = -np.where(is_true, np.log(chance), np.log(1 - chance))
    cuts = [(name, [getattr(weights, name) for _, weights in parts]) for name in ("likely", "look")]
    bands = {
        name: _band(np.concatenate([s >= least for s, least in zip(scores, edges, strict=True)]), is_true)
        for name, edges in cuts
    }
    return Figures(
        ap=_mean([_average_precision(s, data) for s, data in ranked]),
        auc=_mean([_auc(s, data) for s, data in ranked]),
        log_loss=_share(losses, counts),
        calibration_error=float(
            sum(abs(mean - share) * count for mean, share, count in bins) / max(counts.sum(), TINY)
        ),
        calibration=bins,
        **bands,
    )


def _newton(design: Floats, data: Verdicts, before: Floats) -> Floats:
    """Iteratively reweighted least squares from the prior on; a step that goes too far is halved."""
    target, pull = data.is_true.astype(np.float64), PULL * np.eye(len(before))

    def loss(values: Floats) -> float:
        logits = design @ values
        away = values - before
        return float(data.counts @ (np.logaddexp(0, logits) - target * logits) + PULL * away @ away / 2)

    values = before.copy()
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ values, -30, 30)))
        slope = design.T @ (data.counts * (target - chance)) - PULL * (values - before)
        bend = (design * (data.counts * chance * (1 - chance))[:, None]).T @ design + pull
        step = np.linalg.solve(bend, slope)
        while loss(values + step) > loss(values) + TINY and np.abs(step).max() > TINY:
            step = step / 2
        values = values + step
        if np.abs(step).max() < 1e-8:
            break
    return values


def _values(weights: Weights) -> tuple[float, Floats]:
    return weights.bias, np.array([getattr(weights, part) for part in PARTS], np.float64)


def _weights(bias: float, values: Floats, data: Verdicts, old: Weights, version: str) -> Weights:
    """New weights whose bands begin at the same place of the order as those of the old ones, or for *likely* above."""
    parts = dict(zip(PARTS, (round(float(value), 4) for value in values), strict=True))
    new = replace(old, version=version, bias=round(float(bias), 4), **parts)
    before, after = _logits(old.scores(data.parts)), _logits(new.scores(data.parts))
    slope, start = np.polyfit(before, after, 1) if np.ptp(before) > TINY else (1.0, 0.0)
    look, likely = (_chance(max(slope, FLATTEST) * _logit(edge) + start) for edge in (old.look, old.likely))
    return replace(new, look=look, likely=max(likely, RIGHT))


def _folds(data: Verdicts) -> Iterator[tuple[Integers, Integers]]:
    """Rows to learn from and rows to test on; each fold has its share of duplicates and of others."""
    for repeat in range(REPEATS):
        shuffle = np.random.default_rng(SEED + repeat)
        fold = np.empty(len(data), np.int64)
        start = 0
        for kind in (True, False):
            rows = shuffle.permutation(np.flatnonzero(data.is_true == kind))
            fold[rows] = (start + np.arange(len(rows))) % FOLDS
            start += len(rows)
        for number in range(FOLDS):
            yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)


def _worse(data: Verdicts, before: Figures, after: Figures) -> tuple[Reason, ...]:
    """Why what was learnt must not be used."""
    duplicates = int(data.is_true.sum())
    others = len(data) - duplicates
    error = math.sqrt((len(data) + 1) / (12 * duplicates * others))  # of the AUC of an order by chance
    checks: tuple[tuple[Reason, bool], ...] = (
        ("order", after.ap < before.ap - TINY),
        ("calibration", after.calibration_error > before.calibration_error + TINY),
        ("chance", after.auc < 0.5 + SURE * error or after.log_loss >= _ignorance(data)),
    )
    return tuple(reason for reason, is_so in checks if is_so)


def _ignorance(data: Verdicts) -> float:
    """The log-loss of who knows the share of duplicates and nothing else."""
    share = _share(data.is_true, data.counts)
    return float(-share * math.log(share) - (1 - share) * math.log(1 - share))


def _average_precision(scores: Floats, data: Verdicts) -> float:
    """Pairs of one score are taken together, so their order does not matter."""
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.diff(scores[order]) != 0, True)
    hits = np.cumsum(data.counts[order] * data.is_true[order])[last]
    shown = np.cumsum(data.counts[order])[last]
    return float((np.diff(hits, prepend=0) * hits / shown).sum() / hits[-1])


def _auc(scores: Floats, data: Verdicts) -> float:
    """The chance that a duplicate stands above another pair; half for a tie."""
    true, other = scores[data.is_true][:, None], scores[~data.is_true][None]
    return float(((true > other) + 0.5 * (true == other)).mean())


def _calibration(scores: Floats, is_true: Flags, counts: Floats) -> Iterator[tuple[float, float, float]]:
    tenth = np.minimum((scores * BINS).astype(int), BINS - 1)
    for place in range(BINS):
        here = tenth == place
        if here.any():
            yield _share(scores[here], counts[here]), _share(is_true[here], counts[here]), float(counts[here].sum())


def _band(is_shown: Flags, is_true: Flags) -> BandFigures:
    hits, shown, wanted = int((is_shown & is_true).sum()), int(is_shown.sum()), int(is_true.sum())
    return BandFigures(shown / max(len(is_true), 1), hits / shown if shown else None, hits / wanted if wanted else None)


def _share(values: Floats | Flags, counts: Floats) -> float:
    return float((values * counts).sum() / max(counts.sum(), TINY))


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0


def _logit(chance: float) -> float:
    return math.log(max(chance, TINY) / max(1 - chance, TINY))


def _logits(scores: Floats) -> Floats:
    kept = np.clip(scores, TINY, 1 - TINY)
    logits: Floats = np.log(kept / (1 - kept))
    return logits


def _chance(logit: float) -> float:
    return round(1 / (1 + math.exp(-logit)), 6)
