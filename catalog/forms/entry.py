"""What the forms of all entries share."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.queries.capabilities import category_choices
from catalog.states import OWNERS
from governance.models import Department


class DayInput(forms.DateInput):
    """A day as browsers take it."""

    input_type = "date"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class Place(NamedTuple):
    """How a field stands in its section."""

    bound: forms.BoundField
    css: str = ""
    is_money: bool = False


class EntryForm(forms.ModelForm):
    """A form whose values go to a service: it never saves, and says which version the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    sections: tuple[tuple[Any, tuple[str, ...]], ...] = ()

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["version"].initial = self.instance.version if self.instance.pk else None
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget = DayInput()
            elif isinstance(field, forms.CharField) and isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 4

    @property
    def values(self) -> dict[str, Any]:
        """The fields of the model, cleaned."""
        return {name: value for name, value in self.cleaned_data.items() if name in self._meta.fields}

    def parts(self) -> list[tuple[Any, list[Place]]]:
        """The sections that have fields here, with their fields."""
        found = [(title, [self.place(name) for name in names if name in self.fields]) for title, names in self.sections]
        return [(title, places) for title, places in found if places]

    def place(self, name: str) -> Place:
        widget = self.fields[name].widget
        if isinstance(widget, forms.CheckboxSelectMultiple):
            return Place(self[name], "span-all in-columns")
        return Place(
            self[name],
            "span-all" if isinstance(widget, forms.Textarea) or name == "reason" else "",
            isinstance(self.fields[name], forms.DecimalField),
        )


class CategoryChoice(forms.ModelChoiceField):
    """One function category, its leaves under their groups."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = lambda: [("", "—"), *category_choices()]


def departments_for(user: Any) -> Any:
    """Those that the person may keep entries for."""
    acting = user.acting
    if acting.role in OWNERS:
        return Department.objects.filter(pk=acting.department_id)
    return Department.objects.active().filter(jurisdiction=acting.department.jurisdiction_id)


class MoveForm(forms.Form):
    """The next state of an entry, and why."""

    to = forms.CharField(max_length=16)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)
    version = forms.IntegerField(required=False, min_value=1)
