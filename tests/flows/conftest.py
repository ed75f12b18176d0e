"""Every flow runs by page and by program; after each the register is proved, and no state moved against its table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Model
from django.db.models.signals import pre_save
from django.utils import translation

from budgets.models import Budget
from budgets.queries.reconcile import reconcile
from budgets.states import BUDGET_MOVES
from common.transitions import Transitions
from governance.models import Round
from governance.states import ROUND_MOVES
from projects.models import Application
from projects.states import APPLICATION_MOVES
from reviews.models import Act, Disposition, ListProject, Opinion
from reviews.states import ACT_MOVES, DISPOSITION_MOVES, LIST_MOVES, OPINION_MOVES
from tests.factories import open_city
from tests.flows.people import Town
from tests.flows.ways import ByPage, ByProgram

TABLES: dict[type[Model], tuple[str, Transitions]] = {
    Round: ("status", ROUND_MOVES),
    Application: ("status", APPLICATION_MOVES),
    Act: ("status", ACT_MOVES),
    Disposition: ("state", DISPOSITION_MOVES),
    Opinion: ("state", OPINION_MOVES),
    ListProject: ("status", LIST_MOVES),
    Budget: ("stage", BUDGET_MOVES),
}


@pytest.fixture(params=[ByPage, ByProgram], ids=["by page", "by program"])
def town(request: pytest.FixtureRequest, db: None) -> Iterator[Town]:
    with translation.override("en"):
        yield Town(open_city(), request.param())
        assert reconcile().differences == []


@pytest.fixture(autouse=True)
def _only_lawful_moves() -> Iterator[None]:
    """Whatever is saved, its state may follow the one before."""

    def look(sender: type[Model], instance: Any, **_more: Any) -> None:
        if sender not in TABLES or instance._state.adding:
            return
        name, table = TABLES[sender]
        before = sender._base_manager.filter(pk=instance.pk).values_list(name, flat=True).first()
        after = getattr(instance, name)
        assert before in {None, after} or table.allows(before, after), f"{sender.__name__}: {before} > {after}"

    pre_save.connect(look, dispatch_uid="lawful")
    yield
    pre_save.disconnect(dispatch_uid="lawful")
