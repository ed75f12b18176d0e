"""The menu: what the role that a person acts in may open. Pages themselves check again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.states import Role

DEPARTMENT = frozenset({Role.CLERK, Role.LEADER})
AUTHORITY = frozenset({Role.INTAKE, Role.REVIEWER, Role.HEAD})
MONEY = AUTHORITY | {Role.FINANCE, Role.PROCUREMENT, Role.AUDITOR}
FIRST = 4  # entries in the phone's bottom bar, before "more"


@dataclass(frozen=True)
class Item:
    """One entry; `roles` is who sees it, everybody with a role when empty."""

    label: str | Promise
    short: str | Promise
    icon: str
    view: str
    roles: frozenset[Role] = frozenset()
    url: str = ""
    badge: int = 0
    current: bool = False


@dataclass(frozen=True)
class Group:
    label: str | Promise
    items: tuple[Item, ...]


MENU = (
    Group("", (Item(_("My work"), pgettext_lazy("menu", "Work"), "home", "home"),)),
    Group(
        _("Handling"),
        (
            Item(
                _("Applications"),
                pgettext_lazy("menu", "Apply"),
                "folders",
                "projects:list",
                DEPARTMENT | AUTHORITY | {Role.FINANCE, Role.AUDITOR},
            ),
            Item(_("Review queue"), pgettext_lazy("menu", "Review"), "inbox", "reviews:queue", AUTHORITY),
            Item(
                _("Consolidation"),
                pgettext_lazy("menu", "Merge"),
                "git-merge",
                "reviews:consolidation",
                frozenset({Role.REVIEWER, Role.HEAD}),
            ),
            Item(_("Annual list"), pgettext_lazy("menu", "List"), "list-check", "reviews:annual-lists"),
        ),
    ),
    Group(
        _("What we have"),
        (
            Item(_("Shared capabilities"), pgettext_lazy("menu", "Shared"), "puzzle", "catalog:capabilities"),
            Item(_("Systems"), pgettext_lazy("menu", "Systems"), "server-2", "catalog:systems"),
            Item(_("Data resources"), pgettext_lazy("menu", "Data"), "database", "catalog:data"),
        ),
    ),
    Group(
        _("Money"),
        (Item(_("Budget"), pgettext_lazy("menu", "Budget"), "coins", "budgets:index", MONEY),),
    ),
    Group(
        _("Rules"),
        (
            Item(_("Rounds"), pgettext_lazy("menu", "Rounds"), "calendar-due", "governance:rounds"),
            Item(_("Policies"), pgettext_lazy("menu", "Rules"), "adjustments", "governance:policies"),
            Item(
                _("People and roles"),
                pgettext_lazy("menu", "People"),
                "users",
                "governance:people",
                frozenset({Role.SECURITY_ADMIN, Role.HEAD}),
            ),
            Item(
                _("Audit log"),
                pgettext_lazy("menu", "Audit"),
                "shield-check",
                "governance:audit",
                frozenset({Role.AUDITOR, Role.AUDIT_ADMIN, Role.HEAD}),
            ),
        ),
    ),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the menu, the role that is acted in, and where search and role switch are."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    acting = user.acting
    groups = menu_of(acting.role if acting else None, request.path)
    flat = [item for group in groups for item in group.items]
    return {
        "nav": groups,
        "nav_first": flat[:FIRST] if len(flat) > FIRST + 1 else flat,
        "nav_has_more": len(flat) > FIRST + 1,
        "acting": acting,
        "user_roles": user.roles,
        "act_as_url": address("governance:act-as"),
        "search_url": address("projects:list"),
        "currency": acting.department.jurisdiction.currency if acting else "CNY",
    }


def menu_of(role: str | None, path: str) -> list[Group]:
    """The groups and entries for a role, the entry that leads to `path` marked."""
    found = []
    for group in MENU:
        items = [replace(item, url=address(item.view)) for item in group.items if may_open(item, role)]
        if items := [item for item in items if item.url]:
            found.append(Group(group.label, tuple(items)))
    here = max((i.url for g in found for i in g.items if leads_to(i.url, path)), key=len, default="")
    return [Group(g.label, tuple(replace(i, current=i.url == here) for i in g.items)) for g in found]


def may_open(item: Item, role: str | None) -> bool:
    return item.view == "home" or (role is not None and (not item.roles or role in item.roles))


def leads_to(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def address(view: str) -> str:
    """Where a page is; empty when its app does not offer it, and then the menu leaves it out."""
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""
