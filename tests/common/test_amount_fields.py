"""Amounts as people type them: one field for all forms."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError

from budgets.forms import AmountForm, CarryOverForm, OpenForm
from common.forms import WAN, AmountField
from reviews.views.gaps import AmountForm as GapForm


@pytest.mark.parametrize("form", [AmountForm, CarryOverForm, OpenForm, GapForm])
def test_every_form_that_takes_an_amount_takes_it_the_same_way(form: type[forms.Form]) -> None:
    assert isinstance(form.base_fields["amount"], AmountField)


@pytest.mark.parametrize(("typed", "amount"), [("1,234.50", "1234.50"), ("0", "0"), (" 12 ", "12")])
def test_what_is_an_amount(typed: str, amount: str) -> None:
    assert AmountField().clean(typed) == Decimal(amount)


@pytest.mark.parametrize("typed", ["1_000", "1.005", "-1", "1e3", "NaN", "一百", "1" * 14])
def test_what_is_no_amount_is_said_in_words(typed: str) -> None:
    with pytest.raises(ValidationError):
        AmountField().clean(typed)


def test_ten_thousands_keep_every_fen() -> None:
    field = AmountField(unit=WAN)
    assert field.clean("1.234567") == Decimal("12345.67")
    assert field.prepare_value(Decimal("12345.67")) == "1.234567"
