"""Reading decisions: what is live, what goes where, who is touched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from projects.models import Application, Component, Line
from reviews.models import Act, Disposition
from reviews.models.dispositions import DispositionQuerySet
from reviews.states import ActStatus, DispositionKind, DispositionState

Target = Line | Component


def live_of(lines: Iterable[int]) -> dict[int, Disposition]:
    """The decision that stands for each line; a line that is missing is open."""
    pks = list(lines)
    found = Disposition.objects.live().of_lines(pks).loaded().order_by() if pks else ()
    return {disposition.line_id: disposition for disposition in found}


def standing_of(lines: Iterable[int]) -> dict[int, Disposition]:
    """What `live_of` says, for a verb that only asks what was decided, how much is left, and by which act."""
    found = Disposition.objects.live().of_lines(lines).select_related("act").order_by()
    return {disposition.line_id: disposition for disposition in found}


def followers_of(lines: Iterable[int | None]) -> list[Disposition]:
    """Live decisions that go into one of these lines."""
    found = Disposition.objects.live().filter(target_line__in=list(lines)).order_by()
    if not found.exists():  # the usual case, and a tenth of the work
        return []
    return sorted(found.loaded(), key=lambda d: d.pk)


def project_code(application: Application) -> str:
    """The stable code of an application's own project: SB2027-0118 gives XM2027-0118."""
    number = application.number
    return number.replace("SB", "XM", 1) if "SB" in number else f"XM-{number}"


def lead_department(target: Target) -> int:
    """The department that leads the component which this line or component is."""
    if isinstance(target, Component):
        return target.project.lead_id
    return target.application.department_id


def jurisdiction_of(target: Target) -> int:
    if isinstance(target, Component):
        return target.project.jurisdiction_id
    return target.application.round.jurisdiction_id


def hosts(disposition: Disposition) -> set[int]:
    """The departments that will serve the line instead."""
    if disposition.kind == DispositionKind.REUSE:
        return {disposition.system.owner_id} if disposition.system else set()
    found = {disposition.capability.provider_id} if disposition.capability else set()
    return found | ({lead_department(disposition.target)} if disposition.target else set())


@dataclass(frozen=True)
class Interests:
    """Whom an act touches: departments (not the authority itself), and who drafted what it decides."""

    jurisdiction: int
    departments: frozenset[int]
    drafters: frozenset[int]


def interests_of(
    act: Act, dispositions: Iterable[Disposition], earlier: dict[int, Disposition] | None = None
) -> Interests:
    """Payers, receivers, former receivers; their own authority is not asked for its own opinion."""
    dispositions = list(dispositions)
    if earlier is None:
        earlier = _earlier_of(dispositions, Disposition.objects.led())
    return _interests(act, dispositions, earlier)


def interests_among(acts: Iterable[Act]) -> dict[int, Interests]:
    """The interests of many acts by key (``jurisdiction`` loaded); the queries do not grow with them."""
    acts = list(acts)
    rows = list(Disposition.objects.filter(act__in=acts).led())
    earlier = _earlier_of(rows, Disposition.objects.led())
    return {act.pk: _interests(act, [d for d in rows if d.act_id == act.pk], earlier) for act in acts}


def earlier_of(dispositions: Iterable[Disposition]) -> dict[int, Disposition]:
    """By key of each decision the one that it took the place of, or that stands for its line."""
    return _earlier_of(list(dispositions), Disposition.objects.placed())


def _earlier_of(dispositions: list[Disposition], among: DispositionQuerySet) -> dict[int, Disposition]:
    # what stands itself has nothing else beside it
    pending = [d.line_id for d in dispositions if d.state != DispositionState.LIVE]
    superseded = {d.supersedes_id for d in dispositions if d.supersedes_id}
    rows = list(among.filter(Q(pk__in=superseded) | Q(state=DispositionState.LIVE, line__in=pending)).order_by())
    former = {d.pk: d for d in rows if d.pk in superseded}
    standing = {d.line_id: d for d in rows if d.state == DispositionState.LIVE}
    found = {d.pk: former.get(d.supersedes_id or 0) or standing.get(d.line_id) for d in dispositions}
    return {pk: d for pk, d in found.items() if d is not None}


def replaced_by(
    dispositions: Iterable[Disposition], earlier: dict[int, Disposition] | None = None
) -> dict[int, Disposition]:
    """By key of each decision what it took the place of; while it is only planned, what it would."""
    dispositions = list(dispositions)
    earlier = earlier_of(dispositions) if earlier is None else earlier
    pending = {d.pk for d in dispositions if d.state == DispositionState.PENDING}
    replaces = {d.pk for d in dispositions if d.supersedes_id} | pending
    return {pk: old for pk, old in earlier.items() if pk in replaces}


def _interests(act: Act, dispositions: Iterable[Disposition], earlier: dict[int, Disposition]) -> Interests:
    touched: set[int] = set()
    drafters: set[int] = set()
    for d in dispositions:
        old = earlier.get(d.pk)
        touched |= {lead_department(d.line)} | hosts(d) | (hosts(old) if old else set())
        drafters |= {line.application.drafter_id for line in (d.line, d.target_line) if line}
    touched.discard(act.jurisdiction.authority_id or 0)
    return Interests(act.jurisdiction_id, frozenset(touched), frozenset(drafters))


def interests_in(application: Application) -> Interests:
    """Whom the end of an application touches (``round__jurisdiction`` loaded)."""
    place = application.round.jurisdiction
    departments = frozenset({application.department_id} - {place.authority_id or 0})
    return Interests(place.pk, departments, frozenset({application.drafter_id}))


def dependants(act: Act) -> list[Act]:
    """Later acts that lean on this one: on a decision that they superseded, a target, a base, a served module."""
    mine = act.dispositions.live().values("line")
    live = Q(state=DispositionState.LIVE)
    on = (
        Q(target_line__in=mine)
        | Q(line__base_links__base__in=mine)
        | Q(line__serves__in=mine, kind__in=[DispositionKind.MERGE, DispositionKind.STRIP])
    )
    over = Q(supersedes__act=act, state__in=[DispositionState.LIVE, DispositionState.SUPERSEDED])
    later = Disposition.objects.filter(
        over | (live & on), act__order__gt=act.order, act__status__in=[ActStatus.CONFIRMED, ActStatus.CONTESTED]
    )
    return list(Act.objects.filter(pk__in=later.values("act")).order_by("order"))
