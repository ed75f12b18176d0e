"""What two things share besides their words: the data that they use, and the capability that both are like."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from catalog.models import Capability, DataResource
from reviews.models import Finding
from reviews.states import Band, Pool


@dataclass(frozen=True)
class Alike:
    """Data resources that both use, and capabilities of the catalog that both are near to or answer with."""

    resources: list[DataResource]
    capabilities: list[Capability]


def alike(finding: Finding) -> Alike:
    """Of a module and what was found beside it: two queries."""
    return Alike(list(_resources(finding)), list(_capabilities(finding)))


def _resources(finding: Finding) -> list[DataResource]:
    """Two modules share what both read or write; a module shares with a system what it reads of that system's data."""
    rows = DataResource.objects.filter(line_links__line=finding.line_id).select_related("provider").order_by("code")
    if finding.other_line_id:
        return list(rows.filter(pk__in=DataResource.objects.filter(line_links__line=finding.other_line_id)).distinct())
    return list(rows.filter(system=finding.function.system_id).distinct()) if finding.function else []


def _capabilities(finding: Finding) -> list[Capability]:
    if not finding.other_line_id:
        return []
    rows = Capability.objects.published().select_related("provider").order_by("code")
    for line in (finding.line, finding.other_line):
        near = Finding.objects.filter(line=line, pool=Pool.CATALOG, band__in=[Band.LIKELY, Band.LOOK])
        assert line is not None
        rows = rows.filter(Q(pk__in=near.values("capability")) | Q(pk=line.capability_id))
    return list(rows)
