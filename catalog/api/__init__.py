"""The catalog, the inventory and the data catalogue, for programs."""

from catalog.api.capabilities import CapabilityNoun, CategoryNoun
from catalog.api.data import DataResourceNoun
from catalog.api.systems import FunctionNoun, SystemNoun, VersionNoun

NOUNS = {
    "function-categories": CategoryNoun,
    "capabilities": CapabilityNoun,
    "systems": SystemNoun,
    "system-functions": FunctionNoun,
    "system-versions": VersionNoun,
    "data-resources": DataResourceNoun,
}
