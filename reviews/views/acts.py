"""Acts (统筹决定): the list, one act to be decided, and its verbs. A department reads its own part of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError
from common.http import demand, telling, version_seen, way_back, written
from governance.states import Role
from reviews.filters import ActFilter
from reviews.models import Act, ActEditor
from reviews.queries.act_tasks import to_confirm
from reviews.queries.acts import OPINION_TONES, TONES, ActView, act_rows, act_view, history
from reviews.queries.opinions import concern, due, opinion_of
from reviews.services import acts
from reviews.services import plan as plans
from reviews.states import ActStatus, OpinionState

PAGE = 30
BENCH_LINES = 12


@require_safe
def act_list(request: HttpRequest) -> HttpResponse:
    """Acts in sight, the newest first; for a department those on which it was asked."""
    demand(request.user, "reviews.list_acts")
    found = ActFilter(request.GET, Act.objects.visible_to(request.user), request=request)
    rows = found.qs.select_related("created_by", "proposed_by").order_by("-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    if _is_department(request):
        return render(request, "reviews/acts/of_department.html", {"page": page, "rows": _asked(request, page)})
    waiting = len(to_confirm(request.user))
    context = {
        "page": page,
        "rows": act_rows(page),
        "filter": found,
        "waiting": waiting,
        "tabs": _tabs(request, waiting),
    }
    return render(request, "reviews/acts/list.html", context)


def _tabs(request: HttpRequest, waiting: int) -> list[tuple[str, str, int | None, bool]]:
    """Words, address, count, whether it is the current one."""
    status = request.GET.get("status", "")
    mine = request.GET.get("waiting") == "true"
    tabs: list[tuple[str, str, int | None, bool]] = [(_("All"), "?", None, not status and not mine)]
    if request.user.has_perm("reviews.add_act"):
        tabs.append((_("Waiting for my confirmation"), "?waiting=true", waiting, mine))
    for one in (ActStatus.PLANNED, ActStatus.PROPOSED, ActStatus.CONFIRMED, ActStatus.CONTESTED, ActStatus.UNDONE):
        tabs.append((str(one.label), f"?status={one.value}", None, status == one.value and not mine))
    return tabs


def _is_department(request: HttpRequest) -> bool:
    return request.user.has_role(Role.CLERK, Role.LEADER)


def _asked(request: HttpRequest, page: Any) -> list[dict[str, Any]]:
    """What a department sees of acts in a list: its own opinion and the time for it."""
    own = request.user.acting.department_id
    today = timezone.localdate()
    found = [
        (act, next(o for o in act.opinions.all() if o.department_id == own))
        for act in page.object_list.prefetch_related("opinions")
    ]
    return [
        {
            "act": act,
            "opinion": opinion,
            "tone": OPINION_TONES[OpinionState(opinion.state)],
            "status_tone": TONES[ActStatus(act.status)],
            "due": due(act, today),
        }
        for act, opinion in found
    ]


def _found(request: HttpRequest, pk: int) -> Act:
    """The act in sight, or 404."""
    rows = Act.objects.visible_to(request.user).select_related(
        "jurisdiction", "created_by", "proposed_by", "confirmed_by", "undo_asked_by", "settled_by"
    )
    editors = Prefetch("editors", ActEditor.objects.select_related("user"))
    return get_object_or_404(rows.prefetch_related(editors), pk=pk)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One act: for who decides with money before and after, for a department its own part."""
    act = _found(request, pk)
    if _is_department(request):
        return _for_department(request, act)
    view = act_view(act, request.user)
    context = {
        "act": act,
        "view": view,
        "may": request.user.has_perm("reviews.decide_act", act),
        "why_not": view.why_not,
        "bench": _bench(request, act, view),
        "effect_by": request.GET.get("effect_by", ""),
    }
    return render(request, "reviews/acts/detail.html", context)


def _bench(request: HttpRequest, act: Act, view: ActView) -> str:
    """The workbench with the lines of the act side by side; with its plan while it is one."""
    if not view.rows or not request.user.has_perm("reviews.add_act"):
        return ""
    address = reverse("reviews:workbench", args=[min(row.line.application.round_id for row in view.rows)])
    if act.status == ActStatus.PLANNED:
        return f"{address}?act={act.pk}"
    return f"{address}?{'&'.join(f'line={row.line.pk}' for row in view.rows[:BENCH_LINES])}"


@require_safe
def history_of(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened with the act: a part of its page."""
    act = _found(request, pk)
    if _is_department(request):
        raise PermissionDenied
    return render(request, "reviews/acts/history.html", {"act": act, "history": history(act)})


@require_safe
def next_one(request: HttpRequest) -> HttpResponse:
    """The next proposal that waits for the person's confirmation; the list when none is left."""
    demand(request.user, "reviews.add_act")
    after = request.GET.get("after", "")
    here = int(after) if after.isascii() and after.isdigit() else 0
    keys = [act.pk for act in to_confirm(request.user) if act.pk != here]
    if not keys:
        messages.info(request, _("Nothing else waits for your confirmation."))
        return redirect("reviews:acts")
    return redirect("reviews:act", next((pk for pk in keys if pk > here), keys[0]))


def _for_department(request: HttpRequest, act: Act) -> HttpResponse:
    own = request.user.acting.department_id
    context = {
        "act": act,
        "concern": concern(act, own),
        "opinion": opinion_of(act, own),
        "due": due(act, timezone.localdate()),
        "tone": TONES[ActStatus(act.status)],
    }
    return render(request, "reviews/acts/opinion.html", context)


def _do(request: HttpRequest, pk: int, done: str, verb: Callable[[Act, Any], object]) -> HttpResponse:
    """Find, demand, do, tell, and back to the page."""
    act = _found(request, pk)
    demand(request.user, "reviews.decide_act", act)
    with telling(request, done):
        verb(act, {"by": request.user, "version": version_seen(request)})
    return redirect(way_back(request, reverse("reviews:act", args=[act.pk])))


def _reason(request: HttpRequest) -> str:
    return written(request, "reason", most=2000)


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the plan to a colleague."""
    done = _("The act is proposed. A colleague who did not write it confirms it.")
    return _do(request, pk, done, lambda act, order: acts.propose(act, **order))


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn the proposal into a plan again, and say why."""

    def verb(act: Act, order: Any) -> object:
        reason = _with_lines(request, act)
        if not _reason(request):
            raise DomainError(_("Say what has to be changed."))
        return acts.take_back(act, reason=reason, **order)

    return _do(request, pk, _("The proposal is a plan again."), verb)


def _with_lines(request: HttpRequest, act: Act) -> str:
    """The reason, after the lines that were not agreed to."""
    ticked = [int(text) for text in request.POST.getlist("lines") if text.isascii() and text.isdigit()]
    rows = act.dispositions.filter(line__in=ticked).select_related("line__application").order_by("pk")
    names = "; ".join(str(d.line) for d in rows)
    return _("Not agreed: %(lines)s") % {"lines": names} + f"\n{_reason(request)}" if names else _reason(request)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the act live."""
    done = _("The act is confirmed. The departments that it touches are asked for their opinion.")
    return _do(request, pk, done, lambda act, order: acts.confirm(act, **order))


@require_POST
def ask_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a colleague to undo the act."""
    done = _("The undo is asked for: a colleague carries it out.")
    return _do(request, pk, done, lambda act, order: acts.ask_undo(act, **order))


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the act as a whole."""
    done = _("The act is undone; what it took the place of stands again.")
    return _do(request, pk, done, lambda act, order: acts.undo(act, **order))


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide a contested act: it stands, or it is undone."""
    uphold = request.POST.get("uphold") == "yes"
    done = _("The act stands.") if uphold else _("The objection is followed: the act is undone.")
    return _do(request, pk, done, lambda act, order: acts.settle(act, uphold=uphold, reason=_reason(request), **order))


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the plan up."""
    return _do(request, pk, _("The plan is discarded."), lambda act, order: plans.discard(act, **order))
