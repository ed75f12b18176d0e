"""Chapters, bases, systems named, data used, files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import DataResource, System
from projects.forms.line import LineChoice
from projects.models import Application, ApplicationBasis, Line
from projects.services.attachments import ACCEPTED
from projects.states import REQUIRED_SECTIONS, DataAccess, SectionKey, SystemPart

LONGEST = 20_000


class SectionsForm(forms.Form):
    """All chapters in one form, or those that are named."""

    def __init__(self, *args: Any, texts: dict[str, str], keys: Any = SectionKey, **more: Any) -> None:
        super().__init__(*args, **more)
        for key in map(SectionKey, keys):
            self.fields[key] = forms.CharField(
                label=key.label,
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 4}),
                initial=texts.get(key, ""),
            )
            self.fields[key].is_needed = key in REQUIRED_SECTIONS


class BasisForm(forms.ModelForm):
    class Meta:
        model = ApplicationBasis
        fields = ("document", "number", "level", "clause")


class SystemForm(forms.Form):
    """A system of the inventory, and what the application does with it."""

    system = forms.ModelChoiceField(queryset=System.objects.none(), label=_("system"))
    part = forms.ChoiceField(label=_("relation"), choices=SystemPart.choices)

    def __init__(self, *args: Any, user: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        here = System.objects.visible_to(user).filter(owner__jurisdiction=user.acting.department.jurisdiction_id)
        self.fields["system"].queryset = here.order_by("code")


class DataForm(forms.Form):
    """A line reads or writes a data resource."""

    line = LineChoice(queryset=Line.objects.none(), label=_("line"))
    resource = forms.ModelChoiceField(queryset=DataResource.objects.none(), label=_("data resource"))
    access = forms.ChoiceField(label=_("access"), choices=DataAccess.choices)

    def __init__(self, *args: Any, user: Any, application: Application, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["line"].queryset = application.lines.all()
        self.fields["resource"].queryset = DataResource.objects.visible_to(user).order_by("code")


class AttachmentForm(forms.Form):
    """A file and what it is."""

    title = forms.CharField(label=_("title"), max_length=200, required=False)
    file = forms.FileField(label=_("file"), max_length=1000, widget=forms.FileInput(attrs={"accept": ACCEPTED}))
