"""Where a module may go: kept modules, capabilities, systems, components under way; and reading what people type.

A place is typed or picked as its code, followed by words for people: "SB2027-0001/3 · video access". Only the
code is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from catalog.models import Capability, System
from catalog.states import SystemStatus
from projects.models import Component, Line
from projects.states import UNDER_WAY
from reviews.models import Disposition
from reviews.states import BUILT, ListStatus

MARK = " · "
MOST = 300  # places that are offered; any other may be typed
# What is read of them: a page offers hundreds, and each is a few words.
OF_DEPARTMENT = ("name", "short_name")
OF_LINE = ("kind", "sequence", "name", "application__number") + tuple(
    f"application__department__{name}" for name in OF_DEPARTMENT
)
OF_COMPONENT = ("code", "name", *(f"project__lead__{name}" for name in OF_DEPARTMENT)) + tuple(
    f"line__{name}" for name in OF_LINE
)
OF_SYSTEM = ("code", "name", *(f"owner__{name}" for name in OF_DEPARTMENT))


@dataclass(frozen=True)
class Offer:
    """The places that a page offers, as texts to pick from."""

    merge: list[str]
    strip: list[str]
    reuse: list[str]


def offer(jurisdiction: int, round: int, members: Iterable[Line]) -> Offer:
    """Members of the same plan first, then kept modules of the round, then what is under way."""
    own = [of_line(line) for line in members if line.is_module]
    kept = Disposition.objects.live().filter(kind__in=BUILT, line__application__round=round)
    rows = kept.filter(line__application__status__in=UNDER_WAY).exclude(line__in=[m.pk for m in members])
    modules = rows.select_related("line__application__department").order_by("-line__declared")
    modules = modules.only(*(f"line__{name}" for name in OF_LINE))
    running = [of_line(d.line) for d in modules[:MOST] if d.line.is_module]
    components = under_way(jurisdiction, round).only(*OF_COMPONENT)[:MOST]
    capabilities = Capability.objects.published().only("code", "name")
    systems = System.objects.filter(owner__jurisdiction=jurisdiction).exclude(status=SystemStatus.ARCHIVED)
    systems = systems.select_related("owner").only(*OF_SYSTEM)
    return Offer(
        merge=[*own, *running, *map(of_component, components)],
        strip=[of_capability(one) for one in capabilities.order_by("code")[:MOST]],
        reuse=[of_system(one) for one in systems.order_by("code")[:MOST]],
    )


def under_way(jurisdiction: int, round: int) -> QuerySet[Component]:
    """Components of projects that were approved earlier: inherited, or listed on a locked list of another round."""
    listed = Q(
        project__list_entries__status=ListStatus.LISTED,
        project__list_entries__annual_list__versions__isnull=False,
    ) & ~Q(line__application__round=round)
    rows = Component.objects.filter(Q(line__isnull=True) | listed, project__jurisdiction=jurisdiction)
    return rows.select_related("project__lead", "line__application__department").distinct().order_by("code")


def of_line(line: Line) -> str:
    return f"{line.reference}{MARK}{line.name}（{line.application.department}）"


def of_component(component: Component) -> str:
    if component.line:
        return of_line(component.line)
    return f"{component.code}{MARK}{component.name}（{component.project.lead}）"


def of_capability(capability: Capability) -> str:
    return named(capability.code, capability.name)


def of_system(system: System) -> str:
    return named(system.code, system.name, str(system.owner))


def named(code: str, name: str, whose: str = "") -> str:
    """A place as its code, its name, and whose it is."""
    return f"{code}{MARK}{name}（{whose}）" if whose else f"{code}{MARK}{name}"


def places_of(d: Disposition) -> dict[str, str]:
    """The places of a decision, by the field in which they are typed."""
    return {
        "into": of_line(d.target_line)
        if d.target_line
        else of_component(d.target_component)
        if d.target_component
        else "",
        "capability": of_capability(d.capability) if d.capability else "",
        "system": of_system(d.system) if d.system else "",
    }


def code_of(text: str) -> str:
    """The code in what was typed or picked."""
    return text.partition(MARK.strip())[0].strip()


@dataclass(frozen=True)
class Found:
    """The keys of the places that were named, by code."""

    lines: dict[str, int]
    components: dict[str, int]
    capabilities: dict[str, int]
    systems: dict[str, int]


def find(jurisdiction: int, codes: Iterable[str]) -> Found:
    """Look named places up within the jurisdiction: four queries for any number of codes."""
    wanted = {code for code in codes if code}
    modules = Q()
    for code in wanted:
        number, _slash, sequence = code.rpartition("/")
        if number and sequence.isascii() and sequence.isdigit() and len(sequence) < 10:
            modules |= Q(application__number=number, sequence=int(sequence))
    lines = (
        Line.objects.filter(modules, application__round__jurisdiction=jurisdiction) if modules else Line.objects.none()
    )
    components = Component.objects.filter(code__in=wanted, line__isnull=True, project__jurisdiction=jurisdiction)
    return Found(
        lines={line.reference: line.pk for line in lines.select_related("application")},
        components=dict(components.values_list("code", "pk")),
        capabilities=dict(Capability.objects.filter(code__in=wanted).values_list("code", "pk")),
        systems=dict(System.objects.filter(code__in=wanted).values_list("code", "pk")),
    )
