"""A Word template that an office brings."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from governance.states import DocumentKind


class TemplateForm(forms.Form):
    """For which document, in which language, and the file."""

    kind = forms.ChoiceField(label=_("official document"), choices=DocumentKind)
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES)
    file = forms.FileField(
        label=_("Word file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        help_text=_("Begin with the template that ships: it shows every field."),
    )
