"""A document as PDF. Pango and a font with Chinese characters come from the operating system and may be missing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.documents.paper import Paper
from common.errors import DomainError

STYLE = Path(__file__).with_name("paper.css")
PROBE = "统筹处置意见書"
LANGS = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}
LOGGER = logging.getLogger("weasyprint")
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)  # every step of every document


class PdfMissing(DomainError):
    """This machine cannot make PDFs; the sentence says what has to be installed."""

    code = "pdf-missing"


def render_pdf(paper: Paper) -> bytes:
    """The document as PDF. Raises `PdfMissing` with what the machine lacks."""
    if lack := lacking():
        raise PdfMissing(lack)
    language = get_language() or "en"
    html = render_to_string("documents/paper.html", {"paper": paper, "lang": LANGS.get(language, language)})
    return _written(html)


def lacking() -> str:
    """Why this machine cannot make PDFs, as a sentence; empty when it can."""
    words = {
        "": "",
        "pango": _("PDFs cannot be made on this server: Pango is missing (libpango-1.0-0, libpangoft2-1.0-0)."),
        "font": _("PDFs cannot be made on this server: it has no font with Chinese characters (fonts-noto-cjk)."),
    }
    missing, instead = _missing(), _("The Word file can be had.")
    return f"{words[missing]} {instead}" if missing else ""


@cache
def _missing() -> str:
    """What is missing, found by writing a line of Chinese; asked once a process."""
    try:
        with unknown_glyphs() as found:
            _written(f'<html lang="zh-Hans"><p>{PROBE}</p></html>')
    except (ImportError, OSError):
        return "pango"
    return "font" if found else ""


def _written(html: str) -> bytes:
    from weasyprint import CSS, HTML  # noqa: PLC0415  fails where Pango is missing, and takes half a second
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    closed = URLFetcher(allowed_protocols=())  # a document fetches nothing, from nowhere
    style = CSS(string=STYLE.read_text(encoding="utf-8"), url_fetcher=closed)
    return HTML(string=html, url_fetcher=closed).write_pdf(stylesheets=[style], pdf_tags=True)


@contextmanager
def unknown_glyphs() -> Iterator[list[str]]:
    """Collects what the PDF writer says about characters that no font has, in this thread."""
    found: list[str] = []
    mine = threading.get_ident()

    class Listener(logging.Handler):
        def emit(self, record: Any) -> None:
            if record.thread == mine and ".notdef" in record.getMessage():
                found.append(record.getMessage())

    listener = Listener(logging.WARNING)
    LOGGER.addHandler(listener)
    try:
        yield found
    finally:
        LOGGER.removeHandler(listener)
