"""Unknown amounts of a submitted application, supplied by its department."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError
from common.forms import AmountField
from common.http import demand, telling
from projects.models import Application
from reviews.queries.gaps import gaps
from reviews.services.gaps import supply


class AmountForm(forms.Form):
    """One amount in yuan."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    amount = AmountField(label=gettext_lazy("Amount"))


def _application(request: HttpRequest, number: str) -> Application:
    rows = Application.objects.visible_to(request.user).select_related("round", "department")
    return get_object_or_404(rows, number=number)


@require_safe
def show(request: HttpRequest, number: str) -> HttpResponse:
    """The lines whose amount is unknown."""
    application = _application(request, number)
    context = {
        "application": application,
        "lines": gaps().filter(application=application).order_by("sequence"),
        "form": AmountForm(initial={"version": application.version}, auto_id=False),
        "may_supply": request.user.has_perm("projects.change_application", application),
    }
    return render(request, "reviews/gaps.html", context)


@require_POST
def give(request: HttpRequest, number: str, line_pk: int) -> HttpResponse:
    """Say one amount."""
    application = _application(request, number)
    demand(request.user, "projects.change_application", application)
    line = get_object_or_404(application.lines.all(), pk=line_pk)
    form = AmountForm(request.POST)
    with telling(request, _("The amount is supplied.")):
        if not form.is_valid():
            raise DomainError(next(iter(form.errors.values()))[0])
        supply(line, form.cleaned_data["amount"], by=request.user, version=form.cleaned_data["version"])
    return redirect("reviews:gaps", number)
