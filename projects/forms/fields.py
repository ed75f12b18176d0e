"""Numbers and rates as people type them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def offer(field: Any, rows: Iterable[Any]) -> None:
    """Offer rows that were read already; what is sent is looked up in the field's own queryset."""
    found = [(row.pk, field.label_from_instance(row)) for row in rows]
    # asked late: the words of the empty choice may still change
    field.choices = lambda: found if field.empty_label is None else [("", field.empty_label), *found]


class NumberField(forms.DecimalField):
    """A number without superfluous places."""

    widget = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


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
