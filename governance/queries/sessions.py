"""Where a person is signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from governance.models import User

# the first that fits: those whose words hold the words of others come first
BROWSERS = ("Edg", "OPR", "QQBrowser", "MicroMessenger", "Firefox", "Chrome", "Safari")
NAMES = {"Edg": "Edge", "OPR": "Opera", "QQBrowser": "QQ", "MicroMessenger": "WeChat", "Macintosh": "Mac"}
DEVICES = ("HarmonyOS", "OpenHarmony", "Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")


@dataclass(frozen=True)
class SignIn:
    """A session that has not ended: the browser, the device, since when, last used when."""

    key: str
    browser: str
    device: str
    began: datetime | None
    seen: datetime | None
    is_this: bool


def sign_ins(user: User, this: str | None) -> list[SignIn]:
    """The open sessions of a person, the one that asks first, then the last used.

    A session keeps its person inside, so all that are open are read: as many as people who worked in the last
    half hour.
    """
    found = [_sign_in(key, data, this) for key, data in _open_sessions(user)]
    return sorted(found, key=lambda one: (not one.is_this, -one.seen.timestamp() if one.seen else 0.0))


def _open_sessions(user: User) -> Iterator[tuple[str, dict[str, Any]]]:
    """Those that signed in with the password of today: others are refused at their next page."""
    own, sign = str(user.pk), user.get_session_auth_hash()
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        data = session.get_decoded()
        if data.get(SESSION_KEY) == own and data.get(HASH_SESSION_KEY) == sign:
            yield session.session_key, data


def _sign_in(key: str, data: dict[str, Any], this: str | None) -> SignIn:
    agent = str(data.get("agent", ""))
    browser = next((name for name in BROWSERS if name in agent), "")
    device = next((name for name in DEVICES if name in agent), "")
    version = re.search(rf"{browser}\w*/(\d+)", agent) if browser not in {"", "Safari"} else None
    return SignIn(
        key=key,
        browser=f"{NAMES.get(browser, browser)} {version[1] if version else ''}".strip(),
        device=NAMES.get(device, device),
        began=_moment(data.get("began")),
        seen=_moment(data.get("seen")),
        is_this=key == this,
    )


def _moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
