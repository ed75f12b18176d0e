"""A new value of a parameter: its control follows from its type."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DayField
from governance.policies import Parameter, Shape
from governance.services.policies import Basis


class PolicyForm(forms.Form):
    """The value (one control, or one for each part), then what it rests on."""

    document = forms.CharField(label=_("source document"), max_length=300)
    clause = forms.CharField(label=_("clause"), max_length=300, required=False)
    is_verified = forms.BooleanField(label=_("I compared this value with the original document"), required=False)
    valid_from = DayField(label=_("valid from"))
    valid_to = DayField(label=_("valid to"), required=False, help_text=_("Empty: until another value begins."))

    def __init__(self, *args: Any, parameter: Parameter, now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parameter = parameter
        self.fields["valid_from"].initial = timezone.localdate()
        for name, label in self._controls().items():
            self.fields[name] = _control(parameter, label)
            self.fields[name].initial = now[name] if parameter.shape is Shape.SCORES else now

    def _controls(self) -> dict[str, Any]:
        if self.parameter.shape is Shape.SCORES:
            return dict(self.parameter.parts or {})
        return {"value": _("value")}

    def controls(self) -> list[forms.BoundField]:
        """The controls of the value itself."""
        return [self[name] for name in self._controls()]

    @property
    def value(self) -> Any:
        """What was entered, as the parameter's type wants it."""
        if self.parameter.shape is Shape.SCORES:
            return {name: self.cleaned_data[name] for name in self._controls()}
        return self.cleaned_data["value"]

    @property
    def basis(self) -> Basis:
        names = ("document", "clause", "is_verified", "valid_from", "valid_to")
        return Basis(**{name: self.cleaned_data[name] for name in names})


def _control(parameter: Parameter, label: Any) -> forms.Field:
    limits = {"label": label, "min_value": parameter.least, "max_value": parameter.most}
    if parameter.shape in {Shape.WHOLE, Shape.SCORES}:
        return forms.IntegerField(**limits)
    return forms.DecimalField(max_digits=15, decimal_places=2, **limits)
