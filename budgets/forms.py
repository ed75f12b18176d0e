"""Forms of the budget; amounts in yuan."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import AmountField


class Versioned(forms.Form):
    """Carries the version that the person saw."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AmountForm(Versioned):
    amount = AmountField(label=_("Amount"))


class OpenForm(forms.Form):
    year = forms.IntegerField(label=_("Fiscal year"), min_value=2000, max_value=2100)
    amount = AmountField(label=_("Ceiling"))


class NumberForm(Versioned):
    number = forms.CharField(label=_("Document number"), max_length=100, required=False)


class CarryOverForm(AmountForm):
    """How much goes to the next year."""


class LockForm(Versioned):
    document_number = forms.CharField(label=_("Document number of the decision"), max_length=100, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
