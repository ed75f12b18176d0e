"""Jurisdictions, departments, funding sources, days of the calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from common.forms import DayField
from governance.models import Department, FundingSource, Jurisdiction
from governance.models.organisation import code_validator
from governance.states import DepartmentKind


class _Changes(forms.ModelForm):
    """A form whose values go to a service."""

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields if name in self.cleaned_data}


class DepartmentForm(_Changes):
    """A department of one jurisdiction; the code is asked for once."""

    class Meta:
        model = Department
        fields = ("code", "name", "short_name", "kind", "parent", "document_mark", "is_active")
        labels = {"parent": _("superior department")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = self.instance
        others = Department.objects.filter(jurisdiction=mine.jurisdiction_id).exclude(pk=mine.pk).active()
        self.fields["parent"] = forms.ModelChoiceField(
            others, required=False, label=_("superior department"), initial=mine.parent_id
        )
        if mine.kind != DepartmentKind.AUTHORITY:
            kinds = [choice for choice in DepartmentKind.choices if choice[0] != DepartmentKind.AUTHORITY]
            self.fields["kind"].choices = kinds
        else:
            del self.fields["kind"], self.fields["is_active"]
        if mine.pk:
            del self.fields["code"]
        elif "is_active" in self.fields:
            del self.fields["is_active"]


class JurisdictionForm(_Changes):
    """Name and level; the rest stays."""

    class Meta:
        model = Jurisdiction
        fields = ("name", "level")


class FoundingForm(_Changes):
    """A new jurisdiction below one's own, and its authority."""

    authority_code = forms.CharField(label=_("code of its authority"), max_length=40, validators=[code_validator])
    authority_name = forms.CharField(label=_("name of its authority"), max_length=200)

    class Meta:
        model = Jurisdiction
        fields = ("code", "name", "level", "currency")

    @property
    def authority(self) -> Department:
        values = self.cleaned_data
        return Department(code=values["authority_code"], name=values["authority_name"])


class SourceForm(_Changes):
    """Where money comes from; the code is asked for once."""

    class Meta:
        model = FundingSource
        fields = ("code", "name", "kind", "purpose", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["code" if self.instance.pk else "is_active"]


class CalendarDayForm(forms.Form):
    """A day that departs from the packaged calendar."""

    day = DayField(label=_("day"))
    is_workday = forms.TypedChoiceField(
        label=_("what it is"),
        choices=[("1", _("workday (make-up day)")), ("0", _("day off"))],
        coerce=lambda value: value == "1",
    )
    note = forms.CharField(label=_("reason"), max_length=200)


class CalendarYearForm(forms.Form):
    """A year whose holiday notice stands in the calendar completely."""

    year = forms.IntegerField(label=_("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    document = forms.CharField(label=_("document"), max_length=200)
