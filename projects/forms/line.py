"""A line with its money, and a block of lines from a spreadsheet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import Capability
from catalog.states import UNBUILT
from common.forms import AmountField
from governance.models import FundingSource
from projects.forms.fields import NumberField, PercentField, offer
from projects.models import Application, Line
from projects.queries.amounts import Funding
from projects.services.funding import YEARS_AHEAD
from projects.services.pasting import ITEM_GRID, MODULE_GRID
from projects.states import CatalogAnswer, LineKind

MODULE = (
    "name", "description", "subsystem", "change", "capability", "catalog_answer", "decline_reason", "category",
    "function_level_1", "function_level_2", "function_level_3", "scene", "interfaces", "function_points",
    "person_months", "unit_price", "declared", "builds", "earmarks",
)  # fmt: skip
ITEM = (
    "kind", "name", "description", "specification", "unit", "quantity", "unit_price", "price_basis", "is_domestic",
    "serves", "rate", "base", "declared", "earmarks",
)  # fmt: skip
QUICK_MODULE, QUICK_ITEM = MODULE_GRID, ITEM_GRID
ROW = "row-form"  # the cells of a row stand outside the form's element
NUMBERS = {"quantity", "function_points", "person_months"}
LONG = {"description", "scene", "interfaces", "decline_reason"}


class LineChoice(forms.ModelChoiceField):
    """A line by its number in the application and its name."""

    def label_from_instance(self, line: Any) -> str:
        return f"{line.sequence} {line.name}"


class LineChoices(forms.ModelMultipleChoiceField):
    """Lines by number and name."""

    def label_from_instance(self, line: Any) -> str:
        return f"{line.sequence} {line.name}"


class LineForm(forms.ModelForm):
    """A module or cost item; without `funding` the cells of the grid alone: the rest stays as it is."""

    class Meta:
        model = Line
        fields = tuple(dict.fromkeys((*MODULE, *ITEM)))
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in LONG}

    def __init__(
        self,
        *args: Any,
        application: Application,
        modules: bool,
        unit: str,
        funding: Funding | None = None,
        **more: Any,
    ):
        super().__init__(*args, **more)
        self.modules, quick = modules, funding is None
        wanted = {(True, True): QUICK_MODULE, (True, False): MODULE, (False, True): QUICK_ITEM}.get(
            (modules, quick), ITEM
        )
        self.fields = {name: self.fields[name] for name in wanted}
        for name in ("declared", "unit_price"):
            field = self.fields[name]
            self.fields[name] = AmountField(unit=unit, required=False, label=field.label, help_text=field.help_text)
        for name in NUMBERS & set(self.fields):
            field = self.fields[name]
            self.fields[name] = NumberField(
                min_value=0, max_digits=field.max_digits, decimal_places=2, required=False, label=field.label
            )
        if "kind" in self.fields:
            self.fields["kind"].choices, self.fields["kind"].label = accounts(), _("Cost account")
        for name in ("description", "declared") if modules else ("declared",):
            self.fields[name].is_needed = True
        if funding is None:
            for name, cell in self.fields.items():
                if name in LONG:
                    cell.widget = forms.TextInput()
                cell.widget.attrs |= {"form": ROW, "aria-label": cell.label}
            self.fields["name"].widget.attrs["autofocus"] = True
        else:
            self._narrow(application, funding)

    def _narrow(self, application: Application, funding: Funding) -> None:
        """Offer what the line may name."""
        others = application.lines.exclude(pk=self.instance.pk)
        earmarks = self.fields["earmarks"]
        earmarks.queryset = FundingSource.objects.filter(pk__in=[row.pk for row in funding.earmarks])
        earmarks.widget = forms.CheckboxSelectMultiple()
        offer(earmarks, funding.earmarks)
        if not funding.earmarks:
            del self.fields["earmarks"]
        if self.modules:
            published = Capability.objects.published()
            self.fields["capability"].queryset = published
            offer(self.fields["capability"], published)
            self.fields["catalog_answer"] = forms.ChoiceField(
                label=_("uses the catalog"),
                choices=[("", _("not answered yet")), *CatalogAnswer.choices],
                required=False,
            )
            provider = application.department_id
            own = [row for row in published if row.provider_id == provider and row.status in UNBUILT]
            self.fields["builds"].queryset = Capability.objects.filter(pk__in=[row.pk for row in own])
            offer(self.fields["builds"], own)
            if not own:
                del self.fields["builds"]
            return
        self.fields["serves"] = LineChoice(queryset=others.modules(), label=self.fields["serves"].label, required=False)
        self.fields["rate"] = PercentField(label=_("rate of its base, %"), required=False)
        self.fields["base"] = LineChoices(
            queryset=others, label=self.fields["base"].label, required=False, widget=forms.CheckboxSelectMultiple
        )

    def clean(self) -> dict[str, Any]:
        """A rate-based item has the amount that follows; what stands in the field is no wish."""
        cleaned = super().clean() or {}
        if cleaned.get("rate") is not None or (self.instance.rate is not None and "rate" not in self.fields):
            cleaned.pop("declared", None)
        return cleaned

    def _post_clean(self) -> None:
        """The service checks the line as a whole, with its words."""

    def changes(self) -> dict[str, Any]:
        """What the service is given."""
        kind = {"kind": LineKind.MODULE} if self.modules and self.instance.pk is None else {}
        return kind | {name: self.cleaned_data[name] for name in self.fields if name in self.cleaned_data}


class CellsForm(LineForm):
    """The cells of a row of the grid; nothing else of the line is read or written."""

    class Meta(LineForm.Meta):
        fields = tuple(dict.fromkeys((*QUICK_MODULE, *QUICK_ITEM)))


class ModuleForm(LineForm):
    """All of a module."""

    class Meta(LineForm.Meta):
        fields = MODULE


class ItemForm(LineForm):
    """All of a cost item."""

    class Meta(LineForm.Meta):
        fields = ITEM


def accounts() -> list[tuple[str, Any]]:
    """The accounts of the estimate, without the modules."""
    return [(kind.value, kind.label) for kind in LineKind if kind != LineKind.MODULE]


class ShareForm(forms.Form):
    """One source in one year."""

    source = forms.ModelChoiceField(queryset=FundingSource.objects.none(), label=_("funding source"), required=False)
    year = forms.TypedChoiceField(label=_("year"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, sources: list[FundingSource], first_year: int, unit: str, **more: Any) -> None:
        super().__init__(*args, **more)
        source = self.fields["source"]
        source.queryset = FundingSource.objects.filter(pk__in=[row.pk for row in sources])
        offer(source, sorted(sources, key=lambda row: row.code))
        self.fields["year"].choices = [(year, str(year)) for year in range(first_year, first_year + YEARS_AHEAD + 1)]
        self.fields["amount"] = AmountField(unit=unit, label=_("amount"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("amount") and not cleaned.get("source"):
            self.add_error("source", _("Say which source pays this amount."))
        return cleaned


class BaseShares(forms.BaseFormSet):
    """The sources of a line by year."""

    def shares(self) -> dict[tuple[int, int], Decimal]:
        """Amounts by (id of the source, year); rows of the same source and year together."""
        found: dict[tuple[int, int], Decimal] = {}
        for form in self.forms:
            row = form.cleaned_data
            if row.get("amount"):
                key = (row["source"].pk, row["year"])
                found[key] = found.get(key, Decimal(0)) + row["amount"]
        return found


SharesFormSet = forms.formset_factory(ShareForm, formset=BaseShares, extra=2, max_num=60, absolute_max=100)


class PasteForm(forms.Form):
    """A block copied from a spreadsheet."""

    text = forms.CharField(
        label=_("Rows copied from a spreadsheet"),
        widget=forms.Textarea(attrs={"class": "tall", "rows": 10}),
        max_length=2_000_000,
    )
