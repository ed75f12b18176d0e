"""The rules that hold when an act is proposed, and again when it is confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from common.errors import demand
from governance.models import User
from projects.models import Component, Line, LineBase
from projects.states import ApplicationStatus, LineKind
from reviews.models import Act, Disposition, Finding, Intake, ListProject
from reviews.queries.decisions import Interests, followers_of, jurisdiction_of, live_of, standing_of
from reviews.queries.eyes import conflict
from reviews.services.plan import allowance, may_pay
from reviews.states import BUILT, GONE, MOVED, ActStatus, DispositionKind, ListStatus, MoneyPart

Decided = Callable[[int], Disposition | None]


def demand_judge(person: User, interests: Interests) -> None:
    """A reviewer or head of the authority without a role in a touched department, who drafted none of it."""
    why = conflict(person, interests)
    demand(not why, why)


def check(act: Act, dispositions: list[Disposition]) -> None:
    """Whether the act may stand as a whole, beside everything that stands already."""
    new = {d.line_id: d for d in dispositions}
    leans = _leaning_on(dispositions)
    standing = standing_of([*new, *leans])

    def decided(pk: int) -> Disposition | None:
        return new.get(pk) or standing.get(pk)

    _demand_not_pending(act, new)
    _demand_judged(dispositions)
    for d in dispositions:
        _demand_open_application(d.line)
        _demand_not_contested(standing.get(d.line_id))
        _demand_conditions(d)
        demand_fit(d, decided)
        _demand_not_contested(decided(d.target_line_id) if d.target_line_id else None)
    _check_neighbours(new)


def _leaning_on(dispositions: Iterable[Disposition]) -> set[int]:
    found: set[int] = set()
    for d in dispositions:
        found |= {pk for pk in (d.target_line_id, d.line.serves_id, *d.line.base_ids) if pk}
    return found


def _check_neighbours(new: dict[int, Disposition]) -> None:
    """What stands elsewhere and leans on a line of this act still fits, or is decided in it."""
    for d in followers_of(new):
        if d.line_id in new:
            continue
        via = new[d.target_line_id or 0]
        demand(
            via.kind in BUILT,
            _("%(line)s goes into %(target)s: decide both in one act.") % {"line": d.line, "target": d.target_line},
        )
    rated = set(LineBase.objects.filter(base__in=new).values_list("line", flat=True))
    serving = set(Line.objects.filter(serves__in=new).order_by().values_list("pk", flat=True))
    for pk, d in live_of((rated | serving) - set(new)).items():
        if pk in rated or d.kind in MOVED:
            demand_fit(d, {**standing_of(_leaning_on([d])), **new}.get)


def _demand_not_pending(act: Act, new: dict[int, Disposition]) -> None:
    elsewhere = Disposition.objects.filter(line__in=new, act__status=ActStatus.PROPOSED).exclude(act=act)
    for d in elsewhere.select_related("line__application", "act"):
        demand(False, _("%(line)s stands in another proposal (%(act)s).") % {"line": d.line, "act": d.act.number})


def _demand_judged(dispositions: Iterable[Disposition]) -> None:
    built = [d.line for d in dispositions if d.kind in BUILT]
    kept = [line.pk for line in built]
    compared = {line.application_id for line in built if line.is_module or line.application.system_id}
    unseen = Intake.objects.filter(application__in=compared, screened_at__isnull=True).select_related("application")
    demand(
        not unseen,
        _("Not screened for duplicates yet; start the screening of the round before keeping anything of these:"),
        items=[intake.application for intake in unseen],
    )
    waiting = Finding.objects.unjudged().filter(line__in=kept).select_related("line__application")
    lines = list({finding.line_id: str(finding.line) for finding in waiting}.values())
    demand(
        not lines,
        _("A likely or doubtful match has no verdict yet; judge it before keeping the module:"),
        items=lines,
    )


def _demand_open_application(line: Line) -> None:
    demand(
        line.application.status == ApplicationStatus.CONSOLIDATION,
        _("The application of %(line)s is closed, or not accepted for consolidation yet.") % {"line": line},
    )


def _demand_not_contested(d: Disposition | None) -> None:
    if d is not None:
        demand(
            d.act.status != ActStatus.CONTESTED,
            _("The decision on %(line)s is contested: settle it first.") % {"line": d.line},
        )


def _demand_conditions(d: Disposition) -> None:
    demand(
        d.kind != DispositionKind.REMEDIATE or d.conditions.exists(),
        _("%(line)s: a remediation names its conditions.") % {"line": d.line},
    )


def demand_fit(d: Disposition, decided: Decided) -> None:
    """Whether a decision fits the decisions it leans on: its target, its base, the module it serves."""
    line = d.line
    if line.kind != LineKind.MODULE:
        _demand_item_kind(d, decided(line.serves_id) if line.serves_id else None)
    if line.rate is not None and d.own + d.moved:
        for part in ("own", "moved"):
            demand(
                getattr(d, part) <= allowance(line, part, decided),
                _("%(line)s: its base is smaller now, decide it again in this act.") % {"line": line},
            )
    if d.kind == DispositionKind.MERGE or d.target:
        _demand_receiver(d, decided)


def _demand_item_kind(d: Disposition, module: Disposition | None) -> None:
    """A cost item is kept or rejected, or moves with the module that it serves."""
    allowed = {DispositionKind.KEEP, DispositionKind.REJECT}
    together = module is not None and module.kind in MOVED and (module.kind, _place(module)) == (d.kind, _place(d))
    demand(
        d.kind in allowed or together,
        _("%(line)s is no module: keep or reject it, or move it with the module that it serves.") % {"line": d.line},
    )


def _place(d: Disposition) -> tuple[int | None, ...]:
    if d.kind == DispositionKind.STRIP:
        return (d.capability_id,)
    return (d.target_line_id, d.target_component_id)


def _demand_receiver(d: Disposition, decided: Decided) -> None:
    """A transfer goes to a component of this round, of a capability, or of a project under way."""
    target = d.target
    demand(target is not None, _("Name the component that the module goes into."))
    assert target is not None
    here = d.line.application.round
    demand(jurisdiction_of(target) == here.jurisdiction_id, _("No transfer crosses jurisdictions."))
    demand(
        all(
            may_pay(share.source, target) for share in d.shares.all() if share.part == MoneyPart.MOVED and share.amount
        ),
        _("%(line)s: earmarked money is meant for another purpose than the target's.") % {"line": d.line},
    )
    if isinstance(target, Component):
        return
    demand(
        target.is_module and target.pk != d.line_id,
        _("%(target)s cannot receive %(line)s.") % {"target": target, "line": d.line},
    )
    _demand_open_target(target)
    kept = decided(target.pk)
    demand(
        kept is not None and kept.kind in BUILT,
        _("%(target)s is not kept: nothing can go into it.") % {"target": target},
    )
    status = _status_on_own_list(target)
    demand(status not in GONE, _("The project of %(target)s is not built any more.") % {"target": target})
    same_round = target.application.round_id == here.pk
    demand(
        same_round or d.kind == DispositionKind.STRIP or _is_under_way(target, status),
        _("%(target)s is not under way: it stands on no locked list.") % {"target": target},
    )


def _demand_open_target(target: Line) -> None:
    demand(
        target.application.status == ApplicationStatus.CONSOLIDATION,
        _("The application of %(line)s is closed, or not accepted for consolidation yet.") % {"line": target},
    )


def _status_on_own_list(target: Line) -> ListStatus | None:
    application = target.application
    entries = ListProject.objects.filter(annual_list__round=application.round_id)
    if application.continues_id:
        entry = entries.filter(project=application.continues_id).first()
    else:
        entry = entries.filter(project__application=application).first()
    return ListStatus(entry.status) if entry else None


def _is_under_way(target: Line, status: ListStatus | None) -> bool:
    from_locked = target.application.round.annual_list.versions.exists() if status else False
    return from_locked and status == ListStatus.LISTED
