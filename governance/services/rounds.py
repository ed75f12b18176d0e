"""Planning, opening and closing the rounds of a jurisdiction-year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit
from common.errors import demand
from governance.models import Jurisdiction, Round, User
from governance.services import records
from governance.states import ROUND_MOVES, RoundStatus

FIXED_ONCE_OPENED = ("year", "batch")


@transaction.atomic
def create_round(round: Round, *, by: User) -> Round:
    """Plan a batch of the year. Refused: a second one of the same number."""
    round.status = RoundStatus.PLANNED
    return records.add(round, by=by)


@transaction.atomic
def update_round(round: Round, changes: Mapping[str, Any], *, by: User, version: int | None = None) -> Round:
    """Change name and days, and year and batch while the round is only planned.

    Refused: another version than the one that was read, and an open round that would end before today.
    """
    round = Round.objects.locked(round.pk)
    round.demand_version(version)
    moved = [name for name in FIXED_ONCE_OPENED if name in changes and changes[name] != getattr(round, name)]
    demand(
        not moved or round.status == RoundStatus.PLANNED,
        _("Year and batch are fixed once a round was opened: its applications carry them."),
    )
    if round.status == RoundStatus.OPEN:
        _demand_end(changes.get("closes_on", round.closes_on))
    records.change(round, changes, by=by)
    round.bump()
    return round


@transaction.atomic
def open_round(round: Round, *, by: User, version: int | None = None) -> Round:
    """Let departments apply, until the day named. Refused: while another round is open, or without an end."""
    Jurisdiction.objects.select_for_update().get(pk=round.jurisdiction_id)  # two rounds at once: one waits
    round = Round.objects.locked(round.pk)
    round.demand_version(version)
    ROUND_MOVES.check(round.status, RoundStatus.OPEN)
    other = Round.objects.open().filter(jurisdiction=round.jurisdiction_id).exclude(pk=round.pk).first()
    demand(other is None, _("“%(round)s” is open: close it first.") % {"round": other})
    _demand_end(round.closes_on)
    return _move(round, RoundStatus.OPEN, "round.opened", by=by)


@transaction.atomic
def close_round(round: Round, *, by: User | None, version: int | None = None) -> Round:
    """Take no more applications: the review of those that were submitted goes on."""
    round = Round.objects.locked(round.pk)
    round.demand_version(version)
    ROUND_MOVES.check(round.status, RoundStatus.CLOSED)
    return _move(round, RoundStatus.CLOSED, "round.closed", by=by)


@transaction.atomic
def close_ended_rounds() -> int:
    """Close the rounds whose last day is over; says how many. A clock calls this, any number of times."""
    ended = Round.objects.open().filter(closes_on__lt=timezone.localdate()).order_by("pk")
    for round in ended:
        close_round(round, by=None)
    return len(ended)


def _demand_end(day: date | None) -> None:
    demand(day, _("Say until when departments may apply: enter the closing day first."))
    demand(
        day and day >= timezone.localdate(),
        _("The closing day is over: enter a later one, so that departments know how long they may apply."),
    )


def _move(round: Round, to: RoundStatus, action: str, *, by: User | None) -> Round:
    before, round.status = round.status, to
    if to == RoundStatus.OPEN and round.opens_on is None:
        round.opens_on = timezone.localdate()
    round.bump("status", "opens_on")
    audit.record(action, round, by=by, before=before, closes_on=round.closes_on)
    return round
