"""One walk over all addresses by everybody: what each was answered, and what stood in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from governance.models import User
from tests.security.routes import routes
from tests.security.town import AMOUNT_WORDS, CANARY, body_of

# Large and the same for everybody: two look at them.
SAME_FOR_ALL = {"api-schema", "api-docs", "components", "live", "ready"}
SESSION = {"login", "logout"}  # who signs out walks no further
# Roles that a walk does not need twice: what they may is what another one in it may.
AS_OTHERS = {"joint", "torn", "finance elsewhere", "reviewer elsewhere"}
WRITES = re.compile(r'^(INSERT INTO|UPDATE|DELETE FROM) "(?!django_session|axes_|knox_)')
SHOWN = re.compile("|".join(map(re.escape, (CANARY, *AMOUNT_WORDS))))


@dataclass
class Walk:
    """Statuses by method and name of the address, then by actor; and where the canary was heard."""

    answers: dict[str, dict[str, int]] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    wrote: set[str] = field(default_factory=set)  # where the auditor's press wrote a row

    def note(self, what: str, actor: str, response: Any) -> None:
        self.answers.setdefault(what, {})[actor] = response.status_code
        body = body_of(response)
        if found := SHOWN.search(body):
            self.heard.append(f"{actor}: {what} says {found.group()}")
        if response.get("Content-Type", "").startswith("text/html") and not is_guarded(response):
            self.bare.append(f"{actor}: {what}")

    def watch(self, name: str, actor: str) -> Callable[..., Any]:
        """Look at each statement: does the auditor's press write a row?"""

        def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if actor == "auditor" and WRITES.match(sql):
                self.wrote.add(name)
            return execute(sql, params, many, context)

        return look


def is_guarded(response: Any) -> bool:
    """No script of a page's own, no frame, no guessing of types."""
    policy = response.get("Content-Security-Policy", "")
    return (
        "default-src 'self'" in policy
        and "unsafe-inline" not in policy
        and response.get("X-Frame-Options") == "DENY"
        and response.get("X-Content-Type-Options") == "nosniff"
    )


def walk_by_reading(scene: SimpleNamespace, crowd: dict[str, User]) -> Walk:
    """GET of every address that knows it."""
    walk, clients = Walk(), {name: signed_in(user) for name, user in crowd.items() if name not in AS_OTHERS}
    for route in routes():
        url, first = route.url(scene), next(iter(clients))
        walk.note(f"GET {route.name}", first, clients[first].get(url))
        if walk.answers[f"GET {route.name}"][first] == 405:
            del walk.answers[f"GET {route.name}"]
            continue
        others = list(clients)[1:2] if route.name in SAME_FOR_ALL else list(clients)[1:]
        for name in others:
            walk.note(f"GET {route.name}", name, clients[name].get(url))
    return walk


def walk_by_pressing(scene: SimpleNamespace, crowd: dict[str, User]) -> Walk:
    """An empty POST to every address that knows it; nothing of it stays."""
    walk, clients = Walk(), {name: signed_in(user) for name, user in crowd.items() if name not in AS_OTHERS}
    for route in routes():
        if route.name in SAME_FOR_ALL | SESSION:
            continue
        url = route.url(scene)
        for name, client in clients.items():
            with transaction.atomic(), connection.execute_wrapper(walk.watch(route.name, name)):
                walk.note(f"POST {route.name}", name, client.post(url))
                transaction.set_rollback(True)
            if walk.answers[f"POST {route.name}"][name] == 405:
                del walk.answers[f"POST {route.name}"]
                break
    return walk


def signed_in(user: User) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(user)
    return client


def in_words(answers: dict[str, dict[str, int]]) -> list[str]:
    """One line an address: who is answered what. The largest group is told as `everybody` or `others`."""
    lines = []
    for what, by_actor in answers.items():
        groups: dict[int, list[str]] = {}
        for actor, status in by_actor.items():
            groups.setdefault(status, []).append(actor)
        largest = max(groups, key=lambda status: len(groups[status]))
        names = {status: ", ".join(actors) for status, actors in groups.items()}
        names[largest] = "everybody" if len(groups) == 1 else "others"
        said = [f"{status} {names.pop(status)}" for status in [*sorted(groups.keys() - {largest}), largest]]
        lines.append(f"{what} | {' | '.join(said)}")
    return lines


def login_page() -> str:
    return reverse("login")
