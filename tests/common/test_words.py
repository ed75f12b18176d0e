"""No person reads English where Chinese was asked for."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOOLS))
    import messages  # noqa: PLC0415  a script of tools/, not a module of the product

    return messages


def test_every_message_has_its_chinese(tool: ModuleType) -> None:
    assert [entry.msgid for entry in tool.missing()] == []


def test_placeholders_and_tags_survive_translation(tool: ModuleType) -> None:
    assert [
        f"{fault}: {e.msgid}" for e in tool.load("zh_Hans").values() for fault in tool.faults(e) if all(tool.texts(e))
    ] == []


def test_the_three_catalogues_hold_the_same_messages(tool: ModuleType) -> None:
    assert set(tool.load("zh_Hans")) == set(tool.load("zh_Hant")) == set(tool.load("en"))
