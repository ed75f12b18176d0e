"""The numbers of the jurisdiction: what counts, how it came about, and setting it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.forms import attempt
from common.http import demand, posted, telling
from governance.forms.policies import PolicyForm
from governance.models import PolicyParameter
from governance.policies import PARAMETERS, Parameter
from governance.queries.policies import by_topic, history, in_force
from governance.services import policies


def policy_list(request: HttpRequest) -> HttpResponse:
    """Every parameter by topic, with the value that counts today and its citation."""
    topics = by_topic(_place(request))
    rows = [row for topic in topics for row in topic.rows]
    context = {
        "topics": topics,
        "not_verified": sum(not row.is_verified for row in rows),
        "count": len(rows),
        "may_set": request.user.has_perm("governance.add_policyparameter"),
    }
    return render(request, "governance/policies.html", context)


def policy_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One parameter: the value of today and every other one, past and to come."""
    parameter, place = _parameter(key), _place(request)
    context = {
        "parameter": parameter,
        "now": in_force([key], place)[0],
        "history": history(key, place),
        "today": timezone.localdate(),
        "may_set": request.user.has_perm("governance.add_policyparameter"),
    }
    return render(request, "governance/policy.html", context)


def policy_new(request: HttpRequest, key: str) -> HttpResponse:
    parameter = _parameter(key)
    demand(request.user, "governance.add_policyparameter")
    place = request.user.acting.department.jurisdiction
    now = in_force([key], place)[0]
    form = PolicyForm(posted(request), parameter=parameter, now=now.value)
    if attempt(form, lambda: policies.set_policy(place, key, form.value, form.basis, by=request.user)):
        messages.success(request, _("The value is set."))
        return redirect("governance:policy", key)
    context = {"form": form, "parameter": parameter, "now": now}
    return render(request, "governance/policy_form.html", context, status=422 if form.is_bound else 200)


@require_POST
def policy_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(PolicyParameter.objects.visible_to(request.user), pk=pk)
    demand(request.user, "governance.manage_policyparameter", row)
    with telling(request, _("The value is taken back.")):
        policies.withdraw_policy(row, by=request.user)
    return redirect("governance:policy", row.key)


def _parameter(key: str) -> Parameter:
    if key not in PARAMETERS:
        raise Http404
    return PARAMETERS[key]


def _place(request: HttpRequest) -> int | None:
    acting = request.user.acting
    return acting.department.jurisdiction_id if acting else None
