"""Which clusters a reviewer walks through."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.models import Department, Round
from projects.states import UNDER_WAY
from reviews.queries.workbench import SORTS, STATES, WAITING, Wanted


class WantedForm(forms.Form):
    """State, department, words and order of the list; whatever is not understood is left out."""

    state = forms.ChoiceField(choices=list(STATES.items()), required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        max_length=200,
        required=False,
        label=_("Search"),
        widget=forms.TextInput(
            {"type": "search", "class": "form-control form-control-sm", "placeholder": _("Cluster or module")}
        ),
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        required=False,
        label=_("Department"),
        empty_label=_("all departments"),
        widget=forms.Select({"class": "form-select form-select-sm"}),
    )
    sort = forms.ChoiceField(
        choices=list(SORTS.items()),
        required=False,
        label=_("Order"),
        widget=forms.Select({"class": "form-select form-select-sm"}),
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="list_%s", **kwargs)
        applying = Department.objects.filter(applications__round=round, applications__status__in=UNDER_WAY)
        self.fields["department"].queryset = applying.distinct().order_by("code")

    def wanted(self) -> Wanted:
        self.full_clean()
        data = self.cleaned_data
        department = data.get("department")
        return Wanted(
            state=data.get("state") or WAITING,
            department=department.pk if department else None,
            words=data.get("q") or "",
            sort=data.get("sort") or "declared",
        )
