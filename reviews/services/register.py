"""The lock of a jurisdiction's register, and what every decision disturbs."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from governance.models import Jurisdiction
from projects.models import Line
from reviews.models import AnnualList


def lock_register(*jurisdictions: int) -> None:
    """Hold the registers until the transaction ends, in order of their keys.

    Decisions lean on each other (targets, followers, bases), so the verbs that change them run
    one after the other in a jurisdiction. People press them a few times a minute at most.
    """
    assert transaction.get_connection().in_atomic_block
    rows = Jurisdiction.objects.select_for_update(no_key=True).filter(pk__in=jurisdictions)
    list(rows.order_by("pk"))


def disturb(lines: Iterable[int]) -> None:
    """A changed decision makes the determination that rests on it stale."""
    applications = Line.objects.filter(pk__in=list(lines)).values("application")
    for annual_list in AnnualList.objects.filter(scope__application__in=applications, is_stale=False).distinct():
        annual_list.is_stale = True
        annual_list.bump("is_stale")
