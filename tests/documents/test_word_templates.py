"""Templates that people bring: what they may say, what is refused, and where the fault is."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.utils.translation import override
from docx import Document

from common.documents.container import LARGEST, demand_word
from common.documents.shipped import shipped
from common.documents.word import TemplateFault, render_word
from common.errors import DomainError
from tests.documents.test_engine import paper, words_of


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def template(*lines: str) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def repacked(data: bytes, **changes: bytes) -> bytes:
    """The same file with parts put in or changed; `__` stands for a slash, `_dot_` for a dot."""
    out = io.BytesIO()
    named = {name.replace("__", "/").replace("_dot_", "."): content for name, content in changes.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, named.pop(name, None) or old.read(name))
        for name, content in named.items():
            new.writestr(name, content)
    return out.getvalue()


def test_an_office_writes_its_own():
    own = template(
        "文件：{{ title }} {{ number|upper }}",
        "{%p for part in parts %}",
        "{{ loop.index }} {{ part.heading }}{% if loop.last %}（完）{% endif %}",
        "{%p endfor %}",
        "{{ fields.name }}",
    )
    words = words_of(render_word(own, paper(fields={"name": "智慧城管"})))
    assert "文件：统筹处置的意见 江数统〔2027〕1号" in words and "2. 逐项处置" in words and "智慧城管" in words
    assert "（完）" in words


@pytest.mark.parametrize(
    "line",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ title.__class__ }}",
        "{{ title['__class__'] }}",
        "{{ title.format(title) }}",
        "{{ title|attr('__class__') }}",
        "{{ range(1000000000) }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ self }}",
        "{{ cycler }}",
        "{% import 'os' as os %}",
        "{% include 'documents/paper.html' %}",
        "{% set x = 1 %}",
        "{% macro f() %}{% endmacro %}",
        "".join(f"{{% for {name} in parts %}}" for name in "abcd") + "{% endfor %}" * 4,
        "{% for letter in title %}{{ letter }}{% endfor %}",
        "{% for a in parts recursive %}{% endfor %}",
        "{{ parts[title] }}",
    ],
)
def test_what_no_template_may_do_is_refused_before_it_runs(line):
    with pytest.raises(TemplateFault):
        render_word(template("一", line), paper())


def test_headers_and_properties_are_under_the_same_rule():
    document = Document()
    document.sections[0].header.paragraphs[0].add_run("{{ title.__class__ }}")
    out = io.BytesIO()
    document.save(out)
    with pytest.raises(TemplateFault, match="“__class__” may not be asked for"):
        render_word(out.getvalue(), paper())
    document = Document()
    document.core_properties.subject = "{{ title.__class__ }}"
    out = io.BytesIO()
    document.save(out)
    with pytest.raises(TemplateFault, match="“__class__” may not be asked for"):
        render_word(out.getvalue(), paper())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("标题 {{ titel }}", "at “标题 {{ titel }}”: there is no field “titel”"),
        ("见 {{ fields.nothing }}", "at “见 {{ fields.nothing }}”: there is no “nothing”"),
        ("{{ title }", "cannot be filled in"),
        ("{% if title %}", "cannot be filled in"),
    ],
)
def test_a_fault_is_said_with_its_place(line, said):
    with pytest.raises(TemplateFault, match=said.replace("{", r"\{").replace("}", r"\}")):
        render_word(template("第一段", line), paper())


def test_a_file_that_is_no_plain_word_document_is_refused():
    good = template("{{ title }}")
    link = b'<Relationships><Relationship Id="r9" Type="x" Target="//h/t.dotm" TargetMode="External"/></Relationships>'
    cases = {
        "empty": b"",
        "no Word": b"%PDF-1.7",
        "larger": b"x" * (LARGEST + 1),
        "macros": repacked(good, word__vbaProject_dot_bin=b"x"),
        "embedded": repacked(good, word__embeddings__a_dot_bin=b"x"),
        "outside": repacked(good, word___rels__settings_dot_xml_dot_rels=link),
        "entities": repacked(good, word__extra_dot_xml=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"),
        "fetches": repacked(good, word__extra_dot_xml=b"<w:instrText>DDEAUTO c:\\\\x</w:instrText>"),
        "far too large": repacked(good, word__media__a_dot_bin=b"\0" * (41 * 1024 * 1024)),
    }
    for said, data in cases.items():
        with pytest.raises(DomainError, match=said):
            demand_word(data)
    demand_word(good)


@pytest.mark.parametrize("language", ["zh-hans", "en", "zh-hant"])
def test_what_ships_may_be_brought_back(language):
    demand_word(shipped(False, language))
    assert "统筹处置的意见" in words_of(render_word(shipped(True, language), paper()))
