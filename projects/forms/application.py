"""The first page of an application, and the small forms of its verbs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import System
from common.forms import YUAN, AmountField
from governance.models import Round
from governance.states import RoundStatus
from projects.models import Application, Project
from projects.queries.completeness import REQUIRED_FIELDS

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
BASICS = ("name", "kind", "category", "domain", "build_mode", "network")
PEOPLE = ("office", "leader", "contact")
TIME = ("months", "starts_on", "ends_on", "in_five_year_plan", "is_classified", "is_urgent", "urgency_reason")
LINKS = ("system", "continues", "renews", "previous_phase")
MONEY = ("yearly_operating_cost", "operating_cost_avoided")


class ApplicationForm(forms.ModelForm):
    """Fields of the first page; what it names is chosen among what the department sees."""

    class Meta:
        model = Application
        fields = (*BASICS, *PEOPLE, *TIME, *LINKS, *MONEY)
        widgets = {
            "starts_on": DAY,
            "ends_on": DAY,
            "previous_phase": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, user: Any, unit: str = YUAN, **more: Any) -> None:
        super().__init__(*args, **more)
        place = self.instance.department if self.instance.department_id else user.acting.department
        mine = Q(owner=place) | Q(used_by=place)
        self.fields["system"].queryset = System.objects.visible_to(user).filter(mine).distinct()
        self.fields["continues"].queryset = Project.objects.visible_to(user).filter(lead=place)
        approved = Application.objects.filter(department=place, project__isnull=False)
        self.fields["renews"].queryset = approved.exclude(pk=self.instance.pk)
        self.fields["domain"].required = self.fields["network"].required = False
        for name in REQUIRED_FIELDS:
            self.fields[name].is_needed = True
        for name in MONEY:
            field = self.fields[name]
            self.fields[name] = AmountField(unit=unit, required=False, label=field.label, help_text=field.help_text)


class NewForm(forms.Form):
    """What a draft begins with; everything else is asked on its own page."""

    name = forms.CharField(label=_("name"), max_length=300)
    round = forms.ModelChoiceField(queryset=Round.objects.none(), label=_("round"), empty_label=None)
    kind = forms.ChoiceField(label=_("type"), choices=Application._meta.get_field("kind").choices)

    def __init__(self, *args: Any, user: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["round"].queryset = rounds_for(user)


class CopyForm(forms.Form):
    """Into which round an earlier application is copied, and under which name."""

    name = forms.CharField(label=_("name"), max_length=300)
    round = forms.ModelChoiceField(queryset=Round.objects.none(), label=_("round"), empty_label=None)

    def __init__(self, *args: Any, user: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["round"].queryset = rounds_for(user)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


def rounds_for(user: Any) -> Any:
    """The rounds for which the person's department can prepare an application, the open one first."""
    place = user.acting.department
    here = Round.objects.filter(jurisdiction=place.jurisdiction_id)
    if place.jurisdiction.authority_id != place.pk:
        here = here.exclude(status=RoundStatus.CLOSED)
    return here.order_by("-year", "-batch")
