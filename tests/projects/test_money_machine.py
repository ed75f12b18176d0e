"""Whatever people do to lines, the sources of each add up to what it declares, and rates to their base."""

import os
from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from common.errors import DomainError
from common.money import ZERO, half_up
from projects.models import Line
from projects.services import drafts, lines
from tests.factories import FundingSourceFactory, open_city

AMOUNTS = st.one_of(st.none(), st.integers(0, 10**11).map(lambda fen: Decimal(fen).scaleb(-2)))
RATES = st.integers(0, 10**6).map(lambda n: Decimal(n).scaleb(-6))
PICK = st.integers(0, 50)
CUT, YEAR = st.integers(0, 100), st.integers(0, 3)
DEPTHS = {"ci": (25, 20), "drill": (200, 40)}


class Lines(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.savepoint = transaction.savepoint()
        self.town = open_city()
        more = [FundingSourceFactory(jurisdiction=self.town.jurisdiction, code=code) for code in ("bond", "own")]
        self.sources = [self.town.source, *more]
        self.clerk = self.town.people.health
        self.application = drafts.create_application(self.town.round, by=self.clerk, name="申报")

    def teardown(self):
        transaction.savepoint_rollback(self.savepoint)

    def lines(self):
        return list(self.application.lines.with_money())

    def pick(self, number, *, rated=None):
        rows = [line for line in self.lines() if rated is None or (line.rate is not None) == rated]
        return rows[number % len(rows)] if rows else None

    @rule(amount=AMOUNTS)
    def add_module(self, amount):
        lines.add_line(self.application, {"name": "模块", "declared": amount}, by=self.clerk)

    @rule(rate=RATES, first=PICK, second=PICK)
    @precondition(lambda self: self.lines())
    def add_rate(self, rate, first, second):
        base = list({line.pk: line for line in (self.pick(first), self.pick(second))}.values())
        fields = {"kind": "supervision", "name": "监理", "rate": rate, "base": base}
        lines.add_line(self.application, fields, by=self.clerk)

    @rule(number=PICK, amount=AMOUNTS)
    def declare(self, number, amount):
        if line := self.pick(number, rated=False):
            lines.update_line(line, {"declared": amount}, by=self.clerk)

    @rule(
        number=PICK,
        cuts=st.lists(st.integers(0, 100), min_size=2, max_size=2),
        years=st.lists(st.integers(0, 3), min_size=3, max_size=3),
    )
    def split(self, number, cuts, years):
        line = self.pick(number, rated=False)
        if not line or line.declared is None:
            return
        first = half_up(line.declared * cuts[0] / 200)
        second = half_up(line.declared * cuts[1] / 200)
        parts = (first, second, line.declared - first - second)
        shares = {(source.pk, 2027 + year): part for source, year, part in zip(self.sources, years, parts, strict=True)}
        lines.set_sources(line, shares, by=self.clerk)

    @rule(number=PICK, other=PICK)
    @precondition(lambda self: self.lines())
    def rebase(self, number, other):
        if line := self.pick(number, rated=True):
            with suppress(DomainError):  # itself, or a circle
                lines.update_line(line, {"base": [self.pick(other)]}, by=self.clerk)

    @rule(number=PICK)
    def remove(self, number):
        if line := self.pick(number):
            lines.remove_line(line, by=self.clerk)

    @invariant()
    def sources_add_up(self):
        for line in self.lines() if hasattr(self, "application") else ():
            rows = list(line.sources.all())
            assert (line.declared or ZERO) == sum((row.amount for row in rows), ZERO)
            assert all(row.amount > 0 for row in rows)

    @invariant()
    def rates_follow(self):
        for line in self.lines() if hasattr(self, "application") else ():
            if line.rate is None:
                continue
            base = [part.declared for part in Line.objects.filter(pk__in=line.base_ids)]
            unknown = not base or None in base
            assert line.declared == (None if unknown else half_up(line.rate * sum(base, ZERO)))


@pytest.mark.django_db
def test_sources_add_up_after_any_sequence_of_edits():
    profile = os.environ.get("HYPOTHESIS_PROFILE", "ci")
    examples, steps = DEPTHS[profile]
    depth = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None, derandomize=profile == "ci",
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Lines, settings=depth)
