"""The deeds of the grid as a browser without scripts sends them: order, pasting, the catalog's question, undo."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.models import Application, Line
from projects.services import lines
from projects.services.submission import ask_sign_off
from tests.factories import CapabilityFactory

D = Decimal


@pytest.fixture
def clerk(client, town):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(town.people.health)
    return client


@pytest.fixture
def three(draft, town):
    for name in ("b", "c"):
        lines.add_line(draft, {"name": name, "function_points": D(10), "person_months": D(2)}, by=town.people.health)
        lines.add_line(draft, {"name": f"{name} server", "kind": "hardware"}, by=town.people.health)
    Line.objects.filter(application=draft, sequence=1).update(name="a")
    return draft


def at(name, application, *more):
    return reverse(f"projects:{name}", args=[application.number, *more])


def post(client, view, application, *more, **fields):
    version = Application.objects.get(pk=application.pk).version
    return client.post(at(view, application, *more), {"version": version, **fields})


def names(application):
    return list(application.lines.order_by("sequence").values_list("name", flat=True))


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_module_is_put_before_another_and_cost_items_keep_their_places(clerk, three):
    c, a = three.lines.get(name="c"), three.lines.get(name="a")
    answer = post(clerk, "lines-order", three, line=c.pk, before=a.pk, edit=c.pk)
    assert answer.url == f"{at('modules', three)}?edit={c.pk}#line-{c.pk}"
    assert names(three) == ["c", "a", "b server", "b", "c server"]
    post(clerk, "lines-order", three, line=c.pk, before="")
    assert names(three) == ["a", "b", "b server", "c", "c server"]


def test_a_cost_item_moves_among_cost_items(clerk, three):
    item = three.lines.get(name="c server")
    assert post(clerk, "line-move", three, item.pk, to="up").url == f"{at('estimate', three)}#line-{item.pk}"
    assert names(three) == ["a", "b", "c server", "c", "b server"]
    post(clerk, "line-move", three, item.pk, to="up")
    assert names(three) == ["a", "b", "c server", "c", "b server"]


def test_an_order_of_yesterday_is_refused_in_a_sentence(clerk, three):
    line = three.lines.get(name="c")
    answer = clerk.post(at("lines-order", three), {"line": line.pk, "version": 1})
    assert "Somebody changed this record meanwhile" in said(answer)[0]
    assert clerk.post(at("lines-order", three), {"line": "x"}).status_code == 404


def test_the_last_change_is_offered_to_be_taken_back(clerk, three):
    page = clerk.get(at("modules", three)).content.decode()
    assert "Take back: added, c server" in page
    answer = post(clerk, "lines-undo", three, tab="estimate")
    assert answer.url == at("estimate", three)
    assert said(answer) == ["The last change is taken back."]
    assert names(three) == ["a", "b", "b server", "c"]
    lines.update_line(three.lines.get(name="a"), {"name": "x"}, by=three.drafter)
    a = three.lines.get(name="x")
    assert post(clerk, "lines-undo", three, edit=a.pk).url == f"{at('modules', three)}?edit={a.pk}"


def test_a_refused_undo_says_why(clerk, three):
    post(clerk, "edit", three)
    Application.objects.filter(pk=three.pk).update(version=99)
    assert "Something else of this draft changed since" in said(post(clerk, "lines-undo", three))[0]
    assert "Take back" not in clerk.get(at("modules", three)).content.decode()


def test_a_block_is_pasted_from_a_cell_on(clerk, three):
    b = three.lines.get(name="b")
    done = post(clerk, "line-paste", three, b.pk, column="person_months", text="1\t2\n3\t4")
    assert said(done) == ["2 rows were filled."]
    assert list(three.lines.modules().filter(sequence__gt=1).values_list("declared", flat=True)) == [20000, 120000]
    wrong = post(clerk, "line-paste", three, b.pk, column="declared", text="1\nx")
    assert wrong.status_code == 422
    assert "row 2" in wrong.content.decode()


def test_a_row_that_saves_itself_stays_open(clerk, three):
    line = three.lines.get(name="b")
    cells = {"name": "b", "change": "new", "function_points": "7", "person_months": "2", "unit_price": "3"}
    assert post(clerk, "line-cells", three, line.pk, **cells, stay=1).url == f"{at('modules', three)}?edit={line.pk}"
    line.refresh_from_db()
    assert (line.function_points, line.declared) == (7, D(60000))


class TestAnswer:
    def answer(self, clerk, three, **fields):
        return said(post(clerk, "line-answer", three, three.lines.get(name="b").pk, **fields))

    def test_a_capability_is_named_and_then_answered(self, clerk, three):
        video = CapabilityFactory()
        assert self.answer(clerk, three, capability=video.pk) == ["The answer is saved."]
        self.answer(clerk, three, catalog_answer="decline", decline_reason=" 模拟信号 ")
        line = three.lines.get(name="b")
        assert (line.capability, line.catalog_answer, line.decline_reason) == (video, "decline", "模拟信号")
        self.answer(clerk, three, catalog_answer="use", decline_reason="模拟信号")
        line.refresh_from_db()
        assert (line.catalog_answer, line.decline_reason) == ("use", "")

    def test_another_capability_is_a_new_question(self, clerk, three):
        first, second = CapabilityFactory(), CapabilityFactory()
        self.answer(clerk, three, capability=first.pk)
        self.answer(clerk, three, catalog_answer="use")
        self.answer(clerk, three, capability=second.pk, catalog_answer="use")
        line = three.lines.get(name="b")
        assert (line.capability, line.catalog_answer) == (second, "")

    def test_a_draft_that_was_handed_on_takes_no_answer(self, clerk, draft, town):
        line = draft.lines.get()
        ask_sign_off(Application.objects.get(pk=draft.pk), by=town.people.health)
        assert "department sign-off" in said(post(clerk, "line-answer", draft, line.pk, catalog_answer="use"))[0]


@pytest.mark.parametrize("tab", ["modules", "estimate"])
def test_the_grid_asks_at_most_fifteen_times(clerk, three, tab):
    url = f"{at(tab, three)}?edit={three.lines.get(name='b' if tab == 'modules' else 'b server').pk}"
    clerk.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert clerk.get(url).status_code == 200
    told = "\n".join(row["sql"][:160] for row in queries.captured_queries)
    assert len(queries) <= 15, told
