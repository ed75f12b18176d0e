"""The pages of applications, as a browser without scripts uses them."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.exports import plain_cell
from governance.states import SourceKind
from projects.models import Application
from projects.services import drafts, lines, submission
from tests.factories import (
    CapabilityFactory,
    DataResourceFactory,
    FundingSourceFactory,
    LineFactory,
    RoundFactory,
    SystemFactory,
    complete_draft,
    open_city,
)

D = Decimal


@pytest.fixture(autouse=True)
def _english(client, settings, tmp_path):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk(client, town):
    client.force_login(town.people.health)
    return client


def at(name, application, *more):
    return reverse(f"projects:{name}", args=[application.number, *more])


def now(application):
    return Application.objects.get(pk=application.pk).version


def post(client, view, application, *more, **fields):
    return client.post(at(view, application, *more), {"version": now(application), **fields})


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def text(response):
    return response.content.decode()


HEADER = {
    "name": "一期", "kind": "new", "category": "professional", "domain": "service", "build_mode": "own",
    "network": "extranet", "office": "处", "leader": "何", "contact": "周", "months": 12, "starts_on": "2027-03-01",
    "ends_on": "2028-02-28",
}  # fmt: skip
CELLS = {"name": "共享", "description": "调阅", "change": "new", "declared": "68.5", "tab": "modules"}


class TestDrafting:
    def test_a_draft_is_begun_filled_and_handed_over(self, clerk, town):
        begun = clerk.post(reverse("projects:new"), {"name": "一期", "round": town.round.pk, "kind": "new"})
        application = Application.objects.get()
        assert begun.url == at("edit", application)
        assert post(clerk, "edit", application, **HEADER).url == at("detail", application)
        added = post(clerk, "line-add", application, **CELLS, save=1)
        line = application.lines.get()
        assert added.url == f"{at('modules', application)}#line-{line.pk}"
        assert line.declared == D(685000), "68.5 in tens of thousands"
        post(clerk, "sections", application, **dict.fromkeys(("necessity", "goals", "shared_use", "targets"), "x"))
        missing = told(post(clerk, "ask-sign-off", application))[-1]
        assert missing == "2 things are still missing: they are listed under “Checks”."
        page = text(clerk.get(at("detail", application)))
        assert "Write the chapter “systems to be absorbed, replaced or retired”." in page
        post(clerk, "sections", application, absorbed_systems="无")
        post(clerk, "basis-add", application, document="规划", level="city")
        post(clerk, "ask-sign-off", application)
        application.refresh_from_db()
        assert application.status == "sign_off"

    def test_a_wrong_amount_stays_in_the_row_with_its_reason(self, clerk, draft):
        response = post(clerk, "line-add", draft, **CELLS | {"declared": "1.0000001"})
        assert response.status_code == 422
        assert "at most six decimals" in text(response)
        assert 'value="1.0000001"' in text(response)
        assert draft.lines.count() == 1

    @pytest.mark.parametrize(
        ("unit", "typed", "fen"), [("yuan", "685000.01", "685000.01"), ("wan", "0.000001", "0.01")]
    )
    def test_amounts_are_typed_in_the_unit_of_the_page(self, clerk, draft, unit, typed, fen):
        clerk.post(reverse("projects:money-unit"), {"unit": unit})
        post(clerk, "line-add", draft, **CELLS | {"declared": typed})
        line = draft.lines.last()
        assert line.declared == D(fen)
        assert f'value="{typed}"' in text(clerk.get(at("modules", draft), {"edit": line.pk}))

    def test_enter_goes_on_to_the_next_row_and_then_to_a_new_one(self, clerk, draft, town):
        first = draft.lines.get()
        second = lines.add_line(draft, {"name": "二"}, by=town.people.health)
        went = post(clerk, "line-cells", draft, first.pk, **CELLS, next=1)
        assert went.url == f"{at('modules', draft)}?edit={second.pk}#line-{second.pk}"
        went = post(clerk, "line-cells", draft, second.pk, **CELLS, next=1)
        assert went.url == f"{at('modules', draft)}?edit=new#line-new"

    def test_the_cells_of_a_row_leave_the_rest_of_the_line_alone(self, clerk, draft, town):
        line, capability = draft.lines.get(), CapabilityFactory()
        fields = {"scene": "窗口", "capability": capability, "catalog_answer": "use", "subsystem": "甲"}
        lines.update_line(line, fields, by=town.people.health)
        post(clerk, "line-cells", draft, line.pk, **CELLS)
        line.refresh_from_db()
        assert (line.scene, line.capability, line.subsystem, line.declared) == ("窗口", capability, "甲", D(685000))

    def test_a_cost_item_is_computed_and_its_sum_stands_in_the_foot(self, clerk, draft):
        cells = {"kind": "hardware", "name": "服务器", "quantity": "3", "unit_price": "5", "tab": "estimate"}
        post(clerk, "line-add", draft, **cells)
        page = text(clerk.get(at("estimate", draft)))
        assert "15.00" in page
        assert "115.00" in page, "declared, all lines"

    def test_all_of_a_line_with_its_sources(self, clerk, draft, town):
        line, bond = draft.lines.get(), FundingSourceFactory(jurisdiction=town.jurisdiction, code="bond")
        form = {
            "name": line.name, "description": "x", "change": "new", "declared": "100", "catalog_answer": "",
            "shares-TOTAL_FORMS": 3, "shares-INITIAL_FORMS": 1, "shares-0-source": town.source.pk,
            "shares-0-year": 2027, "shares-0-amount": "40", "shares-1-source": bond.pk, "shares-1-year": 2028,
            "shares-1-amount": "60",
        }  # fmt: skip
        assert post(clerk, "line", draft, line.pk, **form).status_code == 302
        assert [(row.source.code, row.year, row.amount) for row in line.sources.select_related("source")] == [
            ("city", 2027, D(400000)),
            ("bond", 2028, D(600000)),
        ]
        wrong = post(clerk, "line", draft, line.pk, **form | {"shares-1-amount": "50"})
        assert wrong.status_code == 422
        assert "The sources add up to 900000.00" in text(wrong)
        alone = post(clerk, "line", draft, line.pk, **form | {"shares-1-source": ""})
        assert "Say which source pays this amount" in text(alone)

    def test_when_only_the_amount_changes_the_sources_follow(self, clerk, draft, town):
        line = draft.lines.get()
        form = {
            "name": line.name, "description": "x", "change": "new", "declared": "50", "catalog_answer": "",
            "shares-TOTAL_FORMS": 1, "shares-INITIAL_FORMS": 1, "shares-0-source": town.source.pk,
            "shares-0-year": 2027, "shares-0-amount": "100",
        }  # fmt: skip
        post(clerk, "line", draft, line.pk, **form)
        assert line.sources.get().amount == D(500000)

    def test_a_rate_is_typed_in_per_cent(self, clerk, draft, town):
        line = lines.add_line(draft, {"kind": "supervision", "name": "监理"}, by=town.people.health)
        form = {
            "kind": "supervision", "name": "监理", "rate": "1.8", "base": [draft.lines.first().pk],
            "shares-TOTAL_FORMS": 0, "shares-INITIAL_FORMS": 0,
        }  # fmt: skip
        assert post(clerk, "line", draft, line.pk, **form).status_code == 302
        line.refresh_from_db()
        assert (line.rate, line.declared) == (D("0.018"), D(18000))
        assert "1.8 %" in text(clerk.get(at("estimate", draft)))
        cells = {"kind": "supervision", "name": "监理费", "declared": "99", "tab": "estimate"}
        assert post(clerk, "line-cells", draft, line.pk, **cells).status_code == 302, "its amount is no wish"
        line.refresh_from_db()
        assert (line.name, line.declared) == ("监理费", D(18000))

    def test_rows_are_pasted_or_every_wrong_cell_is_named(self, clerk, draft):
        assert post(clerk, "modules-paste", draft, text="甲\t说明\t1.5\n乙\t\t").url == at("modules", draft)
        assert list(draft.lines.values_list("name", "declared"))[1:] == [("甲", D(15000)), ("乙", None)]
        wrong = post(clerk, "modules-paste", draft, text="丙\t\tx")
        assert wrong.status_code == 422
        assert "row 1, declared amount" in text(wrong)

    def test_lines_move_and_go(self, clerk, draft, town):
        first, second = draft.lines.get(), lines.add_line(draft, {"name": "二"}, by=town.people.health)
        post(clerk, "line-move", draft, second.pk, to="up")
        assert list(draft.lines.values_list("pk", flat=True)) == [second.pk, first.pk]
        post(clerk, "line-move", draft, second.pk, to="up")
        assert list(draft.lines.values_list("pk", flat=True)) == [second.pk, first.pk]
        assert told(post(clerk, "line-remove", draft, second.pk)) == ["“二” is removed."]
        assert draft.lines.count() == 1

    def test_systems_data_bases_and_files_come_and_go(self, clerk, draft, town):
        system, resource = SystemFactory(owner=town.health), DataResourceFactory()
        post(clerk, "system-add", draft, system=system.pk, part="absorb")
        post(clerk, "data-link", draft, line=draft.lines.get().pk, resource=resource.pk, access="read")
        post(clerk, "file-add", draft, file=SimpleUploadedFile("方案.pdf", b"%PDF-1"), title="方案")
        assert (draft.system_links.count(), draft.attachments.count()) == (1, 1)
        file = clerk.get(at("file", draft, draft.attachments.get().pk))
        assert file.getvalue() == b"%PDF-1"
        assert file["Content-Disposition"].startswith("attachment;")
        assert (file["X-Content-Type-Options"], file["Cache-Control"]) == ("nosniff", "private, no-store")
        assert "sandbox" in file["Content-Security-Policy"]
        link = draft.lines.get().data_links.get()
        post(clerk, "data-unlink", draft, link.pk)
        post(clerk, "system-remove", draft, draft.system_links.get().pk)
        post(clerk, "basis-remove", draft, draft.bases.get().pk)
        post(clerk, "file-remove", draft, draft.attachments.get().pk)
        assert (draft.system_links.count(), draft.bases.count(), draft.attachments.count()) == (0, 0, 0)
        assert told(post(clerk, "file-add", draft, file=SimpleUploadedFile("a.svg", b"<svg/>")))[-1].startswith(
            "Files of the type “svg” are not taken"
        )
        assert (
            told(post(clerk, "basis-add", draft, document="", level="city"))[-1] == "Document: This field is required."
        )

    def test_copying_deleting_and_withdrawing(self, clerk, draft, town):
        later = RoundFactory(jurisdiction=town.jurisdiction, year=2028, status="planned")
        went = post(clerk, "copy", draft, name="二期", round=later.pk)
        copied = Application.objects.get(number="SB2028-0001")
        assert went.url == at("detail", copied)
        assert post(clerk, "delete", copied).url == reverse("projects:list")
        post(clerk, "withdraw-draft", draft, reason="并入明年")
        assert "并入明年" in text(clerk.get(at("detail", draft)))

    def test_without_an_open_round_the_page_says_so(self, clerk, town):
        type(town.round).objects.update(status="closed")
        assert "No round takes applications" in text(clerk.get(reverse("projects:new")))


class TestConflicts:
    def test_the_header_shows_both_and_keeps_what_was_typed(self, clerk, draft, town):
        seen = draft.version
        drafts.update_header(draft, {"office": "数据处"}, by=town.people.health)
        response = clerk.post(at("edit", draft), HEADER | {"version": seen, "office": "信息处"})
        page = text(response)
        assert response.status_code == 409
        assert "Somebody else was quicker" in page
        assert "<td>数据处</td><td>信息处</td>" in page
        assert 'value="信息处"' in page
        assert f'name="version" value="{now(draft)}"' in page, "saving again knows what it writes over"
        draft.refresh_from_db()
        assert draft.office == "数据处"

    def test_a_row_of_the_grid_does_so_too(self, clerk, draft, town):
        line, seen = draft.lines.get(), draft.version
        lines.update_line(line, {"name": "他人改名"}, by=town.people.health)
        response = clerk.post(at("line-cells", draft, line.pk), CELLS | {"version": seen, "name": "我改名"})
        assert response.status_code == 409
        assert "<td>他人改名</td><td>我改名</td>" in text(response)

    def test_chapters_do_so_too(self, clerk, draft, town):
        seen = draft.version
        post(clerk, "sections", draft, goals="他人所写")
        response = clerk.post(at("sections", draft), {"version": seen, "goals": "我所写"})
        assert response.status_code == 409
        assert "<td>他人所写</td><td>我所写</td>" in text(response)

    def test_verbs_say_it_in_a_sentence(self, clerk, draft):
        response = clerk.post(at("ask-sign-off", draft), {"version": draft.version - 1})
        assert "look at it again" in told(response)[0]


class TestList:
    def test_views_sums_and_filters(self, clerk, draft, town):
        LineFactory(application=draft, sequence=9, declared=None)
        other = complete_draft(town, name="应急")
        submission.ask_sign_off(other, by=town.people.health)
        page = clerk.get(reverse("projects:list"))
        counts = {view.key: count for view, count, _url in page.context["tabs"]}
        assert counts == {
            "all": 2, "turn": 1, "soon": 0, "over": 0, "drafts": 2, "review": 0, "determined": 0, "ended": 0,
        }  # fmt: skip
        sums = page.context["totals"]
        assert (sums.applications, sums.declared, sums.modules, sums.unknown) == (2, D(2000000), 3, 1)
        assert "1 line of unknown amount is not in the sum" in text(page)
        mine = clerk.get(reverse("projects:list"), {"view": "turn"})
        assert [row.application for row in mine.context["rows"]] == [draft]
        found = clerk.get(reverse("projects:list"), {"q": "应急", "ordering": "-declared"})
        assert [row.application for row in found.context["rows"]] == [other]
        assert "No application fits" in text(clerk.get(reverse("projects:list"), {"q": "没有"}))

    def test_the_authority_filters_by_department(self, client, draft, town):
        client.force_login(town.people.intake)
        page = client.get(reverse("projects:list"))
        assert "No applications here" in text(page)
        assert "department" in page.context["filter"].form.fields

    @pytest.mark.parametrize("name", ["=SUM(A1)", "+1", "@x", "\t=1", "＝1"])
    def test_files_carry_no_formula(self, clerk, town, name):
        application = complete_draft(town)
        Application.objects.filter(pk=application.pk).update(name=name)
        lines_ = b"".join(clerk.get(reverse("projects:export-csv")).streaming_content).decode("utf-8-sig").splitlines()
        assert f"'{name}" in "\n".join(lines_)
        book = openpyxl.load_workbook(io.BytesIO(clerk.get(reverse("projects:export-xlsx")).getvalue()))
        row = next(book.active.iter_rows(min_row=2))
        assert (row[1].data_type, plain_cell(row[1].value)) == ("s", name)
        assert row[-2].value == 1000000

    def test_a_file_holds_what_the_list_shows(self, clerk, draft, town):
        complete_draft(town, name="应急")
        body = b"".join(clerk.get(reverse("projects:export-csv"), {"q": "应急"}).streaming_content).decode()
        assert "应急" in body
        assert draft.name not in body


class TestReading:
    def test_who_may_not_change_reads_without_forms(self, client, draft, town):
        client.force_login(town.people.health_leader)
        line = draft.lines.get()
        for name, *more in (("modules",), ("estimate",), ("data",), ("documents",), ("detail",), ("line", line.pk)):
            page = text(client.get(at(name, draft, *more), {"edit": line.pk}))
            assert "row-form" not in page
            assert ('name="version"' in page) == (name == "detail"), "only to withdraw it"
        assert client.get(at("edit", draft)).status_code == 403

    def test_the_leader_signs_on_one_page(self, client, draft, town):
        submission.ask_sign_off(draft, by=town.people.health)
        client.force_login(town.people.health_leader)
        page = client.get(at("sign-off", draft))
        assert "Sign off and submit" in text(page)
        back = client.post(at("send-back", draft), {"version": now(draft), "reason": "金额过高"})
        assert back.url == at("detail", draft)
        client.force_login(town.people.health)
        assert "金额过高" in text(client.get(at("detail", draft)))

    def test_history_reads_as_sentences_and_the_authority_reads_from_submission_on(self, client, draft, town):
        lines.update_line(draft.lines.get(), {"change": "modify", "declared": D("5.00")}, by=town.people.health)
        client.force_login(town.people.health)
        page = text(client.get(at("history", draft)))
        assert "Line changed" in page
        assert "change: new → modified" in page
        assert "declared amount: 1000000.00 → 5.00" in page
        Application.objects.filter(pk=draft.pk).update(status="submitted", submitted_at=draft.created_at)
        client.force_login(town.people.li)
        assert "Line changed" not in text(client.get(at("history", draft)))

    def test_numbers_are_found_only_as_they_are(self, clerk, draft):
        for number in ("SB2027-9999", "nonsense", "%00", "%2e%2e"):
            assert clerk.get(f"/projects/{number}/").status_code == 404
        assert clerk.get(f"/projects/{draft.number.lower()}/").status_code == 404


PAGES = ("list", "detail", "modules", "estimate", "data", "documents", "review", "history", "sections", "edit")


@pytest.mark.parametrize("name", PAGES)
def test_pages_take_the_same_queries_for_one_and_three_rows(clerk, town, name):
    draft = complete_draft(town)
    url = reverse("projects:list") if name == "list" else at(name, draft)
    clerk.get(url)
    counts = []
    for n in range(3):
        complete_draft(town)
        lines.add_line(draft, {"name": f"模块{n}", "capability": CapabilityFactory()}, by=town.people.health)
        lines.add_line(draft, {"name": f"设备{n}", "kind": "hardware", "declared": D(1)}, by=town.people.health)
        post(clerk, "system-add", draft, system=SystemFactory(owner=town.health).pk, part="absorb")
        post(clerk, "data-link", draft, line=draft.lines.first().pk, resource=DataResourceFactory().pk, access="read")
        post(clerk, "basis-add", draft, document=f"文件{n}", level="city")
        post(clerk, "file-add", draft, file=SimpleUploadedFile(f"{n}.pdf", f"%PDF-{n}".encode()))
        clerk.get(url)  # takes the messages away
        with CaptureQueriesContext(connection) as queries:
            assert clerk.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[-1], counts
    assert counts[-1] <= (12 if name == "list" else 15), counts


def test_all_of_a_module_takes_fifteen_queries_whatever_pays_it(clerk, draft, town):
    for year in range(3):
        FundingSourceFactory(jurisdiction=town.jurisdiction, code=f"s{year}", kind=SourceKind.SUPERIOR, purpose="省补")
        CapabilityFactory(jurisdiction=town.jurisdiction, provider=town.health, status="planned")
    url = at("line", draft, draft.lines.get().pk)
    clerk.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert clerk.get(url).status_code == 200
    assert len(queries) <= 15, [row["sql"][:150] for row in queries.captured_queries]


def test_earmarked_money_is_offered_to_lines_that_serve_it(clerk, draft, town):
    FundingSourceFactory(
        jurisdiction=town.jurisdiction, code="s", kind=SourceKind.SUPERIOR, purpose="省补", name="省补助"
    )
    assert "省补助" in text(clerk.get(at("line", draft, draft.lines.get().pk)))


def test_another_citys_lines_are_not_reached_through_ones_own_number(clerk, draft):
    other = open_city("other")
    foreign = complete_draft(other).lines.get()
    assert clerk.get(at("line", draft, foreign.pk)).status_code == 404
    assert post(clerk, "line-cells", draft, foreign.pk, **CELLS).status_code == 404
    assert post(clerk, "line-remove", draft, foreign.pk).status_code == 404
