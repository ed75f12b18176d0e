"""A document written into a Word template."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any
from zipfile import BadZipFile

from django.utils.translation import gettext as _
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import TemplateError, TemplateSyntaxError
from lxml.etree import XMLSyntaxError

from common.documents.container import demand_word
from common.documents.paper import Paper, printable
from common.documents.sandbox import Sandbox, Words
from common.errors import DomainError

TAGS = re.compile(r"<[^>]+>")
LONGEST = 80


class TemplateFault(DomainError):
    """The template cannot be filled in; the sentence says where and why."""

    code = "template"


def render_word(template: bytes, paper: Paper) -> bytes:
    """The document in the office's template. Raises `TemplateFault` with the place, `DomainError` for a bad file."""
    demand_word(template)
    context = context_of(paper)
    sandbox = Sandbox(context)
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(context, sandbox, autoescape=True)
        out = io.BytesIO()
        document.save(out)
    except TemplateError as error:
        raise TemplateFault(_sentence(error, sandbox.source)) from error
    except (TypeError, ValueError, KeyError, AttributeError, BadZipFile, PackageNotFoundError, XMLSyntaxError) as error:
        sentence = _(
            "Word could not read the result: a loop or a condition does not end where its paragraph or row does."
        )
        raise TemplateFault(sentence) from error
    return out.getvalue()


def context_of(paper: Paper) -> dict[str, Any]:
    """What a template may name: plain texts and lists of them, no objects."""
    return _plain(
        {
            "title": paper.title,
            "organ": paper.organ,
            "number": paper.number,
            "addressee": paper.addressee,
            "opening": list(paper.opening),
            "parts": paper.sections,
            "signer": paper.signer,
            "day": paper.day,
            "running": paper.running,
            "mark": paper.mark,
            "unit": paper.unit_line,
            "fields": dict(paper.fields),
        }
    )


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return Words(printable(value))
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _sentence(error: TemplateError, source: str) -> str:
    problem = error.message or str(error)
    line = error.lineno if isinstance(error, TemplateSyntaxError) else _line_of(error.__traceback__)
    rows = source.splitlines()
    place = TAGS.sub("", rows[line - 1]).strip()[:LONGEST] if line and line <= len(rows) else ""
    if not place:
        return _("The template cannot be filled in: %(problem)s.") % {"problem": problem}
    return _("The template cannot be filled in at “%(place)s”: %(problem)s.") % {"place": place, "problem": problem}


def _line_of(trace: TracebackType | None) -> int:
    """The line of the template in which rendering stopped."""
    line = 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
