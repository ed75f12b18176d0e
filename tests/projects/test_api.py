"""Applying by program: the same services, sights and refusals as on the pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Application, Line
from projects.services.submission import ask_sign_off
from tests.api import V1, Program, refused
from tests.factories import DataResourceFactory, FundingSourceFactory, RoundFactory, SystemFactory, complete_draft


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk(town):
    return Program(town.people.health)


def pointers(response):
    return {entry["pointer"] for entry in refused(response, 400, "invalid")["errors"]}


def at(application, verb=""):
    return f"applications/{application.pk}/{verb}"


def now(application):
    return Application.objects.get(pk=application.pk).version


def test_a_draft_from_nothing_to_the_leader(town, clerk):
    made = clerk.act("applications/", name="一期", round=town.round.pk, kind="new")
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    body = made.json()
    assert (body["number"], body["status"], body["declared"]) == ("SB2027-0001", "draft", "0.00")
    path = f"applications/{body['id']}/"

    header = {
        "office": "处", "leader": "何", "contact": "周", "domain": "service", "network": "extranet", "months": 12,
        "starts_on": "2027-03-01", "ends_on": "2028-02-28",
    }  # fmt: skip
    assert clerk.act(path, 1, method="patch", **header).json()["version"] == 2
    line = clerk.act(
        "lines/", 2, application=body["id"], name="共享", description="调阅", kind="module", declared="100.00"
    )
    assert line.status_code == 201
    assert line.json()["sources"] == [{"source": town.source.pk, "year": 2027, "amount": "100.00"}]
    chapters = [
        {"key": key, "text": "x"} for key in ("necessity", "goals", "shared_use", "absorbed_systems", "targets")
    ]
    assert clerk.act(path + "write-sections/", 3, sections=chapters).status_code == 200
    told = refused(clerk.act(path + "ask-sign-off/", 4), 409, "rule")
    assert told["items"] == ["Name at least one document that the application rests on."]
    checks = clerk.read(path + "checks/")
    assert {"place": "documents", "anchor": "bases", "is_blocking": True, "sentence": told["items"][0]} in checks
    assert clerk.act("bases/", 4, application=body["id"], document="规划", level="city").status_code == 201
    assert clerk.act(path + "ask-sign-off/", 5).json()["status"] == "sign_off"
    assert [row["text"] for row in clerk.read("sections/", application=body["id"])["results"]] == ["x"] * 5


def test_writes_carry_the_version_of_the_application(draft, clerk):
    line = draft.lines.get()
    refused(clerk.act(f"lines/{line.pk}/", method="patch", name="x"), 428, "version_required")
    refused(clerk.act(f"lines/{line.pk}/", 1, method="patch", name="x"), 412, "stale")
    done = clerk.act(f"lines/{line.pk}/", now(draft), method="patch", name="x")
    assert done["ETag"] == f'"{now(draft)}"'
    refused(clerk.act(f"lines/{line.pk}/", 1, method="delete"), 412, "stale")
    assert clerk.act(f"lines/{line.pk}/", now(draft), method="delete").status_code == 204
    assert not Line.objects.filter(pk=line.pk).exists()


def test_sources_are_nested_and_add_up(draft, town, clerk):
    line, bond = draft.lines.get(), FundingSourceFactory(jurisdiction=town.jurisdiction, code="bond")
    path = f"lines/{line.pk}/"
    rows = [
        {"source": town.source.pk, "year": 2027, "amount": "400000.00"},
        {"source": bond.pk, "year": 2028, "amount": "600000.00"},
    ]
    assert clerk.act(path, now(draft), method="patch", sources=rows).json()["sources"] == rows
    assert clerk.act(path, now(draft), method="patch", declared="10.00").json()["sources"][1]["amount"] == "6.00"
    told = refused(clerk.act(path, now(draft), method="patch", sources=rows), 409, "rule")
    assert "add up to 1000000.00" in told["detail"]
    twice = [rows[0], rows[0]]
    assert pointers(clerk.act(path, now(draft), method="patch", sources=twice)) == {"#/sources"}
    assert clerk.act(path, now(draft), method="patch", declared=None).json()["sources"] == []


@pytest.mark.parametrize(
    "fields",
    [
        {"declared": 5},
        {"declared": "1_000"},
        {"declared": "1.001"},
        {"declared": "-1"},
        {"kind": "nonsense"},
        {"name": "a\u200bb"},
        {"rate": "2"},
        {"sequence": 7},
        {"status": "listed"},
        {"kind": "hardware", "catalog_answer": "use"},
        {"unit_price": "99999999999999.00"},
    ],
)
def test_hostile_fields_of_a_line_are_refused_in_words(draft, clerk, fields):
    line = draft.lines.get()
    assert pointers(clerk.act(f"lines/{line.pk}/", now(draft), method="patch", **fields))
    line.refresh_from_db()
    assert line.name == "电子病历共享"


def test_a_rate_follows_its_base(draft, town, clerk):
    module = draft.lines.get()
    made = clerk.act(
        "lines/", now(draft), application=draft.pk, kind="supervision", name="监理", rate="0.03", base=[module.pk]
    ).json()
    assert (made["declared"], made["base"]) == ("30000.00", [module.pk])
    foreign = complete_draft(town, town.people.police).lines.get()
    assert pointers(clerk.act(f"lines/{made['id']}/", now(draft), method="patch", base=[foreign.pk])) == {"#/base"}


@pytest.mark.parametrize("field", ["status", "number", "department", "submitted_at", "signed_off_at"])
def test_what_moves_by_verbs_is_not_written(draft, clerk, field):
    assert pointers(clerk.act(at(draft), now(draft), method="patch", **{field: 1})) == {f"#/{field}"}


def test_links_of_a_header_are_looked_for_in_sight(draft, town, clerk):
    foreign = complete_draft(town, town.people.police)
    assert pointers(clerk.act(at(draft), now(draft), method="patch", renews=foreign.pk)) == {"#/renews"}
    assert clerk.act(at(draft), now(draft), method="patch", round=town.round.pk).status_code == 400
    assert pointers(clerk.act(at(draft), now(draft), method="patch", is_urgent=True)) == {"#"}


def test_systems_data_and_order(draft, town, clerk):
    line, system, resource = draft.lines.get(), SystemFactory(owner=town.health), DataResourceFactory()
    named = clerk.act("named-systems/", now(draft), application=draft.pk, system=system.pk, part="absorb")
    assert named.status_code == 201
    again = clerk.act("named-systems/", now(draft), application=draft.pk, system=system.pk, part="absorb")
    assert again.json()["id"] == named.json()["id"]
    assert clerk.act(f"named-systems/{named.json()['id']}/", now(draft), method="delete").status_code == 204
    use = {"resource": resource.pk, "access": "read"}
    assert clerk.act(f"lines/{line.pk}/link-data/", now(draft), **use).json()["data"] == [use]
    assert clerk.act(f"lines/{line.pk}/unlink-data/", now(draft), **use).json()["data"] == []
    assert clerk.act(at(draft, "paste/"), now(draft), text="甲\t说明\t1.5\n乙\t\t", unit="wan").json()["modules"] == 3
    order = list(draft.lines.values_list("pk", flat=True))[::-1]
    assert clerk.act(at(draft, "reorder/"), now(draft), order=order).status_code == 200
    assert list(draft.lines.values_list("pk", flat=True)) == order
    assert clerk.act(at(draft, "undo-lines/"), now(draft)).status_code == 200
    assert list(draft.lines.values_list("pk", flat=True)) == order[::-1]


def test_a_file_goes_in_and_comes_out(draft, town, clerk):
    file = SimpleUploadedFile("方案.pdf", b"%PDF-1.7 x")
    headers = {"If-Match": f'"{now(draft)}"'}
    made = clerk.post(V1 + at(draft, "attach/"), {"file": file, "title": "方案"}, format="multipart", headers=headers)
    assert made.status_code == 200, made.content
    pk = made.json()["id"]
    out = clerk.get(f"{V1}attachments/{pk}/file/")
    assert out.getvalue() == b"%PDF-1.7 x"
    assert (out["Content-Type"], out["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert out["Content-Disposition"].startswith("attachment;")
    picky = clerk.get(f"{V1}attachments/{pk}/file/", headers={"Accept": "application/pdf"})
    assert (picky.status_code, picky.getvalue()) == (200, b"%PDF-1.7 x")
    assert Program(town.people.police).get(f"{V1}attachments/{pk}/file/").status_code == 404
    assert Program().get(f"{V1}attachments/{pk}/file/").status_code == 401
    assert clerk.act(f"attachments/{pk}/", now(draft), method="delete").status_code == 204


def test_a_wrong_file_is_refused_in_words(draft, clerk):
    file = SimpleUploadedFile("page.html", b"<script>")
    headers = {"If-Match": f'"{now(draft)}"'}
    told = refused(
        clerk.post(V1 + at(draft, "attach/"), {"file": file}, format="multipart", headers=headers), 409, "rule"
    )
    assert "are not taken" in told["detail"]


def test_copying_deleting_and_sending_back(draft, town, clerk):
    later = RoundFactory(jurisdiction=town.jurisdiction, year=2028, status="planned")
    copied = clerk.act(at(draft, "copy/"), now(draft), round=later.pk, name="二期").json()
    assert copied["number"] == "SB2028-0001"
    assert clerk.act(f"applications/{copied['id']}/", copied["version"], method="delete").status_code == 204
    ask_sign_off(draft, by=town.people.health)
    leader = Program(town.people.health_leader)
    assert leader.act(at(draft, "send-back/"), now(draft), reason="改").json()["status"] == "draft"
    assert clerk.act(at(draft, "send-back/"), now(draft), reason="改").status_code == 403


def test_lists_filter_search_and_sort(draft, town, clerk):
    other = complete_draft(town, name="应急指挥")
    assert [row["number"] for row in clerk.read("applications/", search="应急")["results"]] == [other.number]
    assert [row["id"] for row in clerk.read("applications/", ordering="number")["results"]] == [draft.pk, other.pk]
    assert clerk.read("applications/", status="submitted")["results"] == []
    assert [row["id"] for row in clerk.read("lines/", application=draft.pk)["results"]] == [draft.lines.get().pk]
    assert clerk.get(V1 + "applications/", {"department__name": "x"}).status_code == 400


@pytest.mark.parametrize("path", ["applications/", "lines/", "sections/", "bases/", "attachments/", "named-systems/"])
def test_a_list_of_three_asks_as_many_queries_as_one_of_one(town, clerk, path):
    counts = []
    clerk.read(path)  # who the person is, is read once
    for _ in range(3):
        complete_draft(town)
        with CaptureQueriesContext(connection) as queries:
            clerk.read(path)
        counts.append(len(queries))
    assert counts[0] == counts[-1] <= 12
