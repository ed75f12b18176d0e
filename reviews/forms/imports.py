"""The form for a file of applications."""

from __future__ import annotations

from django import forms
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _


class ImportForm(forms.Form):
    """A table, and a map when it does not have the standard columns."""

    file = forms.FileField(label=_("File (CSV or XLSX)"), validators=[FileExtensionValidator(["csv", "xlsx"])])
    map = forms.FileField(
        label=_("Column map (TOML)"),
        required=False,
        validators=[FileExtensionValidator(["toml"])],
        help_text=_("Leave empty for the standard columns of the template."),
    )
