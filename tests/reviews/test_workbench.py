"""The workbench: which clusters, what is computed, what is saved and proposed, and that nothing typed is lost."""

from decimal import Decimal

import pytest
from django.urls import reverse

from projects.models import Line, LineBase, LineSource, Project
from projects.models.project import Component
from projects.states import ApplicationStatus
from reviews.models import Act, Cluster, ClusterMember, Disposition, Finding, PairVerdict
from reviews.queries.pairs import pair_key_of
from reviews.queries.workbench import Wanted, choose, cluster_rows, progress
from reviews.services import acts, clusters
from reviews.states import ActStatus
from tests import scenes
from tests.factories import (
    CapabilityFactory,
    FundingSourceFactory,
    LineFactory,
    SystemFactory,
    city,
)
from tests.reviews.pages import browser, look, proposed, said, text, two
from tests.scenes import keep, module

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return city()


@pytest.fixture
def pair(place):
    return two(place)


@pytest.fixture
def cluster(place, pair):
    return clusters.create_cluster(place.round, [pair.a, pair.b], by=place.people.li, name="视频汇聚")


def client(user):
    """A browser whose person reads and types yuan."""
    made = browser(user)
    session = made.session
    session["money_unit"] = "yuan"
    session.save()
    return made


def bench(round, **query):
    address = reverse("reviews:workbench", args=[round.pk])
    return f"{address}?{'&'.join(f'{k}={v}' for k, v in query.items())}" if query else address


def typed(line, kind, **fields):
    return {f"l{line.pk}-{name}": value for name, value in {"kind": kind, **fields}.items()}


def plan_of(pair, **more):
    """Police keeps, health's goes there: 60 transferred, 5 own."""
    into = f"{pair.b.reference} · {pair.b.name}"
    rows = typed(pair.b, "keep") | typed(pair.a, "merge", own="5", moved="60", into=into)
    return rows | {"title": "视频", "reason": "同类"} | more


def send(user, round, data, do, **query):
    return client(user).post(bench(round, **query), data | {"do": do})


# ---- which


def test_the_menu_leads_to_the_round_in_which_something_is_consolidated(place, pair):
    answer = look(place.people.li, "consolidation")
    assert answer["Location"] == bench(place.round)
    assert look(place.people.li, "consolidation", round=place.round.pk)["Location"] == bench(place.round)
    assert look(place.people.li, "consolidation", round=99999).status_code == 404


def test_without_a_round_the_page_says_what_to_do(place):
    place.round.delete()
    assert "There is no round yet" in text(look(place.people.li, "consolidation"))


@pytest.mark.parametrize(("who", "status"), [("health", 403), ("intake", 403), ("finance", 403), ("auditor", 403)])
def test_only_reviewers_and_heads_work_there(place, cluster, who, status):
    assert look(getattr(place.people, who), "workbench", place.round.pk).status_code == status
    assert look(getattr(place.people, who), "consolidation").status_code == status


def test_another_city_finds_no_round(place, cluster):
    assert look(city("han").people.li, "workbench", place.round.pk).status_code == 404


def test_clusters_stand_by_money_by_saving_and_by_likeness(place):
    made = {}
    for name, amounts, band in (("甲", (100, 100), "look"), ("乙", (300, 10), "likely"), ("丙", (150, 140), "")):
        lines = [
            module(scenes.application(place, who, n)) for who, n in zip(("health", "police"), amounts, strict=True)
        ]
        made[name] = clusters.create_cluster(place.round, lines, by=place.people.li, name=name)
        if band:
            Finding.objects.create(line=lines[0], other_line=lines[1], pool="round", band=band, pair_key=name)
    order = lambda sort: [row.name for row in choose(cluster_rows(place.round), Wanted(sort=sort))]  # noqa: E731
    assert order("declared") == ["乙", "丙", "甲"]
    assert order("saving") == ["丙", "甲", "乙"]
    assert order("likeness") == ["乙", "甲", "丙"]


def test_a_cluster_goes_from_to_do_over_proposed_to_confirmed(place, pair, cluster):
    def states():
        return {
            state: choose(cluster_rows(place.round), Wanted(state=state)) for state in ("todo", "proposed", "confirmed")
        }

    assert [row.pk for row in states()["todo"]] == [cluster.pk]
    act = proposed(place, pair)
    assert [row.pk for row in states()["proposed"]] == [cluster.pk]
    acts.confirm(act, by=place.people.wang)
    assert [row.pk for row in states()["confirmed"]] == [cluster.pk]
    assert states()["confirmed"][0].saving == Decimal("35.00")
    act.opinions.update(state="silent")
    Disposition.objects.filter(line=pair.a).update(state="reopened")
    assert [row.decided for row in states()["todo"]] == [1]


def test_clusters_are_found_by_department_and_words(place, pair, cluster):
    scenes.application(place, "transport", 5)
    found = lambda **query: cluster.name in text(look(place.people.li, "workbench", place.round.pk, **query))  # noqa: E731
    assert found(department=place.health.pk)
    assert not found(department=place.transport.pk)
    assert found(q="视频")
    assert found(q=pair.a.name)
    assert not found(q="不存在")


def test_the_progress_adds_up_and_counts_what_waits(place, pair, cluster):
    proposed(place, pair)
    shown = progress(place.round, cluster_rows(place.round))
    assert (shown.clusters, shown.proposed) == ({"todo": 0, "proposed": 1, "confirmed": 0}, Decimal("300.00"))
    assert shown.parts.adds_up
    assert shown.parts.held == {"open": Decimal("300.00")}


def test_what_stands_in_no_cluster_is_decided_by_application(place, pair):
    hardware = LineFactory(application=pair.health, sequence=4, kind="hardware", declared=Decimal("40.00"))
    page = text(look(place.people.li, "workbench", place.round.pk, state="single"))
    assert pair.health.name in page
    data = typed(pair.a, "keep", own="90") | typed(hardware, "keep", own="30") | {"reason": "核减"}
    send(place.people.li, place.round, data, "propose", state="single", application=pair.health.pk)
    act = Act.objects.get()
    assert act.status == ActStatus.PROPOSED
    assert {d.line: (d.own, d.saved) for d in act.dispositions.all()} == {
        pair.a: (Decimal("90.00"), Decimal("10.00")),
        hardware: (Decimal("30.00"), Decimal("10.00")),
    }


def test_drafts_and_ended_applications_do_not_appear(place, pair, cluster):
    draft = scenes.application(place, "transport", 10, status=ApplicationStatus.DRAFT, name="草稿项目")
    assert draft.name not in text(look(place.people.li, "workbench", place.round.pk, state="single"))
    for application in (pair.health, pair.police):
        application.status, application.ended_at = ApplicationStatus.REJECTED, application.submitted_at
        application.ended_by = place.people.li
        application.save()
    assert cluster_rows(place.round) == []
    assert text(look(place.people.li, "workbench", place.round.pk, application=draft.pk)).count(draft.name) == 0


# ---- members


def test_members_stand_side_by_side_with_what_is_alike_and_what_they_share(place, pair, cluster):
    Line.objects.filter(pk=pair.a.pk).update(description="接入探头并调阅。")
    Line.objects.filter(pk=pair.b.pk).update(description="整合探头码流。")
    pair.a.refresh_from_db()
    here, there = ({"field": "description", "start": 0, "end": end} for end in (4, 6))
    Finding.objects.create(
        line=pair.a, other_line=pair.b, pool="round", band="likely", score=0.94,
        pair_key=pair_key_of(pair.a, pair.b), evidence={"aligned": [{"a": here, "b": there}]},
    )  # fmt: skip
    capability = CapabilityFactory(jurisdiction=place.jurisdiction, name="视频接入服务", code="GX-V")
    Finding.objects.create(line=pair.a, capability=capability, pool="catalog", band="likely", score=0.96, pair_key="c")
    page = text(look(place.people.li, "workbench", place.round.pk, cluster=cluster.pk))
    assert '<mark class="m1">接入探头</mark>' in page
    assert '<mark class="m1">整合探头码流</mark>' in page
    assert "0.94" in page
    assert "GX-V · 视频接入服务" in page  # prefilled for a strip


def test_any_member_may_be_what_the_others_are_compared_with(place, pair, cluster):
    for line in (pair.a, pair.b):
        shown = look(place.people.li, "workbench", place.round.pk, cluster=cluster.pk, a=line.pk).context["desk"]
        first = shown.bench.members[0]
        assert (first.line, first.letter, first.is_reference) == (line, "A", True)


def test_a_verdict_keeps_what_was_typed(place, pair, cluster):
    answer = client(place.people.li).post(
        bench(place.round, cluster=cluster.pk), plan_of(pair) | {"verdict": f"{pair.a.pk}-{pair.b.pk}-duplicate"}
    )
    assert PairVerdict.objects.get().verdict == "duplicate"
    page = text(answer)
    assert "同类</textarea>" in page
    assert f'name="l{pair.a.pk}-moved" value="60"' in page
    assert 'aria-pressed="true" data-key="1"' in page


@pytest.mark.parametrize("verdict", ["x", "1-2", "a-b-duplicate"])
def test_a_broken_verdict_is_refused(place, cluster, verdict):
    assert client(place.people.li).post(bench(place.round, cluster=cluster.pk), {"verdict": verdict}).status_code == 400


def test_a_verdict_on_modules_of_others_is_not_found(place, pair, cluster):
    foreign = two(city("han"))
    data = {"verdict": f"{pair.a.pk}-{foreign.a.pk}-duplicate"}
    assert client(place.people.li).post(bench(place.round, cluster=cluster.pk), data).status_code == 404
    assert not PairVerdict.objects.exists()


# ---- computing


def test_what_is_typed_is_computed_by_the_server_and_kept_nowhere(place, pair, cluster):
    answer = send(place.people.li, place.round, plan_of(pair), "preview", cluster=cluster.pk)
    figures = answer.context["figures"]
    assert (figures.effect.parts.own, figures.effect.parts.transferred, figures.effect.parts.saved_total) == (
        Decimal("205.00"), Decimal("60.00"), Decimal("35.00"),
    )  # fmt: skip
    assert {row.after for row in figures.effect.projects} == {Decimal("5.00"), Decimal("260.00")}
    assert not Act.objects.exists()


def test_a_part_of_the_page_says_the_same_as_the_whole(place, pair, cluster):
    address = bench(place.round, cluster=cluster.pk)
    data = plan_of(pair) | {"do": "preview"}
    part = text(client(place.people.li).post(address, data, headers={"HX-Request": "true"}))
    whole = text(client(place.people.li).post(address, data))
    assert "<html" not in part
    figures = part[part.index('<div id="plan-figures"') : part.index("<span class=")]
    assert figures.strip() in whole
    assert f'id="saved-{pair.a.pk}"' in part


def test_amounts_are_typed_in_the_unit_of_the_page(place, pair, cluster):
    data = plan_of(pair) | typed(pair.a, "merge", own="0.0005", moved="0.006", into=pair.b.reference)
    made = browser(place.people.li)  # 万元
    figures = made.post(bench(place.round, cluster=cluster.pk), data | {"do": "preview"}).context["figures"]
    assert figures.effect.parts.transferred == Decimal("60.00")
    broken = plan_of(pair) | typed(pair.a, "merge", moved="0.00000001")
    answer = made.post(bench(place.round, cluster=cluster.pk), broken | {"do": "preview"})
    assert answer.status_code == 422
    assert "at most six decimals" in text(answer)


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("keep", {"own": "100.01"}, "more than was declared"),
        ("merge", {"moved": "10", "into": ""}, "Name the component"),
        ("merge", {"moved": "10", "into": "SB0000-1/1"}, "There is no “SB0000-1/1” here"),
        ("strip", {"capability": ""}, "Name a capability"),
        ("strip", {"capability": "GX-0"}, "There is no “GX-0” here"),
        ("reuse", {"system": ""}, "Name a system"),
        ("keep", {"own": "-1"}, "An amount is not negative"),
        ("keep", {"own": "abc"}, "is not an amount"),
    ],
)
def test_a_refusal_is_a_sentence_and_loses_nothing(place, pair, cluster, kind, fields, words):
    data = plan_of(pair) | typed(pair.a, kind, **fields)
    for do in ("preview", "save", "propose"):
        answer = send(place.people.li, place.round, data, do, cluster=cluster.pk)
        assert words in text(answer)
        assert "同类</textarea>" in text(answer)
        for name, value in fields.items():
            assert f'name="l{pair.a.pk}-{name}" value="{value}"' in text(answer)
    assert not Act.objects.exists()


def test_only_what_the_disposition_allows_is_read(place, pair, cluster):
    data = plan_of(pair) | typed(pair.a, "reject", own="5", moved="60", into=pair.b.reference, capability="GX-0")
    send(place.people.li, place.round, data, "save", cluster=cluster.pk)
    d = Disposition.objects.get(line=pair.a)
    assert (d.own, d.moved, d.saved) == (Decimal("0.00"), Decimal("0.00"), Decimal("100.00"))


def test_what_lacks_a_verdict_or_a_condition_is_said_before_proposing(place, pair, cluster):
    Finding.objects.create(
        line=pair.a, other_line=pair.b, pool="round", band="doubtful", pair_key=pair_key_of(pair.a, pair.b)
    )
    capability = CapabilityFactory(jurisdiction=place.jurisdiction, name="视频接入服务")
    Finding.objects.create(line=pair.b, capability=capability, pool="catalog", band="likely", pair_key="c")
    data = plan_of(pair) | typed(pair.a, "remediate")
    page = text(send(place.people.li, place.round, data, "preview", cluster=cluster.pk))
    assert "A verdict is missing" in page
    assert "A condition is missing" in page


def test_a_line_in_another_proposal_is_named(place, pair, cluster):
    act = proposed(place, pair)
    page = text(send(place.people.wang, place.round, plan_of(pair), "preview", state="proposed", cluster=cluster.pk))
    assert "Stands in another proposal" in page
    assert act.number in page


def test_lines_that_go_into_a_line_that_moves_are_taken_along(place, pair, cluster):
    scenes.decide(place, keep(pair.b), scenes.merge(pair.a, pair.b, 60, 5))
    third = scenes.application(place, "transport", 300)
    data = typed(pair.b, "merge", moved="10", into=module(third).reference)
    answer = send(place.people.li, place.round, data, "preview", line=pair.b.pk)
    assert [d.line for d in answer.context["figures"].taken_along] == [pair.a]


# ---- saving and proposing


def test_a_plan_is_saved_loaded_changed_and_proposed(place, pair, cluster):
    li = place.people.li
    answer = send(li, place.round, plan_of(pair), "save", cluster=cluster.pk)
    assert "The plan is saved" in said(answer)
    act = Act.objects.get()
    page = text(client(li).get(bench(place.round, cluster=cluster.pk)))
    assert f'name="l{pair.a.pk}-moved" value="60.00"' in page
    assert f'name="act" value="{act.pk}"' in page
    data = plan_of(pair, act=act.pk, version=act.version) | typed(
        pair.a, "merge", own="6", moved="50", into=pair.b.reference
    )
    answer = send(li, place.round, data, "propose", cluster=cluster.pk)
    assert "is proposed" in said(answer)
    act.refresh_from_db()
    assert (act.status, act.dispositions.get(line=pair.a).moved) == (ActStatus.PROPOSED, Decimal("50.00"))


def test_a_plan_that_may_not_be_proposed_yet_is_saved(place, pair, cluster):
    answer = send(place.people.li, place.round, plan_of(pair, reason=""), "propose", cluster=cluster.pk)
    assert "The plan is saved, but it cannot be proposed yet." in said(answer)
    assert "An act has a reason" in said(answer)
    assert Act.objects.get().status == ActStatus.PLANNED


def test_after_proposing_the_next_cluster_lies_on_the_desk(place, pair, cluster):
    more = [module(scenes.application(place, who, 10)) for who in ("transport", "health")]
    after = clusters.create_cluster(place.round, more, by=place.people.li, name="下一簇")
    answer = send(place.people.li, place.round, plan_of(pair), "propose", cluster=cluster.pk)
    assert answer["Location"].endswith(f"cluster={after.pk}")


def test_an_empty_plan_is_refused(place, pair, cluster):
    answer = send(place.people.li, place.round, {"reason": "x"}, "save", cluster=cluster.pk)
    assert answer.status_code == 422
    assert "Choose at least one line to decide." in text(answer)


def test_a_colleagues_change_is_told_and_the_second_attempt_counts(place, pair, cluster):
    li, wang = place.people.li, place.people.wang
    send(li, place.round, plan_of(pair), "save", cluster=cluster.pk)
    act = Act.objects.get()
    seen = act.version
    send(wang, place.round, plan_of(pair, act=act.pk, version=seen, reason="王的理由"), "save", cluster=cluster.pk)
    answer = send(
        li, place.round, plan_of(pair, act=act.pk, version=seen, reason="李的理由"), "save", cluster=cluster.pk
    )
    assert answer.status_code == 422
    assert "Somebody changed this record meanwhile" in text(answer)
    assert "李的理由" in text(answer)
    now = Act.objects.get().version
    assert f'name="version" value="{now}"' in text(answer)
    send(li, place.round, plan_of(pair, act=act.pk, version=now, reason="李的理由"), "save", cluster=cluster.pk)
    assert Act.objects.get().reason == "李的理由"


def test_a_plan_begun_by_a_colleague_is_not_written_beside(place, pair, cluster):
    send(place.people.wang, place.round, plan_of(pair), "save", cluster=cluster.pk)
    answer = send(place.people.li, place.round, plan_of(pair), "save", cluster=cluster.pk)
    assert "began a plan for these lines meanwhile" in text(answer)
    assert Act.objects.count() == 1


def test_a_plan_is_edited_from_its_page(place, pair):
    act = proposed(place, pair)
    acts.take_back(act, by=place.people.li, reason="x")
    page = text(client(place.people.li).get(bench(place.round, act=act.pk)))
    assert f'name="l{pair.a.pk}-moved" value="60.00"' in page
    assert f"{bench(place.round)}?act={act.pk}" in text(look(place.people.li, "act", act.pk))


# ---- kinds of places, cost items, sources, conditions


def test_every_kind_of_place_is_typed_by_its_code(place, pair):
    capability = CapabilityFactory(jurisdiction=place.jurisdiction, code="GX-V", name="视频接入服务")
    SystemFactory(owner=place.police, code="SYS-X", name="雪亮平台")
    earlier = Project.objects.create(
        code="XM2025-7", name="在建平台", jurisdiction=place.jurisdiction, lead=place.transport, is_inherited=True
    )
    component = Component.objects.create(project=earlier, code="XM2025-7/1", name="视频部分")
    more = [LineFactory(application=pair.health, sequence=n, declared=Decimal("10.00")) for n in (2, 3)]
    data = (
        typed(pair.a, "merge", moved="20", into="XM2025-7/1 · 视频部分")
        | typed(more[0], "strip", capability="GX-V · 视频接入服务", own="1")
        | typed(more[1], "reuse", system="SYS-X")
        | {"reason": "x"}
    )
    send(place.people.li, place.round, data, "save", application=pair.health.pk)
    kinds = {d.line: d for d in Disposition.objects.all()}
    assert kinds[pair.a].target_component == component
    assert kinds[more[0]].capability == capability
    assert kinds[more[1]].system.code == "SYS-X"
    page = text(client(place.people.li).get(bench(place.round, application=pair.health.pk)))
    for words in ("XM2025-7/1 · 视频部分", "GX-V · 视频接入服务", "SYS-X · 雪亮平台"):
        assert words in page


def test_places_of_another_city_are_not_there(place, pair):
    foreign = two(city("han"))
    data = typed(pair.a, "merge", moved="1", into=foreign.b.reference) | {"reason": "x"}
    assert "There is no" in text(send(place.people.li, place.round, data, "save", application=pair.health.pk))


def test_a_cost_item_moves_with_the_module_that_it_serves(place, pair):
    gateway = LineFactory(
        application=pair.health, sequence=2, kind="hardware", declared=Decimal("40.00"), serves=pair.a
    )
    both = clusters.create_cluster(place.round, [pair.a, pair.b], by=place.people.li, name="视频")
    page = text(client(place.people.li).get(bench(place.round, cluster=both.pk)))
    assert gateway.name in page
    data = plan_of(pair) | typed(gateway, "merge", moved="30")
    send(place.people.li, place.round, data, "propose", cluster=both.pk)
    d = Disposition.objects.get(line=gateway)
    assert (d.target_line, d.moved, d.act.status) == (pair.b, Decimal("30.00"), ActStatus.PROPOSED)


def _plan_fields():
    act = Act.objects.filter(status=ActStatus.PLANNED).first()
    return {"act": act.pk, "version": act.version} if act else {}


def test_a_rate_follows_its_base_and_what_was_declared_for_it_is_cut(place, pair):
    supervision = LineFactory(
        application=pair.health, sequence=3, kind="supervision", declared=Decimal("10.00"), rate=Decimal("0.1")
    )
    LineBase.objects.create(line=supervision, base=pair.a)
    both = clusters.create_cluster(place.round, [pair.a], by=place.people.li, name="视频")
    data = typed(pair.a, "keep", own="50") | typed(supervision, "keep") | {"reason": "核减"}
    send(place.people.li, place.round, data, "propose", cluster=both.pk)
    d = Disposition.objects.get(line=supervision)
    assert (d.own, d.saved) == (Decimal("5.00"), Decimal("5.00"))


def test_the_sources_of_a_transfer_are_edited_and_in_proportion_without(place, pair, cluster):
    bond = FundingSourceFactory(jurisdiction=place.jurisdiction, code="bond")
    LineSource.objects.filter(line=pair.a).update(amount=Decimal("70.00"))
    LineSource.objects.create(line=pair.a, source=bond, year=2027, amount=Decimal("30.00"))
    send(place.people.li, place.round, plan_of(pair), "save", cluster=cluster.pk)
    moved = lambda: {s.source.code: s.amount for s in Disposition.objects.get(line=pair.a).shares.filter(part="moved")}  # noqa: E731
    assert moved() == {"bond": Decimal("18.00"), "city": Decimal("42.00")}
    data = plan_of(pair, **_plan_fields()) | {f"l{pair.a.pk}-source_0": "30", f"l{pair.a.pk}-source_1": "30"}
    send(place.people.li, place.round, data, "save", cluster=cluster.pk)
    assert moved() == {"bond": Decimal("30.00"), "city": Decimal("30.00")}
    data = plan_of(pair, **_plan_fields()) | {f"l{pair.a.pk}-source_0": "31", f"l{pair.a.pk}-source_1": "29"}
    assert "do not add up" in text(send(place.people.li, place.round, data, "save", cluster=cluster.pk))


def test_conditions_with_their_days_are_kept_and_one_more_row_is_offered(place, pair, cluster):
    rows = {"condition_0": "数据入池", "due_0": "2027-06-30", "condition_1": "等保备案"}
    data = plan_of(pair) | typed(pair.a, "remediate", own="80", **rows)
    send(place.people.li, place.round, data, "save", cluster=cluster.pk)
    found = Disposition.objects.get(line=pair.a).conditions.values_list("text", "due_on")
    assert [(words, str(day) if day else None) for words, day in found] == [
        ("数据入池", "2027-06-30"),
        ("等保备案", None),
    ]
    page = text(client(place.people.li).get(bench(place.round, cluster=cluster.pk)))
    assert 'value="数据入池"' in page
    assert 'value="2027-06-30"' in page
    assert f'name="l{pair.a.pk}-condition_2"' in page
    broken = plan_of(pair, **_plan_fields()) | typed(pair.a, "remediate", condition_0="x", due_0="bald")
    answer = send(place.people.li, place.round, broken, "save", cluster=cluster.pk)
    assert answer.status_code == 422
    assert 'value="bald"' in text(answer)


def test_what_was_confirmed_may_be_decided_anew(place, pair, cluster):
    first = scenes.decide(place, keep(pair.b), scenes.merge(pair.a, pair.b, 60, 5))
    page = text(client(place.people.li).get(bench(place.round, state="confirmed", cluster=cluster.pk)))
    assert first.number in page
    data = typed(pair.a, "keep", own="90") | {"reason": "复议"}
    send(place.people.li, place.round, data, "propose", state="confirmed", cluster=cluster.pk)
    assert Act.objects.exclude(pk=first.pk).get().status == ActStatus.PROPOSED


# ---- cost of a page


def test_a_cluster_of_four_asks_as_often_as_a_cluster_of_two(place, django_assert_max_num_queries):
    def queries(cluster):
        made = client(place.people.li)
        with django_assert_max_num_queries(80) as seen:
            assert made.get(bench(place.round, cluster=cluster.pk)).status_code == 200
        return len(seen)

    def cluster(count):
        capability = CapabilityFactory(jurisdiction=place.jurisdiction)
        lines = [module(scenes.application(place, "health", 10)) for _n in range(count)]
        for line in lines:
            LineFactory(application=line.application, sequence=2, kind="hardware", serves=line)
            Finding.objects.create(
                line=line, capability=capability, pool="catalog", band="look", pair_key=f"k{line.pk}"
            )
        return clusters.create_cluster(place.round, lines, by=place.people.li, name="x")

    two, four = cluster(2), cluster(4)
    queries(two)
    assert queries(two) == queries(four)


def test_a_list_of_three_clusters_asks_as_often_as_a_list_of_one(place, pair, cluster, django_assert_max_num_queries):
    def queries():
        made = client(place.people.li)
        with django_assert_max_num_queries(80) as seen:
            made.get(bench(place.round, cluster=cluster.pk))
        return len(seen)

    queries()
    one = queries()
    for department in ("transport", "health"):
        other = Cluster.objects.create(round=place.round, name="又一簇")
        ClusterMember.objects.create(cluster=other, line=module(scenes.application(place, department, 10)))
    assert queries() == one


def test_a_line_of_unknown_amount_is_said_and_not_decided(place, pair):
    unknown = LineFactory(application=pair.health, sequence=5, declared=None)
    answer = send(place.people.li, place.round, typed(unknown, "keep"), "preview", application=pair.health.pk)
    assert "is unknown: ask the department" in text(answer)
