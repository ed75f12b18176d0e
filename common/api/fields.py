"""Serializer fields that take what people mean and nothing else."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common import money

LARGEST = 2**63 - 1
_WHOLE = re.compile(r"-?\d{1,19}", re.ASCII)
_AMOUNT = r"^-?\d{1,13}(\.\d{1,2})?$"
# Line breaks and tabs are text; every other control character, and those that are not seen or
# turn the reading direction, only serve to make a text look like another.
_LAYOUT = frozenset("\n\r\t")
_UNSEEN = frozenset("\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class SafeCharField(serializers.CharField):
    """Text without control characters, invisible characters and half surrogate pairs."""

    default_error_messages = {"unseen": _("This text contains an invisible character: type it again.")}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):  # the parent takes numbers, and then "1.0" is somebody's name
            self.fail("invalid")
        if any(map(_is_unseen, data)):
            self.fail("unseen")
        return str(super().to_internal_value(data))


def _is_unseen(char: str) -> bool:
    return char in _UNSEEN or (unicodedata.category(char) in {"Cc", "Cs"} and char not in _LAYOUT)


class BoundedIntegerField(serializers.IntegerField):
    """A whole number that the database can hold, as a JSON number or in ASCII digits."""

    def __init__(self, **kwargs: Any) -> None:
        for name, bound, nearer in (("min_value", -LARGEST, max), ("max_value", LARGEST, min)):
            asked = kwargs.get(name)
            kwargs[name] = bound if asked is None else nearer(asked, bound)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool | float) or not _WHOLE.fullmatch(str(data)):
            self.fail("invalid")
        return int(data)


@extend_schema_field({"type": "string", "pattern": _AMOUNT, "examples": ["1280000.00"]})
class MoneyField(serializers.Field):
    """Yuan as a text with at most two decimals ("1280000.00"), never a JSON number."""

    default_error_messages = {
        "invalid": _("Send an amount as a text of digits with at most two decimals, like “1280000.00”."),
        "min_value": _("The amount is at least %(limit)s."),
        "max_value": _("The amount is at most %(limit)s."),
    }

    def __init__(self, *, min_value: Any = None, max_value: Any = money.MAX_YUAN, **kwargs: Any) -> None:
        self.min_value, self.max_value = min_value, max_value
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or not re.fullmatch(_AMOUNT, data, re.ASCII):
            self.fail("invalid")
        try:
            amount = money.parse_yuan(data)
        except DjangoValidationError:
            self.fail("invalid")
        if self.min_value is not None and amount < self.min_value:
            self._outside("min_value", self.min_value)
        if amount > self.max_value:
            self._outside("max_value", self.max_value)
        return amount

    def _outside(self, bound: str, limit: Any) -> None:
        raise serializers.ValidationError(self.error_messages[bound] % {"limit": limit}, code=bound)

    def to_representation(self, value: Decimal) -> str:
        return f"{value:.2f}"
