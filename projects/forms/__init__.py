from projects.forms.application import ApplicationForm, CopyForm, NewForm, ReasonForm
from projects.forms.line import CellsForm, LineForm, PasteForm, SharesFormSet
from projects.forms.papers import AttachmentForm, BasisForm, DataForm, SectionsForm, SystemForm

__all__ = [
    "ApplicationForm",
    "AttachmentForm",
    "BasisForm",
    "CellsForm",
    "CopyForm",
    "DataForm",
    "LineForm",
    "NewForm",
    "PasteForm",
    "ReasonForm",
    "SectionsForm",
    "SharesFormSet",
    "SystemForm",
]
