"""An entry of the data catalogue with its items."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.forms.entry import DayInput, EntryForm, departments_for
from catalog.models import DataItem, DataResource, System
from catalog.services.data import ITEM_FIELDS

YES = {"y", "yes", "1", "true", "√", "是"}


class ItemsField(forms.CharField):
    """Items as lines: name, type, length, key, sensitivity with tabs between, as a spreadsheet gives them."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) or value is None:
            return value
        return "\n".join("\t".join(_cell(getattr(item, name)) for name in ITEM_FIELDS).rstrip() for item in value)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        text = super().clean(value)
        lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
        return [_item(number, line) for number, line in lines]


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else ""
    return "" if value is None else str(value)


def _item(number: int, line: str) -> dict[str, Any]:
    cells = [cell.strip() for cell in line.split("\t")][: len(ITEM_FIELDS)]
    name, kind, length, key, sensitivity = cells + [""] * (len(ITEM_FIELDS) - len(cells))
    if length and not (length.isascii() and length.isdigit()):
        raise forms.ValidationError(
            _("Line %(number)s: “%(length)s” is not a length. The columns are name, type, length, key, sensitivity."),
            params={"number": number, "length": length[:20]},
        )
    item = DataItem(name=name, type=kind, length=int(length) if length else None, sensitivity=sensitivity)
    try:
        item.clean_fields(exclude=["resource"])
    except forms.ValidationError as error:
        raise forms.ValidationError(
            [gettext("Line %(number)s: %(sentence)s") % {"number": number, "sentence": said} for said in error.messages]
        ) from error
    is_key = key.lower() in YES or key == gettext("yes")
    return {"name": name, "type": kind, "length": item.length, "is_key": is_key, "sensitivity": sensitivity}


class DataResourceForm(EntryForm):
    """What an entry says."""

    items = ItemsField(
        label=_("Items"),
        required=False,
        help_text=_("One per line: name, type, length, key (yes), sensitivity, with tabs between. Paste from Excel."),
    )
    sections = (
        (_("What it is"), ("code", "name", "provider", "system", "format", "update_cycle", "summary")),
        (
            _("Sharing"),
            ("sharing", "legal_basis", "openness", "published_on", "quality_percent"),
        ),
        (_("Items"), ("items",)),
    )

    class Meta:
        model = DataResource
        fields = (
            "code",
            "name",
            "provider",
            "system",
            "format",
            "update_cycle",
            "summary",
            "sharing",
            "legal_basis",
            "openness",
            "published_on",
            "quality_percent",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        providers = departments_for(self.user)
        self.fields["provider"].queryset = providers
        self.fields["system"].queryset = System.objects.filter(owner__in=providers).only("name")
        self.fields["items"].widget.attrs["rows"] = 10
        if self.instance.pk:
            self.fields["items"].initial = list(self.instance.items.all())
        else:
            self.fields["provider"].initial = self.user.acting.department_id


class PoolForm(forms.Form):
    """From when on the city data pool holds a resource."""

    on = forms.DateField(label=_("In the pool since"), required=False, widget=DayInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
