"""The engine alone: one document as Word, PDF and spreadsheet, whatever stands in it."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override
from docx import Document
from openpyxl import load_workbook

from common.documents import pdf
from common.documents.checks import pdfs_can_be_made
from common.documents.paper import CENTRE, MONEY, Column, Paper, Part, Table, chinese
from common.documents.sending import rendered
from tests.documents.pdf_text import text_of

LANGUAGES = ("zh-hans", "en", "zh-hant")
NASTY = '=HYPERLINK("a")\x00 <b>&{{ 7*7 }}{% x %}'


def paper(**more) -> Paper:
    table = Table(
        [Column("序号", CENTRE), Column("功能模块"), Column("申报", MONEY)],
        [[1, "视频汇聚", Decimal("3860000.10")], [2, NASTY, None]],
        ["", "合计", Decimal("3860000.10")],
    )
    parts = [
        Part("处置结论", ["整改后列入。\n第二段"]),
        Part("逐项处置", table=table),
        Part("基本情况", facts=[("名称", "平台"), ("单位", ""), ("性质", "新建")], level=2),
    ]
    values = {
        "title": "统筹处置的意见",
        "parts": parts,
        "organ": "江城市大数据管理局",
        "number": "江数统〔2027〕1号",
        "signer": "江城市大数据管理局",
    }
    values |= {"signed_on": date(2027, 3, 1), "running": "江城市", "mark": "草稿"}
    return Paper(kind="notice", **values | more)


def words_of(docx: bytes) -> str:
    document = Document(io.BytesIO(docx))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_word_says_everything_and_runs_nothing(language, landscape):
    with override(language):
        words = words_of(rendered(paper(landscape=landscape), "docx"))
    for text in ("江城市大数据管理局", "江数统〔2027〕1号", "第二段", "视频汇聚", "合计", "平台"):
        assert text in words
    assert "<b>&{{ 7*7 }}{% x %}" in words and "\x00" not in words
    assert ("386.00001" in words) and ("49" not in words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pdf_draws_every_letter(language):
    if pdf.lacking():
        pytest.skip(pdf.lacking())
    with override(language), pdf.unknown_glyphs() as unknown:
        drawn = text_of(rendered(paper(), "pdf"))
    assert not unknown
    for text in ("江城市大数据管理局", "统筹处置的意见", "第二段", "视频汇聚", "386.00001", "合计"):
        assert text in drawn
    assert ("一、处置结论" if language != "en" else "1. 处置结论") in drawn
    assert {"zh-hans": "2027年3月1日", "zh-hant": "2027年3月1日", "en": "March 1, 2027"}[language] in drawn


def test_a_pdf_fetches_nothing_and_says_what_the_machine_lacks(monkeypatch):
    monkeypatch.setattr(pdf, "_missing", lambda: "font")
    with override("en"), pytest.raises(pdf.PdfMissing, match="no font with Chinese characters .*fonts-noto-cjk"):
        pdf.render_pdf(paper())


def test_without_pango_the_word_file_is_offered(monkeypatch):
    pdf._missing.cache_clear()

    def fails(html):
        raise OSError("cannot load library libpango-1.0-0")

    monkeypatch.setattr(pdf, "_written", fails)
    with override("en"), pytest.raises(pdf.PdfMissing, match="Pango is missing.*The Word file can be had"):
        pdf.render_pdf(paper())
    pdf._missing.cache_clear()


def test_a_letter_that_no_font_has_is_noticed():
    if pdf.lacking():
        pytest.skip(pdf.lacking())
    with override("en"), pdf.unknown_glyphs() as unknown:
        pdf.render_pdf(paper(title="\U0001fbff"))
    assert unknown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_spreadsheet_holds_numbers_and_no_formula(language):
    with override(language):
        sheet = load_workbook(io.BytesIO(rendered(paper(), "xlsx"))).active
    assert sheet["C5"].value == sheet["C7"].value == pytest.approx(3860000.10)
    assert sheet["B6"].value.startswith("'=HYPERLINK") and sheet["B6"].data_type == "s"
    assert sheet.page_setup.paperSize == 9 and sheet.print_title_rows == "$4:$4"


NUMBERS = {
    1: "一", 10: "十", 12: "十二", 20: "二十", 99: "九十九", 100: "一百", 101: "一百零一", 110: "一百一十", 214: "二百一十四",
}  # fmt: skip


@pytest.mark.parametrize(("number", "words"), NUMBERS.items())
def test_headings_are_counted_in_chinese(number, words):
    assert chinese(number) == words


def test_a_check_before_deployment_tells_what_is_missing(monkeypatch):
    monkeypatch.setattr("common.documents.checks.lacking", lambda: "no font")
    assert [(each.id, each.msg) for each in pdfs_can_be_made(None)] == [("common.I001", "no font")]
    monkeypatch.setattr("common.documents.checks.lacking", lambda: "")
    assert pdfs_can_be_made(None) == []
