"""A folder whose content is replaced as a whole, and never changed: several processes have it open."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CURRENT = "current"  # the file that names the folder in use
BUILT = "built-"  # how the names of such folders begin


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One builder at a time in a folder; a process that dies lets the next one in."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """An empty place to build in, which then takes the place of what is there; call it within `alone`.

    Whoever has the earlier content open keeps it. What fails leaves the earlier content.
    """
    aside = Path(tempfile.mkdtemp(prefix=BUILT, dir=folder))
    try:
        yield aside
        (aside / CURRENT).write_text(aside.name)
        os.replace(aside / CURRENT, folder / CURRENT)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    for earlier in folder.glob(BUILT + "*"):
        if earlier != aside:
            shutil.rmtree(earlier, ignore_errors=True)


def current(folder: Path) -> Path:
    """What is in use there. Raises FileNotFoundError when nothing is."""
    return folder / (folder / CURRENT).read_text()


def is_current(home: Path) -> bool:
    """Whether nothing has taken its place since."""
    try:
        return current(home.parent) == home
    except OSError:
        return False
