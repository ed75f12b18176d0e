"""The departments of a picture: the biggest by name, the others together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.models import Department

REST = "rest"  # the others together, in addresses


def names_of(departments: Iterable[int]) -> dict[int, str]:
    """The short name of each; one query."""
    rows = Department.objects.filter(pk__in=set(departments)).values_list("pk", "short_name", "name")
    return {pk: short or name for pk, short, name in rows}


class Biggest:
    """Keeps the keys with the most money apart, and folds what is left into one.

    One key is never folded alone: a row of its own says more.
    """

    def __init__(self, amounts: Mapping[int, Decimal], many: int) -> None:
        order = sorted(amounts, key=lambda key: (-amounts[key], key))
        self.named = order if len(order) <= many + 1 else order[:many]
        self.rest = frozenset(order) - frozenset(self.named)

    def key(self, one: int) -> str:
        return REST if one in self.rest else str(one)

    @property
    def keys(self) -> list[str]:
        """The keys in the order of their money, the others last."""
        return [*map(str, self.named), *([REST] if self.rest else [])]

    def holds(self, key: str, one: int) -> bool:
        """Whether a key of an address means this one."""
        return self.key(one) == key if key == REST else str(one) == key

    def rest_words(self) -> str:
        return ngettext("%(n)s other department", "%(n)s other departments", len(self.rest)) % {"n": len(self.rest)}

    def label(self, key: str, names: Mapping[int, str]) -> str:
        return self.rest_words() if key == REST else names.get(int(key), _("unknown"))
