"""What must not be left as it is once other machines can reach the server."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

SHORTEST_KEY = 50


def is_loopback(host: str) -> bool:
    """Names and addresses that only this machine answers to."""
    name = host.strip("[]").lower()
    return name in {"localhost", "::1", "testserver"} or name.startswith("127.") or name.endswith(".localhost")


def is_a_name(host: str) -> bool:
    """Something that people type into browsers, unlike "every address of this machine"."""
    return not is_loopback(host) and host.strip("[]") not in {str(IPv4Address(0)), str(IPv6Address(0))}


def local_key(path: Path) -> str:
    """The secret key of one checkout: made at the first start, known to nobody else."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        scratch.touch(mode=0o600)
        scratch.write_text(secrets.token_urlsafe(64))
        try:
            path.hardlink_to(scratch)  # the first of several processes wins
        except FileExistsError:
            pass
        finally:
            scratch.unlink()
    return path.read_text()


def problems(*, hosts: Iterable[str], key: str, debug: bool) -> list[str]:
    """Reasons not to serve these hosts; none for a server that only this machine reaches."""
    names = list(hosts)
    if all(map(is_loopback, names)):
        return []
    found = []
    if len(key) < SHORTEST_KEY:
        found.append(f"SECRET_KEY is not set or shorter than {SHORTEST_KEY} characters")
    if "*" in names or not any(is_a_name(name) for name in names):
        found.append("ALLOWED_HOSTS does not name the hosts that people use in their browsers")
    if debug:
        found.append("DEBUG is on: error pages would show settings and data")
    return found
