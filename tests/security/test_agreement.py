"""Who may see a record: the list and the single object agree, for every actor and every kind of record."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from budgets.models import Budget
from catalog.models import Capability, DataResource, FunctionCategory, System
from governance.models import (
    Department,
    DocumentTemplate,
    FundingSource,
    Jurisdiction,
    Membership,
    Notification,
    PolicyParameter,
    Round,
    User,
)
from projects.models import Application, Project
from reviews.models import (
    Act,
    AnnualList,
    CapabilityRequest,
    Cluster,
    EndRequest,
    Finding,
    MatchWeights,
    Opinion,
    PairVerdict,
    Screening,
)

pytestmark = pytest.mark.django_db
# What is asked of one record, beside the list of the same.
PERMISSIONS: dict[type[Model], str] = {
    Jurisdiction: "governance.view_jurisdiction",
    Department: "governance.view_department",
    FundingSource: "governance.view_fundingsource",
    Round: "governance.view_round",
    PolicyParameter: "governance.view_policyparameter",
    DocumentTemplate: "governance.manage_documenttemplate",
    Membership: "governance.view_membership",
    Notification: "governance.view_notification",
    User: "governance.view_user",
    Capability: "catalog.view_capability",
    FunctionCategory: "catalog.view_functioncategory",
    System: "catalog.view_system",
    DataResource: "catalog.view_dataresource",
    Application: "projects.view_application",
    Project: "projects.view_project",
    Act: "reviews.view_act",
    Opinion: "reviews.view_opinion",
    AnnualList: "reviews.view_annuallist",
    Finding: "reviews.view_finding",
    PairVerdict: "reviews.view_pairverdict",
    Cluster: "reviews.view_cluster",
    MatchWeights: "reviews.view_matchweights",
    EndRequest: "reviews.view_endrequest",
    CapabilityRequest: "reviews.view_capabilityrequest",
    Screening: "reviews.view_screening",
    Budget: "budgets.view_budget",
}
# Parts are seen with the record that they belong to: their lists lean on its list.
PARTS = {
    "Line", "ApplicationSection", "ApplicationBasis", "ApplicationSystem", "Attachment", "SystemFunction",
    "SystemVersion", "ListVersion", "BudgetEntry",
}  # fmt: skip


def governed_models() -> dict[str, type[Model]]:
    """Every model whose rows are listed for a person."""
    labels = ("governance", "catalog", "projects", "reviews", "budgets")
    found = [model for label in labels for model in apps.get_app_config(label).get_models()]
    return {model.__name__: model for model in found if hasattr(model._default_manager, "visible_to")}


def test_every_list_has_its_permission() -> None:
    assert set(governed_models()) == {model.__name__ for model in PERMISSIONS} | PARTS


def differences(rows: Any, visible: Any, permission: str, crowd: dict[str, User]) -> list[str]:
    found = []
    for name, user in crowd.items():
        seen = set(visible(user).values_list("pk", flat=True))
        found += [f"{name}: {row!r}" for row in rows if (row.pk in seen) != user.has_perm(permission, row)]
    return found


@pytest.mark.parametrize("model", PERMISSIONS, ids=lambda model: model.__name__)
def test_list_and_object_agree(model: Any, scene: SimpleNamespace, crowd: dict[str, User]) -> None:
    rows = list(model._default_manager.all())
    assert rows, "the scene has one of everything"
    assert not differences(rows, model._default_manager.visible_to, PERMISSIONS[model], crowd)


def test_the_inside_of_systems(scene: SimpleNamespace, crowd: dict[str, User]) -> None:
    rows = System.objects.all()
    assert not differences(rows, System.objects.details_visible_to, "catalog.view_system_inside", crowd)


def test_nobody_without_a_role_sees_anything(scene: SimpleNamespace, crowd: dict[str, User]) -> None:
    for name, model in governed_models().items():
        assert not model._default_manager.visible_to(crowd["nobody"]).exists(), name


def test_another_city_sees_only_what_is_open_to_all(scene: SimpleNamespace, crowd: dict[str, User]) -> None:
    open_to_all = {
        "Jurisdiction",
        "Department",
        "Capability",
        "FunctionCategory",
        "System",
        "SystemFunction",
        "DataResource",
    }
    mine = {
        "Application": scene.application,
        "Line": scene.line,
        "Act": scene.act,
        "Opinion": scene.opinion,
        "AnnualList": scene.first.list,
        "Budget": scene.first.budget,
        "Finding": scene.finding,
        "PairVerdict": scene.verdict,
        "Cluster": scene.cluster,
        "Screening": scene.screening,
        "MatchWeights": scene.weights,
        "EndRequest": scene.end_request,
        "CapabilityRequest": scene.capability_request,
        "Round": scene.round,
        "DocumentTemplate": scene.document_template,
        "Membership": scene.membership,
        "Notification": scene.notification,
        "User": scene.people.health,
        "PolicyParameter": scene.policy,
        "FundingSource": scene.here.source,
        "ListVersion": scene.first.version,
        "Project": Project.objects.get(application=scene.first.health_application),
        "BudgetEntry": scene.first.budget.entries.first(),
        "SystemVersion": scene.system.versions.first(),
    } | {  # fmt: skip
        name: getattr(scene.application, related).first()
        for name, related in {
            "ApplicationSection": "sections",
            "ApplicationBasis": "bases",
            "ApplicationSystem": "system_links",
            "Attachment": "attachments",
        }.items()  # fmt: skip
    }
    assert set(mine) | open_to_all == set(governed_models())
    for name, row in mine.items():
        for actor, user in crowd.items():
            if actor.endswith("elsewhere"):
                assert not type(row)._default_manager.visible_to(user).contains(row), (name, actor)
