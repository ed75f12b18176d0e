"""The tree of function categories."""

import pytest

from catalog.models import FunctionCategory
from catalog.services import categories
from common.errors import DomainError
from common.models import AuditEvent
from governance.states import Role
from tests.api import Program, refused
from tests.catalog.pages import at, sign_in
from tests.factories import CapabilityFactory, SystemFunctionFactory, UserFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(place):
    """F1 with F1.1 below it."""
    top = categories.add({"code": "F1", "name": "流程"}, by=place.people.catalog)
    return top, categories.add({"code": "F1.1", "name": "审批", "parent": top}, by=place.people.catalog)


def test_a_category_is_added_renamed_and_removed(place, tree):
    _top, leaf = tree

    renamed = categories.change(leaf, {"name": "流程审批"}, by=place.people.catalog)
    assert renamed.name == "流程审批"
    categories.remove(renamed, by=place.people.catalog)

    assert not FunctionCategory.objects.filter(code="F1.1").exists()
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "category.add",
        "category.add",
        "category.change",
        "category.remove",
    ]


def test_a_category_never_stands_below_itself(place, tree):
    top, leaf = tree

    with pytest.raises(DomainError, match="does not stand below itself"):
        categories.change(top, {"parent": leaf}, by=place.people.catalog)
    with pytest.raises(DomainError, match="does not stand below itself"):
        categories.change(top, {"parent": top}, by=place.people.catalog)


def test_a_code_is_taken_once(place, tree):
    with pytest.raises(DomainError, match="already exists"):
        categories.add({"code": "F1", "name": "又一个"}, by=place.people.catalog)


def test_what_is_in_use_is_not_removed(place, tree):
    top, leaf = tree
    by = place.people.catalog
    with pytest.raises(DomainError, match="stand below this one"):
        categories.remove(top, by=by)
    capability = CapabilityFactory(jurisdiction=place.jurisdiction, name="流程引擎")
    capability.categories.add(leaf)
    with pytest.raises(DomainError, match="流程引擎"):
        categories.remove(leaf, by=by)
    capability.categories.clear()
    SystemFunctionFactory(category=leaf)
    with pytest.raises(DomainError, match="you may rename it"):
        categories.remove(leaf, by=by)
    assert FunctionCategory.objects.filter(pk=leaf.pk).exists()


def test_the_page_counts_what_is_filed_where(place, tree, clerk):
    _top, leaf = tree
    SystemFunctionFactory.create_batch(2, category=leaf)
    CapabilityFactory(jurisdiction=place.jurisdiction).categories.add(leaf)

    rows = clerk.get(at("categories")).context["tree"]

    assert [(row.code, row.depth, row.capabilities, row.functions) for row in rows] == [
        ("F1", 0, 0, 0),
        ("F1.1", 1, 1, 2),
    ]


def test_the_manager_keeps_the_tree_on_its_pages(place, tree, manager):
    top, leaf = tree

    assert manager.get(at("category-add")).status_code == 200
    assert manager.post(at("category-add"), {"code": "F2", "name": "地图"}).url == at("categories")
    assert manager.post(at("category-add"), {"code": "F2", "name": "地图"}).status_code == 422
    manager.post(at("category-change", leaf.pk), {"code": "F1.1", "name": "会签", "parent": top.pk})
    refused_page = manager.post(at("category-remove", top.pk), follow=True)

    assert "stand below this one" in refused_page.text
    assert FunctionCategory.objects.get(pk=leaf.pk).name == "会签"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CATALOG])
def test_nobody_else_keeps_the_tree(place, tree, role):
    _top, leaf = tree
    user = person(place.bureau, role)

    for url in (at("category-add"), at("category-change", leaf.pk), at("category-remove", leaf.pk)):
        assert sign_in(user).post(url).status_code == 403
    assert Program(user).act("function-categories/", code="F9", name="x").status_code == 403
    assert Program(user).act(f"function-categories/{leaf.pk}/", method="delete").status_code == 403


def test_without_a_role_there_is_no_tree(tree):
    client = sign_in(UserFactory())

    assert client.get(at("categories")).status_code == 403
    assert Program(UserFactory()).read("function-categories/")["results"] == []


def test_the_tree_is_kept_by_program_too(place, tree):
    top, _leaf = tree
    program = Program(place.people.catalog)

    created = program.act("function-categories/", code="F3", name="视频", parent=top.pk)
    path = f"function-categories/{created.json()['id']}/"
    assert program.act(path, method="patch", name="视频汇聚").json()["name"] == "视频汇聚"
    refused(program.act(f"function-categories/{top.pk}/", method="delete"), 409, "rule")
    assert program.act(path, method="delete").status_code == 204
