from projects.forms.application import ApplicationForm, CopyForm, NewForm, ReasonForm
from projects.forms.line import CellsForm, ItemForm, LineForm, ModuleForm, PasteForm, SharesFormSet
from projects.forms.papers import AttachmentForm, BasisForm, DataForm, SectionsForm, SystemForm

__all__ = [
    "ApplicationForm",
    "AttachmentForm",
    "BasisForm",
    "CellsForm",
    "CopyForm",
    "DataForm",
    "ItemForm",
    "LineForm",
    "ModuleForm",
    "NewForm",
    "PasteForm",
    "ReasonForm",
    "SectionsForm",
    "SharesFormSet",
    "SystemForm",
]
