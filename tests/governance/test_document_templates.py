"""Own Word templates: brought, tried on a record, put in force, taken out again."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from common.documents.shipped import shipped
from common.errors import DomainError
from common.models import AuditEvent
from governance.models import DocumentTemplate
from governance.services import documents
from governance.states import Role
from tests import scenes
from tests.api import V1, Program, refused
from tests.documents.test_engine import words_of
from tests.documents.test_word_templates import template
from tests.factories import city, person
from tests.governance.pages import as_, text

pytestmark = pytest.mark.django_db
PAGE = "governance:document-templates"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def scene():
    return scenes.locked()


def brought(place, data=None, kind="notice", language="zh-hans"):
    return documents.upload_template(
        place.jurisdiction, kind, language, "自定.docx", data or template("本局意见：{{ title }}"), by=place.people.head
    )


def sent(data, **more):
    file = SimpleUploadedFile("自定.docx", data)
    return {"kind": "notice", "language": "zh-hans", "file": file, **more}


def test_an_office_brings_a_template_tries_it_and_puts_it_in_force(scene):
    head = as_(scene.place.people.head)
    answer = head.post(reverse("governance:document-template-upload"), sent(template("本局意见：{{ title }}")))
    made = DocumentTemplate.objects.get()
    assert answer.url == reverse("try-template", args=[made.pk])
    number = scene.health_application.number
    before = head.get(reverse("reviews:notice-docx", args=[number]) + "?language=zh-hans")
    assert "本局意见" not in words_of(before.content)
    page = head.post(answer.url, {"record": number})
    assert page.status_code == 200 and "本局意见" in text(page)
    loaded = head.post(answer.url, {"record": number, "download": "yes"})
    assert "本局意见" in words_of(loaded.content)
    head.post(reverse("governance:document-template-activate", args=[made.pk]))
    after = head.get(reverse("reviews:notice-docx", args=[number]) + "?language=zh-hans")
    assert "本局意见" in words_of(after.content)
    english = head.get(reverse("reviews:notice-docx", args=[number]) + "?language=en")
    assert "本局意见" not in words_of(english.content)
    head.post(reverse("governance:document-template-withdraw", args=[made.pk]))
    again = head.get(reverse("reviews:notice-docx", args=[number]) + "?language=zh-hans")
    assert words_of(again.content) == words_of(before.content)
    codes = AuditEvent.objects.filter(target_type="governance.documenttemplate").values_list("action", flat=True)
    assert sorted(codes) == [f"documenttemplate.{word}" for word in ("activated", "tried", "uploaded", "withdrawn")]


def test_a_fault_is_said_in_words_and_the_template_is_not_tried(scene):
    made = brought(scene.place, template("第一段", "标题 {{ titel }}"))
    answer = as_(scene.place.people.head).post(
        reverse("try-template", args=[made.pk]), {"record": scene.health_application.number}
    )
    assert answer.status_code == 422
    assert "标题 {{ titel }}" in text(answer) and "titel" in text(answer)
    made.refresh_from_db()
    assert made.tried_at is None


@pytest.mark.parametrize(
    ("kind", "record"), [("notice", "number"), ("book", "number"), ("pack", "round"), ("list", "round")]
)
def test_every_document_can_be_tried(scene, kind, record):
    wide = kind in {"pack", "list"}
    made = brought(scene.place, shipped(wide, "en"), kind=kind, language="en")
    round = scene.place.round
    named = scene.health_application.number if record == "number" else f"{round.year}-{round.batch}"
    head = as_(scene.place.people.head)
    assert head.post(reverse("try-template", args=[made.pk]), {"record": named}).status_code == 200
    made.refresh_from_db()
    assert made.tried_by == scene.place.people.head
    assert head.post(reverse("try-template", args=[made.pk]), {"record": "nothing"}).status_code == 422


def test_the_administrator_tries_nothing_that_they_may_not_see(scene):
    made = brought(scene.place)
    admin = as_(person(scene.place.bureau, Role.SYSTEM_ADMIN))
    assert admin.get(reverse(PAGE)).status_code == 200
    answer = admin.post(reverse("try-template", args=[made.pk]), {"record": scene.health_application.number})
    assert answer.status_code == 422 and scene.health_application.name not in text(answer)


def test_an_untried_template_is_not_put_in_force():
    place = city()
    made = brought(place)
    with pytest.raises(DomainError, match="先用一份真实记录试用|Try the template"):
        documents.activate_template(made, by=place.people.head)
    with pytest.raises(DomainError, match="未启用|not in force"):
        documents.withdraw_template(made, by=place.people.head)


def test_a_newer_template_takes_the_place_of_the_older():
    place = city()
    head = place.people.head
    first, second = brought(place), brought(place, template("{{ title }}", "二"))
    for each in (first, second):
        documents.mark_tried(each, "SB", by=head)
        documents.activate_template(each, by=head)
    assert list(DocumentTemplate.objects.filter(is_current=True)) == [second]
    assert documents.activate_template(second, by=head) == second


def test_a_refused_file_leaves_nothing_behind(tmp_path):
    place = city()
    head = as_(place.people.head)
    answer = head.post(reverse("governance:document-template-upload"), sent(b"%PDF-1.7"))
    assert answer.status_code == 422 and "Word" in text(answer)
    brought(place)
    with pytest.raises(DomainError, match="已上传过|there already"):
        brought(place)
    assert DocumentTemplate.objects.count() == 1
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_what_ships_is_loaded_down_by_who_manages_templates():
    place = city()
    page = reverse("governance:document-template-shipped", args=["list", "zh-hans"])
    answer = as_(place.people.head).get(page)
    assert (
        Document(io.BytesIO(answer.content)).sections[0].page_width
        > Document(io.BytesIO(answer.content)).sections[0].page_height
    )
    assert as_(place.people.health).get(page).status_code == 403
    assert as_(place.people.health).get(reverse(PAGE)).status_code == 403
    assert as_(place.people.head).get(page.replace("list", "nothing")).status_code == 404


@pytest.mark.parametrize("size", [1, 3])
def test_the_page_asks_as_many_queries_for_three_templates_as_for_one(django_assert_num_queries, size):
    place = city()
    for number in range(size):
        brought(place, template(f"{{{{ title }}}} {number}"))
    head = as_(place.people.head)
    head.get(reverse(PAGE))
    with django_assert_num_queries(4):
        head.get(reverse(PAGE))


def test_programs_bring_templates_and_put_tried_ones_in_force(scene):
    program = Program(scene.place.people.head)
    file = SimpleUploadedFile("自定.docx", template("本局意见：{{ title }}"))
    sending = {"kind": "notice", "language": "en", "file": file}
    answer = program.post(f"{V1}document-templates/upload/", sending, format="multipart")
    assert answer.status_code == 200, answer.content
    made = DocumentTemplate.objects.get()
    address = f"document-templates/{made.pk}/"
    refused(program.act(f"{address}activate/"), 409, "rule")
    documents.mark_tried(made, "SB", by=scene.place.people.head)
    assert program.act(f"{address}activate/").json()["is_current"] is True
    fetched = b"".join(program.get(f"{V1}{address}file/").streaming_content)
    assert "本局意见" in words_of(fetched)
    assert program.act(f"{address}withdraw/").json()["is_current"] is False
    assert Program(scene.place.people.health).read("document-templates/")["results"] == []
