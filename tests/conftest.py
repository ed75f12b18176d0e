"""What all tests share: real services, and which tests run on which database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests import migrated, services

HERE = Path(__file__).parent
# Tests that no database changes: they run once, with PostgreSQL.
ONCE = ("architecture", "browser", "load", "matching", "ops", "security")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(HERE).parts[0]
        if folder in ONCE or folder.startswith("test_setup"):
            item.add_marker("once")
        if folder == "browser":
            item.add_marker("browser")


@pytest.fixture(autouse=True)
def _postgres_only(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: TEST_DB=postgres")


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool, django_db_modify_db_settings: None) -> bool:
    """On SQLite begin with a copy of the migrated database of an earlier run."""
    if connection.vendor != "sqlite":
        return django_db_keepdb
    migrated.take(str(connection.settings_dict["TEST"]["NAME"]))
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The databases of the tests; what processes of the tests still hold them at the end is let go."""
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock():
            migrated.keep()
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")


def missing(what: str, how: str) -> NoReturn:
    """Skip, saying why; fail where every service must be there."""
    say = pytest.fail if os.environ.get("REQUIRE_SERVICES") == "1" else pytest.skip
    say(f"{what} not found: {how}")


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server that belongs to these tests."""
    if url := os.environ.get("TEST_REDIS_URL"):
        yield url
        return
    started = services.redis_server(tmp_path_factory.mktemp("redis"))
    if not started:
        missing("redis-server", "apt-get install redis-server, or set TEST_REDIS_URL")
    url, server = started
    yield url
    server.terminate()
    server.wait(5)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, quiet towards the network."""
    program = services.chromium()
    if not program:
        missing("Chromium", "apt-get install chromium, or set CHROMIUM")
    flags = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    flags += ["--disable-default-apps", "--no-first-run"]
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": program, "args": flags}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN", "viewport": {"width": 1440, "height": 900}}
