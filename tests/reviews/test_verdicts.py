"""Findings and verdicts: advice of the machine, the word of a person, which survives every new screening."""

import pytest

from common.errors import DomainError
from common.models import AuditEvent
from projects.models import Line
from reviews.models import Finding, PairVerdict
from reviews.queries.evidence import marks, shared
from reviews.queries.pairs import pair_key_of
from reviews.services import acts, verdicts
from reviews.services.plan import plan
from tests import scenes
from tests.api import Program, refused
from tests.factories import CapabilityFactory, SystemFactory, SystemFunctionFactory, city
from tests.reviews.pages import browser, look, press, said, text, two
from tests.scenes import keep, module

pytestmark = pytest.mark.django_db
CANARY = "泄密金丝雀"


@pytest.fixture
def place():
    return city()


@pytest.fixture
def pair(place):
    found = two(place)
    Line.objects.filter(pk=found.a.pk).update(name="视频监控汇聚", description="接入探头，实现实时预览和录像回放。")
    Line.objects.filter(pk=found.b.pk).update(name="公共视频联网", description="整合探头码流，可调看现场画面。")
    found.a.refresh_from_db()
    found.b.refresh_from_db()
    return found


EVIDENCE = {
    "aligned": [
        {"a": {"field": "description", "start": 0, "end": 4}, "b": {"field": "description", "start": 0, "end": 6}},
        {"a": {"field": "description", "start": 7, "end": 11}, "b": {"field": "description", "start": 8, "end": 14}},
    ],
    "match": {"reasons": []},
}


@pytest.fixture
def finding(pair):
    return Finding.objects.create(
        line=pair.a, other_line=pair.b, pool="round", band="likely", score=0.94,
        pair_key=pair_key_of(pair.a, pair.b), evidence=EVIDENCE,
    )  # fmt: skip


def test_both_texts_stand_side_by_side_with_what_they_share_marked(place, finding):
    page = text(look(place.people.li, "finding", finding.pk))
    assert '<mark class="m1">接入探头</mark>' in page
    assert '<mark class="m1">整合探头码流</mark>' in page
    assert '<mark class="m2">实时预览</mark>' in page
    assert "0.94" in page


def test_a_finding_is_judged_on_its_page_and_judged_again(place, finding):
    page = {"verdict": "duplicate", "reason": "同一功能"}
    assert "it holds for the same texts" in said(press(place.people.li, "judge", finding.pk, **page))
    row = PairVerdict.objects.get()
    assert (row.verdict, row.by, row.left["name"], row.right["name"]) == (
        "duplicate", place.people.li, "视频监控汇聚", "公共视频联网",
    )  # fmt: skip
    press(place.people.wang, "judge", finding.pk, verdict="different")
    assert PairVerdict.objects.get().verdict == "different"
    assert AuditEvent.objects.first().details["before"] == "duplicate"
    assert "judged: different" in text(look(place.people.zhou, "finding", finding.pk))


def test_what_is_no_verdict_is_refused(place, finding):
    assert "duplicate, related or different" in said(press(place.people.li, "judge", finding.pk, verdict="maybe"))
    assert not PairVerdict.objects.exists()


def test_a_verdict_survives_a_new_screening_and_holds_for_both_orders(place, pair, finding):
    verdicts.judge(finding, "related", by=place.people.li)
    Finding.objects.all().delete()
    again = Finding.objects.create(
        line=pair.b, other_line=pair.a, pool="round", band="likely", score=0.93, pair_key=pair_key_of(pair.b, pair.a)
    )
    assert not Finding.objects.unjudged().filter(pk=again.pk).exists()


def test_a_verdict_goes_with_the_texts_not_with_the_records(place, pair, finding):
    verdicts.judge(finding, "different", by=place.people.li)
    Line.objects.filter(pk=pair.a.pk).update(description="改写后的另一功能。")
    pair.a.refresh_from_db()
    changed = Finding.objects.create(
        line=pair.b, other_line=pair.a, pool="round", band="likely", pair_key=pair_key_of(pair.a, pair.b)
    )
    assert Finding.objects.unjudged().get() == changed


def test_a_module_is_not_kept_while_a_match_has_no_verdict(place, pair, finding):
    act = plan("理由", [keep(pair.a)], by=place.people.li)
    with pytest.raises(DomainError, match="has no verdict yet"):
        acts.propose(act, by=place.people.li)
    verdicts.judge(finding, "different", by=place.people.li)
    assert acts.propose(act, by=place.people.li).status == "proposed"


def test_what_could_not_be_compared_is_judged_by_a_person(place, pair):
    alone = Finding.objects.create(
        line=pair.a, pool="round", band="doubtful", pair_key="a" * 64, evidence={"reasons": ["short"]}
    )
    page = text(look(place.people.li, "finding", alone.pk))
    assert "Could not be compared" in page
    assert "the text says too little" in page
    assert Finding.objects.unjudged().get() == alone
    press(place.people.li, "judge", alone.pk, verdict="different", reason="无同类")
    assert not Finding.objects.unjudged().exists()


def test_two_modules_are_judged_without_a_finding(place, pair):
    row = verdicts.judge_pair(pair.b, pair.a, "duplicate", by=place.people.li)
    assert row.pair_key == pair_key_of(pair.a, pair.b)
    with pytest.raises(DomainError, match="compared with itself"):
        verdicts.judge_pair(pair.a, pair.a, "duplicate", by=place.people.li)
    foreign = two(city("han"))
    with pytest.raises(DomainError, match="of one jurisdiction"):
        verdicts.judge_pair(pair.a, foreign.a, "duplicate", by=place.people.li)


def test_each_city_judges_for_itself(place, pair, finding):
    other = city("han")
    twin = two(other)
    Line.objects.filter(pk__in=[twin.a.pk]).update(name=pair.a.name, description=pair.a.description)
    theirs = Finding.objects.create(
        line=twin.a, other_line=twin.b, pool="round", band="likely", pair_key=finding.pair_key
    )
    verdicts.judge(finding, "different", by=place.people.li)
    assert Finding.objects.unjudged().get() == theirs
    assert Program(other.people.li).read("verdicts/")["results"] == []


@pytest.mark.parametrize(("who", "status"), [("health", 403), ("police", 404), ("intake", 403), ("auditor", 403)])
def test_only_reviewers_and_heads_judge(place, pair, who, status):
    capability = CapabilityFactory(jurisdiction=place.jurisdiction)
    row = Finding.objects.create(line=pair.a, capability=capability, pool="catalog", band="likely", pair_key="k" * 64)
    assert press(getattr(place.people, who), "judge", row.pk, verdict="different").status_code == status


# ---- what a department sees


def test_a_department_sees_catalog_and_inventory_and_not_that_others_apply(place, pair, finding):
    Line.objects.filter(pk=pair.b.pk).update(name=CANARY, description=CANARY)
    capability = CapabilityFactory(jurisdiction=place.jurisdiction, name="视频接入服务")
    function = SystemFunctionFactory(system=SystemFactory(owner=place.transport, name="雪亮平台"), name="调阅")
    for match in ({"capability": capability, "pool": "catalog"}, {"function": function, "pool": "systems"}):
        Finding.objects.create(line=pair.a, band="likely", score=0.9, pair_key=f"{match['pool']}", **match)
    own = Finding.objects.create(
        line=pair.a, other_line=module(scenes.application(place, "health", 5, name="本单位另一申报")),
        pool="round", band="look", pair_key="own",
    )  # fmt: skip
    pages = [
        text(look(place.people.health, "line_findings", pair.a.pk)),
        text(look(place.people.health, "application_review", pair.health.number)),
        str(Program(place.people.health).read("findings/")),
    ]
    for page in pages:
        assert CANARY not in page
        assert place.police.name not in page
    for page in pages[:2]:
        assert "视频接入服务" in page
        assert "雪亮平台" in page
    assert look(place.people.health, "finding", finding.pk).status_code == 404
    assert look(place.people.health, "finding", own.pk).status_code == 200
    assert len(Program(place.people.health).read("findings/")["results"]) == 3
    assert look(place.people.police, "line_findings", pair.a.pk).status_code == 404


def test_a_department_does_not_read_verdicts(place, pair):
    capability = CapabilityFactory(jurisdiction=place.jurisdiction)
    row = Finding.objects.create(line=pair.a, capability=capability, pool="catalog", band="likely", pair_key="k" * 64)
    verdicts.judge(row, "duplicate", by=place.people.li)
    assert Program(place.people.health).read(f"findings/{row.pk}/")["verdict"] is None
    assert Program(place.people.li).read(f"findings/{row.pk}/")["verdict"] == "duplicate"
    assert Program(place.people.health).read("verdicts/")["results"] == []


def test_a_part_for_another_page_is_the_same_as_the_page(place, pair, finding):
    whole = text(look(place.people.li, "line_findings", pair.a.pk))
    part = browser(place.people.li).get(f"/reviews/lines/{pair.a.pk}/findings/", headers={"HX-Request": "true"})
    assert "<html" in whole
    assert "<html" not in text(part)
    assert text(part).strip() in whole


# ---- by program


def test_findings_and_verdicts_by_program(place, pair, finding):
    li = Program(place.people.li)
    rows = li.read("findings/", round=place.round.pk, unjudged="true", band="likely")["results"]
    assert [row["id"] for row in rows] == [finding.pk]
    assert li.act(f"findings/{finding.pk}/judge/", verdict="duplicate", reason="同").json()["verdict"] == "duplicate"
    refused(li.act(f"findings/{finding.pk}/judge/", verdict="maybe"), 400, "invalid")
    assert li.read("findings/", unjudged="true")["results"] == []
    shown = li.act("verdicts/", line=pair.b.pk, other=pair.a.pk, verdict="related").json()
    assert (shown["verdict"], PairVerdict.objects.count()) == ("related", 1)
    assert [row["id"] for row in li.read("verdicts/", verdict="related")["results"]] == [shown["id"]]
    refused(li.act("verdicts/", line=pair.a.pk, other=pair.a.pk, verdict="related"), 409, "rule")
    intake = Program(place.people.intake)
    refused(intake.act("verdicts/", line=pair.a.pk, other=pair.b.pk, verdict="related"), 403, "permission_denied")


def test_a_list_of_three_asks_as_often_as_a_list_of_one(place, pair, finding, django_assert_max_num_queries):
    def queries():
        program = Program(place.people.li)
        with django_assert_max_num_queries(30) as seen:
            program.read("findings/")
        with django_assert_max_num_queries(40) as more:
            look(place.people.li, "application_review", pair.health.number)
        return len(seen), len(more)

    queries()
    one = queries()
    for number in (1, 2):
        capability = CapabilityFactory(jurisdiction=place.jurisdiction)
        Finding.objects.create(line=pair.a, capability=capability, pool="catalog", band="look", pair_key=f"k{number}")
    assert queries() == one


# ---- evidence


def test_marks_of_both_sides_carry_the_same_groups():
    assert marks(EVIDENCE, "description") == [(0, 4, 0), (7, 11, 1)]
    assert marks(EVIDENCE, "description", found=True) == [(0, 6, 0), (8, 14, 1)]
    assert marks(EVIDENCE, "name") == []


def test_evidence_in_older_words_is_shown_without_marks():
    for old in ({}, {"aligned": [{"a": 1}]}, {"aligned": [{"a": {"field": "name"}, "b": {}}]}):
        assert marks(old, "description") == []


def test_points_shared_with_several_modules_are_one_group():
    first = {"aligned": [_pair(0, 4, 0, 6)]}
    second = {"aligned": [_pair(2, 6, 10, 14)]}
    found = shared(1, "接入探头实时预览", [(2, first, True), (3, second, True)])
    assert found.marks == {1: [(0, 6, 0)], 2: [(0, 6, 0)], 3: [(10, 14, 0)]}
    assert found.points == [("接入探头实时", [(0, 6, 0)])]


def _pair(start, end, other_start, other_end):
    return {
        "a": {"field": "description", "start": start, "end": end},
        "b": {"field": "description", "start": other_start, "end": other_end},
    }
