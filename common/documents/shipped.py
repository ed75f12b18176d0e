"""The Word template that ships, made anew from here: an office loads it down, changes it, and puts its own in force."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from common.documents.paper import CENTRE, MONEY, TEXT

RED = RGBColor(0xCC, 0, 0)
BLACK = RGBColor(0, 0, 0)
# Running text, title, headings of the first and second level: what the offices of each place set documents in.
FONTS = {
    "zh-hans": ("仿宋", "宋体", "黑体", "楷体"),
    "zh-hant": ("標楷體", "新細明體", "微軟正黑體", "標楷體"),
    "en": ("仿宋", "宋体", "黑体", "楷体"),
}
WESTERN = "Times New Roman"
LANGS = {"zh-hans": "zh-CN", "zh-hant": "zh-TW", "en": "zh-CN"}
SIDES = {
    MONEY: WD_ALIGN_PARAGRAPH.RIGHT,
    CENTRE: WD_ALIGN_PARAGRAPH.CENTER,
    TEXT: WD_ALIGN_PARAGRAPH.LEFT,
}  # the last is the rest


@cache
def shipped(landscape: bool, language: str) -> bytes:
    """The template of a language, upright or wide; the red head shows when a document names its organ."""
    document = Document()
    body, title, first, second = FONTS.get(language, FONTS["en"])
    _style(document, "Normal", body, 12, language=language)
    _style(document, "Title", title, 18, bold=True)
    _style(document, "Heading 1", first, 14, bold=True)
    _style(document, "Heading 2", second, 12.5, bold=True)
    _page(document, landscape)
    _head(document)
    _parts(document)
    _foot(document)
    document.core_properties.title = "{{ title }}"
    document.core_properties.author = "{{ organ }}"
    document.core_properties.comments = ""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _style(document: Any, name: str, font: str, size: float, *, bold: bool = False, language: str = "") -> None:
    style = document.styles[name]
    style.font.name, style.font.size, style.font.bold = WESTERN, Pt(size), bold
    style.font.color.rgb = BLACK
    fonts = style.element.rPr.rFonts
    for theme in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[theme]
    for part in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(part), WESTERN)
    fonts.set(qn("w:eastAsia"), font)
    if language:
        lang = OxmlElement("w:lang")
        lang.set(qn("w:val"), "en-US")
        lang.set(qn("w:eastAsia"), LANGS.get(language, "zh-CN"))
        style.element.rPr.append(lang)
    if name == "Title":
        border = style.element.pPr.find(qn("w:pBdr"))
        if border is not None:
            style.element.pPr.remove(border)


def _page(document: Any, landscape: bool) -> None:
    section = document.sections[0]
    width, height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.top_margin, section.bottom_margin = Mm(28), Mm(24)
    section.left_margin, section.right_margin = (Mm(20), Mm(20)) if landscape else (Mm(26), Mm(24))
    running = section.header.paragraphs[0]
    running.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(running, "{{ running }}{% if mark %} · {{ mark }}{% endif %}", 9)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(foot, "— ", 10)
    _field(foot, "PAGE")
    _run(foot, " —", 10)


def _run(paragraph: Any, text: str, size: float = 0, *, bold: bool = False, color: Any = None) -> None:
    run = paragraph.add_run(text)
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if color is not None:
        run.font.color.rgb = color


def _field(paragraph: Any, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _line(place: Any, text: str, side: Any = None, *, style: str | None = None, **look: Any) -> Any:
    paragraph = place.add_paragraph(style=style)
    paragraph.paragraph_format.space_after = Pt(0)
    if side is not None:
        paragraph.alignment = side
    _run(paragraph, text, **look)
    return paragraph


def _body(place: Any, text: str) -> None:
    paragraph = _line(place, text, WD_ALIGN_PARAGRAPH.JUSTIFY)
    paragraph.paragraph_format.first_line_indent = Pt(24)
    paragraph.paragraph_format.line_spacing = 1.5


def _head(document: Any) -> None:
    centre = WD_ALIGN_PARAGRAPH.CENTER
    _line(document, "{%p if organ %}")
    _line(document, "{{ organ }}", centre, size=26, bold=True, color=RED)
    number = _line(document, "{{ number }}", centre)
    number.paragraph_format.space_before = Pt(10)
    number.paragraph_format.space_after = Pt(18)
    _ruled(number)
    _line(document, "{%p endif %}")
    title = _line(document, "{{ title }}", centre, style="Title")
    title.paragraph_format.space_after = Pt(10)
    _line(document, "{%p if not organ and number %}")
    _line(document, "{{ number }}", centre)
    _line(document, "{%p endif %}")
    _line(document, "{%p if addressee %}")
    _line(document, "{{ addressee }}")
    _line(document, "{%p endif %}")
    _line(document, "{%p for text in opening %}")
    _body(document, "{{ text }}")
    _line(document, "{%p endfor %}")


def _ruled(paragraph: Any) -> None:
    """The red line below the number."""
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "8"), ("color", "CC0000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc"
    )


def _parts(document: Any) -> None:
    _line(document, "{%p for part in parts %}")
    _line(document, "{%p if part.page %}")
    document.add_page_break()
    _line(document, "{%p endif %}")
    _line(document, "{%p if part.heading and part.level == 1 %}")
    _line(document, "{{ part.heading }}", style="Heading 1")
    _line(document, "{%p elif part.heading %}")
    _line(document, "{{ part.heading }}", style="Heading 2")
    _line(document, "{%p endif %}")
    _line(document, "{%p for text in part.paragraphs %}")
    _body(document, "{{ text }}")
    _line(document, "{%p endfor %}")
    _line(document, "{%p if part.facts %}")
    _facts(document)
    _line(document, "{%p endif %}")
    _line(document, "{%p if part.table %}")
    _line(document, "{%p if part.table.caption or part.table.unit %}")
    _line(document, "{{ part.table.caption }} {{ part.table.unit }}", WD_ALIGN_PARAGRAPH.RIGHT, size=10)
    _line(document, "{%p endif %}")
    _table(document)
    _line(document, "{%p endif %}")
    _line(document, "{%p endfor %}")


def _grid(document: Any, rows: int, columns: int) -> Any:
    table = document.add_table(rows, columns, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    width = table._tbl.tblPr.find(qn("w:tblW"))
    width.set(qn("w:type"), "pct")
    width.set(qn("w:w"), "5000")
    return table


def _cell(table: Any, row: int, column: int, text: str, side: Any = None, *, bold: bool = False) -> None:
    paragraph = table.cell(row, column).paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    if side is not None:
        paragraph.alignment = side
    _run(paragraph, text, 10, bold=bold)


def _facts(document: Any) -> None:
    table = _grid(document, 3, 4)
    _cell(table, 0, 0, "{%tr for pair in part.pairs %}")
    for at in (0, 1):
        _cell(table, 1, 2 * at, f"{{{{ pair[{at}].label }}}}", WD_ALIGN_PARAGRAPH.CENTER, bold=True)
        _cell(table, 1, 2 * at + 1, f"{{{{ pair[{at}].value }}}}")
    _cell(table, 2, 0, "{%tr endfor %}")
    for row in table.rows:
        for at, width in enumerate((Mm(30), Mm(50), Mm(30), Mm(50))):
            row.cells[at].width = width


def _table(document: Any) -> None:
    """A head of as many columns as the table has, a row a row; the head comes again on every page."""
    table = _grid(document, 4, 3)
    _cell(table, 0, 0, "{%tc for column in part.table.columns %}")
    _cell(table, 0, 1, "{{ column.title }}", WD_ALIGN_PARAGRAPH.CENTER, bold=True)
    _cell(table, 0, 2, "{%tc endfor %}")
    _cell(table, 1, 0, "{%tr for row in part.table.rows %}")
    _cell(table, 2, 0, "{%tc for cell in row.cells %}")
    _kinds(table.cell(2, 1))
    _cell(table, 2, 2, "{%tc endfor %}")
    _cell(table, 3, 0, "{%tr endfor %}")
    _mark_row(table.rows[0], "w:tblHeader")
    _mark_row(table.rows[2], "w:cantSplit")


def _mark_row(row: Any, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))


def _kinds(cell: Any) -> None:
    """Amounts to the right, numbers in the middle, texts and codes to the left; totals bold."""
    first = True
    for kind, strong in ((kind, strong) for kind in SIDES for strong in (True, False)):
        of_kind = f'cell.kind == "{kind}" and ' if kind != TEXT else ""
        condition = f"{of_kind}{'' if strong else 'not '}cell.strong"
        opening = cell.paragraphs[0] if first else cell.add_paragraph()
        _run(opening, f"{{%p {'if' if first else 'elif'} {condition} %}}")
        paragraph = cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.alignment = SIDES[kind]
        _run(paragraph, "{{ cell.text }}", 10, bold=strong)
        first = False
    _run(cell.add_paragraph(), "{%p endif %}")


def _foot(document: Any) -> None:
    """Unit and day, with room for the seal above them."""
    _line(document, "{%p if signer %}")
    signature = _line(document, "{{ signer }}", WD_ALIGN_PARAGRAPH.RIGHT)
    signature.paragraph_format.space_before = Pt(54)
    signature.paragraph_format.right_indent = Pt(36)
    signature.paragraph_format.keep_with_next = True
    day = _line(document, "{{ day }}", WD_ALIGN_PARAGRAPH.RIGHT)
    day.paragraph_format.right_indent = Pt(36)
    _line(document, "{%p endif %}")
