"""Stages of the year's budget, and the kinds of its movements."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from common.transitions import Transitions


class BudgetStage(TextChoices):
    FIRST_REQUEST = "first_request", _("first request")
    CONTROL = "control", _("control figure")
    REPLY = "reply", _("reply")


B = BudgetStage

BUDGET_MOVES = Transitions(
    B,
    {
        B.FIRST_REQUEST: frozenset({B.CONTROL}),
        B.CONTROL: frozenset({B.CONTROL, B.REPLY}),
        B.REPLY: frozenset(),
    },
)


class EntryKind(TextChoices):
    LIST = "list", _("list version")
    CARRY_OVER = "carry_over", _("carry-over")
