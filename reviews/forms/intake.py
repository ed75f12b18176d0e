"""What the intake officer asks for, and whom an application goes to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.models import Membership, User
from governance.states import Role
from projects.models import Application

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CorrectionForm(forms.Form):
    """Until when, and a word to the department."""

    due_on = forms.DateField(label=_("due on"), widget=DAY)
    message = forms.CharField(
        label=_("message"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class PointForm(forms.Form):
    """One point: what, and what is wrong with it."""

    item = forms.CharField(label=_("item"), max_length=200, required=False)
    problem = forms.CharField(label=_("problem"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("item")) != bool(cleaned.get("problem")):
            raise forms.ValidationError(_("Say both: the item, and its problem."))
        return cleaned


class BasePoints(forms.BaseFormSet):
    """The points of one correction; empty rows do not count."""

    def points(self) -> list[tuple[str, str]]:
        rows = [form.cleaned_data for form in self.forms]
        return [(row["item"], row["problem"]) for row in rows if row.get("item")]


PointFormSet = forms.formset_factory(PointForm, formset=BasePoints, extra=3, max_num=50, absolute_max=60)


class ReviewerForm(forms.Form):
    """Who reviews it: reviewers and heads of the authority without a role where it is from."""

    reviewer = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("reviewer"),
        required=False,
        empty_label=_("nobody yet"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, applications: list[Application], authority: int | None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["reviewer"].queryset = reviewers(authority, {row.department_id for row in applications})


def reviewers(authority: int | None, departments: set[int]) -> Any:
    """Active reviewers and heads of an authority, without those who hold a role in these departments."""
    roles = Membership.objects.valid()
    able = roles.filter(department=authority, role__in=[Role.REVIEWER, Role.HEAD])
    torn = roles.filter(department__in=departments - {authority})
    return User.objects.filter(is_active=True, pk__in=able.values("user")).exclude(pk__in=torn.values("user"))
