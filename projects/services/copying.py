"""Last year's application as the start of this year's."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from common import audit
from common.errors import demand
from governance.models import FundingSource, Round, User
from projects.models import (
    Application,
    ApplicationBasis,
    ApplicationSection,
    ApplicationSystem,
    Line,
    LineBase,
    LineData,
)
from projects.services.drafts import HEADER, create_application
from projects.services.funding import Shares, declare, recompute_rates, store
from projects.services.lines import PLAIN

NOT_COPIED = {"continues", "renews", "is_urgent", "urgency_reason"}
HERE = {"serves", "builds"}  # links of a line that are made anew, or stay with the old one


@transaction.atomic
def copy_application(application: Application, round: Round, *, by: User, name: str = "") -> Application:
    """Begin a draft with everything that an earlier application of the same department said.

    Money moves by as many years as lie between the rounds; a source that is closed gives way to the default.
    Files, and what the old one continued or renewed, are not taken over.
    """
    acting = by.acting
    demand(
        acting is not None and acting.department_id == application.department_id,
        _("Only an application of your own department is copied."),
    )
    header = {field: getattr(application, field) for field in HEADER - NOT_COPIED}
    later = round.year - application.round.year
    for field in ("starts_on", "ends_on"):
        header[field] = header[field] and _years_later(header[field], later)
    copy = create_application(round, by=by, **header | ({"name": name} if name else {}))
    _copy_papers(application, copy)
    _copy_lines(application, copy, later)
    recompute_rates(copy)
    audit.record("application.copied", copy, by=by, of=application.number)
    return copy


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _copy_papers(old: Application, new: Application) -> None:
    ApplicationSection.objects.bulk_create(
        ApplicationSection(application=new, key=row.key, text=row.text) for row in old.sections.all()
    )
    ApplicationBasis.objects.bulk_create(
        ApplicationBasis(application=new, document=row.document, number=row.number, level=row.level, clause=row.clause)
        for row in old.bases.all()
    )
    ApplicationSystem.objects.bulk_create(
        ApplicationSystem(application=new, system_id=row.system_id, part=row.part) for row in old.system_links.all()
    )


def _copy_lines(old: Application, new: Application, later: int) -> None:
    lines = list(old.lines.with_money().prefetch_related("data_links", "earmarks"))
    active = FundingSource.objects.filter(jurisdiction=new.round.jurisdiction_id, is_active=True)
    open_sources = set(active.values_list("code", flat=True))
    made: dict[int, Line] = {}
    for line in lines:
        fields = {field: getattr(line, field) for field in PLAIN - HERE}
        made[line.pk] = copy = Line.objects.create(application=new, sequence=line.sequence, **fields)
        copy.earmarks.set(line.earmarks.all())
        LineData.objects.bulk_create(
            LineData(line=copy, resource_id=link.resource_id, access=link.access) for link in line.data_links.all()
        )
        if line.declared is not None:
            shares: Shares = {(row.source.code, row.year + later): row.amount for row in line.sources.all()}
            if all(code in open_sources and year >= new.round.year for code, year in shares):
                store(copy, line.declared, shares)
            else:
                declare(copy, line.declared)
    for line in lines:
        if line.serves_id:
            made[line.pk].serves = made[line.serves_id]
            made[line.pk].save(update_fields=["serves"])
        LineBase.objects.bulk_create(LineBase(line=made[line.pk], base=made[base]) for base in line.base_ids)
