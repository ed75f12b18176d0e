"""A look into a Word file before anything reads it: what it is, how large it becomes, what it brings along."""

from __future__ import annotations

import io
import re
import zipfile

from django.utils.translation import gettext as _

from common.errors import DomainError, demand

LARGEST = 5 * 1024 * 1024
UNPACKED = 40 * 1024 * 1024
MOST = 300  # parts of a file
MAIN = b"wordprocessingml.document.main+xml"
FOREIGN = ("vbaproject", "activex", "embeddings/", "oleobject", "afchunk", "customui")
FIELDS = re.compile(rb"instr(?:Text)?\b[^>]*>?[^<]*\b(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT)\b", re.I)
ENTITIES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.I)
OUTSIDE = re.compile(rb"TargetMode\s*=\s*[\"']External", re.I)


def demand_word(data: bytes) -> None:
    """Refuse, in words, what is no plain Word document: too large, a bomb, with macros, objects or outside links."""
    demand(data, _("The file is empty."))
    demand(
        len(data) <= LARGEST,
        _("The file is larger than %(limit)s MB: a template needs no large pictures.")
        % {"limit": LARGEST // 1024 // 1024},
    )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            _look(container)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError) as error:
        raise DomainError(_("This is no Word document: save it as .docx.")) from error


def _look(container: zipfile.ZipFile) -> None:
    parts = container.infolist()
    demand(len(parts) <= MOST, _("The file has too many parts to be a template."))
    demand(
        sum(part.file_size for part in parts) <= UNPACKED, _("Unpacked, the file is far too large to be a template.")
    )
    names = [part.filename for part in parts]
    demand({"[Content_Types].xml", "word/document.xml"} <= set(names), _("This is no Word document: save it as .docx."))
    foreign = [name for name in names if any(word in name.lower() for word in FOREIGN)]
    demand(not foreign, _("The file brings macros or embedded objects along: take them out."), items=foreign[:5])
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            _read(container, part)


def _read(container: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    with container.open(part) as stream:
        text = stream.read(UNPACKED + 1)  # what the list of parts says about the size is not believed
    name = {"name": part.filename}
    demand(len(text) <= UNPACKED, _("Unpacked, the file is far too large to be a template."))
    demand(not ENTITIES.search(text), _("“%(name)s” declares entities, which no Word document needs.") % name)
    demand(not FIELDS.search(text), _("“%(name)s” has a field that fetches something from elsewhere.") % name)
    demand(
        not OUTSIDE.search(text),
        _("“%(name)s” points to something outside the file: take out links and linked pictures.") % name,
    )
    if part.filename == "[Content_Types].xml":
        demand(MAIN in text and b"macroEnabled" not in text, _("This is no Word document: save it as .docx."))
