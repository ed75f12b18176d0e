"""Forms of the annual list."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import AmountField
from projects.models import Application
from reviews.models import AnnualList
from reviews.models.annual_list import PRIORITIES
from reviews.states import ListStatus

YEARS_AHEAD = 4


class DetermineForm(forms.Form):
    """Which applications a meeting determines, and which projects wait in reserve."""

    applications = forms.ModelMultipleChoiceField(Application.objects.none(), required=False, label=_("Applications"))
    reserve = forms.MultipleChoiceField(required=False, label=_("Reserve"))
    meeting = forms.CharField(max_length=200, required=False, label=_("Meeting"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, annual_list: AnnualList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["applications"].queryset = Application.objects.of_round(annual_list.round)  # type: ignore[attr-defined]
        codes = self.data.getlist("reserve") if hasattr(self.data, "getlist") else []
        self.fields["reserve"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]


class PlaceForm(forms.Form):
    """Where a project stands on the list."""

    version = forms.IntegerField(required=False)
    status = forms.ChoiceField(
        choices=[(one.value, one.label) for one in (ListStatus.LISTED, ListStatus.RESERVE)],
        required=False,
        label=_("Status"),
    )
    priority = forms.TypedChoiceField(
        choices=[(one, one) for one in PRIORITIES], coerce=int, empty_value=None, required=False, label=_("Priority")
    )


class YearPlanForm(forms.Form):
    """Amounts of the years after the list's own; what is left out is nothing."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, annual_list: AnnualList, later: dict[int, Decimal], **kwargs: Any) -> None:
        unit = kwargs.pop("unit")
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = annual_list.version
        first = annual_list.round.year + 1
        self.year_numbers = range(first, max([first + YEARS_AHEAD - 1, *later]) + 1)
        for year in self.year_numbers:
            self.fields[f"year_{year}"] = AmountField(
                unit=unit, label=str(year), required=False, initial=later.get(year)
            )

    def years(self) -> dict[int, Decimal]:
        """Year → yuan, without the empty ones."""
        found = {year: self.cleaned_data.get(f"year_{year}") for year in self.year_numbers}
        return {year: amount for year, amount in found.items() if amount}
