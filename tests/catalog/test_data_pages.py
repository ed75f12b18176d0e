"""Pages of the data catalogue as people use them."""

from datetime import date

import pytest

from catalog.models import DataResource
from catalog.services import data
from tests.catalog.pages import at, names, sign_in
from tests.factories import DataResourceFactory

pytestmark = pytest.mark.django_db


DATA = {"code": "JT-D1", "name": "路段", "sharing": "conditional", "openness": "closed"}


def test_a_clerk_catalogues_a_resource_with_pasted_items(place, clerk):
    items = "路段编号\t字符\t20\t是\r\n\r\n里程\t数值\n"
    response = clerk.post(at("data-create"), {**DATA, "provider": place.transport.pk, "items": items})
    resource = DataResource.objects.get()

    assert response.url == at("data-resource", resource.pk)
    assert list(resource.items.values_list("name", "type", "length", "is_key")) == [
        ("路段编号", "字符", 20, True),
        ("里程", "数值", None, False),
    ]
    form = clerk.get(at("data-edit", resource.pk)).context["form"]
    assert form["items"].value().splitlines()[1] == "里程\t数值"

    edited = {
        **DATA,
        "provider": place.transport.pk,
        "items": form["items"].value(),
        "version": 1,
        "summary": "国省干线",
    }
    clerk.post(at("data-edit", resource.pk), edited)
    resource.refresh_from_db()
    assert (resource.summary, resource.version, resource.items.count()) == ("国省干线", 2, 2)


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ("路段\t字符\t二十", "Line 1: “二十” is not a length"),
        ("路段\n\t字符", "Line 2: This field cannot be blank"),
        ("路段\n路段", "item of this name already"),
        ("x" * 201, "Line 1: Ensure this value has at most 200 characters"),
    ],
)
def test_items_that_cannot_be_read_are_told_by_line(place, clerk, items, sentence):
    response = clerk.post(at("data-create"), {**DATA, "provider": place.transport.pk, "items": items})

    assert response.status_code == 422
    assert sentence in response.text
    assert not DataResource.objects.exists()


def test_a_clerk_notes_that_the_pool_holds_a_resource(place, clerk):
    by = place.people.transport
    resource = data.register(place.transport, {"code": "JT-D1", "name": "路段"}, by=by, items=[{"name": "桩号"}])

    wrong = clerk.post(at("data-pool", resource.pk), {"on": "gestern"}, follow=True)
    assert "Give the day" in wrong.text
    clerk.post(at("data-pool", resource.pk), {"on": "2026-05-01", "version": 1})

    resource.refresh_from_db()
    assert resource.pooled_since == date(2026, 5, 1)
    assert sign_in(place.people.health).post(at("data-pool", resource.pk)).status_code == 403
    assert names(clerk.get(at("data") + "?pooled=yes")) == {"路段"}
    assert names(clerk.get(at("data") + "?pooled=no&q=路段")) == set()


def test_the_figures_say_how_far_the_pool_is_filled(place, clerk):
    values = {"provider": place.transport}
    DataResourceFactory(**values, sharing="none", legal_basis="条例")
    DataResourceFactory(**values, sharing="unconditional", pooled_since=date(2026, 1, 1))
    waiting = DataResourceFactory(**values)

    page = clerk.get(at("data"))
    figures = page.context["figures"]
    assert (figures.total, figures.shared, figures.unconditional, figures.pooled, figures.waiting) == (3, 2, 1, 1, 1)
    assert names(clerk.get(at("data") + "?pooled=no")) == {str(waiting)}, "what is not shared is never pooled"
