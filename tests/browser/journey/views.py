"""Every page of the product, with the person who works on it, over a city's records."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.urls import reverse

from catalog.models import Capability
from governance.models import FundingSource, User
from reviews.models import Cluster, Finding

LISTS = (
    "acts", "applications", "audit", "budgets", "capabilities", "endings", "lists", "notifications", "organisation",
    "people", "queue", "requests", "rounds", "sources", "systems",
)  # fmt: skip
DESKS = {"home": 20, "bench": 30}  # my work and the workbench gather what many pages show
CLUSTERS = 3  # of the workbench, each a page of its own


class View(NamedTuple):
    """A page: its name, whose it is (account; empty without signing in), and its address."""

    name: str
    account: str
    path: str

    @property
    def queries(self) -> int:
        """How many the page may ask: one about many records, about one record, or one that gathers work."""
        if desk := DESKS.get(self.name.partition("-")[0]):
            return desk
        return 12 if self.name.startswith(LISTS) else 15


def of(scene: SimpleNamespace) -> Iterator[View]:
    """All pages, area by area."""
    for area in (
        _entrance,
        _home,
        _applications,
        _papers,
        _intake,
        _workbench,
        _acts,
        _lists,
        _budgets,
        _insight,
        _catalog,
        _rules,
    ):
        for name, account, path in area(scene):
            yield View(name, account, path)


def _at(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def _entrance(scene: SimpleNamespace) -> Iterator[tuple[str, str, str]]:
    yield "login", "", _at("login")
    yield "tour-outside", "", _at("tour")
    yield "tour", "reviewer.chen", _at("tour")
    yield "missing", "health.clerk", "/nowhere/"
    yield "forbidden", "health.clerk", _at("budgets:index")
    yield "password", "health.clerk", _at("password_change")
    yield "search", "reviewer.chen", _at("search") + "?q=视频"
    yield "search-empty", "reviewer.chen", _at("search")
    yield "search-none", "health.clerk", _at("search") + "?q=困难群众救济"
    yield "notifications", "health.clerk", _at("governance:notifications")
    yield "notifications-reviewer", "reviewer.chen", _at("governance:notifications")
    yield "profile", "reviewer.chen", _at("governance:profile")
    yield "tokens", "reviewer.chen", _at("governance:tokens")
    yield "components", "reviewer.chen", _at("components")


def _home(scene: SimpleNamespace) -> Iterator[tuple[str, str, str]]:
    for account in (
        "health.clerk", "civil.clerk", "police.leader", "intake", "reviewer.chen", "reviewer.sun", "head", "finance",
        "catalog", "auditor", "admin.security",
    ):  # fmt: skip
        yield f"home-{account}", account, _at("home")


def _applications(scene: SimpleNamespace) -> Iterator[tuple[str, str, str]]:
    yield "applications-clerk", "health.clerk", _at("projects:list")
    yield "applications-reviewer", "reviewer.chen", _at("projects:list")
    yield "applications-filtered", "reviewer.chen", _at("projects:list") + "?status=consolidation&ordering=-declared"
    yield "application-new", "health.clerk", _at("projects:new")
    yield "application-draft", "health.clerk", _at("projects:detail", scene.draft.number)
    yield "application-edit", "health.clerk", _at("projects:edit", scene.draft.number)
    yield "application-copy", "health.clerk", _at("projects:copy", scene.listed.number)
    module = scene.draft.lines.first()
    modules = _at("projects:modules", scene.draft.number)
    yield "application-modules", "health.clerk", modules
    yield "application-modules-row", "health.clerk", f"{modules}?edit={module.pk}"
    yield "application-modules-new", "health.clerk", f"{modules}?edit=new"
    yield "application-module", "health.clerk", _at("projects:line", scene.draft.number, module.pk)
    yield "application-paste", "health.clerk", _at("projects:modules-paste", scene.draft.number)
    item = scene.health.lines.last()
    yield "application-item", "health.clerk", _at("projects:line", scene.health.number, item.pk)
    yield "application-signing", "police.leader", _at("projects:sign-off", scene.to_sign.number)
    yield "application-submitted", "reviewer.chen", _at("projects:detail", scene.health.number)
    yield "application-listed", "health.clerk", _at("projects:detail", scene.listed.number)


def _papers(scene: SimpleNamespace) -> Iterator[tuple[str, str, str]]:
    for name in ("estimate", "data", "documents", "sections"):
        yield f"draft-{name}", "health.clerk", _at(f"projects:{name}", scene.draft.number)
    for name in ("modules", "estimate", "documents", "review", "history"):
        yield f"submitted-{name}", "reviewer.chen", _at(f"projects:{name}", scene.health.number)
    yield "draft-review", "health.clerk", _at("projects:review", scene.draft.number)
    yield "own-review", "health.clerk", _at("projects:review", scene.health.number)
    yield "listed-review", "health.clerk", _at("projects:review", scene.listed.number)
    yield "corrected-review", f"{scene.corrected.department.code}.clerk", _at("projects:review", scene.corrected.number)
    yield "gaps", "civil.clerk", _at("reviews:gaps", scene.civil.number)


def _intake(scene: SimpleNamespace) -> Iterator[tuple[str, str, str]]:
    yield "queue-intake", "intake", _at("reviews:queue")
    yield "queue-reviewer", "reviewer.chen", _at("reviews:queue")
    yield "intake-sheet", "intake", _at("reviews:intake", scene.to_check.number)
    yield "import", "intake", _at("reviews:import", scene.second.pk)
    yield "review-of-application", "reviewer.chen", _at("reviews:application_review", scene.police.number)


def _workbench(scene: SimpleNamespace) -> Iterator[tuple[str, str, str]]:
    bench = _at("reviews:workbench", scene.second.pk)
    clusters = Cluster.objects.filter(round=scene.second).order_by("pk")
    yield "bench", "reviewer.chen", bench
    for number, cluster in enumerate(clusters[:CLUSTERS], 1):
        yield f"bench-{number}", "reviewer.chen", f"{bench}?cluster={cluster.pk}"
    yield "screening", "reviewer.chen", _at("reviews:screening", scene.second.pk)
    yield "weights", "head", _at("reviews:weights")
    yield "bench-first-round", "reviewer.chen", _at("reviews:workbench", scene.first.pk)
    yield "bench-application", "reviewer.chen", f"{bench}?state=single&application={scene.civil.pk}"
    yield "cluster", "reviewer.chen", _at("reviews:cluster", clusters[0].pk)
    yield "cluster-new", "reviewer.chen", _at("reviews:cluster-new", scene.second.pk)
    module = scene.police.lines.first()
    finding = Finding.objects.filter(line=module, other_line__isnull=False).first()
    yield "finding", "reviewer.chen", _at("reviews:finding", finding.pk)
    yield "findings-of-line", "reviewer.chen", _at("reviews:line_findings", module.pk)


def _acts(scene: SimpleNamespace) -> Iterator[tuple[str, str, str]]:
    yield "acts", "reviewer.wu", _at("reviews:acts")
    yield "acts-department", "police.leader", _at("reviews:acts")
    yield "act-waiting", "head", _at("reviews:act", scene.waiting.pk)
    yield "act-own", "reviewer.chen", _at("reviews:act", scene.waiting.pk)
    yield "act-asked", "reviewer.chen", _at("reviews:act", scene.asked.pk)
    yield "act-contested", "reviewer.sun", _at("reviews:act", scene.contested.pk)
    yield "act-done", "reviewer.wu", _at("reviews:act", scene.done_act.pk)
    yield "opinion", scene.asked_leader, _at("reviews:act", scene.asked.pk)
    yield "opinion-given", "health.leader", _at("reviews:act", scene.done_act.pk)
    yield "endings", "reviewer.sun", _at("reviews:ends")
    yield "ending", "reviewer.chen", _at("reviews:end", scene.transport.number)


def _lists(scene: SimpleNamespace) -> Iterator[tuple[str, str, str]]:
    first, second = scene.first.pk, scene.second.pk
    yield "lists", "head", _at("reviews:annual-lists")
    yield "list", "head", _at("reviews:annual-list", first)
    yield "list-open", "head", _at("reviews:annual-list", second)
    yield "list-clerk", "health.clerk", _at("reviews:annual-list", first)
    yield "list-years", "head", _at("reviews:plan-years", first, scene.project.pk)
    yield "list-version", "head", _at("reviews:list-version", first, 1)
    yield "notice-files", "health.leader", _at("reviews:notice-files", scene.listed.number)
    yield "list-files", "head", _at("reviews:list-files", first)
    yield "pack", "head", _at("reviews:pack", second)
    yield "application-book", "health.clerk", _at("projects:book", scene.listed.number)
    yield "notice", "health.leader", _at("reviews:notice", scene.listed.number)


def _budgets(scene: SimpleNamespace) -> Iterator[tuple[str, str, str]]:
    yield "budgets", "finance", _at("budgets:index")
    yield "budget", "finance", _at("budgets:detail", scene.first.year)
    yield "budget-head", "head", _at("budgets:detail", scene.first.year)
    yield "budget-files", "finance", _at("budgets:files", scene.first.year)
    yield "chain", "finance", _at("budgets:chain", scene.project.code)


def _insight(scene: SimpleNamespace) -> Iterator[tuple[str, str, str]]:
    page, lines, year = _at("insight:index"), _at("insight:lines"), scene.first.year
    yield "insight", "head", f"{page}?period={year}"
    yield "insight-batch", "reviewer.chen", f"{page}?period={scene.second.year}-{scene.second.batch}"
    yield "insight-department", "health.leader", page
    yield "insight-lines", "head", f"{lines}?period={year}&end=avoided"
    yield "insight-cell", "reviewer.chen", f"{lines}?period={year}&duplicates=yes"
    yield "insight-times", "finance", f"{_at('insight:times')}?period={year}&step=accepted"


def _catalog(scene: SimpleNamespace) -> Iterator[tuple[str, str, str]]:
    capability = Capability.objects.order_by("code").first()
    yield "capabilities", "health.clerk", _at("catalog:capabilities")
    yield "capabilities-list", "health.clerk", _at("catalog:capabilities") + "?show=list"
    yield "capability-reuse", "reviewer.chen", _at("reviews:capability-reuse")
    yield "capability", "health.clerk", _at("catalog:capability", capability.pk)
    yield "capability-edit", "catalog", _at("catalog:capability-edit", capability.pk)
    yield "categories", "catalog", _at("catalog:categories")
    yield "systems", "health.clerk", _at("catalog:systems")
    yield "systems-all", "health.clerk", _at("catalog:system-directory")
    for name in ("system", "system-inside", "system-versions", "system-functions", "system-edit"):
        yield name, "health.clerk", _at(f"catalog:{name}", scene.system.pk)
    yield "system-version-whole", "health.clerk", _at("catalog:system-versions", scene.system.pk) + "?fields=all"
    yield "data", "health.clerk", _at("catalog:data")
    yield "data-resource", "catalog", _at("catalog:data-resource", scene.data.pk)
    yield "data-edit", "health.clerk", _at("catalog:data-edit", scene.data.pk)


def _rules(scene: SimpleNamespace) -> Iterator[tuple[str, str, str]]:
    yield "rounds", "head", _at("governance:rounds")
    yield "round", "head", _at("governance:round", scene.second.pk)
    yield "round-new", "head", _at("governance:round-new")
    yield "policies", "head", _at("governance:policies")
    yield "policy", "head", _at("governance:policy", "review_days")
    yield "policy-new", "head", _at("governance:policy-new", "review_days")
    yield "document-templates", "head", _at("governance:document-templates")
    yield "try-template", "head", _at("try-template", scene.template.pk)
    yield "organisation", "admin.security", _at("governance:organisation")
    yield "department-new", "admin.system", _at("governance:department-new")
    yield "sources", "finance", _at("governance:sources")
    yield "source-new", "finance", _at("governance:source-new")
    source = FundingSource.objects.filter(jurisdiction=scene.city).first()
    yield "source-edit", "finance", _at("governance:source-edit", source.pk)
    yield "calendar", "admin.system", _at("governance:calendar")
    yield "people", "admin.security", _at("governance:people")
    yield "person", "admin.security", _at("governance:person", User.objects.get(username="health.clerk").pk)
    yield "person-new", "admin.system", _at("governance:person-new")
    yield "audit", "auditor", _at("governance:audit")
