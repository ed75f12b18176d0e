"""The request to end an application."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.models import Round
from projects.models import Application
from projects.states import APPLICATION_MOVES, ApplicationStatus
from reviews.models.endings import BY_TWO


class EndForm(forms.Form):
    """How it ends, and why; an escalation names a round of the next level up."""

    to = forms.ChoiceField(label=_("End"), widget=forms.RadioSelect)
    to_round = forms.ModelChoiceField(
        Round.objects.none(),
        required=False,
        label=_("Round of the upper level"),
        help_text=_("For an escalation only."),
    )
    reason = forms.CharField(max_length=500, label=_("Reason"), widget=forms.Textarea)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        jurisdiction = application.round.jurisdiction
        self.fields["to_round"].queryset = Round.objects.above(jurisdiction)
        ends = [one for one in BY_TWO if APPLICATION_MOVES.allows(application.status, one)]
        if not jurisdiction.parent_id:
            ends = [one for one in ends if one != ApplicationStatus.ESCALATED]
            del self.fields["to_round"]
        self.fields["to"].choices = [(one.value, one.label) for one in ends]
