"""The container files: no engine runs here, so their form and what they agree on is checked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from config.management.commands.serve import commands

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = {"migrate", "web", "worker", "beat", "relay"}
TEXT, WORDS = {"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}
DURATION = {"type": "string", "pattern": r"^\d+[sm]$"}
NAMES = {"type": "object", "additionalProperties": {"type": "string"}}


def closed(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    """An object with these members and no others."""
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


# The part of the Compose Specification that this file uses.
SERVICE = closed(
    ("image", "restart"),
    build=TEXT,
    image={"type": "string", "pattern": r"^[a-z]+:[a-z0-9.-]+$"},
    init={"type": "boolean"},
    restart={"enum": ["no", "unless-stopped"]},
    read_only={"type": "boolean"},
    tmpfs=WORDS,
    security_opt=WORDS,
    cap_drop=WORDS,
    volumes=WORDS,
    ports=WORDS,
    shm_size={"type": "string", "pattern": r"^\d+m$"},
    stop_grace_period=DURATION,
    environment=NAMES,
    command=WORDS,
    configs={"type": "array", "items": closed(("source", "target"), source=TEXT, target=TEXT)},
    healthcheck=closed(
        ("test", "interval", "timeout", "retries"),
        test={"type": "array", "prefixItems": [{"enum": ["CMD", "CMD-SHELL"]}], "items": TEXT, "minItems": 2},
        interval=DURATION,
        timeout=DURATION,
        retries={"type": "integer"},
        start_period=DURATION,
    ),
    depends_on={
        "type": "object",
        "additionalProperties": closed(
            ("condition",), condition={"enum": ["service_healthy", "service_completed_successfully"]}
        ),
    },
)
SCHEMA = closed(
    ("name", "services"),
    name=TEXT,
    services={"type": "object", "additionalProperties": SERVICE},
    configs={"type": "object", "additionalProperties": closed(("content",), content=TEXT)},
    volumes={"type": "object", "additionalProperties": {"type": "null"}},
    **{"x-app": {"type": "object"}},
)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))


def plain(command: list[str]) -> set[str]:
    """The words of a command, whether an option's value stands after `=` or after a space."""
    return {word for part in command for word in part.split("=", 1)}


def test_it_has_the_form_of_a_compose_file(compose: dict[str, Any]) -> None:
    jsonschema.validate(compose, SCHEMA)
    assert set(compose["services"]) == {*PRODUCT, "postgres", "redis", "proxy"}


def test_everything_named_is_declared(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        for needed, when in service.get("depends_on", {}).items():
            if when["condition"] == "service_healthy":
                assert "healthcheck" in services[needed]
            else:
                assert services[needed]["restart"] == "no"
        for volume in service.get("volumes", []):
            name = volume.partition(":")[0]
            assert name.startswith("./") or name in compose["volumes"]
        for used in service.get("configs", []):
            assert used["source"] in compose["configs"]


def test_only_the_proxy_is_reachable_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    assert not re.findall(r"\$\{\w+:?-", text)
    for name in ("SECRET_KEY", "HOSTNAME_PUBLIC", "POSTGRES_PASSWORD"):
        assert f"${{{name}:?" in text


def test_it_sets_only_what_the_product_reads(compose: dict[str, Any]) -> None:
    known = set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    for name in PRODUCT:
        assert set(compose["services"][name]["environment"]) - known == {"ORT_DISABLE_TELEMETRY"}


@pytest.mark.parametrize("name", ["web", "worker", "beat", "relay"])
def test_its_processes_are_those_that_run_on_one_machine(compose: dict[str, Any], name: str) -> None:
    here = commands("0.0.0.0:8000")[name]
    sized = {"2", "4", "-", "--access-logfile", "--log-level", "warning"}
    assert plain(compose["services"][name]["command"][1:]) - sized == plain(here[1:]) - sized


def test_the_image_runs_without_rights_and_sends_nothing_home() -> None:
    text = (ROOT / "Dockerfile").read_text()
    last = text.rpartition("\nFROM ")[2]
    assert "\nUSER tongchou\n" in last
    assert "ORT_DISABLE_TELEMETRY=1" in last
    assert '"--no-control-socket"' in last
    assert all(re.fullmatch(r"python:3\.11-slim-\w+", image) for image in re.findall(r"^FROM (\S+)", text, re.M))
