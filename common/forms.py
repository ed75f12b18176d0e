"""What forms over services share."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.errors import DomainError
from common.money import parse_wan, parse_yuan

Answer = TypeVar("Answer")
WAN, YUAN = "wan", "yuan"


class DayInput(forms.DateInput):
    """A day as browsers take it."""

    input_type = "date"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day, in the browser's own calendar."""

    widget = DayInput


class AmountField(forms.DecimalField):
    """An amount in the unit of the page: 元 with two decimals, 万元 with six, never rounded."""

    widget = forms.TextInput

    def __init__(self, *, unit: str = YUAN, **more: Any) -> None:
        self.unit = unit
        super().__init__(**{"max_digits": 15, "decimal_places": 2, **more})

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        text = str(value)
        amount = parse_wan(text) if self.unit == WAN else parse_yuan(text)
        if amount < 0:
            raise ValidationError(_("An amount is not negative."), code="negative")
        return amount

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        return plain_wan(value) if self.unit == WAN else f"{value:.2f}"

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True


def plain_wan(amount: Decimal) -> str:
    """Yuan as digits of 万元, two decimals or as many as it needs."""
    whole, _point, places = f"{amount.scaleb(-4):.6f}".partition(".")
    return f"{whole}.{places[:2]}{places[2:].rstrip('0')}"


def attempt(form: forms.BaseForm, verb: Callable[[], Answer]) -> Answer | None:
    """Do what a valid form asks for; what the service refuses is said above the form.

    None when the form is not valid, before or after: show it again with status 422.
    """
    if not form.is_valid():
        return None
    try:
        return verb()
    except DomainError as error:
        form.add_error(None, str(error))
        return None
