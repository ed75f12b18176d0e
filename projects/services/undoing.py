"""Taking back the last change of a draft's lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core import serializers
from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from common.errors import demand
from governance.models import User
from projects.models import Application, Line, LineBase, LineEdit, LineSource
from projects.services.editing import noted, opened
from projects.services.funding import recompute_rates
from projects.states import ApplicationStatus, EditKind

KEPT = 20  # changes of a draft that can be taken back, one after the other


def picture(lines: Iterable[Line], *, whole: bool = False) -> dict[str, Any]:
    """These lines as they are stored, with their money and what they are a rate of.

    `whole`: also what points to them, for lines that are about to go.
    """
    pks = [line.pk for line in lines]
    rows: list[Model] = [*Line.objects.filter(pk__in=pks), *LineSource.objects.filter(line__in=pks)]
    links = Q(line__in=pks) | Q(base__in=pks) if whole else Q(line__in=pks)
    rows += LineBase.objects.filter(links)
    if whole:
        rows += Line.objects.filter(serves__in=pks)
        rows += [link for line in Line.objects.filter(pk__in=pks) for link in line.data_links.all()]
    return {"lines": pks, "rows": serializers.serialize("python", rows)}


def remember(application: Application, kind: EditKind, name: str, before: dict[str, Any], *, by: User) -> None:
    """Keep what stood before a change that was just noted; only while the application is a draft."""
    if application.status != ApplicationStatus.DRAFT:
        return
    edits = LineEdit.objects.filter(application=application)
    last = edits.first()
    if last and last.version != application.version - 1:
        edits.delete()  # something else changed in between: what lies before it is never taken back
    edits.create(application=application, by=by, kind=kind, name=name[:300], version=application.version, before=before)
    edits.filter(pk__in=list(edits.values_list("pk", flat=True)[KEPT:])).delete()


@transaction.atomic
def undo_lines(application: Application, *, by: User, version: int | None = None) -> Application:
    """Take back the last change of a draft's lines.

    Refused when the draft was handed on, when there is nothing to take back, when a colleague made the change, and
    when anything else of the draft changed since. What is a rate of the lines follows them again.
    """
    application = opened(application, by=by, version=version)
    demand(
        application.status == ApplicationStatus.DRAFT,
        _("Only changes of a draft are taken back: change the line instead."),
    )
    edit = application.line_edits.first()
    demand(edit is not None, _("There is no change to take back."))
    demand(
        edit.by_id == by.pk,  # type: ignore[union-attr]
        _("%(person)s made the last change: only they take it back.") % {"person": edit.by},  # type: ignore[union-attr]
    )
    demand(
        edit.version == application.version,  # type: ignore[union-attr]
        _("Something else of this draft changed since: change the line itself."),
    )
    return _taken_back(application, edit, by)  # type: ignore[arg-type]


def _taken_back(application: Application, edit: LineEdit, by: User) -> Application:
    before = edit.before
    application.lines.filter(pk__in=before.get("made", ())).delete()
    if "order" in before:
        number(application, before["order"])
    LineSource.objects.filter(line__in=before.get("lines", ())).delete()
    LineBase.objects.filter(line__in=before.get("lines", ())).delete()
    for row in serializers.deserialize("python", before.get("rows", ())):
        row.save()
    recompute_rates(application)
    edit.delete()
    noted(application, "lines.undone", by=by, change=str(EditKind(edit.kind).label), name=edit.name)
    earlier = application.line_edits.first()
    if earlier:  # it is the last change again
        application.line_edits.filter(pk=earlier.pk).update(version=application.version)
    return application


def number(application: Application, order: Sequence[int]) -> None:
    """Number the lines in this order of ids."""
    lines = application.lines.in_bulk()
    top = max((line.sequence for line in lines.values()), default=0)
    for offset in (top, 0):  # first out of the way: a number is never taken twice
        for place, pk in enumerate(order, 1):
            lines[pk].sequence = offset + place
        Line.objects.bulk_update(lines.values(), ["sequence"])
