"""Amounts and rates as people type them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.money import parse_wan, parse_yuan

WAN, YUAN = "wan", "yuan"


class AmountField(forms.DecimalField):
    """An amount in the unit of the page: 元 with two decimals, 万元 with six, never rounded."""

    widget = forms.TextInput

    def __init__(self, *, unit: str = YUAN, **more: Any) -> None:
        self.unit = unit
        super().__init__(**more)

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


class NumberField(forms.DecimalField):
    """A number without superfluous places."""

    widget = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def plain_wan(amount: Decimal) -> str:
    """Yuan as digits of 万元, two decimals or as many as it needs."""
    whole, _point, places = f"{amount.scaleb(-4):.6f}".partition(".")
    return f"{whole}.{places[:2]}{places[2:].rstrip('0')}"


class PercentField(forms.DecimalField):
    """A rate of 0 to 1, typed in per cent with at most four decimals."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        text = str(value).strip().removesuffix("%").strip()
        try:
            percent = Decimal(text) if text.isascii() and "_" not in text else None
        except InvalidOperation:
            percent = None
        if percent is None or not percent.is_finite() or not 0 <= percent <= 100 or percent != round(percent, 4):
            raise ValidationError(
                _("“%(value)s” is not a rate: type 0 to 100 per cent, at most four decimals."),
                params={"value": text[:40]},
            )
        return percent.scaleb(-2)

    def prepare_value(self, value: Any) -> Any:
        return f"{(value * 100).normalize():f}" if isinstance(value, Decimal) else value
