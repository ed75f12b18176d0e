"""The catalog, the inventory and the data catalogue, for programs.

The noun `capabilities` itself is listed by `reviews`, which knows who uses them and so adds how they end.
"""

from catalog.api.capabilities import CategoryNoun
from catalog.api.data import DataResourceNoun
from catalog.api.systems import FunctionNoun, SystemNoun, VersionNoun

NOUNS = {
    "function-categories": CategoryNoun,
    "systems": SystemNoun,
    "system-functions": FunctionNoun,
    "system-versions": VersionNoun,
    "data-resources": DataResourceNoun,
}
