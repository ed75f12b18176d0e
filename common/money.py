"""Money: Decimal yuan in Python, integer fen in the database, shares that add up.

SQLite keeps decimals as floats, so a constraint on a sum of decimals refuses correct rows;
integers never do. `Decimal("0.10")` in Python is `10` in the database.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext as _

FEN = Decimal("0.01")
ZERO = Decimal("0.00")
MAX_YUAN = Decimal("9999999999999.99")  # ten trillion: more is a typing error
K = TypeVar("K", bound=Any)
_PLAIN = re.compile(r"-?\d{1,16}(\.\d{1,2})?", re.ASCII)


def parse_yuan(text: str) -> Decimal:
    """Read an amount that people typed: ASCII digits, at most two decimals, commas between thousands.

    Refuses with a ValidationError what a careless parser would take: underscores, full-width
    or Arabic digits, exponents, NaN, a negative zero.
    """
    plain = text.strip()
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d{1,2})?", plain, re.ASCII):
        plain = plain.replace(",", "")
    if not _PLAIN.fullmatch(plain):
        raise ValidationError(
            _("“%(value)s” is not an amount: use digits and at most two decimals."),
            params={"value": text[:40]},
            code="invalid",
        )
    return abs(Decimal(plain)) if Decimal(plain) == 0 else Decimal(plain)


def parse_wan(text: str) -> Decimal:
    """Read an amount typed in 万元: as `parse_yuan`, but at most six decimals (a fen is 0.000001 万元)."""
    plain = text.strip()
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d{1,6})?", plain, re.ASCII):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", plain, re.ASCII):
        raise ValidationError(
            _("“%(value)s” is not an amount in ten thousands: use digits and at most six decimals."),
            params={"value": text[:40]},
            code="invalid",
        )
    return from_fen(int(abs(Decimal(plain)) * 1_000_000) * (-1 if Decimal(plain) < 0 else 1))


def to_fen(value: Decimal | int) -> int:
    """Whole fen of an amount of yuan; more than two decimals is an error, never rounded silently."""
    try:
        fen = Decimal(value) * 100
    except InvalidOperation as error:
        raise ValueError(f"not an amount: {value!r}") from error
    if fen != fen.to_integral_value():
        raise ValueError(f"an amount has at most two decimals: {value}")
    return int(fen)


def from_fen(fen: int) -> Decimal:
    """Yuan with two decimals."""
    return Decimal(int(fen)).scaleb(-2)


def half_up(amount: Decimal) -> Decimal:
    """Round to the fen, halves up."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def apportion(amount: Decimal, weights: Mapping[K, Decimal]) -> dict[K, Decimal]:
    """Share an amount in proportion to the weights, by largest remainder, to the fen.

    Equal remainders go in the order of the keys. Raises ValueError when there is an amount
    and nothing to take it from.
    """
    fen, parts = to_fen(amount), {key: to_fen(weight) for key, weight in weights.items()}
    total = sum(parts.values())
    if fen and not total:
        raise ValueError("there is no source to take this amount from")
    if not total:
        return dict.fromkeys(parts, ZERO)
    shares = {key: fen * weight // total for key, weight in parts.items()}
    rest = sorted(parts, key=lambda key: (-(fen * parts[key] % total), key))
    for key in rest[: fen - sum(shares.values())]:
        shares[key] += 1
    return {key: from_fen(share) for key, share in shares.items()}


if TYPE_CHECKING:
    Whole = models.BigIntegerField[Any, Any]  # the types of Django take no field of another type that may be empty
else:
    Whole = models.BigIntegerField


class MoneyField(Whole):
    """An amount of yuan, stored as fen. Not negative unless the model's constraint says otherwise."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any
    _pyi_lookup_exact_type: Any
    description = "money (Decimal yuan, stored as integer fen)"

    def from_db_value(self, value: Any, *_: Any) -> Decimal | None:
        return None if value is None else from_fen(value)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return parse_yuan(value)
        if isinstance(value, float):
            raise ValidationError(_("An amount is never a float."), code="invalid")
        return Decimal(value)

    def get_prep_value(self, value: Any) -> int | None:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        amount = self.to_python(value)
        return None if amount is None else to_fen(amount)

    @property
    def validators(self) -> list[Any]:
        return [*self._validators, MaxValueValidator(MAX_YUAN)]  # type: ignore[attr-defined]

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else f"{value:.2f}"

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms  # noqa: PLC0415  forms only where a form is wanted

        return models.Field.formfield(
            self,
            **{"form_class": forms.DecimalField, "max_digits": 15, "decimal_places": 2, **kwargs},
        )


def yuan(value: str | Decimal | int) -> models.Value:
    """An amount of yuan inside a query expression (a bare Decimal would be taken as fen)."""
    return models.Value(Decimal(value), output_field=MoneyField())


def total(field: str, **filters: Any) -> models.Aggregate:
    """Σ of a money field, 0.00 when there is no row; keyword `filter` as in aggregates."""
    return models.Sum(field, default=yuan(0), output_field=MoneyField(), **filters)
