"""The menu: what the role that a person acts in may open. Pages themselves check again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import rules
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.tour.accounts import is_on
from governance.models import User
from governance.states import Role

APPLICATIONS = frozenset(
    {Role.CLERK, Role.LEADER, Role.INTAKE, Role.REVIEWER, Role.HEAD, Role.FINANCE, Role.AUDITOR, Role.DISTRICT_ADMIN}
)
FIRST = 4  # entries in the phone's bottom bar, before "more"


@dataclass(frozen=True)
class Item:
    """One entry. Who sees it: a permission that needs no record, or roles, or everybody who has a role.

    `ways` are parts of addresses that belong to it beside its own (those of one round's workbench).
    """

    label: str | Promise
    short: str | Promise
    icon: str
    view: str
    roles: frozenset[Role] = frozenset()
    permission: str = ""
    ways: tuple[str, ...] = ()
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class Group:
    label: str | Promise
    items: tuple[Item, ...]


HOME = Item(_("My work"), pgettext_lazy("menu", "Work"), "home", "home")
MENU = (
    Group("", (HOME,)),
    Group(
        _("Handling"),
        (
            Item(_("Applications"), pgettext_lazy("menu", "Apply"), "folders", "projects:list", APPLICATIONS),
            Item(
                _("Review queue"),
                pgettext_lazy("menu", "Review"),
                "inbox",
                "reviews:queue",
                permission="reviews.view_queue",
            ),
            Item(
                _("Consolidation"),
                pgettext_lazy("menu", "Merge"),
                "git-merge",
                "reviews:consolidation",
                permission="reviews.add_act",
                ways=("/consolidation/", "/screening/", "/clusters/", "/acts/", "/findings/", "/ends/", "/weights/"),
            ),
            Item(
                _("Annual list"),
                pgettext_lazy("menu", "List"),
                "list-check",
                "reviews:annual-lists",
                ways=("/list/", "/notices/", "/pack/"),
            ),
            Item(
                _("Budget"), pgettext_lazy("menu", "Budget"), "coins", "budgets:index", permission="budgets.see_budgets"
            ),
            Item(
                _("Insight"),
                pgettext_lazy("menu", "Insight"),
                "chart-dots",
                "insight:index",
                permission="insight.see_insight",
            ),
        ),
    ),
    Group(
        _("What we have"),
        (
            Item(_("Shared capabilities"), pgettext_lazy("menu", "Shared"), "puzzle", "catalog:capabilities"),
            Item(
                _("Capability requests"),
                pgettext_lazy("menu", "Requests"),
                "send",
                "reviews:capability-requests",
                permission="reviews.list_capabilityrequests",
                ways=("/reviews/capabilities/",),
            ),
            Item(_("Systems"), pgettext_lazy("menu", "Systems"), "server-2", "catalog:systems"),
            Item(_("Data resources"), pgettext_lazy("menu", "Data"), "database", "catalog:data"),
        ),
    ),
    Group(
        _("Rules"),
        (
            Item(_("Rounds"), pgettext_lazy("menu", "Rounds"), "calendar-due", "governance:rounds"),
            Item(_("Policies"), pgettext_lazy("menu", "Rules"), "adjustments", "governance:policies"),
            Item(
                _("Document templates"),
                pgettext_lazy("menu", "Templates"),
                "file-word",
                "governance:document-templates",
                permission="governance.add_documenttemplate",
            ),
            Item(
                _("Organisation"),
                pgettext_lazy("menu", "Units"),
                "building-community",
                "governance:organisation",
                permission="governance.view_department",
            ),
            Item(
                _("People and roles"),
                pgettext_lazy("menu", "People"),
                "users",
                "governance:people",
                permission="governance.view_people",
            ),
            Item(
                _("Audit log"),
                pgettext_lazy("menu", "Audit"),
                "shield-check",
                "governance:audit",
                permission="governance.view_auditevent",
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
    groups = menu_of(user, request.path)
    flat = [item for group in groups for item in group.items]
    return {
        "nav": groups,
        "nav_first": flat[:FIRST] if len(flat) > FIRST + 1 else flat,
        "nav_has_more": len(flat) > FIRST + 1,
        "acting": acting,
        "user_roles": user.roles,
        "act_as_url": address("governance:act-as"),
        "search_url": address("search"),
        "bell_url": address("governance:notifications"),
        "unread": sum(role.unread for role in user.roles),
        "tour_url": address("tour") if is_on() else "",
        "money_unit": request.session.get("money_unit", ""),
        "currency": acting.department.jurisdiction.currency if acting else "CNY",
    }


def menu_of(user: User, path: str) -> list[Group]:
    """The groups and entries for a person's role, the entry that leads to `path` marked."""
    found = []
    for group in MENU:
        items = [replace(item, url=address(item.view)) for item in group.items if may_open(item, user)]
        if items := [item for item in items if item.url]:
            found.append(Group(group.label, tuple(items)))
    ways = [i for g in found for i in g.items if leads_to(i, path)]
    here = max(ways, key=lambda i: (any(way in path for way in i.ways), len(i.url)), default=HOME).url
    return [Group(g.label, tuple(replace(i, current=i.url == here) for i in g.items)) for g in found]


def may_open(item: Item, user: User) -> bool:
    if item is HOME:
        return True
    if user.acting is None:
        return False
    if item.permission:
        return bool(rules.has_perm(item.permission, user))
    return not item.roles or user.acting.role in item.roles


def leads_to(item: Item, path: str) -> bool:
    own = path == item.url or (item.url != "/" and path.startswith(item.url))
    return own or any(way in path for way in item.ways)


def address(view: str) -> str:
    """Where a page is; empty when its app does not offer it, and then the menu leaves it out."""
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""
