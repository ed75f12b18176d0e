"""Pages of the capability catalog as people use them."""

import pytest

from catalog.models import Capability, FunctionCategory
from catalog.services import starter
from catalog.states import CapabilityStatus
from tests.catalog.pages import at, names
from tests.factories import CapabilityFactory

pytestmark = pytest.mark.django_db


def test_the_catalog_is_browsed_by_its_three_indexes(place, clerk):
    starter.load(place.jurisdiction)

    assert "视频接入与共享" in names(clerk.get(at("capabilities") + "?by=category&category=F06"))
    assert names(clerk.get(at("capabilities") + "?category=F06.01")) == {"视频接入与共享"}
    assert names(clerk.get(at("capabilities") + "?by=resource&resource=视频资源")) == {"视频接入与共享"}
    assert names(clerk.get(at("capabilities") + "?by=kind&kind=ai")) == {"智能客服", "人工智能组件"}
    groups = {entry.label: entry.count for entry in clerk.get(at("capabilities")).context["index"]}
    assert groups["感知与视频"] == 3
    assert "监管与执法" not in groups


def test_every_word_of_a_search_must_be_found(place, clerk):
    starter.load(place.jurisdiction)

    assert names(clerk.get(at("capabilities") + "?q=短信 网关")) == {"统一消息服务"}
    assert names(clerk.get(at("capabilities") + "?q=短信 网关 月球")) == set()
    assert "No capability fits" in clerk.get(at("capabilities") + "?q=月球").text


def test_retired_capabilities_are_shown_only_when_asked_for(place, clerk):
    CapabilityFactory(jurisdiction=place.jurisdiction, name="旧能力", status=CapabilityStatus.RETIRED)

    assert names(clerk.get(at("capabilities"))) == set()
    assert names(clerk.get(at("capabilities") + "?status=retired")) == {"旧能力"}


def test_a_capability_shows_first_who_builds_what(place, clerk):
    entry = CapabilityFactory(
        jurisdiction=place.jurisdiction,
        built_centrally="底图\n引擎",
        services_offered="接口",
        department_builds="专题图层",
        not_separately="地图引擎",
    )

    page = clerk.get(at("capability", entry.pk)).text

    where = [page.index(words) for words in ("<li>底图</li>", "<li>接口</li>", "<li>专题图层</li>", "No longer built")]
    assert where == sorted(where)


CAPABILITY = {
    "code": "NL-9",
    "name": "地图服务",
    "kind": "support",
    "status": "planned",
    "level": "city",
    "built_centrally": "底图",
    "services_offered": "接口",
    "department_builds": "图层",
    "access_mode": "api",
}


def test_the_manager_publishes_and_edits_a_capability(place, manager):
    category = FunctionCategory.objects.create(code="F05", name="地图")
    values = {**CAPABILITY, "provider": place.bureau.pk, "categories": [category.pk]}

    response = manager.post(at("capability-create"), values)
    entry = Capability.objects.get()
    assert response.url == at("capability", entry.pk)
    assert (entry.jurisdiction, list(entry.categories.all())) == (place.jurisdiction, [category])

    edited = {**values, "name": "地图与位置服务", "version": entry.version}
    assert manager.post(at("capability-edit", entry.pk), edited).status_code == 302
    assert Capability.objects.get().name == "地图与位置服务"

    stale = manager.post(at("capability-edit", entry.pk), {**edited, "name": "再改"})
    assert stale.status_code == 422
    assert "Somebody changed this record" in stale.text


def test_a_capability_form_that_lacks_something_comes_back_with_words(place, manager):
    response = manager.post(at("capability-create"), {**CAPABILITY, "name": "", "provider": place.bureau.pk})

    assert response.status_code == 422
    assert "This field is required" in response.text
    assert not Capability.objects.exists()


def test_the_manager_moves_a_capability_and_a_refusal_is_said(place, manager):
    entry = CapabilityFactory(jurisdiction=place.jurisdiction)

    refused = manager.post(at("capability-move", entry.pk), {"to": "restricted", "version": 1}, follow=True)
    assert "Say why the capability is restricted" in refused.text
    for other in ("planned", "retired"):  # it ends where it is known who uses it
        unknown = manager.post(at("capability-move", entry.pk), {"to": other, "reason": "x"}, follow=True)
        assert "This status is not known" in unknown.text
    manager.post(at("capability-move", entry.pk), {"to": "restricted", "reason": "容量不足", "version": 1})

    assert Capability.objects.get().status == CapabilityStatus.RESTRICTED


def test_the_catalog_is_a_list_too(place, clerk):
    CapabilityFactory(jurisdiction=place.jurisdiction, name="地图服务", not_separately="地图引擎\n底图")

    page = clerk.get(at("capabilities") + "?show=list").text
    assert "<table" in page
    assert "地图引擎; 底图" in page


def test_a_clerk_may_ask_for_it_from_its_head_and_a_catalog_manager_not(place, clerk, manager):
    entry = CapabilityFactory(jurisdiction=place.jurisdiction)

    assert f"/reviews/capabilities/{entry.pk}/ask/" in clerk.get(at("capability", entry.pk)).text
    assert f"/reviews/capabilities/{entry.pk}/ask/" not in manager.get(at("capability", entry.pk)).text
