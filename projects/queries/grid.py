"""What the grid of lines says around its cells: what can be taken back, and sums of work."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from governance.models import User
from projects.models import Application, Line, LineEdit
from projects.states import ApplicationStatus


def undoable(application: Application, user: User) -> LineEdit | None:
    """The last change of a draft's lines, when the person may take it back now."""
    if application.status != ApplicationStatus.DRAFT:
        return None
    edit = application.line_edits.defer("before").first()
    return edit if edit and edit.by_id == user.pk and edit.version == application.version else None


def work(lines: Iterable[Line]) -> tuple[Decimal, Decimal]:
    """Function points and person-months of modules, as far as they are known."""
    rows = list(lines)
    points = sum((line.function_points for line in rows if line.function_points), Decimal(0))
    months = sum((line.person_months for line in rows if line.person_months), Decimal(0))
    return points, months
