"""The description tells the truth: what it promises, a real server keeps under generated requests."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from drf_spectacular.generators import SchemaGenerator

from config.api import router
from governance.states import Role
from tests.api import V1, Program
from tests.factories import city, person

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "negative_data_rejection,unsupported_method,ignored_auth,use_after_free"
)


# The coverage phase adds some fifty requests per operation: for the longer drill.
PHASES = os.environ.get("CONTRACT_PHASES", "fuzzing")


def with_real_ids(description):
    """Random ids find nothing: each noun is asked for records that are there."""
    models = {prefix: noun.queryset.model for prefix, noun, _ in router.registry}
    for path, operations in description["paths"].items():
        prefix = path.removeprefix(V1).split("/{")[0]
        pks = list(models[prefix].objects.values_list("pk", flat=True)[:3]) if "{id}" in path else []
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == "id" and pks:
                    parameter["schema"] = {"type": "integer", "enum": pks}
    return description


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", [Role.HEAD, Role.CLERK])
def test_generated_requests_find_no_fault_and_nothing_undeclared(role, live_server, settings, tmp_path):
    settings.API_LIMITS = {"token": None, "person": None}
    jiang = city()
    user = person(jiang.bureau, role)
    token = Program(user).post(V1 + "auth/tokens/", {}).json()["token"]
    description = tmp_path / "schema.json"
    description.write_text(json.dumps(with_real_ids(SchemaGenerator().get_schema(public=True)), default=str))
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", str(description), "--url", live_server.url,
        "--header", f"Authorization: Token {token}", "--header", "Accept-Language: en",
        "--phases", PHASES, "--max-examples", "5", "--checks", CHECKS, "--seed", "7",
        "--generation-database", "none", "--no-color", "--max-failures", "20",
        "--exclude-path-regex", "auth/tokens|act-as|switch-off",
    ]  # fmt: skip
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
