"""What a new installation starts with. Every step leaves what is already there as it is."""

from __future__ import annotations

import sys
from typing import TextIO

from django.conf import settings

from config import demo
from governance.models import Jurisdiction
from governance.services.policies import load_default_pack


def load(out: TextIO | None = None) -> None:
    """Fill an empty database with what work cannot begin without; on one's own machine, with a city to look at."""
    load_default_pack()
    if settings.DEMO_CITY and not Jurisdiction.objects.exists():
        tell(demo.build(), out or sys.stdout)


def tell(accounts: list[demo.Account], out: TextIO) -> None:
    """Say who can sign in, and with what."""
    out.write(f"\n  A demonstration city is ready. Password of every account: {demo.PASSWORD}\n\n")
    for row in accounts:
        out.write(f"    {row.username:<17} {row.name} · {row.department} · {row.role}\n")
    out.flush()
