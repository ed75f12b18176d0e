"""Taking back the last change of a draft's lines: exactly what stood there stands there again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core import serializers

from common.errors import DomainError
from common.models import AuditEvent
from common.transitions import MoveError
from governance.states import Role
from projects.models import Application, Line, LineBase, LineEdit, LineSource
from projects.services import drafts, lines, papers
from projects.services.pasting import paste_from, paste_rows
from projects.services.submission import ask_sign_off, send_back
from projects.services.undoing import KEPT, undo_lines
from tests.factories import DataResourceFactory, FundingSourceFactory, SystemFactory, person

D = Decimal


def stored(application):
    """Everything that the lines of an application hold."""
    own = application.lines.values("pk")
    rows = [
        *Line.objects.filter(pk__in=own).order_by("pk"),
        *LineSource.objects.filter(line__in=own).order_by("year", "source", "line"),
        *LineBase.objects.filter(line__in=own).order_by("line", "base"),
    ]
    found = serializers.serialize("python", rows)
    return [(row["model"], row["fields"]) for row in found if row["model"] != "projects.line"] + [
        row for row in found if row["model"] == "projects.line"
    ]


@pytest.fixture
def full(draft, town):
    """Two modules, hardware that serves one of them, and supervision as a rate of both kinds."""
    clerk = town.people.health
    second = lines.add_line(draft, {"name": "视频汇聚", "declared": D(300000), "subsystem": "视频"}, by=clerk)
    hardware = {"kind": "hardware", "name": "服务器", "declared": D(50000), "serves": second}
    lines.add_line(draft, hardware, by=clerk)
    rated = {"kind": "supervision", "name": "监理", "rate": D("0.02"), "base": list(draft.lines.all())}
    lines.add_line(draft, rated, by=clerk)
    papers.link_data(second, DataResourceFactory(provider=town.health), "read", by=clerk)
    return Application.objects.get(pk=draft.pk)


def undo(application, town):
    return undo_lines(Application.objects.get(pk=application.pk), by=town.people.health)


DEEDS = {
    "a changed amount": lambda a, by: lines.update_line(a.lines.get(sequence=2), {"declared": D("1.01")}, by=by),
    "an amount made unknown": lambda a, by: lines.update_line(a.lines.get(sequence=1), {"declared": None}, by=by),
    "changed words": lambda a, by: lines.update_line(a.lines.get(sequence=2), {"name": "新名", "scene": "x"}, by=by),
    "another base": lambda a, by: lines.update_line(
        a.lines.get(sequence=4), {"base": [a.lines.get(sequence=1)]}, by=by
    ),
    "a new line": lambda a, by: lines.add_line(a, {"name": "新", "declared": D(9)}, by=by),
    "pasted lines": lambda a, by: paste_rows(a, "甲\t说明\t1\n乙\t说明\t2", by=by),
    "a filled block": lambda a, by: paste_from(
        a.lines.get(sequence=2), "name", "改名\t说明\n新行\t新说明\n又一行\t", by=by
    ),
    "another order": lambda a, by: lines.reorder(
        a, list(a.lines.order_by("-sequence").values_list("pk", flat=True)), by=by
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_stood_there_stands_there_again(full, town, deed):
    before = stored(full)
    DEEDS[deed](full, town.people.health)
    assert stored(full) != before
    undo(full, town)
    assert stored(full) == before
    assert AuditEvent.objects.first().action == "lines.undone"


@pytest.mark.parametrize("place", [1, 2, 3, 4])
def test_a_line_that_was_taken_out_comes_back_with_all_that_hung_on_it(full, town, place):
    before, links = stored(full), full.lines.get(sequence=2).data_links.count()
    lines.remove_line(full.lines.get(sequence=place), by=town.people.health)
    undo(full, town)
    assert stored(full) == before
    assert full.lines.get(sequence=2).data_links.count() == links == 1


def test_the_money_of_sources_and_years_comes_back(draft, town):
    bond = FundingSourceFactory(jurisdiction=town.jurisdiction, code="bond")
    line, year = draft.lines.get(), draft.round.year
    shares = {(town.source.pk, year): D(600000), (bond.pk, year + 1): D(400000)}
    lines.set_sources(line, shares, by=town.people.health)
    before = stored(draft)
    lines.update_line(line, {"declared": D(5)}, by=town.people.health)
    undo(draft, town)
    assert stored(draft) == before


def test_changes_are_taken_back_one_after_the_other(draft, town):
    for amount in (1, 2, 3):
        lines.update_line(draft.lines.get(), {"declared": D(amount)}, by=town.people.health)
    for amount in (2, 1, 1000000):
        undo(draft, town)
        assert draft.lines.get().declared == D(amount)


def test_a_draft_remembers_only_its_last_changes(draft, town):
    for amount in range(KEPT + 5):
        lines.update_line(draft.lines.get(), {"declared": D(amount)}, by=town.people.health)
    assert LineEdit.objects.filter(application=draft).count() == KEPT


def test_nothing_to_take_back_is_said(draft, town):
    LineEdit.objects.all().delete()
    with pytest.raises(DomainError, match="no change to take back"):
        undo(draft, town)


def test_the_change_of_a_colleague_is_theirs(draft, town):
    colleague = person(town.health, Role.CLERK)
    lines.update_line(draft.lines.get(), {"declared": D(1)}, by=colleague)
    with pytest.raises(DomainError, match="only they take it back"):
        undo(draft, town)


def test_whatever_else_changed_since_stands_in_the_way(draft, town):
    clerk = town.people.health
    lines.update_line(draft.lines.get(), {"declared": D(1)}, by=clerk)
    papers.name_system(draft, SystemFactory(owner=town.health), "current", by=clerk)
    with pytest.raises(DomainError, match="Something else of this draft changed since"):
        undo(draft, town)
    assert draft.lines.get().declared == 1


def test_a_draft_that_went_to_the_leader_and_back_keeps_its_lines(draft, town):
    lines.update_line(draft.lines.get(), {"declared": D(1)}, by=town.people.health)
    signing = ask_sign_off(Application.objects.get(pk=draft.pk), by=town.people.health)
    with pytest.raises(MoveError):
        undo(draft, town)
    send_back(signing, reason="改", by=town.people.health_leader)
    with pytest.raises(DomainError, match="Something else"):
        undo(draft, town)


def test_strangers_take_nothing_back(draft, town):
    lines.update_line(draft.lines.get(), {"declared": D(1)}, by=town.people.health)
    for user in (town.people.li, town.people.health_leader):
        with pytest.raises(DomainError, match="Only a clerk of the department"):
            undo_lines(Application.objects.get(pk=draft.pk), by=user)


def test_a_deleted_draft_takes_its_memory_along(draft, town):
    drafts.delete_draft(Application.objects.get(pk=draft.pk), by=town.people.health)
    assert not LineEdit.objects.exists()


class TestFilling:
    def test_a_block_goes_into_the_grid_from_one_cell_on(self, full, town):
        first = full.lines.get(sequence=1)
        paste_from(first, "function_points", "12\t3\t2\t6\n20\t4\t2\t8", by=town.people.health, unit="wan")
        rows = full.lines.modules().order_by("sequence").values_list("function_points", "person_months", "declared")
        assert list(rows) == [(12, 3, D(60000)), (20, 4, D(80000))]

    def test_rows_below_the_last_are_added(self, full, town):
        paste_from(full.lines.get(sequence=2), "name", "甲\t说明\n乙\t说明", by=town.people.health)
        assert list(full.lines.modules().order_by("sequence").values_list("name", flat=True))[1:] == ["甲", "乙"]

    def test_cost_items_take_their_own_columns(self, full, town):
        paste_from(full.lines.get(sequence=3), "quantity", "2\t1.5", by=town.people.health, unit="wan")
        line = full.lines.get(sequence=3)
        assert (line.quantity, line.unit_price) == (2, D(15000))

    @pytest.mark.parametrize(
        ("column", "text", "told"),
        [
            ("declared", "x", "row 1"),
            ("change", "新建\t1\t2\t3\t4\t5", "more cells than columns"),
            ("declared", "1\n2\n3", "the name is missing"),
            ("category", "1", "Nothing can be pasted into this column"),
        ],
    )
    def test_what_does_not_fit_changes_nothing(self, full, town, column, text, told):
        before = stored(full)
        with pytest.raises(DomainError, match=told):
            paste_from(full.lines.get(sequence=1), column, text, by=town.people.health)
        assert stored(full) == before
