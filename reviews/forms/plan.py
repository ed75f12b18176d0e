"""The plan of an act as people write it: one small form a line, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import AmountField, DayField
from common.money import ZERO
from projects.models import Line
from reviews.models import Disposition
from reviews.queries.case import Member
from reviews.queries.places import Found, code_of, find, places_of
from reviews.services.plan import Choice
from reviews.states import BUILT, MOVED, DispositionKind, MoneyPart

K = DispositionKind
KINDS = (  # with the letter that stands for each where there is no room
    ("", _("leave open"), "—"),
    (K.KEEP.value, K.KEEP.label, pgettext_lazy("disposition, one letter", "K")),
    (K.MERGE.value, K.MERGE.label, pgettext_lazy("disposition, one letter", "M")),
    (K.STRIP.value, K.STRIP.label, pgettext_lazy("disposition, one letter", "S")),
    (K.REUSE.value, K.REUSE.label, pgettext_lazy("disposition, one letter", "U")),
    (K.REMEDIATE.value, K.REMEDIATE.label, pgettext_lazy("disposition, one letter", "R")),
    (K.REJECT.value, K.REJECT.label, pgettext_lazy("disposition, one letter", "N")),
)
CONDITIONS = 2  # empty rows that are offered


class LineForm(forms.Form):
    """What becomes of one line; without a disposition it stays out of the plan."""

    kind = forms.ChoiceField(
        choices=[(kind, label) for kind, label, _letter in KINDS],
        required=False,
        widget=forms.RadioSelect,
        label=_("Disposition"),
    )
    into = forms.CharField(max_length=300, required=False, label=_("Goes into"))
    capability = forms.CharField(max_length=300, required=False, label=_("Capability"))
    system = forms.CharField(max_length=300, required=False, label=_("System"))
    note = forms.CharField(max_length=500, required=False, label=_("Note"))

    def __init__(self, *args: Any, line: Line, unit: str, planned: Disposition | None = None, **kwargs: Any) -> None:
        self.line = line
        kwargs.setdefault("prefix", f"l{line.pk}")
        super().__init__(*args, **kwargs)
        known = list(planned.conditions.all()) if planned else []
        for name, label in (("own", _("Own part")), ("moved", _("Transferred"))):
            self.fields[name] = AmountField(unit=unit, required=False, label=label)
        self.sources = self._add_sources(unit, planned)
        self.condition_numbers = range(max(CONDITIONS, len(known) + 1))
        for number in self.condition_numbers:
            one = known[number] if number < len(known) else None
            self.fields[f"condition_{number}"] = forms.CharField(
                max_length=500, required=False, label=_("Condition"), initial=one.text if one else ""
            )
            self.fields[f"due_{number}"] = DayField(
                required=False, label=_("Due on"), initial=one.due_on if one else None
            )

    def _add_sources(self, unit: str, planned: Disposition | None) -> list[tuple[str, str]]:
        """A field for each source of a line that has several: code and name of the field."""
        names = {row.source.code: row.source.name for row in self.line.sources.all()}
        if len(names) < 2:
            return []
        moved = planned.money(MoneyPart.MOVED) if planned and planned.moved else {}
        found = []
        for number, (code, name) in enumerate(sorted(names.items())):
            key = f"source_{number}"
            self.fields[key] = AmountField(unit=unit, required=False, label=name, initial=moved.get(code))
            found.append((code, key))
        return found

    @property
    def condition_rows(self) -> Iterator[tuple[Any, Any]]:
        return ((self[f"condition_{number}"], self[f"due_{number}"]) for number in self.condition_numbers)

    @property
    def source_fields(self) -> list[Any]:
        return [self[key] for _code, key in self.sources]

    @property
    def place_texts(self) -> list[str]:
        """Codes of the places that were typed."""
        return [code_of(self.cleaned_data.get(name, "")) for name in ("into", "capability", "system")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        amounts = {code: data.get(key) for code, key in self.sources}
        given = {code: amount for code, amount in amounts.items() if amount is not None}
        data["moved_sources"] = {code: given.get(code, ZERO) for code in amounts} if given else None
        return data

    def conditions(self) -> tuple[tuple[str, date | None], ...]:
        rows = ((self.cleaned_data[f"condition_{n}"], self.cleaned_data[f"due_{n}"]) for n in self.condition_numbers)
        return tuple((text.strip(), due) for text, due in rows if text.strip())


class PlanForm(forms.Form):
    """What the plan is called, and why; departments read the reason."""

    act = forms.IntegerField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(max_length=200, required=False, label=_("Title"))
    reason = forms.CharField(max_length=5000, required=False, label=_("Reason"), widget=forms.Textarea)


def initial_of(member: Member, planned: Disposition | None) -> dict[str, Any]:
    """What the form of a line begins with: as planned, and the places that suggest themselves."""
    found: dict[str, Any] = {"into": member.into, "capability": member.capability, "system": member.system}
    if planned is None:
        return found
    found |= {key: text for key, text in places_of(planned).items() if text}
    own = planned.own if planned.kind in BUILT else planned.own or None
    return found | {"kind": planned.kind, "own": own, "moved": planned.moved or None, "note": planned.note}


def choices_from(plan_forms: Iterable[LineForm], jurisdiction: int) -> list[Choice]:
    """The plan that valid forms say; a place that does not exist is an error of its field."""
    decided = [form for form in plan_forms if form.cleaned_data.get("kind")]
    found = find(jurisdiction, (code for form in decided for code in form.place_texts))
    by_line = {form.line.pk: form for form in decided}
    return [_choice(form, found, by_line) for form in decided]


def _choice(form: LineForm, found: Found, by_line: dict[int, LineForm]) -> Choice:
    """Only what the disposition allows is read: a field that it closes may still hold an older thought."""
    data = form.cleaned_data
    kind = data["kind"]
    moved = (data.get("moved") or ZERO) if kind in MOVED else ZERO
    # a cost item that moves without a place of its own goes where its module goes
    module = by_line.get(form.line.serves_id or 0)
    into, capability, system = (form if any(form.place_texts) or module is None else module).place_texts
    if kind == K.MERGE:
        _demand_known(form, "into", into, {*found.lines, *found.components})
    if kind == K.STRIP:
        _demand_known(form, "capability", capability, found.capabilities)
    if kind == K.REUSE:
        _demand_known(form, "system", system, found.systems)
    return Choice(
        line=form.line.pk,
        kind=kind,
        own=None if kind == K.REJECT else data.get("own"),
        moved=moved,
        target_line=found.lines.get(into) if kind == K.MERGE else None,
        target_component=found.components.get(into) if kind == K.MERGE and into not in found.lines else None,
        capability=found.capabilities.get(capability) if kind == K.STRIP else None,
        system=found.systems.get(system) if kind == K.REUSE else None,
        moved_sources=data["moved_sources"] if moved else None,
        conditions=form.conditions() if kind in BUILT else (),
        note=data.get("note", ""),
    )


def _demand_known(form: LineForm, field: str, code: str, known: Collection[str]) -> None:
    if code and code not in known:
        form.add_error(field, now("There is no “%(code)s” here: pick one of the list.") % {"code": code})
