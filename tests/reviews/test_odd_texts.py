"""Whatever a text holds: no error, and never a certainty that nothing like it exists."""

from __future__ import annotations

import pytest

from projects.models import Line
from reviews.models import Finding
from reviews.services import verdicts
from reviews.services.screening import suggestions
from tests.api import Program
from tests.factories import CapabilityFactory, city
from tests.reviews.pages import browser, look, press
from tests.reviews.screening import SEAL, SEAL_TOO, application, screened

pytestmark = pytest.mark.django_db
LONG = "河道水位的采集、上报与预警；" * 2400  # 100 KB
UNCLEAR = {
    "empty": "",
    "blank": " \u3000\u200b\t",
    "one character": "水",
    "numbers": "20270101 3.14 100%",
    "emoji": "😀🏛️👩‍💼",
    "marks": "。。。！？——",
    "markup": "<b></b><script></script>&nbsp;",
    "control": "\x01\x02\x7f",
    "combining": "\u0301\u0301",
}
CLEAR = {
    "long": LONG,
    "scripts": "电子签章 electronic seal 電子印鑑 전자서명 печать Ωμέγα",
    "html": '<img src=x onerror="alert(1)">印章<script>alert("制作")</script>',
    "right to left": "\u202e印章制作\u202c ختم",
    "one word": "网格" * 40,
}
NUL = "电子\x00签章的制作"


@pytest.fixture
def place(quick):
    return city()


@pytest.mark.parametrize("text", [*UNCLEAR.values(), *CLEAR.values(), NUL], ids=[*UNCLEAR, *CLEAR, "nul"])
def test_a_text_that_is_typed_gets_suggestions_or_a_word_of_doubt(place, text):
    CapabilityFactory(jurisdiction=place.jurisdiction, name="电子签章", services_offered="签署和验章")
    found = suggestions.suggest(place.jurisdiction.pk, text, text)
    if text in UNCLEAR.values():
        assert found.is_short
        assert found.is_empty
    for name, description in ((text, text), (text, ""), ("", text)):
        answer = browser(place.people.health).post("/reviews/suggestions/", {"name": name, "description": description})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


@pytest.mark.parametrize("text", UNCLEAR.values(), ids=UNCLEAR)
def test_a_module_that_says_nothing_is_doubtful_in_the_screening(place, text):
    odd = application(place, "health", (text or "—", text)).lines.get()
    application(place, "police", SEAL)
    screened(place)
    assert set(Finding.objects.filter(line=odd).values_list("band", flat=True)) == {"doubtful"}
    assert look(place.people.li, "line_findings", odd.pk).status_code == 200


def test_odd_modules_are_compared_with_each_other_and_cost_the_others_nothing(place):
    odd = application(place, "health", *[(text[:200], text) for text in CLEAR.values()])
    same = application(place, "transport", *[(text[:200], text) for text in CLEAR.values()])
    application(place, "police", SEAL)
    mine = application(place, "health", SEAL_TOO, name="another").lines.get()
    screened(place)
    for line in odd.lines.all():
        twin = Finding.objects.get(line=line, other_line__application=same, other_line__name=line.name)
        assert (twin.band, twin.score) == ("likely", 1)
        assert look(place.people.li, "finding", twin.pk).status_code == 200
        assert Program(place.people.li).read(f"findings/{twin.pk}/")["band"] == "likely"
    assert Finding.objects.filter(line=mine, band="likely").exists()
    page = look(place.people.li, "finding", Finding.objects.filter(line__description__contains="<script>").first().pk)
    assert "<script>alert" not in page.content.decode()


def test_odd_texts_are_judged_and_found_again(place):
    texts = [*UNCLEAR.values(), LONG]
    one = list(application(place, "health", *[(text[:200] or "—", text) for text in texts]).lines.order_by("pk"))
    other = list(application(place, "police", *[(text[:200] or "—", text) for text in texts]).lines.order_by("pk"))
    for here, there in zip(one, reversed(other), strict=True):
        verdicts.judge_pair(here, there, "different", by=place.people.li, reason="\u202e😀")
    assert Program(place.people.li).read("verdicts/", limit=50)["results"]


@pytest.mark.parametrize(
    "reason", [NUL, "字" * 10_000, "😀" * 400, "<b>", ""], ids=["nul", "long", "emoji", "html", "none"]
)
def test_an_odd_reason_of_a_verdict_is_kept_or_refused(place, reason):
    one, other = (application(place, who, SEAL).lines.get() for who in ("health", "police"))
    screened(place)
    finding = Finding.objects.filter(line=one, other_line=other).get()
    assert press(place.people.li, "judge", finding.pk, verdict="related", reason=reason).status_code in {302, 400}
    answer = Program(place.people.li).act(f"findings/{finding.pk}/judge/", verdict="related", reason=reason)
    assert answer.status_code in {200, 400}
    assert Line.objects.filter(pk=one.pk).exists()
