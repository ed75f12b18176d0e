"""What forms over services share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms

from common.errors import DomainError

Answer = TypeVar("Answer")


class DayInput(forms.DateInput):
    """A day as browsers take it."""

    input_type = "date"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day, in the browser's own calendar."""

    widget = DayInput


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
