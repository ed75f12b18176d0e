"""What every page of one application needs: finding it, what may be done, its head."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.errors import Stale
from common.forms import WAN, YUAN
from projects.models import Application, Attachment
from projects.queries.amounts import Estimate, estimate
from projects.queries.completeness import Problem, problems
from projects.queries.progress import holder, is_turn_of, stage
from projects.states import BEFORE_SUBMISSION, ApplicationStatus

A = ApplicationStatus


def found(request: HttpRequest, number: str) -> Application:
    """The application in sight, or 404."""
    files = Attachment.objects.filter(application=OuterRef("pk")).order_by().values("application")
    rows = Application.objects.visible_to(request.user).annotate(
        files=Coalesce(Subquery(files.values(number=Count("pk"))), 0)
    )
    return get_object_or_404(
        rows.select_related("round__jurisdiction", "department__jurisdiction", "determined"), number=number
    )


def unit_of(request: HttpRequest, application: Application | None = None) -> str:
    """元 or 万元: what the person chose, else tens of thousands in the city's own currency."""
    place = application.round.jurisdiction if application else request.user.acting.department.jurisdiction
    return request.session.get("money_unit") or (WAN if place.currency == "CNY" else YUAN)


def may(request: HttpRequest, application: Application) -> dict[str, bool]:
    """The verbs that the page offers; each verb asks again."""
    user, status = request.user, application.status
    clerk = user.has_perm("projects.change_application", application)
    own = user.has_perm("projects.withdraw_application", application)
    return {
        "edit": clerk and application.is_editable,
        "ask_sign_off": clerk and status == A.DRAFT,
        "answer": clerk and status == A.CORRECTION,
        "delete": clerk and status == A.DRAFT and application.submitted_at is None,
        "sign": user.has_perm("projects.sign_off_application", application) and status == A.SIGN_OFF,
        "withdraw_draft": own and status in BEFORE_SUBMISSION,
        "copy": clerk,
        "receive": user.has_perm("projects.receive_application", application) and status == A.SUBMITTED,
    }


def shown(
    request: HttpRequest,
    application: Application,
    template: str,
    *,
    status: int = 200,
    missing: list[Problem] | None = None,
    **more: Any,
) -> HttpResponse:
    """A page of the application, with the head that all of them have; `missing` if the page has read it."""
    allowed = may(request, application)
    # what is missing is the department's to see, and the intake officer's
    checks = []
    if allowed["edit"] or allowed["receive"] or allowed["sign"]:
        checks = problems(application) if missing is None else missing
    sums = estimate(application)
    context = {
        "application": application,
        "may": allowed,
        "stage": stage(application),
        "is_mine": is_turn_of(application, request.user),
        "holder": holder(application),
        "estimate": sums,
        "checks": checks,
        "blocking": sum(problem.is_blocking for problem in checks),
        "money_unit": unit_of(request, application),
        "parts": _parts(application, sums),
        **more,
    }
    return render(request, template, context, status=status)


def _parts(application: Application, sums: Estimate) -> list[tuple[str, Any, str, int | None]]:
    """The tabs: key, words, address, count."""
    parts = [
        ("detail", _("Overview"), None),
        ("modules", _("Functional modules"), sums.module_lines),
        ("estimate", _("Estimate"), sums.other_lines),
        ("data", _("Data and security"), None),
        ("documents", _("Documents"), application.files),
        ("review", _("Review"), None),
        ("history", _("History"), None),
    ]
    return [(key, word, reverse(f"projects:{key}", args=[application.number]), count) for key, word, count in parts]


def differences(form: Any, record: Any) -> list[dict[str, Any]]:
    """After a conflict: the fields in which the record of now and what was typed differ."""
    rows = []
    for name, field in form.fields.items():
        theirs, mine = getattr(record, name, None), form.cleaned_data.get(name)
        if hasattr(theirs, "all"):
            theirs, mine = list(theirs.all()), list(mine or [])
        if theirs != mine and not (theirs in (None, "") and mine in (None, "")):
            rows.append({"label": field.label, "theirs": _words(field, theirs), "mine": _words(field, mine)})
    return rows


def conflict(form: Any, record: Any, error: Stale) -> dict[str, Any]:
    """What the page says when somebody else was quicker; the form keeps what was typed."""
    return {"conflict": {"sentence": str(error), "rows": differences(form, record)}}


def _words(field: Any, value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool) or value is None or value == "":
        return value
    choices = getattr(field, "choices", None)
    if isinstance(choices, list):
        return dict(choices).get(value, value)
    return value
