"""What an application still lacks (形式审查): the same list for the page, the interface and submission."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Exists, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from catalog.states import CapabilityStatus
from common.money import ZERO, MoneyField, total, yuan
from projects.models import Application, ApplicationBasis, ApplicationSection, Line, LineBase, LineData, LineSource
from projects.states import (
    BUILDS,
    REQUIRED_SECTIONS,
    ApplicationKind,
    CatalogAnswer,
    SectionKey,
)

REQUIRED_FIELDS = ("name", "office", "leader", "contact", "domain", "network", "months", "starts_on", "ends_on")
QUESTIONS = (SectionKey.Q_PLAN, SectionKey.Q_OVERLAP, SectionKey.Q_MODULE, SectionKey.Q_JOINT, SectionKey.Q_DATA)
GROWS = frozenset({ApplicationKind.EXTENSION, ApplicationKind.UPGRADE})
SERVES = frozenset({ApplicationKind.OPERATION, ApplicationKind.SERVICE, ApplicationKind.CONSULTANCY})


@dataclass(frozen=True)
class Problem:
    """One thing that is missing or at odds. `place` is the tab, `anchor` the spot on it (line-12, network)."""

    place: str
    sentence: str
    is_blocking: bool = True
    anchor: str = ""


@dataclass(frozen=True)
class Facts:
    """Everything that the check reads, in a fixed number of queries."""

    application: Application
    lines: list[Line]
    sections: dict[str, str]
    has_basis: bool
    has_data: bool
    modules: list[Line] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "modules", [line for line in self.lines if line.is_module])


def problems(application: Application) -> list[Problem]:
    """All that is missing, in the order of the tabs; what only advises comes along, not blocking."""
    return _problems(_facts([application])[0])


def _problems(facts: Facts) -> list[Problem]:
    parts = (_header, _links, _sections, _content, _modules, _money, _advice)
    found = [problem for part in parts for problem in part(facts)]
    return sorted(found, key=lambda problem: not problem.is_blocking)


def blocking(application: Application) -> list[Problem]:
    """What keeps the application from being signed and submitted."""
    return blocking_among([application])[application.pk]


def blocking_among(applications: Iterable[Application]) -> dict[int, list[Problem]]:
    """The same for many applications, by key; the number of queries does not grow with them."""
    found = {facts.application.pk: _problems(facts) for facts in _facts(applications)}
    return {pk: [problem for problem in rows if problem.is_blocking] for pk, rows in found.items()}


def _facts(applications: Iterable[Application]) -> list[Facts]:
    known = {application.pk: application for application in applications}
    lines, papers = _lines(known), _papers(known)
    return [
        Facts(
            application=application,
            lines=lines[pk],
            sections={key: text for key, text in papers[pk] if key},
            has_basis=any(not key for key, _text in papers[pk]),
            has_data=any(line.has_data for line in lines[pk]),  # type: ignore[attr-defined]
        )
        for pk, application in known.items()
    ]


def _lines(known: Mapping[int, Application]) -> Mapping[int, list[Line]]:
    of_line = OuterRef("pk")
    sums = LineSource.objects.filter(line=of_line).order_by().values("line").values(sum=total("amount"))
    rows = Line.objects.filter(application__in=known).select_related("capability")
    found = defaultdict(list)
    for line in rows.order_by("sequence").annotate(
        stored=Coalesce(Subquery(sums), yuan(0), output_field=MoneyField()),
        has_base=Exists(LineBase.objects.filter(line=of_line)),
        has_data=Exists(LineData.objects.filter(line=of_line)),
    ):
        line.application = known[line.application_id]
        found[line.application_id].append(line)
    return found


def _papers(known: Mapping[int, Application]) -> Mapping[int, list[tuple[str, str]]]:
    """Chapters with their texts; a document that an application rests on stands among them without a key."""
    nothing = {name: Value("", output_field=TextField()) for name in ("key", "text")}
    chapters = ApplicationSection.objects.filter(application__in=known).order_by()
    bases = ApplicationBasis.objects.filter(application__in=known).order_by()
    found = defaultdict(list)
    for pk, key, text in chapters.values_list("application", "key", "text").union(
        bases.values("application").annotate(**nothing).values_list("application", "key", "text")
    ):
        found[pk].append((key, text))
    return found


def _header(facts: Facts) -> Iterator[Problem]:
    application = facts.application
    for name in REQUIRED_FIELDS:
        if getattr(application, name) in (None, ""):
            label = application._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            yield Problem("detail", _("Fill in “%(field)s”.") % {"field": label}, anchor=name)
    if not facts.has_basis:
        yield Problem("documents", _("Name at least one document that the application rests on."), anchor="bases")


def _links(facts: Facts) -> Iterator[Problem]:
    application = facts.application
    if application.kind == ApplicationKind.CONTINUED and not application.continues_id:
        yield Problem("detail", _("Name the project that is continued."), anchor="continues")
    if application.kind == ApplicationKind.OPERATION and not application.system_id:
        yield Problem("detail", _("Name the system that is operated."), anchor="system")
    if application.kind in GROWS and not application.previous_phase.strip():
        yield Problem("detail", _("Describe the previous phase and its evaluation."), anchor="previous_phase")
    if application.renews_id and application.kind == ApplicationKind.CONTINUED:
        yield Problem(
            "detail",
            _("An application continues a project or renews an unbuilt one, not both."),
            anchor="renews",
        )


def _sections(facts: Facts) -> Iterator[Problem]:
    for key in REQUIRED_SECTIONS:
        if not facts.sections.get(key, "").strip():
            yield Problem("documents", _("Write the chapter “%(chapter)s”.") % {"chapter": key.label}, anchor=key)


def _content(facts: Facts) -> Iterator[Problem]:
    kind = facts.application.kind
    others = len(facts.lines) - len(facts.modules)
    if kind in BUILDS and not facts.modules:
        yield Problem("modules", _("Add at least one functional module."))
    if kind in SERVES and not others:
        yield Problem("estimate", _("Add at least one cost item."))
    if kind in SERVES and facts.modules:
        yield Problem(
            "modules",
            _("%(kind)s has cost items, no modules: change the type or take the modules away.")
            % {"kind": facts.application.get_kind_display()},
        )
    if kind == ApplicationKind.DATA_GOVERNANCE:
        if not facts.lines:
            yield Problem("estimate", _("Add at least one cost item."))
        if not facts.has_data:
            yield Problem("data", _("Name the data resources that are governed."))


def _modules(facts: Facts) -> Iterator[Problem]:
    for line in facts.modules:
        if not line.description.strip():
            yield _at(line, _("%(line)s: say what the module does."))
        if line.capability is None:
            continue
        if not line.catalog_answer:
            yield _at(line, _("%(line)s: say whether it uses “%(capability)s”."))
        elif line.catalog_answer == CatalogAnswer.DECLINE and not line.decline_reason.strip():
            yield _at(line, _("%(line)s: say why it does not use “%(capability)s”."))
        if line.capability.status == CapabilityStatus.RETIRED:
            yield _at(line, _("%(line)s: “%(capability)s” is retired, choose another capability."))


def _money(facts: Facts) -> Iterator[Problem]:
    for line in facts.lines:
        if line.rate is not None and not line.has_base:  # type: ignore[attr-defined]
            yield _at(line, _("%(line)s: say which lines the rate is of."))
        elif line.stored != (line.declared or ZERO):  # type: ignore[attr-defined]
            yield _at(line, _("%(line)s: the sources do not add up to the declared amount."))


def _advice(facts: Facts) -> Iterator[Problem]:
    for line in facts.lines:
        if line.declared is None and (line.rate is None or line.has_base):  # type: ignore[attr-defined]
            yield _at(
                line, _("%(line)s: the amount is unknown; nothing can be determined before it is known."), advice=True
            )
        elif _differs(line.priced, line.declared) and line.rate is None:
            yield _at(line, _("%(line)s: the amount differs from quantity × unit price."), advice=True)
    for key in QUESTIONS:
        if not facts.sections.get(key, "").strip():
            yield Problem(
                "documents", _("Answer: %(question)s") % {"question": key.label}, is_blocking=False, anchor=key
            )
    for name in _twice(facts.modules):
        yield Problem("modules", _("Two modules are called “%(name)s”.") % {"name": name}, is_blocking=False)


def _at(line: Line, sentence: str, *, advice: bool = False) -> Problem:
    words = {"line": f"{line.sequence} {line.name}", "capability": line.capability or ""}
    place = "modules" if line.is_module else "estimate"
    return Problem(place, sentence % words, is_blocking=not advice, anchor=f"line-{line.pk}")


def _differs(priced: Decimal | None, declared: Decimal | None) -> bool:
    return priced is not None and declared is not None and priced != declared


def _twice(modules: Iterable[Line]) -> list[str]:
    names = [line.name.strip() for line in modules]
    return sorted({name for name in names if names.count(name) > 1})
