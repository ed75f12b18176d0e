"""What people keep about lists: own views as tabs, and the columns that they want to see."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation

from common.errors import DomainError
from governance.models import SavedView, User
from governance.queries.lists import layout_of
from governance.services import lists
from tests.factories import UserFactory, open_city
from tests.governance.pages import as_, told

pytestmark = pytest.mark.django_db
COLUMNS = {"stage": "Stage", "turn": "Turn", "round": "Round"}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def person():
    return UserFactory()


def saved(person, name="mine", query="status=draft", page="projects"):
    return lists.save_view(page, name=name, query=query, by=person)


def test_a_view_keeps_the_question_and_not_the_place_in_the_list(person):
    view = saved(person, query="?status=draft&page=3&cursor=x&saved=7&q=&q=路")
    assert view.query == "q=%E8%B7%AF&status=draft"
    assert lists.question("b=2&a=1") == lists.question("a=1&b=2&page=4")


def test_a_view_of_the_same_name_takes_the_new_question(person):
    first = saved(person)
    second = saved(person, query="status=correction")
    assert first.pk == second.pk
    assert SavedView.objects.get().query == "status=correction"


def test_views_stand_in_the_order_in_which_they_were_saved(person):
    for name in ("c", "a", "b"):
        saved(person, name)
    assert [view.name for view in SavedView.objects.all()] == ["c", "a", "b"]


def test_a_list_has_room_for_a_dozen_views(person):
    for number in range(lists.MOST):
        saved(person, f"view {number}")
    with pytest.raises(DomainError, match="You have 12 views of this list already"):
        saved(person, "one more")
    saved(person, "elsewhere", page="systems")


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
def test_a_view_has_a_name_of_its_own(person, name):
    with pytest.raises(DomainError, match="This view cannot be saved"):
        saved(person, name)


def test_two_views_do_not_share_a_name(person):
    view = saved(person)
    saved(person, "other")
    assert lists.rename_view(view, "new", by=person).name == "new"
    with pytest.raises(DomainError, match="You have a view of this name already"):
        lists.rename_view(view, "other", by=person)


def test_nobody_touches_the_views_of_others(person):
    view, other = saved(person), UserFactory()
    for deed in (lambda: lists.rename_view(view, "x", by=other), lambda: lists.remove_view(view, by=other)):
        with pytest.raises(DomainError, match="This view is gone"):
            deed()
    lists.remove_view(view, by=person)
    assert not SavedView.objects.exists()


def test_columns_are_remembered_for_each_list(person):
    assert layout_of(person, "projects", COLUMNS, {"round"}).shown == {"stage", "turn"}
    user = lists.arrange_list("projects", ["round", "unknown"], is_dense=True, by=person)
    layout = layout_of(user, "projects", COLUMNS, {"round"})
    assert (layout.shown, layout.is_dense) == ({"round"}, True)
    assert layout_of(user, "systems", COLUMNS).shown == set(COLUMNS)


@pytest.mark.parametrize("page", ["", "a b", "x" * 41])
def test_a_list_has_a_plain_name(person, page):
    with pytest.raises(DomainError, match="This list is unknown"):
        lists.arrange_list(page, [], is_dense=False, by=person)


class TestPages:
    @pytest.fixture
    def clerk(self):
        return as_(open_city().people.health)

    def keep(self, client, do="save", **more):
        sent = {"do": do, "page": "projects", "next": "/projects/?status=draft", "query": "status=draft", **more}
        return client.post(reverse("governance:saved-view"), sent)

    def test_a_view_becomes_a_tab_of_its_list(self, clerk):
        kept = self.keep(clerk, name="草稿")
        view = SavedView.objects.get()
        assert kept.url == f"/projects/?status=draft&saved={view.pk}"
        page = clerk.get(kept.url).content.decode()
        assert f'<a class="own" href="?status=draft&amp;saved={view.pk}" aria-current="page">' in page
        assert "This view" in page or "本视图" in page

    def test_changed_filters_can_be_kept_in_the_view_that_one_is_in(self, clerk):
        self.keep(clerk, name="a")
        view = SavedView.objects.get()
        page = clerk.get("/projects/", {"status": "correction", "saved": view.pk}, HTTP_ACCEPT_LANGUAGE="en")
        assert "Save changes to the view" in page.content.decode()
        self.keep(clerk, name="a", query="status=correction")
        view.refresh_from_db()
        assert view.query == "status=correction"

    def test_a_question_without_a_name_offers_to_be_kept(self, clerk):
        assert "Save as view" in clerk.get("/projects/", {"q": "路"}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
        plain = clerk.get("/projects/", {"view": "turn"}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
        assert "Save as view" not in plain

    def test_a_view_is_renamed_and_removed(self, clerk):
        self.keep(clerk, name="a")
        view = SavedView.objects.get()
        assert self.keep(clerk, "rename", saved=view.pk, name="b").url == "/projects/?status=draft"
        assert SavedView.objects.get().name == "b"
        assert self.keep(clerk, "remove", saved=view.pk).url == "/projects/"
        assert not SavedView.objects.exists()
        assert self.keep(clerk, "remove", saved=view.pk).status_code == 404

    def test_a_refusal_is_told_where_one_was(self, clerk):
        refused = self.keep(clerk, name=" ")
        assert refused.url == "/projects/?status=draft"
        assert told(refused)

    def test_columns_and_low_rows_are_chosen_on_the_page(self, clerk):
        sent = {"page": "projects", "columns": ["stage", "submitted"], "dense": "1", "next": "/projects/"}
        assert clerk.post(reverse("governance:list-columns"), sent).url == "/projects/"
        page = clerk.get("/projects/")
        assert page.context["layout"].shown == {"stage", "submitted"}
        assert User.objects.get(pk=page.wsgi_request.user.pk).lists["projects"]["dense"] is True
