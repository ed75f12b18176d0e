"""Forms of the budget; amounts in the unit that the person reads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import YUAN, AmountField


class Versioned(forms.Form):
    """Carries the version that the person saw."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class InUnit(forms.Form):
    """An amount in 元 or 万元, as the person reads the page."""

    def __init__(self, *args: Any, unit: str = YUAN, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["amount"]
        assert isinstance(field, AmountField)
        field.unit = unit


class AmountForm(InUnit, Versioned):
    amount = AmountField(label=_("Amount"))


class OpenForm(InUnit):
    year = forms.IntegerField(label=_("Fiscal year"), min_value=2000, max_value=2100)
    amount = AmountField(label=_("Ceiling"))


class NumberForm(Versioned):
    number = forms.CharField(label=_("Document number"), max_length=100, required=False)


class CarryOverForm(AmountForm):
    """How much goes to the next year."""


class LockForm(Versioned):
    document_number = forms.CharField(label=_("Document number of the decision"), max_length=100, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
