"""What a new installation starts with. Every step leaves what is already there as it is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TextIO

from django.conf import settings
from django.utils.translation import override

from config import demo
from governance.models import Jurisdiction, Membership
from governance.services.policies import load_default_pack
from governance.states import Role


def load(out: TextIO | None = None, make: Callable[[], None] = demo.build) -> None:
    """Fill an empty database with what work cannot begin without; on one's own machine, with a city to look at."""
    load_default_pack()
    if settings.DEMO_CITY and not Jurisdiction.objects.exists():
        out = out or sys.stdout
        out.write("making a demonstration city with three years of work: about a minute\n")
        out.flush()
        make()
        tell(out)


def tell(out: TextIO) -> None:
    """Say who can sign in, one person a role, and with what."""
    out.write(f"\n  A demonstration city is ready. Password of every account: {demo.PASSWORD}\n\n")
    first: dict[str, Membership] = {}
    for row in Membership.objects.select_related("user", "department").order_by("pk"):
        first.setdefault(row.role, row)
    with override(settings.LANGUAGE_CODE):
        for role in Role:
            if (holder := first.get(role)) is not None:
                out.write(f"    {holder.user.username:<17} {holder.user} · {holder.department} · {role.label}\n")
    out.flush()
