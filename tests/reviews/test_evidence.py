"""Why two texts are alike: words with weights, score parts, data and capability that are shared, versions, verdicts."""

import pytest

from projects.models import LineData
from reviews.models import Finding
from reviews.queries.alike import alike
from reviews.queries.pairs import pair_key_of
from reviews.services import verdicts
from tests.api import Program
from tests.factories import CapabilityFactory, DataResourceFactory, SystemFactory, SystemFunctionFactory, city
from tests.reviews.pages import look, text, two

pytestmark = pytest.mark.django_db
SAID = {
    "aligned": [
        {
            "a": {"field": "description", "start": 0, "end": 4}, "b": {"field": "description", "start": 0, "end": 6},
            "likeness": 0.75, "weight": 0.5,
        },
        {
            "a": {"field": "name", "start": 0, "end": 2}, "b": {"field": "name", "start": 2, "end": 4},
            "likeness": 0.9, "weight": 1.0,
        },
    ],
    "match": {"reasons": [], "parts": {"cosine": 0.61, "crowd": 4.25, "lexical": 0.125}},
    "removed_a": [[5, 14]], "removed_b": [], "method": "words",
    "model": "e5/views-1", "weights": "prior-1", "engine": "1.1",
}  # fmt: skip


@pytest.fixture
def place():
    return city()


@pytest.fixture
def pair(place):
    found = two(place)
    for line, name, words in (
        (found.a, "视频监控汇聚", "接入探头，采用先进成熟的技术。"),
        (found.b, "公共视频联网", "整合探头码流，可调看现场画面。"),
    ):
        line.name, line.description = name, words
        line.save()
    return found


@pytest.fixture
def finding(pair):
    return Finding.objects.create(
        line=pair.a, other_line=pair.b, pool="round", band="likely", score=0.94, model_id="e5/views-1",
        pair_key=pair_key_of(pair.a, pair.b), evidence=SAID,
    )  # fmt: skip


def share(pair):
    """Both modules read one data resource and are like one capability; each also has one of its own."""
    both, mine, theirs = DataResourceFactory(), DataResourceFactory(), DataResourceFactory()
    for line, resource in ((pair.a, both), (pair.b, both), (pair.a, mine), (pair.b, theirs)):
        LineData.objects.create(line=line, resource=resource, access="read")
    near, alone = CapabilityFactory(), CapabilityFactory()
    for line, capability in ((pair.a, near), (pair.b, near), (pair.a, alone)):
        Finding.objects.create(line=line, capability=capability, pool="catalog", band="look", pair_key=f"{line}{near}")
    return both, near


def test_the_page_of_a_finding_says_why(place, pair, finding):
    resource, capability = share(pair)
    verdicts.judge(finding, "related", by=place.people.li, reason="一半相同")
    page = text(look(place.people.li, "finding", finding.pk))
    for words in (
        "<s>采用先进成熟的技术</s>", "Struck through", "Words that say the same", "视频", "整合探头码流",
        "Data that both use", resource.name, "Capability that both are like", capability.name, "Parts of the score",
        "0.61", "4.25", "e5/views-1", "prior-1", "engine 1.1", "judged: related", str(place.people.li), "一半相同",
    ):  # fmt: skip
        assert words in page, words


def test_a_program_reads_the_same(place, pair, finding):
    resource, capability = share(pair)
    verdicts.judge(finding, "related", by=place.people.li, reason="一半相同")
    shown = Program(place.people.wang).read(f"findings/{finding.pk}/")
    assert shown["evidence"] == SAID
    assert [one["code"] for one in shown["shared"]["resources"]] == [resource.code]
    assert [one["code"] for one in shown["shared"]["capabilities"]] == [capability.code]
    assert (shown["verdict"], shown["verdict_by"], shown["verdict_reason"]) == (
        "related", place.people.li.display_name, "一半相同",
    )  # fmt: skip
    assert shown["verdict_at"]
    listed = Program(place.people.wang).read("findings/")["results"]
    assert {row["shared"] for row in listed} == {None}


def test_a_department_reads_no_verdict_and_not_who_gave_it(place, pair, finding):
    capability = CapabilityFactory(jurisdiction=place.jurisdiction)
    beside = Finding.objects.create(
        line=pair.a, capability=capability, pool="catalog", band="look", pair_key=pair_key_of(pair.a, capability),
    )  # fmt: skip
    verdicts.judge(beside, "duplicate", by=place.people.li, reason="同")
    shown = Program(place.people.health).read(f"findings/{beside.pk}/")
    assert {shown[name] for name in ("verdict", "verdict_by", "verdict_at", "verdict_reason")} == {None}


def test_a_module_shares_with_a_system_what_it_reads_of_its_data(place, pair):
    system = SystemFactory(owner=place.police)
    theirs, other = DataResourceFactory(system=system), DataResourceFactory()
    for resource in (theirs, other):
        LineData.objects.create(line=pair.a, resource=resource, access="read")
    beside = Finding(line=pair.a, function=SystemFunctionFactory(system=system), pool="systems", band="look")
    assert alike(beside).resources == [theirs]
    assert alike(beside).capabilities == []


def test_an_older_finding_without_weights_and_versions_is_shown(place, finding):
    bare = {"aligned": [{"a": SAID["aligned"][0]["a"], "b": SAID["aligned"][0]["b"]}], "match": {"parts": None}}
    for evidence in ({}, bare, {"reasons": ["short"]}):
        Finding.objects.filter(pk=finding.pk).update(evidence=evidence)
        page = look(place.people.li, "finding", finding.pk)
        assert page.status_code == 200
        assert "Words that say the same" not in text(page)
