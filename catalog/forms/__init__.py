"""What people type into the catalog."""

from catalog.forms.capability import CapabilityForm, CategoryForm, NewCapabilityForm
from catalog.forms.data import DataResourceForm, PoolForm
from catalog.forms.entry import MoveForm
from catalog.forms.system import FunctionForm, SystemForm

__all__ = [
    "CapabilityForm",
    "CategoryForm",
    "DataResourceForm",
    "FunctionForm",
    "MoveForm",
    "NewCapabilityForm",
    "PoolForm",
    "SystemForm",
]
