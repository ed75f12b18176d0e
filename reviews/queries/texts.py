"""The words by which a module, a function of a running system, a system and a capability are compared.

Findings mark places in exactly these texts, and verdicts belong to them: this is the one place that makes them.
"""

from __future__ import annotations

from typing import NamedTuple

from catalog.models import Capability, System, SystemFunction
from projects.models import Line

Compared = Line | SystemFunction | Capability


class Text(NamedTuple):
    """What is read of a thing."""

    name: str
    description: str


def text_of(thing: Compared) -> Text:
    """Name and description of a thing. A line that is no module stands for the system that it operates."""
    if isinstance(thing, Capability):
        return of_capability(thing.name, thing.services_offered, thing.built_centrally, thing.keywords)
    if isinstance(thing, Line) and not thing.is_module and (system := thing.application.system):
        return of_system(system)
    return Text(thing.name, thing.description)


def of_capability(name: str, offered: str, built: str, keywords: str) -> Text:
    """What a capability offers to departments, what is built for it, and the words that people look for."""
    return Text(name, "\n".join(filter(None, (offered, built, keywords))))


def of_system(system: System) -> Text:
    """A whole system: its description and its functions."""
    functions = (f"{one.name}：{one.description}" if one.description else one.name for one in system.functions.all())
    return Text(system.name, "\n".join(filter(None, (system.description, *functions))))
