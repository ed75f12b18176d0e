"""A round and its days."""

from __future__ import annotations

from typing import Any

from django import forms

from common.forms import DayInput
from governance.models import Round
from governance.states import RoundStatus


class RoundForm(forms.ModelForm):
    """Year and batch are not asked for any more once the round was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    class Meta:
        model = Round
        fields = ("name", "year", "batch", "opens_on", "closes_on")
        widgets = {"opens_on": DayInput, "closes_on": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        if self.instance.status != RoundStatus.PLANNED:
            del self.fields["year"], self.fields["batch"]

    @property
    def changes(self) -> dict[str, Any]:
        """The fields of the round, cleaned."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
