"""An entry of the capability catalog."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms.entry import EntryForm
from catalog.models import Capability, FunctionCategory
from catalog.queries.capabilities import category_choices
from catalog.services.capabilities import ENDING
from catalog.states import CapabilityStatus
from governance.models import Department

LINES = _("One per line.")


class CapabilityForm(EntryForm):
    """What an entry says; its status moves by verbs."""

    sections = (
        (_("What it is"), ("code", "name", "kind", "level", "provider", "status", "resource", "keywords")),
        (_("Who builds what"), ("built_centrally", "services_offered", "department_builds", "not_separately")),
        (
            _("How to use it"),
            (
                "access_mode",
                "interface_document",
                "service_level",
                "capacity",
                "capacity_unit",
                "price",
                "prerequisites",
                "valid_from",
                "valid_to",
            ),  # fmt: skip
        ),
        (_("Which functions it serves"), ("categories",)),
    )

    class Meta:
        model = Capability
        fields = (
            "code",
            "name",
            "kind",
            "level",
            "provider",
            "resource",
            "keywords",
            "built_centrally",
            "services_offered",
            "department_builds",
            "not_separately",
            "access_mode",
            "interface_document",
            "service_level",
            "capacity",
            "capacity_unit",
            "price",
            "prerequisites",
            "valid_from",
            "valid_to",
            "categories",
        )
        widgets = {"categories": forms.CheckboxSelectMultiple}
        help_texts = {
            "built_centrally": LINES,
            "services_offered": LINES,
            "department_builds": LINES,
            "not_separately": LINES,
            "prerequisites": LINES,
            "capacity": _("How much can be granted in all; empty when it is unknown or without limit."),
            "capacity_unit": _("Such as channels, accounts or calls a day."),
            "resource": _("Infrastructure or data, such as “government cloud”: an index of the catalog."),
            "keywords": _("Words that departments use for it, with blanks between."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.user.acting.department.jurisdiction_id
        self.fields["provider"].queryset = Department.objects.active().filter(jurisdiction=place)
        self.fields["categories"].choices = [
            (pk, f"{group} › {name}") for group, leaves in category_choices() for pk, name in leaves
        ]


class CategoryForm(forms.ModelForm):
    """A function category."""

    class Meta:
        model = FunctionCategory
        fields = ("code", "name", "parent")
        labels = {"parent": _("Stands below")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = FunctionCategory.objects.exclude(pk=self.instance.pk).order_by("code")
        self.fields["parent"].queryset = others
        self.fields["parent"].empty_label = _("nothing: a group of its own")
        self.fields["parent"].label_from_instance = lambda row: f"{row.code} {row.name}"


class NewCapabilityForm(CapabilityForm):
    """An entry to be published, as far as it is today."""

    class Meta(CapabilityForm.Meta):
        fields = (*CapabilityForm.Meta.fields, "status")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [c for c in CapabilityStatus.choices if c[0] not in ENDING]
