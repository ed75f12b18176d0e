"""Every official document in three languages, from records made through the services; its totals are the register's."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from budgets.queries.reconcile import reconcile
from common.components.amounts import format_amount
from common.documents.pdf import lacking, unknown_glyphs
from governance.models import DocumentNumber
from governance.services.documents import give_numbers
from governance.states import DocumentKind
from projects.models import Application
from reviews.models import Act
from reviews.services.acts import propose
from reviews.services.determination import determine
from reviews.services.plan import plan
from tests import scenes
from tests.documents.pdf_text import text_of
from tests.documents.test_engine import LANGUAGES, words_of

pytestmark = pytest.mark.django_db
CHINESE = {"zh-hans": "统筹", "zh-hant": "統籌"}


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def scene():
    return scenes.locked()


def addresses(scene):
    """The addresses of all documents, with who takes them along and an amount that stands in them."""
    people, number, round = scene.place.people, scene.health_application.number, scene.place.round
    parts = reconcile(round).rounds[0].parts
    funding = parts.own + parts.transferred
    return {
        "notice": ("reviews:notice", [number], people.head, Decimal(100)),
        "book": ("projects:book", [number], people.health, Decimal(100)),
        "list": ("reviews:list", [round.pk], people.head, funding),
        "pack": ("reviews:pack", [round.pk], people.head, parts.declared),
        "budget": ("budgets:table", [round.year], people.finance, funding),
    }


DOCUMENTS = {
    "notice": "docx pdf",
    "book": "docx pdf",
    "list": "docx pdf xlsx",
    "pack": "docx pdf",
    "budget": "pdf xlsx",
}
CASES = [(kind, form) for kind, forms in DOCUMENTS.items() for form in forms.split()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "form"), CASES)
def test_every_document_is_written_in_three_languages(scene, kind, form, language):
    if form == "pdf" and lacking():
        pytest.skip(lacking())
    name, args, person, amount = addresses(scene)[kind]
    with unknown_glyphs() as unknown:
        answer = as_(person).get(reverse(f"{name}-{form}", args=args) + f"?language={language}")
    assert answer.status_code == 200 and not unknown
    assert "attachment" in answer["Content-Disposition"] and answer["X-Content-Type-Options"] == "nosniff"
    if form == "xlsx":
        cells = [cell for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows() for cell in row]
        assert any(cell.value == amount for cell in cells)
        assert all(cell.data_type != "f" for cell in cells)
        return
    words = text_of(answer.content) if form == "pdf" else words_of(answer.content)
    assert format_amount(amount) in words
    assert scene.place.jurisdiction.authority.name in words or kind == "book"


def test_the_list_and_the_notice_add_up_to_the_register(scene):
    report = reconcile(scene.place.round)
    assert report.is_clean
    parts = report.rounds[0].parts
    head = as_(scene.place.people.head)
    sheet = load_workbook(
        io.BytesIO(head.get(reverse("reviews:list-xlsx", args=[scene.place.round.pk])).content)
    ).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert sum(row[6] for row in rows if isinstance(row[0], int)) == rows[-1][6] == parts.own + parts.transferred
    own = moved = saved = Decimal(0)
    for application in (scene.health_application, scene.police_application):
        answer = head.get(reverse("reviews:notice-docx", args=[application.number]) + "?unit=yuan")
        total = Document(io.BytesIO(answer.content)).tables[0].rows[-1].cells
        amounts = [Decimal(total[at].text.replace(",", "").replace("—", "0")) for at in (4, 5, 6)]
        own, moved, saved = own + amounts[0], moved + amounts[1], saved + amounts[2]
    assert (own, moved, saved) == (parts.own, parts.transferred, parts.saved_total)


def test_a_notice_is_numbered_by_the_meeting_and_keeps_its_number(scene):
    numbers = dict(DocumentNumber.objects.values_list("target_id", "text"))
    assert sorted(row.number for row in DocumentNumber.objects.all()) == [1, 2]
    authority = scene.place.jurisdiction.authority
    authority.document_mark = "江数统"
    authority.save()
    both = [scene.health_application, scene.police_application]
    determine(scene.place.round, both, by=scene.place.people.head, meeting="第2次会议")
    assert dict(DocumentNumber.objects.values_list("target_id", "text")) == numbers
    page = as_(scene.place.people.head).get(reverse("reviews:notice", args=[both[0].number])).content.decode()
    assert numbers[both[0].pk] in page
    third = scenes.application(scene.place, "transport", 10)
    (given,) = give_numbers(DocumentKind.NOTICE, scene.place.jurisdiction, [third], by=scene.place.people.head)
    assert given.text == f"江数统〔{given.year}〕3号"


def test_a_notice_goes_to_nobody_before_its_time():
    scene = scenes.decided()
    number = scene.health_application.number
    health = as_(scene.place.people.health)
    for name in ("notice-docx", "notice-pdf", "notice-files"):
        assert health.get(reverse(f"reviews:{name}", args=[number])).status_code == 403
    answer = as_(scene.place.people.li).get(reverse("reviews:notice-docx", args=[number]) + "?language=en")
    header = Document(io.BytesIO(answer.content)).sections[0].header.paragraphs[0].text
    assert header.endswith("Draft")


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize(
    ("name", "who", "queries"),
    [("projects:book-docx", "health", 13), ("reviews:notice-docx", "li", 14), ("reviews:pack-docx", "li", 19)],
)
def test_a_document_asks_as_many_queries_however_long_it_is(django_assert_num_queries, name, who, queries, size):
    place = scenes.city()
    made = scenes.application(place, "health", *[100] * size)
    for number in range(1, size + 1):
        scenes.decide(place, scenes.keep(scenes.module(made, number)))
    client = as_(getattr(place.people, who))
    address = reverse(name, args=[place.round.pk if "pack" in name else made.number])
    if "pack" in name:
        address += "?" + "&".join(f"act={pk}" for pk in Act.objects.values_list("pk", flat=True))
    client.get(address)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


def test_a_chosen_act_comes_alone_into_the_pack():
    place = scenes.city()
    made = scenes.application(place, "health", 100, 200)
    first, second = (scenes.decide(place, scenes.keep(scenes.module(made, n))) for n in (1, 2))
    li = as_(place.people.li)
    assert first.number in li.get(reverse("reviews:pack", args=[place.round.pk])).content.decode()
    words = words_of(li.get(reverse("reviews:pack-docx", args=[place.round.pk]) + f"?act={second.pk}").content)
    assert second.number in words and first.number not in words


def test_a_pack_holds_what_waits_for_a_decision_and_a_pdf_not_too_much(monkeypatch):
    place = scenes.city()
    made = scenes.application(place, "health", 100, 200)
    done = scenes.decide(place, scenes.keep(scenes.module(made, 1)))
    waiting = propose(plan("保留", [scenes.keep(scenes.module(made, 2))], by=place.people.li), by=place.people.li)
    li = as_(place.people.li)
    address = reverse("reviews:pack-docx", args=[place.round.pk])
    words = words_of(li.get(address).content)
    assert waiting.number in words and done.number not in words
    monkeypatch.setattr("reviews.views.documents.MOST_IN_PDF", 0)
    answer = li.get(reverse("reviews:pack-pdf", args=[place.round.pk]))
    assert answer.status_code == 409 and "Word" in answer.content.decode()


def test_a_server_that_makes_no_pdf_says_so_in_words(scene, monkeypatch):
    monkeypatch.setattr("common.documents.pdf._missing", lambda: "font")
    page = reverse("projects:book-pdf", args=[scene.health_application.number])
    answer = as_(scene.place.people.health).get(page + "?language=zh-hans")
    assert answer.status_code == 409 and "fonts-noto-cjk" in answer.content.decode()


def test_what_people_typed_cannot_break_a_document(scene):
    Application.objects.filter(pk=scene.health_application.pk).update(name="=1+1 <w:p> \x0b {{ 7*7 }}")
    answer = as_(scene.place.people.head).get(
        reverse("reviews:notice-docx", args=[scene.health_application.number]) + "?language=en"
    )
    assert "=1+1 <w:p>  {{ 7*7 }}" in words_of(answer.content)
