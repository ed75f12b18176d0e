"""Numbers of records that are known by letters, year and count: SB2027-0118."""

from __future__ import annotations

from common.numbering import next_number
from governance.models import Jurisdiction


def next_record_number(letters: str, jurisdiction: Jurisdiction, year: int) -> str:
    """The next number of its kind; of a district with its code before it. Cities of one instance share the count."""
    place = f"{jurisdiction.code}-" if jurisdiction.parent_id else ""
    stem = f"{place}{letters}{year}"
    return f"{stem}-{next_number(stem):04d}"
