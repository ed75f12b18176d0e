"""The workbench and the pages of acts in a real browser: keys, parts that come anew, no barrier, no English."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.models import Capability
from projects.models import Line
from reviews.models import Act, Finding, PairVerdict
from reviews.queries.pairs import pair_key_of
from reviews.services import acts, clusters, endings, verdicts
from reviews.services.plan import plan
from reviews.states import ActStatus
from tests import scenes
from tests.browser.looking import PHONE, assert_is_sound, sideways, watching
from tests.browser.signing_in import sign_in
from tests.factories import CapabilityFactory, LineFactory, SystemFactory, SystemFunctionFactory, city
from tests.scenes import keep, merge, module

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS = (
    ("health", "现场图像接入", "把监控点位纳入平台，提供实况调阅与存储回看。"),
    ("police", "视频监控汇聚", "接入探头，实现实时预览和录像回放。"),
    ("transport", "水尺识别", "接入摄像头，自动识别水尺读数。"),
)
# Keys, codes of records, a standard.
LATIN = re.compile(r"(?:SB|TC)[\d/-]+|\b(?:cap|sys)-\d+|Ctrl|\b[JKQWERTYABC]\b")


@pytest.fixture
def place():
    return city()


@pytest.fixture
def bench(place):
    """Three modules that seem alike, a capability, a system, and a cost item that serves one of them."""
    lines = []
    for amount, (department, name, description) in zip((100, 300, 50), TEXTS, strict=True):
        line = module(scenes.application(place, department, amount))
        Line.objects.filter(pk=line.pk).update(name=name, description=description)
        line.refresh_from_db()
        lines.append(line)
    LineFactory(application=lines[1].application, sequence=2, kind="hardware", serves=lines[1], name="接入网关")
    capability = CapabilityFactory(jurisdiction=place.jurisdiction, provider=place.bureau, name="视频接入服务")
    function = SystemFunctionFactory(system=SystemFactory(owner=place.police, name="雪亮平台"), name="调阅")
    for one, other, score in ((0, 1, 0.94), (1, 2, 0.62)):
        a, b = lines[one], lines[other]
        spans = [{side: {"field": "description", "start": 0, "end": 4} for side in "ab"}]
        Finding.objects.create(
            line=a, other_line=b, pool="round", band="likely" if score > 0.9 else "doubtful", score=score,
            pair_key=pair_key_of(a, b), evidence={"aligned": spans},
        )  # fmt: skip
    Finding.objects.create(line=lines[1], capability=capability, pool="catalog", band="look", score=0.9, pair_key="c")
    Finding.objects.create(line=lines[1], function=function, pool="systems", band="look", score=0.8, pair_key="s")
    clusters.create_cluster(place.round, lines, by=place.people.li, name="视频监控汇聚与调阅")
    other = [module(scenes.application(place, department, 20)) for department in ("health", "police")]
    clusters.create_cluster(place.round, other, by=place.people.li, name="短信通知")
    return lines


def workbench(page: Page, server: LiveServer, place) -> None:
    sign_in(page, server.url, place.people.li)
    page.goto(server.url + reverse("reviews:workbench", args=[place.round.pk]))


def chosen(page: Page) -> list[str]:
    return page.locator("[data-kind]:checked").evaluate_all("all => all.map((one) => one.dataset.kind)")


def test_a_case_is_decided_without_the_mouse(live_server: LiveServer, page: Page, place, bench):
    with watching(page):
        workbench(page, live_server, place)
        expect(page.locator("#case-head")).to_have_text("视频监控汇聚与调阅")
        page.keyboard.press("q")  # A is kept
        expect(page.locator("#plan-figures .identity")).to_contain_text("0.03")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("1")  # B is a duplicate of A
        pressed = page.locator('[data-key="1"][aria-pressed="true"]')
        expect(pressed).to_have_count(1)
        assert PairVerdict.objects.get().verdict == "duplicate"
        assert chosen(page) == ["keep"]
        page.keyboard.press("w")  # B goes into A, which suggests itself
        expect(page.locator(".member.is-active .for-merge input")).to_be_visible()
        moved = page.locator(".member.is-active input[name$=-moved]")
        moved.fill("0.006")
        moved.press("Tab")
        expect(page.locator("#plan-figures .identity")).to_contain_text("0.006")
        page.locator("h1").click()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("y")  # C is not built
        expect(page.locator("#plan-figures .ba").first.locator("tbody tr")).to_have_count(3)
        page.locator("textarea[name=reason]").fill("同类功能，一次建设。")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".messages")).to_contain_text("判定")  # B–C is doubtful and has no verdict
    assert Act.objects.get().status == ActStatus.PLANNED


def decide_with_keys(page: Page) -> None:
    """A is kept, B merged into it with an amount, C rejected; the reason is written."""
    keys = page.keyboard
    keys.press("q")
    for verdict, kind in (("1", "w"), ("3", "y")):
        keys.press("ArrowRight")
        keys.press(verdict)
        keys.press(kind)  # while the verdict is still on its way
        expect(page.locator(".member.is-active")).to_be_focused()
    page.wait_for_load_state("networkidle")
    keys.press("ArrowLeft")
    keys.press("a")  # into the fields of B: the place, then the amounts
    expect(page.locator(".member.is-active :focus")).to_have_count(1)
    for _field in range(2):
        keys.press("Tab")
        page.wait_for_load_state("networkidle")
    expect(page.locator("input[name$=-moved]:focus")).to_have_count(1)
    keys.type("0.006")
    keys.press("Escape")
    expect(page.locator("#plan-figures .identity")).to_contain_text("0.006")
    keys.press("g")
    keys.type("同类功能，一次建设。")
    keys.press("Escape")


def test_from_a_cluster_to_the_proposal_and_the_next_one_with_keys_alone(
    live_server: LiveServer, page: Page, place, bench
):
    for finding in Finding.objects.unjudged():
        verdicts.judge(finding, "related", by=place.people.li)
    with watching(page):
        workbench(page, live_server, place)
        decide_with_keys(page)
        page.keyboard.press("Enter")  # saves the plan
        expect(page.locator(".messages")).to_contain_text("已保存")
        expect(page.locator(".member.is-active")).to_be_focused()
        page.keyboard.press("Control+Enter")
        expect(page.locator(".messages")).to_contain_text("已提交")
        expect(page.locator("#case-head")).to_have_text("短信通知")
    act = Act.objects.get()
    assert act.status == ActStatus.PROPOSED
    assert sorted(act.dispositions.values_list("kind", flat=True)) == ["keep", "merge", "reject"]


def test_enter_in_a_field_saves_and_gives_no_verdict(live_server: LiveServer, page: Page, place, bench):
    workbench(page, live_server, place)
    page.keyboard.press("y")
    page.locator("input[name=title]").fill("一项")
    page.locator("input[name=title]").press("Enter")
    expect(page.locator(".messages")).to_contain_text("已保存")
    assert not PairVerdict.objects.exists()


def test_steps_go_back_and_forth(live_server: LiveServer, page: Page, place, bench):
    workbench(page, live_server, place)
    page.keyboard.press("q")
    page.keyboard.press("y")
    assert chosen(page) == ["reject"]
    page.keyboard.press("Control+z")
    assert chosen(page) == ["keep"]
    expect(page.locator("#plan-figures .identity")).to_contain_text("0.03")
    page.locator("[data-undo]").click()
    assert chosen(page) == []
    page.keyboard.press("Control+Shift+z")
    assert chosen(page) == ["keep"]
    expect(page.locator("[data-redo]")).to_be_enabled()


def test_all_keys_are_told_in_a_dialog(live_server: LiveServer, page: Page, place, bench):
    workbench(page, live_server, place)
    page.keyboard.press("?")
    dialog = page.locator("#bench-keys")
    expect(dialog).to_be_visible()
    page.keyboard.press("q")  # keys rest while a dialog is open
    assert chosen(page) == []
    assert_is_sound(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_a_verdict_by_key_is_never_that_of_another_member(live_server: LiveServer, page: Page, place, bench):
    workbench(page, live_server, place)
    for _step in range(4):  # the cost item comes after the three modules
        page.keyboard.press("ArrowRight")
    page.keyboard.press("1")
    page.wait_for_timeout(300)
    assert not PairVerdict.objects.exists()


def test_keys_stay_out_of_typing_and_can_be_switched_off(live_server: LiveServer, page: Page, place, bench):
    workbench(page, live_server, place)
    page.locator("textarea[name=reason]").fill("")
    page.locator("textarea[name=reason]").press_sequentially("qwerty123jk")
    assert chosen(page) == []
    assert "cluster=" not in page.url
    page.locator("h1").click()
    page.locator("[data-keys-switch]").click()
    expect(page.locator("[data-keys-switch]")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("q")
    assert chosen(page) == []
    page.reload()
    page.keyboard.press("q")
    assert chosen(page) == []
    page.locator("[data-keys-switch]").click()
    page.locator("h1").click()
    page.keyboard.press("q")
    assert chosen(page) == ["keep"]


def test_clusters_are_walked_with_two_keys(live_server: LiveServer, page: Page, place, bench):
    workbench(page, live_server, place)
    page.keyboard.press("j")
    expect(page.locator("#case-head")).to_have_text("短信通知")
    page.keyboard.press("k")
    expect(page.locator("#case-head")).to_have_text("视频监控汇聚与调阅")


def test_a_changed_plan_asks_before_it_is_left(live_server: LiveServer, page: Page, place, bench):
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    workbench(page, live_server, place)
    page.locator("textarea[name=reason]").fill("写了一半")
    page.locator(".cl a").nth(1).click()
    expect(page.locator("#case-head")).to_have_text("视频监控汇聚与调阅")
    assert asked == ["beforeunload"]


def test_evidence_is_judged_in_a_dialog_and_one_is_back_at_the_bench(live_server: LiveServer, page: Page, place, bench):
    workbench(page, live_server, place)
    page.locator(".cmp").get_by_role("link", name="依据").first.click()
    dialog = page.locator("#page-dialog")
    expect(dialog.locator("mark").first).to_be_visible()
    dialog.locator("input[value=different]").check()
    dialog.get_by_role("button", name="提交判定").click()
    expect(page.locator("#case-head")).to_be_visible()
    assert PairVerdict.objects.get().verdict == "different"


@pytest.fixture
def without_scripts(browser, browser_context_args):
    context = browser.new_context(**{**browser_context_args, "java_script_enabled": False})
    yield context.new_page()
    context.close()


def test_everything_works_without_scripts(live_server: LiveServer, without_scripts: Page, place, bench):
    page = without_scripts
    workbench(page, live_server, place)
    first = page.locator(".cmp td.member").first
    first.locator('input[value="strip"]').check(force=True)
    page.get_by_role("button", name="重新计算").click()
    expect(page.locator("#plan-figures .identity")).to_contain_text("节约")
    assert page.locator('.cmp td.member input[value="strip"]:checked').count() == 1
    page.locator("textarea[name=reason]").fill("由统建能力提供。")
    page.get_by_role("button", name="提交复核").click()
    assert Act.objects.get().status == ActStatus.PROPOSED
    sign_in(page, live_server.url, place.people.wang)
    page.goto(live_server.url + reverse("reviews:act", args=[Act.objects.get().pk]))
    page.locator(".decide").get_by_role("button", name="确认方案").click()
    assert Act.objects.get().status == ActStatus.CONFIRMED


def test_on_a_phone_the_decision_stays_at_the_bottom(live_server: LiveServer, page: Page, place, bench):
    act = acts.propose(
        plan("理由", [keep(module(scenes.application(place, "health", 9)))], by=place.people.li), by=place.people.li
    )
    sign_in(page, live_server.url, place.people.wang)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(live_server.url + reverse("reviews:act", args=[act.pk]))
    button = page.locator(".abar").get_by_role("button", name="确认方案")
    expect(button).to_be_in_viewport()
    assert sideways(page) <= 0
    button.click()
    expect(page.locator(".messages")).to_contain_text("方案已确认")


def latin(page: Page) -> list[str]:
    return re.findall(r"[A-Za-z]{2,}", LATIN.sub("", page.locator("main").inner_text()))


def test_no_page_has_a_barrier_or_a_word_of_english(live_server: LiveServer, page: Page, place, bench):
    people = place.people
    for finding in Finding.objects.unjudged():
        verdicts.judge(finding, "related", by=people.li)
    act = scenes.decide(place, keep(bench[1]), merge(bench[2], bench[1], 30), settled=False)
    endings.ask_end(bench[0].application, "deferred", by=people.li, reason="缓建")
    waiting = acts.propose(
        plan("理由", [keep(module(scenes.application(place, "health", 9)))], by=people.li), by=people.li
    )
    contested = scenes.decide(place, keep(module(scenes.application(place, "police", 9))), settled=False)
    acts.contest(contested, place.police, by=people.police, text="业务特殊")
    finding, cluster = Finding.objects.first(), place.round.clusters.first()
    number = bench[0].application.number
    pages = {
        people.wang: [
            ("workbench", place.round.pk), ("act", act.pk), ("act", waiting.pk), ("acts",), ("ends",), ("end", number),
            ("finding", finding.pk), ("line_findings", bench[0].pk), ("application_review", number),
            ("cluster", cluster.pk), ("cluster-new", place.round.pk),
        ],
        people.zhou: [("act", contested.pk)],
        people.li: [("act", waiting.pk)],
        people.police: [("act", act.pk), ("acts",), ("application_review", bench[1].application.number)],
    }  # fmt: skip
    for user, views in pages.items():
        sign_in(page, live_server.url, user)
        with watching(page):
            for name, *args in views:
                answer = page.goto(live_server.url + reverse(f"reviews:{name}", args=args))
                assert answer and answer.ok, name
                assert_is_sound(page)
                assert latin(page) == [], name
    assert Capability.objects.exists()
