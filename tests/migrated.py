"""A migrated SQLite database, kept between test runs: making one takes as long as many tests."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import django
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "test-databases"


def template() -> Path:
    """Where the database lies that these very migrations make."""
    digest = hashlib.sha256(django.__version__.encode())
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(f"{path}\n".encode() + path.read_bytes())
    return KEPT / f"{digest.hexdigest()[:16]}.sqlite3"


def take(name: str) -> None:
    """Begin with the kept database, if there is one."""
    if (kept := template()).exists():
        shutil.copyfile(kept, name)


def keep() -> None:
    """Keep the database of these tests, still empty, for the next run; forget the others."""
    kept = template()
    if kept.exists():
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    for old in KEPT.iterdir():
        old.unlink(missing_ok=True)
    scratch = KEPT / f"{os.getpid()}.part"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(scratch)])
    scratch.replace(kept)
