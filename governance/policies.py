"""The numbers that differ by city and change every year: their types, units, defaults and where they are from.

A value is found for a jurisdiction and a day: the jurisdiction's own, else the default pack's, else the
default here. The defaults were compiled from secondary sources: each is to be verified against the original
before use, which is why a default never counts as verified.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from itertools import pairwise
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.errors import demand

Words = str | Promise
DEFAULT_PACK = _("Default pack, compiled from secondary sources")


class Shape(Enum):
    """What a value is: in Python, and in JSON."""

    WHOLE = "whole"  # int, as a number
    PERCENT = "percent"  # Decimal, as text
    MONEY = "money"  # Decimal yuan, as text
    SCORES = "scores"  # whole numbers by part, as an object


class Topic(TextChoices):
    """Where in the year's work a parameter counts."""

    REVIEW = "review", _("Review")
    CHANGE = "change", _("Changes")
    PROCUREMENT = "procurement", _("Procurement")
    ACCEPTANCE = "acceptance", _("Acceptance and evaluation")
    OPERATION = "operation", _("Operation and inventory")
    SECURITY = "security", _("Security")
    PERFORMANCE = "performance", _("Performance")


@dataclass(frozen=True)
class Parameter:
    """One typed parameter; `clause` is the rule in words, as the default pack cites it."""

    key: str
    topic: Topic
    label: Words
    default: Any
    clause: Words
    unit: Words = ""
    shape: Shape = Shape.WHOLE
    least: int = 0
    most: int | None = None
    parts: Mapping[str, Words] | None = None
    adds_up_to: int | None = None
    falls: bool = False  # each part is less than the one before

    def read(self, stored: Any) -> Any:
        """The value in Python of what stands in the database."""
        if self.shape is Shape.SCORES:
            return {part: int(stored[part]) for part in self.parts or {}}
        return int(stored) if self.shape is Shape.WHOLE else Decimal(stored)

    def store(self, value: Any) -> Any:
        """The value as JSON; refuses one of another type or outside the limits."""
        if self.shape is Shape.SCORES:
            return self._store_scores(value)
        if self.shape is Shape.WHOLE:
            demand(isinstance(value, int) and not isinstance(value, bool), self._refusal())
            self._check_limits(value)
            return value
        amount = _decimal(value)
        demand(amount is not None and _places(amount) <= 2, self._refusal())
        self._check_limits(amount)
        return f"{amount:f}"

    def _store_scores(self, value: Any) -> dict[str, int]:
        parts = list(self.parts or {})
        demand(isinstance(value, Mapping) and set(value) == set(parts), self._refusal())
        for score in value.values():
            demand(isinstance(score, int) and not isinstance(score, bool), self._refusal())
            self._check_limits(score)
        if self.adds_up_to is not None:
            total = sum(value.values())
            words = now("The parts must add up to %(wanted)s; they add up to %(total)s.")
            demand(total == self.adds_up_to, words % {"wanted": self.adds_up_to, "total": total})
        scores = [value[part] for part in parts]
        in_order = all(first > second for first, second in pairwise(scores))
        demand(in_order or not self.falls, now("Each grade begins below the one before it."))
        return dict(zip(parts, scores, strict=True))

    def _check_limits(self, value: Any) -> None:
        limits = {"name": self.label, "least": self.least, "most": self.most}
        demand(value >= self.least, now("“%(name)s” is at least %(least)s.") % limits)
        demand(self.most is None or value <= self.most, now("“%(name)s” is at most %(most)s.") % limits)

    def _refusal(self) -> str:
        return now("This is not a value for “%(name)s”: look at its type and unit.") % {"name": self.label}


def _decimal(value: Any) -> Decimal | None:
    try:
        amount = Decimal(value) if isinstance(value, Decimal | int | str) else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() else None


def _places(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


WORKING_DAYS, DAYS, MONTHS, POINTS = _("working days"), _("days"), _("months"), _("points")
YUAN, LEVEL = _("yuan"), pgettext_lazy("unit", "level")
WEIGHTS = {
    "execution": _("execution"),
    "output": _("output"),
    "benefit": _("benefit"),
    "satisfaction": _("satisfaction"),
}
GRADES = {"excellent": _("excellent"), "good": _("good"), "fair": _("fair")}
T, S = Topic, Shape

_ALL = (
    Parameter("review_days", T.REVIEW, _("review time"), 20, _("Review time: 20 working days; urgent lane 10."),
              WORKING_DAYS, least=1, most=250),
    Parameter("review_days_urgent", T.REVIEW, _("review time, urgent lane"), 10,
              _("Review time: 20 working days; urgent lane 10."), WORKING_DAYS, least=1, most=250),
    Parameter("correction_days", T.REVIEW, _("time to answer a correction"), 5,
              _("The product's own default: no regulation is behind it."), WORKING_DAYS, least=1, most=60),
    Parameter("opinion_days", T.REVIEW, _("time for the opinion on an act"), 5,
              _("The product's own default: no regulation is behind it."), WORKING_DAYS, least=1, most=60),
    Parameter("filing_limit", T.CHANGE, _("adjustment that only needs filing"), Decimal(15),
              _("Inside the approved scope the owner may adjust up to 15 % of the estimate with filing only, goals "
                "unchanged and total not exceeded; else it is approved again."), "%", S.PERCENT, most=100),
    Parameter("design_over_feasibility", T.CHANGE, _("design estimate over feasibility estimate"), Decimal(10),
              _("A design estimate more than 10 % over the feasibility estimate may be sent back."),
              "%", S.PERCENT, most=100),
    Parameter("supplement_limit", T.CHANGE, _("contract supplements"), Decimal(10),
              _("Contract supplements are at most 10 % of the contract."), "%", S.PERCENT, most=100),
    Parameter("notice_days", T.PROCUREMENT, _("tender notice"), 20,
              _("Procurement: notice at least 20 days."), DAYS, least=1, most=120),
    Parameter("contract_days", T.PROCUREMENT, _("contract after the award"), 30,
              _("Procurement: contract at most 30 days after the award."), DAYS, least=1, most=120),
    Parameter("publish_days", T.PROCUREMENT, _("publication of the contract"), 2,
              _("Procurement: the contract is published in 2 and filed in 7 working days."),
              WORKING_DAYS, least=1, most=60),
    Parameter("contract_filing_days", T.PROCUREMENT, _("filing of the contract"), 7,
              _("Procurement: the contract is published in 2 and filed in 7 working days."),
              WORKING_DAYS, least=1, most=60),
    Parameter("bond_limit", T.PROCUREMENT, _("performance bond"), Decimal(10),
              _("Procurement: the bond is at most 10 % of the contract."), "%", S.PERCENT, most=100),
    Parameter("acceptance_months", T.ACCEPTANCE, _("acceptance applied for after completion"), 6,
              _("Acceptance is applied for within 6 months after completion."), MONTHS, least=1, most=60),
    Parameter("evaluation_months_from", T.ACCEPTANCE, _("evaluation after acceptance, from"), 12,
              _("The evaluation takes place 12 to 24 months after acceptance."), MONTHS, most=120),
    Parameter("evaluation_months_to", T.ACCEPTANCE, _("evaluation after acceptance, to"), 24,
              _("The evaluation takes place 12 to 24 months after acceptance."), MONTHS, least=1, most=120),
    Parameter("one_step_hardware", T.ACCEPTANCE, _("one-step acceptance: hardware below"), Decimal(10_000_000),
              _("Preliminary acceptance may be folded into the final one with a single contract, or with hardware "
                "below ¥10 million and software below ¥1 million."), YUAN, S.MONEY),
    Parameter("one_step_software", T.ACCEPTANCE, _("one-step acceptance: software below"), Decimal(1_000_000),
              _("Preliminary acceptance may be folded into the final one with a single contract, or with hardware "
                "below ¥10 million and software below ¥1 million."), YUAN, S.MONEY),
    Parameter("upgrade_as_operation_share", T.OPERATION, _("upgrade that counts as operation: share"), Decimal(15),
              _("An upgrade counts as operation up to 15 % of the original investment and ¥1,000,000."),
              "%", S.PERCENT, most=100),
    Parameter("upgrade_as_operation_amount", T.OPERATION, _("upgrade that counts as operation: amount"),
              Decimal(1_000_000),
              _("An upgrade counts as operation up to 15 % of the original investment and ¥1,000,000."),
              YUAN, S.MONEY),
    Parameter("zombie_months", T.OPERATION, _("not updated or not used"), 12,
              _("Zombie system: not updated or not used for a year, replaceable, few users, out of step with the "
                "process."), MONTHS, least=1, most=60),
    Parameter("mlps_filing_level", T.SECURITY, _("MLPS filing certificate from"), 2,
              _("From MLPS level 2 the trial run needs the filing certificate."), LEVEL, most=4),
    Parameter("mlps_test_months_level_2", T.SECURITY, _("MLPS test, level 2, every"), 24,
              _("MLPS test: level 3 yearly, level 2 every 2 years."), MONTHS, least=1, most=60),
    Parameter("mlps_test_months_level_3", T.SECURITY, _("MLPS test, level 3, every"), 12,
              _("MLPS test: level 3 yearly, level 2 every 2 years."), MONTHS, least=1, most=60),
    Parameter("cryptography_level", T.SECURITY, _("cryptography assessment from MLPS"), 3,
              _("The cryptography assessment is yearly from level 3."), LEVEL, most=4),
    Parameter("cryptography_months", T.SECURITY, _("cryptography assessment every"), 12,
              _("The cryptography assessment is yearly from level 3."), MONTHS, least=1, most=60),
    Parameter("weights", T.PERFORMANCE, _("weights of the targets"),
              {"execution": 10, "output": 50, "benefit": 30, "satisfaction": 10},
              _("Weights: execution 10, output 50, benefit 30, satisfaction 10."),
              POINTS, S.SCORES, most=100, parts=WEIGHTS, adds_up_to=100),
    Parameter("weights_with_cost", T.PERFORMANCE, _("weights of the targets, with cost targets"),
              {"cost": 20, "output": 40, "benefit": 20, "satisfaction": 10, "execution": 10},
              _("Weights with cost targets: cost 20, output 40, benefit 20, satisfaction 10, execution 10."),
              POINTS, S.SCORES, most=100, parts={"cost": _("cost"), **WEIGHTS}, adds_up_to=100),
    Parameter("grades", T.PERFORMANCE, _("grades, from"), {"excellent": 90, "good": 80, "fair": 60},
              _("Grades: from 90 excellent, from 80 good, from 60 fair, else poor."),
              POINTS, S.SCORES, most=100, parts=GRADES, falls=True),
    Parameter("over_target_share", T.PERFORMANCE, _("result over the target that is questioned"), Decimal(30),
              _("A result more than 30 % above its target is questioned."), "%", S.PERCENT, most=1000),
)  # fmt: skip
PARAMETERS: Mapping[str, Parameter] = {parameter.key: parameter for parameter in _ALL}
