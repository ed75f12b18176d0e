from catalog.models.capability import Capability, FunctionCategory
from catalog.models.data import DataItem, DataResource
from catalog.models.system import System, SystemFunction, SystemVersion

__all__ = [
    "Capability",
    "DataItem",
    "DataResource",
    "FunctionCategory",
    "System",
    "SystemFunction",
    "SystemVersion",
]
