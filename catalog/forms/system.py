"""An entry of the inventory, and a function of a system."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms.entry import CategoryChoice, EntryForm, departments_for
from catalog.models import Capability, FunctionCategory, System, SystemFunction
from catalog.services.systems import settled
from catalog.states import SystemStatus
from governance.models import Department, FundingSource


class CodesField(forms.CharField):
    """Systems named by their codes, with blanks or lines between."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else "\n".join(row.code for row in value)

    def clean(self, value: Any) -> list[System]:
        codes = super().clean(value).replace(",", " ").replace("、", " ").split()
        found = {row.code: row for row in System.objects.filter(code__in=codes)}
        if unknown := [code for code in codes if code not in found]:
            sentence = _("There is no system with the code %(codes)s.")
            raise forms.ValidationError(sentence, params={"codes": ", ".join(unknown)})
        return list(found.values())


class SystemForm(EntryForm):
    """All that an entry says. Registering names the owner and the state; a change gives its reason."""

    reason = forms.CharField(
        label=_("Reason for the change"), max_length=300, help_text=_("It stands in the history of the entry.")
    )
    depends_on = CodesField(
        label=_("Depends on"), required=False, help_text=_("Codes of systems whose data or interfaces it uses.")
    )
    sections = (
        (
            _("Identity"),
            ("code", "name", "short_name", "former_name", "owner", "tag", "domain", "status", "is_classified"),
        ),
        (_("Functions and users"), ("description", "user_level", "user_group", "registered_users",
                                    "monthly_active_users", "last_used_on", "service_items", "used_by")),
        (_("Responsible"), ("office", "contact")),
        (_("Life"), ("first_built_on", "accepted_on", "parent", "depends_on", "planned_fate", "absorbed_into",
                     "replaced_by", "fate_on")),
        (_("Money"), ("build_cost", "yearly_operating_cost", "funding_source", "vendor", "operator",
                      "warranty_until")),
        (_("Deployment"), ("network", "cloud_node", "vcpu", "memory_gib", "storage_gib", "mean_cpu_percent",
                           "technology", "is_domestic")),
        (_("Security"), ("mlps_level", "mlps_filing", "mlps_tested_on", "mlps_result",
                         "cryptography_assessed_on", "has_personal_data")),
        (_("Change"), ("reason",)),
    )  # fmt: skip

    class Meta:
        model = System
        fields = (
            "code", "name", "short_name", "former_name", "owner", "tag", "domain", "status", "is_classified",
            "description", "user_level", "user_group", "registered_users", "monthly_active_users", "last_used_on",
            "service_items", "used_by", "office", "contact", "first_built_on", "accepted_on", "parent", "depends_on",
            "planned_fate", "absorbed_into", "replaced_by", "fate_on", "build_cost", "yearly_operating_cost",
            "funding_source", "vendor", "operator", "warranty_until", "network", "cloud_node", "vcpu", "memory_gib",
            "storage_gib", "mean_cpu_percent", "technology", "is_domestic", "mlps_level", "mlps_filing",
            "mlps_tested_on", "mlps_result", "cryptography_assessed_on", "has_personal_data",
        )  # fmt: skip
        widgets = {"used_by": forms.CheckboxSelectMultiple}
        labels = {"vcpu": _("Number of vCPU")}
        help_texts = {
            "description": _("What it does, in the words that an application would use."),
            "is_classified": _("Then only name, owner and state are entered here."),
            "mlps_filing": _("From level 2 on."),
            "cryptography_assessed_on": _("From level 3 on."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners, place = departments_for(self.user), self.user.acting.department.jurisdiction_id
        self.fields["owner"].queryset = owners
        if self.instance.pk:
            del self.fields["status"]
        else:
            del self.fields["reason"]
            self.fields["status"].choices = [c for c in SystemStatus.choices if c[0] != SystemStatus.ARCHIVED]
            self.fields["owner"].initial = self.user.acting.department_id
        others = System.objects.exclude(pk=self.instance.pk).only("code", "name")
        running = others.exclude(status__in=[SystemStatus.STOPPED, SystemStatus.ARCHIVED])
        self.fields["parent"].queryset = others.filter(owner__in=owners)
        self.fields["absorbed_into"].queryset = running.filter(owner__jurisdiction=place)
        self.fields["replaced_by"].queryset = Capability.objects.published().filter(jurisdiction=place)
        self.fields["used_by"].queryset = Department.objects.active().filter(jurisdiction=place)
        self.fields["funding_source"].queryset = FundingSource.objects.filter(jurisdiction=place)
        for name in ("parent", "absorbed_into"):
            self.fields[name].label_from_instance = lambda row: f"{row.name}（{row.code}）"

    def clean(self) -> dict[str, Any]:
        return settled(super().clean() or self.cleaned_data, self.instance)


class FunctionForm(forms.ModelForm):
    """One function of a system."""

    category = CategoryChoice(queryset=FunctionCategory.objects.all(), required=False, label=_("Function category"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    class Meta:
        model = SystemFunction
        fields = ("name", "description", "category")
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    @property
    def seen(self) -> int | None:
        """The version of the system that the person saw."""
        return self.cleaned_data["version"]
