"""Files of an application: taken in after a look at what they are, kept under random names."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import demand
from governance.models import User
from projects.models import Application, Attachment
from projects.services.editing import cleaned, noted, opened

LARGEST = 50 * 1024 * 1024
MOST = 200  # files of one application
LONGEST_NAME = 200
OFFICE = "application/vnd.openxmlformats-officedocument."
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
HEAD = 64 * 1024
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")


@dataclass(frozen=True)
class FileType:
    """What a file of this ending begins with, what a container must hold, and how it is sent out."""

    content_type: str
    magic: bytes = b""
    member: str = ""


TYPES = {
    "pdf": FileType("application/pdf", b"%PDF-"),
    "docx": FileType(OFFICE + "wordprocessingml.document", ZIP, "word/"),
    "xlsx": FileType(OFFICE + "spreadsheetml.sheet", ZIP, "xl/"),
    "pptx": FileType(OFFICE + "presentationml.presentation", ZIP, "ppt/"),
    "ofd": FileType("application/ofd", ZIP, "OFD.xml"),
    "zip": FileType("application/zip", ZIP),
    "doc": FileType("application/msword", OLE),
    "xls": FileType("application/vnd.ms-excel", OLE),
    "ppt": FileType("application/vnd.ms-powerpoint", OLE),
    "wps": FileType("application/vnd.ms-works", OLE),
    "jpg": FileType("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": FileType("image/jpeg", b"\xff\xd8\xff"),
    "png": FileType("image/png", b"\x89PNG\r\n\x1a\n"),
    "txt": FileType("text/plain"),
    "csv": FileType("text/csv"),
}
ACCEPTED = ",".join(f".{ending}" for ending in TYPES)


@transaction.atomic
def attach(
    application: Application, upload: File[bytes], *, by: User, title: str = "", version: int | None = None
) -> Attachment:
    """Keep a file with the application.

    Refused: an empty or too large file, an ending that is not in `TYPES`, contents that are not what the
    ending says, the same file twice. What the sender calls the type is not believed.
    """
    application = opened(application, by=by, version=version)
    name = safe_name(upload.name or "")
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    size = upload.size or 0
    demand(size, _("“%(name)s” is empty.") % {"name": name})
    demand(
        size <= LARGEST,
        _("“%(name)s” is larger than %(limit)s MB: divide it or make it smaller.")
        % {"name": name, "limit": LARGEST // 1024 // 1024},
    )
    demand(
        ending in TYPES,
        _("Files of the type “%(ending)s” are not taken; these are: %(accepted)s.")
        % {"ending": ending, "accepted": " ".join(TYPES)},
    )
    demand(
        _is_what_it_says(upload, TYPES[ending]),
        _("The contents of “%(name)s” are not what its ending says: save it again in the right format.")
        % {"name": name},
    )
    demand(application.attachments.count() < MOST, _("An application has at most %(most)s files.") % {"most": MOST})
    attachment = Attachment(
        application=application,
        title=title.strip()[:200] or PurePosixPath(name).stem,
        filename=name,
        content_type=TYPES[ending].content_type,
        size=size,
        sha256=_digest(upload),
        uploaded_by=by,
    )
    twin = application.attachments.filter(sha256=attachment.sha256).first()
    demand(twin is None, _("The same file is attached already as “%(title)s”.") % {"title": twin})
    return _kept(attachment, upload, by=by)


def _kept(attachment: Attachment, upload: File[bytes], *, by: User) -> Attachment:
    """Write file and row; a row that does not come about leaves no file behind."""
    attachment.file.save(attachment.filename, upload, save=False)
    try:
        cleaned(attachment, exclude={"application", "uploaded_by"})
        attachment.save()
        details = {"file": attachment.filename, "size": attachment.size, "sha256": attachment.sha256}
        noted(attachment.application, "attachment.added", by=by, title=attachment.title, **details)
    except BaseException:
        _delete(attachment)
        raise
    return attachment


@transaction.atomic
def remove_attachment(attachment: Attachment, *, by: User, version: int | None = None) -> Application:
    """Take a file away; its contents go from the disk when this is certain."""
    application = opened(attachment.application, by=by, version=version)
    mine = application.attachments.filter(pk=attachment.pk)
    forget_files(mine)
    if mine.delete()[0]:
        noted(application, "attachment.removed", by=by, title=attachment.title, sha256=attachment.sha256)
    return application


def forget_files(attachments: Iterable[Attachment]) -> None:
    """Have the files deleted once the transaction that gives up their rows is through."""
    for attachment in attachments:
        transaction.on_commit(partial(_delete, attachment))


def _delete(attachment: Attachment) -> None:
    """The file alone, not its row."""
    if name := attachment.file.name:
        attachment.file.storage.delete(name)


def safe_name(name: str) -> str:
    """The name to show and to send out: no folders, nothing invisible, not too long, its ending kept."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(c for c in last if unicodedata.category(c)[0] != "C" and unicodedata.category(c) not in {"Zl", "Zp"})
    seen = seen.strip(" .")
    stem, dot, ending = seen.rpartition(".")
    demand(stem and ending, _("The file needs a name with an ending, as in plan.pdf."))
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"


def _is_what_it_says(upload: File[bytes], kind: FileType) -> bool:
    upload.seek(0)
    head = upload.read(HEAD)
    upload.seek(0)
    if not kind.magic:
        return not CONTROL.search(head)
    if not head.startswith(kind.magic):
        return False
    return not kind.member or _holds(upload, kind.member)


def _holds(upload: File[bytes], member: str) -> bool:
    """Whether a container lists such a part; nothing is unpacked."""
    try:
        with zipfile.ZipFile(upload) as container:
            return any(name.startswith(member) for name in container.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    finally:
        upload.seek(0)


def _digest(upload: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
