from __future__ import annotations

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.models import OutboxMessage
from common.search import Words
from config.search import queries
from governance.models import User
from matching.embed import HashEmbedder
from projects.states import ApplicationStatus
from reviews.services.screening import stock, vectors
from tests.api import Program
from tests.factories import (
    ApplicationFactory,
    CapabilityFactory,
    DataResourceFactory,
    LineFactory,
    SystemFunctionFactory,
    city,
)
from tests.governance.pages import as_, text

pytestmark = pytest.mark.django_db
A = ApplicationStatus


class Likening:
    """A model for tests: texts about the same thing lie near, all others as their characters do."""

    id = "likening-1"
    is_degraded = False
    THINGS = (("交费", "缴费", "支付"), ("地图", "图层"), ("视频", "监控", "摄像头"), ("病历",))
    width = HashEmbedder.width + len(THINGS)

    def encode(self, texts):
        things = [[3.0 * any(word in text for word in words) for words in self.THINGS] for text in texts]
        rows = np.hstack([HashEmbedder().encode(texts), np.array(things, np.float32)])
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def here():
    return city()


@pytest.fixture
def model(monkeypatch):
    found = Likening()
    monkeypatch.setattr(vectors, "embedder", lambda: found)
    stock.forget()
    yield found
    stock.forget()


def applied(here, department, name, module="模块", description="", status=A.CONSOLIDATION):
    made = ApplicationFactory(round=here.round, department=department, name=name, status=status)
    LineFactory(application=made, name=module, description=description)
    return made


def found(user, asked, kind=""):
    result = queries.by_words(User.objects.get(pk=user.pk), queries.read(asked), kind)
    return {group.key: [hit.title for hit in group.hits] for group in result.groups}


def test_one_question_goes_to_every_kind_of_record(here):
    applied(here, here.health, "视频会诊平台", "视频通话")
    CapabilityFactory(jurisdiction=here.jurisdiction, name="视频接入")
    SystemFunctionFactory(system__owner=here.police, system__name="街面系统", name="视频调阅")
    DataResourceFactory(provider=here.police, name="视频点位")

    assert found(here.people.li, "视频") == {
        "application": ["视频会诊平台"],
        "module": ["视频通话"],
        "capability": ["视频接入"],
        "system": ["街面系统"],
        "data": ["视频点位"],
    }


def test_each_of_several_words_must_be_there(here):
    applied(here, here.health, "电子病历共享平台")
    applied(here, here.health, "电子票据平台")

    assert found(here.people.li, "平台 病历")["application"] == ["电子病历共享平台"]
    assert found(here.people.li, "电子 地图") == {}


def test_traditional_characters_find_simplified_ones(here):
    applied(here, here.health, "电子病历共享平台")
    assert found(here.people.li, "電子病歷")["application"] == ["电子病历共享平台"]


def test_what_is_called_so_comes_first(here):
    applied(here, here.health, "全市地图")
    applied(here, here.health, "地图")
    applied(here, here.health, "地图服务")
    assert found(here.people.li, "地图")["application"] == ["地图", "地图服务", "全市地图"]


@pytest.mark.parametrize("asked", ["平台", "秘密", "SB2027-7001", "SB2027-7001/1"])
def test_a_clerk_hears_nothing_of_another_department_not_even_a_count(here, asked):
    made = applied(here, here.police, "警务秘密平台", "秘密模块")
    made.number = "SB2027-7001"
    made.save()
    made.lines.update(sequence=1)

    assert found(here.people.transport, asked) == {}
    page = as_(here.people.transport).get(reverse("search"), {"q": asked})
    assert page.status_code == 200
    assert "秘密模块" not in text(page)
    assert "警务" not in text(page)


def test_the_authority_finds_no_draft_and_its_own_department_does(here):
    applied(here, here.health, "草稿平台", status=A.DRAFT)
    assert "application" not in found(here.people.li, "草稿平台")
    assert found(here.people.health, "草稿平台")["application"] == ["草稿平台"]


def test_people_are_found_by_those_who_may_know_them(here):
    User.objects.filter(pk=here.people.police.pk).update(display_name="高建军")
    assert found(here.people.head, "高建军") == {"person": ["高建军"]}
    assert found(here.people.li, "高建军") == {}


def test_a_number_leads_straight_to_its_record(here):
    made = applied(here, here.health, "平台")
    line = made.lines.get()
    client = as_(here.people.health)

    assert client.get(reverse("search"), {"q": made.number.lower()})["Location"] == f"/projects/{made.number}/"
    there = client.get(reverse("search"), {"q": line.reference})["Location"]
    assert there == reverse("projects:line", args=[made.number, line.pk])


def test_a_number_with_a_kind_stays_on_the_page(here):
    made = applied(here, here.health, "平台")
    page = as_(here.people.health).get(reverse("search"), {"q": made.number, "kind": "application"})
    assert page.status_code == 200


def test_one_kind_shows_more_than_five(here):
    for _n in range(7):
        applied(here, here.health, "平台")
    assert len(found(here.people.li, "平台")["application"]) == 5
    assert len(found(here.people.li, "平台", "application")["application"]) == 7
    page = as_(here.people.li).get(reverse("search"), {"q": "平台"})
    assert "7 records" in text(page)


def test_the_words_are_marked_where_they_stand():
    words = Words.read("Map 图层")
    assert words.spans("The MAP and its 图层") == ((4, 7), (16, 18))
    assert Words.read("").match("name") == Words.read("   ").match("name")


def test_signs_of_the_database_are_words_like_others(here):
    applied(here, here.health, "100% 覆盖_平台")
    assert found(here.people.li, "100%") != {}
    assert found(here.people.li, "%平") == {}
    assert found(here.people.li, "覆盖_平") != {}


def test_an_empty_question_says_what_can_be_asked(here):
    page = as_(here.people.li).get(reverse("search"))
    assert "What are you looking for?" in text(page)


def test_who_holds_no_role_finds_nothing_and_is_told_why(here):
    nobody = User.objects.create(username="nobody")
    CapabilityFactory(jurisdiction=here.jurisdiction, name="地图")
    page = text(as_(nobody).get(reverse("search"), {"q": "地图"}))
    assert "You hold no role yet" in page
    assert "/catalog/capabilities/" not in page


def test_suggestions_are_the_first_hits_and_the_way_to_all(here):
    CapabilityFactory(jurisdiction=here.jurisdiction, name="地图服务")
    part = text(as_(here.people.health).get(reverse("search-suggest"), {"q": "地图"}))
    assert "地图</mark>服务" in part
    assert "/search/?q=" in part
    assert text(as_(here.people.health).get(reverse("search-suggest"), {"q": "地"})).strip() == ""


def test_the_page_asks_few_queries_for_one_row_and_three(here):
    counts, client = [], as_(here.people.li)
    client.get(reverse("search"))
    for more in (1, 2):
        for n in range(more):
            applied(here, here.health, f"视频平台{more}{n}", "视频模块")
            CapabilityFactory(jurisdiction=here.jurisdiction, name="视频接入")
            SystemFunctionFactory(system__owner=here.police, name="视频调阅")
            DataResourceFactory(provider=here.police, name="视频点位")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("search"), {"q": "视频"}).status_code == 200
        counts.append(len(asked))
    assert counts == [10, 10]


def near(user, asked):
    likeness = queries.by_meaning(User.objects.get(pk=user.pk), queries.read(asked))
    return {group.key: [hit.title for hit in group.hits] for group in likeness.groups}


def test_other_words_are_found_by_their_meaning(here, model):
    CapabilityFactory(jurisdiction=here.jurisdiction, name="统一支付", services_offered="窗口扫码缴费")
    CapabilityFactory(jurisdiction=here.jurisdiction, name="地图服务", services_offered="图层叠加")
    applied(here, here.health, "平台", "罚款支付", "在线支付")

    assert near(here.people.li, "扫码交费") == {"capability": ["统一支付"], "module": ["罚款支付"]}


def test_meaning_tells_a_clerk_nothing_of_another_department(here, model):
    applied(here, here.police, "平台", "罚款支付", "在线支付")
    assert near(here.people.transport, "扫码交费") == {}
    assert near(here.people.police, "扫码交费") == {"module": ["罚款支付"]}


def test_what_has_the_words_is_not_told_twice(here, model):
    CapabilityFactory(jurisdiction=here.jurisdiction, name="统一支付", services_offered="窗口扫码缴费")
    assert near(here.people.li, "支付") == {}


def test_a_changed_application_is_read_anew(here, model):
    made = applied(here, here.health, "平台", "罚款支付", "在线支付")
    assert near(here.people.li, "交费") == {"module": ["罚款支付"]}
    made.lines.update(name="病历共享", description="病历")
    made.touch(made.pk)
    assert near(here.people.li, "交费") == {}


def test_without_a_model_the_page_says_that_only_words_were_searched(here, monkeypatch):
    monkeypatch.setattr(vectors, "embedder", lambda: HashEmbedder())
    page = as_(here.people.li).get(reverse("search-meaning"), {"q": "扫码交费"})
    assert "Only words were searched" in text(page)


def test_a_model_that_fails_costs_the_meaning_and_not_the_page(here, model, monkeypatch):
    CapabilityFactory(jurisdiction=here.jurisdiction, name="统一支付", services_offered="窗口扫码缴费")

    def fail(texts):
        raise RuntimeError("no memory")

    monkeypatch.setattr(model, "encode", fail)
    page = as_(here.people.li).get(reverse("search-meaning"), {"q": "扫码交费"})
    assert page.status_code == 200
    assert "Not every text has been read yet" in text(page)
    asked = OutboxMessage.objects.filter(task=stock.READ)
    assert [message.payload for message in asked] == [{"jurisdiction_id": here.jurisdiction.pk}]


def test_a_program_searches_the_same(here, model):
    made = applied(here, here.health, "视频会诊平台")
    CapabilityFactory(jurisdiction=here.jurisdiction, name="影像接入", services_offered="摄像头")
    body = Program(here.people.li).read("search/?q=视频")

    assert body["count"] == 1
    assert body["by_words"][0]["hits"][0]["number"] == made.number
    assert [group["kind"] for group in body["by_meaning"]] == ["capability"]
    assert Program(here.people.li).get("/api/v1/search/").status_code == 400
