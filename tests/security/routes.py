"""Every address of the product, filled with records of the scene: a new kind of address has to say of what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from config.api import router

# Which record stands in an address, by the beginning of the address: the longest one counts.
PARTS: dict[str, dict[str, str]] = {
    "projects/<str:number>/": {"number": "application.number"},
    "projects/<str:number>/lines/<int:pk>/": {"pk": "line.pk"},
    "projects/<str:number>/data/<int:pk>/": {"pk": "data_link.pk"},
    "projects/<str:number>/bases/<int:pk>/": {"pk": "basis.pk"},
    "projects/<str:number>/systems/<int:pk>/": {"pk": "system_link.pk"},
    "projects/<str:number>/files/<int:pk>/": {"pk": "file.pk"},
    "reviews/applications/<str:number>/": {"number": "application.number"},
    "reviews/applications/<str:number>/gaps/<int:line_pk>/": {"line_pk": "unknown.pk"},
    "reviews/notices/<str:number>/": {"number": "first.health_application.number"},
    "reviews/ends/<int:pk>/": {"pk": "end_request.pk"},
    "reviews/<int:round_pk>/": {"round_pk": "round.pk"},
    "reviews/weights/<int:pk>/": {"pk": "weights.pk"},
    "reviews/clusters/<int:pk>/": {"pk": "cluster.pk"},
    "reviews/findings/<int:pk>/": {"pk": "finding.pk"},
    "reviews/lines/<int:pk>/": {"pk": "line.pk"},
    "reviews/acts/<int:pk>/": {"pk": "act.pk"},
    "reviews/capability-requests/<int:pk>/": {"pk": "capability_request.pk"},
    "reviews/capabilities/<int:pk>/": {"pk": "capability.pk"},
    "reviews/imports/<int:pk>/": {"pk": "imported.pk"},
    "reviews/lists/<int:round_pk>/": {"round_pk": "first.list.round_id"},
    "reviews/lists/<int:round_pk>/years/<int:project_pk>/": {"project_pk": "project.pk"},
    "reviews/lists/<int:round_pk>/projects/<int:project_pk>/": {"project_pk": "project.pk"},
    "reviews/lists/<int:round_pk>/versions/<int:number>/": {"number": "first.version.number"},
    "catalog/capabilities/<int:pk>/": {"pk": "capability.pk"},
    "catalog/categories/<int:pk>/": {"pk": "category.pk"},
    "catalog/systems/<int:pk>/": {"pk": "system.pk"},
    "catalog/systems/<int:pk>/functions/<int:function>/": {"function": "function.pk"},
    "catalog/data/<int:pk>/": {"pk": "resource.pk"},
    "budgets/<int:year>/": {"year": "first.budget.year"},
    "budgets/<int:year>/carry-over/<int:project_pk>/": {"project_pk": "project.pk"},
    "budgets/projects/<str:code>/": {"code": "project.code"},
    "budgets/lists/<int:list_pk>/": {"list_pk": "first.list.pk"},
    "governance/rounds/<int:pk>/": {"pk": "round.pk"},
    "governance/policies/values/<int:pk>/": {"pk": "policy.pk"},
    "governance/policies/<slug:key>/": {"key": "policy.key"},
    "governance/document-templates/<int:pk>/": {"pk": "document_template.pk"},
    "governance/document-templates/shipped/<slug:kind>/<slug:language>/": {
        "kind": "document_template.kind",
        "language": "document_template.language",
    },
    "governance/organisation/jurisdictions/<int:pk>/": {"pk": "here.jurisdiction.pk"},
    "governance/organisation/departments/<int:pk>/": {"pk": "here.health.pk"},
    "governance/organisation/sources/<int:pk>/": {"pk": "here.source.pk"},
    "governance/organisation/calendar/days/<int:pk>/": {"pk": "day.pk"},
    "governance/people/<int:pk>/": {"pk": "people.health.pk"},
    "governance/people/roles/<int:pk>/": {"pk": "membership.pk"},
    "governance/notifications/<int:pk>/": {"pk": "notification.pk"},
    "governance/profile/tokens/<slug:key>/": {"key": "token.token_key"},
}
# The record of the scene for each noun of the interface for programs.
NOUNS = {
    "auth/tokens": "token.token_key",
    "jurisdictions": "here.jurisdiction.pk",
    "departments": "here.health.pk",
    "funding-sources": "here.source.pk",
    "rounds": "round.pk",
    "people": "people.health.pk",
    "memberships": "membership.pk",
    "policies": "policy.pk",
    "calendar-days": "day.pk",
    "document-templates": "document_template.pk",
    "audit-events": "event.pk",
    "notifications": "notification.pk",
    "function-categories": "category.pk",
    "capabilities": "capability.pk",
    "systems": "system.pk",
    "system-functions": "function.pk",
    "system-versions": "system_version.pk",
    "data-resources": "resource.pk",
    "applications": "application.pk",
    "lines": "line.pk",
    "sections": "section.pk",
    "bases": "basis.pk",
    "named-systems": "system_link.pk",
    "attachments": "file.pk",
    "unknown-amounts": "unknown.pk",
    "end-requests": "end_request.pk",
    "acts": "act.pk",
    "capability-requests": "capability_request.pk",
    "opinions": "opinion.pk",
    "clusters": "cluster.pk",
    "findings": "finding.pk",
    "verdicts": "verdict.pk",
    "screenings": "screening.pk",
    "match-weights": "weights.pk",
    "annual-lists": "first.list.pk",
    "list-versions": "first.version.pk",
    "projects": "project.pk",
    "budgets": "first.budget.pk",
    "budget-entries": "entry.pk",
}
PLACE = re.compile(r"<\w+:(\w+)>")
NOUN = re.compile(r"^api/v1/\^(?P<noun>.+?)/(?P<of>\(\?P<pk>[^)]*\)/)?(?P<verb>[\w-]+/)?\$$")


@dataclass(frozen=True)
class Route:
    """An address by name, with the record that fills it."""

    name: str
    pattern: str
    methods: frozenset[str]

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("api/v1/")

    def url(self, scene: SimpleNamespace) -> str:
        return "/" + (self._api(scene) if self.is_api else self._page(scene))

    def _page(self, scene: SimpleNamespace) -> str:
        wanted = PLACE.findall(self.pattern)
        known: dict[str, str] = {}
        for beginning in sorted(PARTS, key=len):
            if self.pattern.startswith(beginning):
                known |= PARTS[beginning]
        if missing := set(wanted) - set(known):
            raise LookupError(f"{self.pattern}: say in tests/security/routes.py of which record {missing} is")
        return PLACE.sub(lambda place: str(attrgetter(known[place.group(1)])(scene)), self.pattern)

    def _api(self, scene: SimpleNamespace) -> str:
        found = NOUN.match(self.pattern)
        if found is None:
            return self.pattern
        noun, of, verb = found.group("noun", "of", "verb")
        if not of:
            return f"api/v1/{noun}/{verb or ''}"
        if noun not in NOUNS:
            raise LookupError(f"{noun}: say in tests/security/routes.py which record of the scene it is")
        return f"api/v1/{noun}/{attrgetter(NOUNS[noun])(scene)}/{verb or ''}"


def routes() -> list[Route]:
    """All of them, in the order of the address book."""
    assert router.registry
    return [route for route in _walk(get_resolver()) if not route.name.endswith(":nothing-here")]


def _walk(resolver: Any, before: str = "", spaces: tuple[str, ...] = ()) -> Iterator[Route]:
    for each in resolver.url_patterns:
        pattern = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each, pattern, spaces + ((each.namespace,) if each.namespace else ()))
        elif isinstance(each, URLPattern):
            yield Route(":".join([*spaces, each.name or pattern]), pattern, _methods(each.callback))


def _methods(view: Any) -> frozenset[str]:
    """The methods that an address of the interface for programs knows."""
    return frozenset(name.upper() for name in getattr(view, "actions", None) or ())
