"""A department asks for a capability; its catalog manager says how much is granted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from catalog.models import System
from catalog.states import RUNS
from governance.models import User
from projects.models import Application
from projects.states import UNDER_WAY
from reviews.models.requests import LARGEST_QUOTA


class QuotaForm(forms.Form):
    """How much of the capability."""

    quota = forms.IntegerField(
        label=gettext_lazy("Quota"),
        min_value=1,
        max_value=LARGEST_QUOTA,
        error_messages={"required": gettext_lazy("Say how much is granted.")},
    )


class ReasonForm(forms.Form):
    """Why; the service says what is missing."""

    reason = forms.CharField(required=False, max_length=500)


class AskForm(QuotaForm):
    """For which system or application of the own department, what for, and how much."""

    NOTHING = pgettext_lazy("choice", "none")

    system = forms.ModelChoiceField(
        System.objects.none(),
        required=False,
        label=gettext_lazy("System that runs"),
        help_text=gettext_lazy("Choose the system or the application, one of both."),
        empty_label=NOTHING,
    )
    application = forms.ModelChoiceField(
        Application.objects.none(),
        required=False,
        label=gettext_lazy("Application under review"),
        empty_label=NOTHING,
    )
    purpose = forms.CharField(label=gettext_lazy("What it is needed for"), max_length=500, widget=forms.Textarea)
    field_order = ("system", "application", "purpose", "quota")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = user.acting.department_id  # type: ignore[union-attr]
        self.fields["quota"].required = False
        systems = System.objects.filter(owner=own, status__in=RUNS)
        self.fields["system"].queryset = systems.order_by("code")  # type: ignore[attr-defined]
        applications = Application.objects.filter(department=own, status__in=UNDER_WAY)
        self.fields["application"].queryset = applications.order_by("number")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and bool(data.get("system")) == bool(data.get("application")):
            raise ValidationError(_("Name the system or the application that it is for, one of both."))
        return data
