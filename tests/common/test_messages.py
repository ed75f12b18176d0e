"""The messages tool, on a small product of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import polib
import pytest

TOOLS = Path(__file__).parents[2] / "tools"
pytest.importorskip("babel", reason="extraction belongs to the developers' environment: make check")


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The tool, looking at an application with three messages and a template with two."""
    monkeypatch.syspath_prepend(str(TOOLS))
    import messages  # noqa: PLC0415  a script of tools/, not a module of the product

    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "APPS", ("shop",))
    (tmp_path / "shop").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "shop" / "words.py").write_text(
        'A = _("Submit")\nB = pgettext("menu", "Data")\nC = ngettext("%(n)s day", "%(n)s days", 3)\n', encoding="utf-8"
    )
    (tmp_path / "templates" / "page.html").write_text(
        "{% load i18n %}{% translate 'Network' %}{% button _('Save {name}') %}", encoding="utf-8"
    )
    yield messages
    sys.modules.pop("messages")


@pytest.fixture
def filled(tool: ModuleType, tmp_path: Path) -> ModuleType:
    """The same with every message translated."""
    tool.main(["extract"])
    words = tmp_path / "words.tsv"
    words.write_text(
        "Submit\t提交\nmenu\tData\t数据\n%(n)s day\t%(n)s 天\nNetwork\t网络\nSave {name}\t保存 {name}\n",
        encoding="utf-8",
    )
    assert tool.main(["fill", str(words)]) == 0
    return tool


def text_of(tool: ModuleType, language: str) -> dict[str, str]:
    return {e.msgid: e.msgstr or e.msgstr_plural[0] for e in polib.pofile(str(tool.path_of(language)))}


def test_messages_of_code_and_templates_are_found(tool: ModuleType) -> None:
    assert sorted(m.text for m in tool.messages().values()) == [
        "%(n)s day",
        "Data",
        "Network",
        "Save {name}",
        "Submit",
    ]


def test_a_filled_catalogue_is_right(filled: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert filled.main(["check"]) == 0, capsys.readouterr().out


def test_traditional_chinese_is_made_of_simplified_character_by_character(filled: ModuleType) -> None:
    assert text_of(filled, "zh_Hant")["Network"] == "網絡"
    assert text_of(filled, "en")["Network"] == "Network"


def test_a_message_that_the_code_lost_is_dropped_and_others_stay(filled: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "templates" / "page.html").write_text("{% load i18n %}{% translate 'Network' %}", encoding="utf-8")
    filled.main(["extract"])
    assert text_of(filled, "zh_Hans")["Network"] == "网络"
    assert "Save {name}" not in text_of(filled, "zh_Hans")


def test_extraction_that_finds_nothing_new_changes_nothing(filled: ModuleType) -> None:
    before = filled.path_of("zh_Hans").read_bytes()
    filled.main(["extract"])
    assert filled.path_of("zh_Hans").read_bytes() == before


def test_a_file_that_cannot_be_read_stops_extraction(filled: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "templates" / "page.html").write_text(
        "{% load i18n %}{% blocktranslate %}{% if a %}{% endblocktranslate %}", encoding="utf-8"
    )
    before = filled.path_of("zh_Hans").read_bytes()
    with pytest.raises(SyntaxError):
        filled.main(["extract"])
    assert filled.path_of("zh_Hans").read_bytes() == before


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Save {name}\t保存 {nam}", "placeholders differ"),
        ("%(n)s day\t几天", "placeholders differ"),
    ],
)
def test_a_placeholder_that_got_lost_is_found(
    filled: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, problem: str
) -> None:
    (tmp_path / "bad.tsv").write_text(line, encoding="utf-8")
    filled.main(["fill", str(tmp_path / "bad.tsv")])
    assert filled.main(["check"]) == 1
    assert problem in capsys.readouterr().out


def test_what_is_missing_is_printed_ready_to_be_filled(tool: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    tool.main(["extract"])
    capsys.readouterr()
    tool.main(["todo"])
    assert "menu\tData\t\n" in capsys.readouterr().out
    assert tool.main(["check"]) == 1


def test_an_edited_traditional_text_is_found(filled: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    path = filled.path_of("zh_Hant")
    path.write_text(path.read_text(encoding="utf-8").replace("網絡", "網路"), encoding="utf-8")
    assert filled.main(["check"]) == 1
    assert "Traditional" in capsys.readouterr().out


def test_a_translation_without_a_message_is_reported(filled: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "odd.tsv").write_text("Nobody says this\t没有人说", encoding="utf-8")
    assert filled.main(["fill", str(tmp_path / "odd.tsv")]) == 1


def test_compiled_messages_answer_in_chinese(filled: ModuleType) -> None:
    filled.main(["compile"])
    words = polib.mofile(str(filled.path_of("zh_Hans").with_suffix(".mo")))
    assert {e.msgid: e.msgstr for e in words}["Submit"] == "提交"


def test_line_breaks_and_tabs_survive_the_file(tool: ModuleType) -> None:
    assert tool.unescaped(tool.escaped("a\nb\tc\\d")) == "a\nb\tc\\d"
