"""Files: what is taken in, under which name it is kept, and that nothing else comes through."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from common.errors import DomainError, Stale
from common.models import AuditEvent
from projects.models import Attachment
from projects.services import attachments, drafts


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def container(*names):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return held.getvalue()


PDF = b"%PDF-1.7 something"
DOCX = container("[Content_Types].xml", "word/document.xml")
GOOD = {
    "plan.pdf": PDF,
    "plan.docx": DOCX,
    "plan.xlsx": container("xl/workbook.xml"),
    "plan.pptx": container("ppt/presentation.xml"),
    "plan.ofd": container("OFD.xml"),
    "all.zip": container("plan.txt"),
    "old.doc": attachments.OLE + b"x",
    "photo.JPG": b"\xff\xd8\xff\xe0 x",
    "screen.png": b"\x89PNG\r\n\x1a\n x",
    "table.csv": "名称,金额\n".encode(),
    "gbk.txt": "名称".encode("gb18030"),
}
BAD = {
    "page.html": b"<script>alert(1)</script>",
    "drawing.svg": b"<svg onload='x'/>",
    "tool.exe": b"MZ",
    "page.pdf": b"<html>%PDF-",
    "macro.docx": container("something.xml"),
    "broken.xlsx": b"PK\x03\x04 broken",
    "picture.png": b"GIF89a",
    "bytes.txt": b"\x00\x01",
    "escape.csv": b"\x1b]0;x",
}


def files(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


def attach(draft, town, name, content, **more):
    return attachments.attach(draft, SimpleUploadedFile(name, content), by=town.people.health, **more)


@pytest.mark.parametrize("name", GOOD)
def test_what_it_says_is_taken_in(draft, town, media, name):
    kept = attach(draft, town, name, GOOD[name])
    assert kept.filename == name
    assert kept.sha256 == hashlib.sha256(GOOD[name]).hexdigest()
    (stored,) = files(media)
    assert stored.read_bytes() == GOOD[name]
    assert stored.parent.name == "attachments"
    assert "." not in stored.name, "nothing of the name that people chose"
    assert AuditEvent.objects.first().details["file"] == name


@pytest.mark.parametrize("name", BAD)
def test_what_is_something_else_is_refused(draft, town, media, name):
    with pytest.raises(DomainError, match="are not taken|not what its ending says"):
        attach(draft, town, name, BAD[name])
    assert files(media) == []


def test_the_type_that_the_sender_names_is_not_believed(draft, town):
    upload = SimpleUploadedFile("plan.pdf", PDF, content_type="text/html")
    assert attachments.attach(draft, upload, by=town.people.health).content_type == "application/pdf"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/plan.pdf", "plan.pdf"),
        ("/etc/plan.pdf", "plan.pdf"),
        ("C:\\temp\\plan.pdf", "plan.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("plan\u202efdp.pdf", "planfdp.pdf"),
        ("  .plan.pdf. ", "plan.pdf"),
        ("实施方案（终稿）.pdf", "实施方案（终稿）.pdf"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
        ("line\nbreak.pdf", "linebreak.pdf"),
    ],
)
def test_names_lose_what_is_dangerous_and_keep_the_rest(sent, shown):
    assert attachments.safe_name(sent) == shown


@pytest.mark.parametrize("name", ["", "plan", ".pdf", "..", "\u202e"])
def test_a_file_has_a_name_with_an_ending(name):
    with pytest.raises(DomainError, match="needs a name with an ending"):
        attachments.safe_name(name)


def test_empty_and_large_files_are_refused(draft, town, monkeypatch):
    with pytest.raises(DomainError, match="is empty"):
        attach(draft, town, "plan.pdf", b"")
    monkeypatch.setattr(attachments, "LARGEST", 10)
    with pytest.raises(DomainError, match="is larger than"):
        attach(draft, town, "plan.pdf", PDF)


def test_the_same_file_is_kept_once(draft, town):
    attach(draft, town, "plan.pdf", PDF, title="实施方案")
    with pytest.raises(DomainError, match="attached already as “实施方案”"):
        attach(draft, town, "copy.pdf", PDF)


def test_there_is_a_limit_to_their_number(draft, town, monkeypatch):
    monkeypatch.setattr(attachments, "MOST", 0)
    with pytest.raises(DomainError, match="at most 0 files"):
        attach(draft, town, "plan.pdf", PDF)


def test_a_title_that_is_not_given_is_the_name_without_its_ending(draft, town):
    assert attach(draft, town, "方案.v2.pdf", PDF).title == "方案.v2"


def test_a_row_that_does_not_come_about_leaves_no_file(draft, town, media, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(attachments, "noted", fail)
    with pytest.raises(RuntimeError):
        attach(draft, town, "plan.pdf", PDF)
    assert (files(media), Attachment.objects.count()) == ([], 0)


def test_the_file_goes_from_the_disk_with_the_commit(draft, town, media, django_capture_on_commit_callbacks):
    kept = attach(draft, town, "plan.pdf", PDF)
    with django_capture_on_commit_callbacks(execute=True):
        attachments.remove_attachment(kept, by=town.people.health)
        assert len(files(media)) == 1
    assert files(media) == []
    assert AuditEvent.objects.first().action == "attachment.removed"


def test_a_removal_that_is_rolled_back_keeps_the_file(draft, town, media, django_capture_on_commit_callbacks):
    kept = attach(draft, town, "plan.pdf", PDF)

    @transaction.atomic
    def remove_and_fail():
        attachments.remove_attachment(kept, by=town.people.health)
        raise RuntimeError

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        remove_and_fail()
    assert len(files(media)) == 1


def test_a_deleted_draft_takes_its_files_along(draft, town, media, django_capture_on_commit_callbacks):
    attach(draft, town, "plan.pdf", PDF)
    with django_capture_on_commit_callbacks(execute=True):
        drafts.delete_draft(draft, by=town.people.health)
    assert files(media) == []


def test_files_ask_for_clerk_and_version(draft, town):
    kept = attach(draft, town, "plan.pdf", PDF)
    verbs = [
        lambda by, v: attachments.attach(draft, SimpleUploadedFile("a.pdf", b"%PDF-2"), by=by, version=v),
        lambda by, v: attachments.remove_attachment(kept, by=by, version=v),
    ]
    for verb in verbs:
        with pytest.raises(Stale):
            verb(town.people.health, 1)
        with pytest.raises(DomainError, match="Only a clerk of the department changes"):
            verb(town.people.health_leader, None)
