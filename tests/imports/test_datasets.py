"""Real input: the bundled datasets come in exactly, a bad file does not come in at all."""

import io
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from budgets.queries.reconcile import reconcile
from catalog.models import Capability, System, SystemFunction
from common.errors import DomainError
from common.money import total
from common.tabular import Map, apply_map, read_map, read_table
from config.datasets import import_bundled
from governance.models import Department, Jurisdiction, Round
from projects.models import Application, Line, LineSource
from reviews.queries.standing import stand, total_of
from reviews.services.importing import import_applications, preview
from tests import scenes
from tests.factories import city

pytestmark = pytest.mark.django_db

MAP = """
kind = "applications"
[table]
key = ["number"]
[fields]
number = { column = "编号", type = "code", required = true, longest = 60 }
department_code = { column = "单位代码", type = "code", required = true }
department_name = { column = "申报单位" }
name = { column = "项目名称", required = true, longest = 300 }
description = { column = "建设内容" }
amount = { column = "申报金额（万元）", type = "money", unit = 10000, strip = ",", gap = true }
ends_on = { column = "完成时间", type = "date", gap = true }
"""
HEAD = "编号,单位代码,申报单位,项目名称,建设内容,申报金额（万元）,完成时间\n"


@pytest.fixture
def place():
    return city()


def bring(place, *rows, head=HEAD):
    content = (head + "\n".join(rows)).encode()
    return import_applications(content, "申报.csv", read_map(MAP), place.round, by=place.people.intake)


def test_canada_comes_in_to_the_cent():
    told = import_bundled("canada-it-projects-2016")
    assert "398" in told and "11,918,961,480.00" in told
    assert Application.objects.count() == 398
    assert Application.objects.values("department").distinct().count() == 37
    assert Line.objects.aggregate(sum=total("declared"))["sum"] == Decimal("11918961480.00")
    assert LineSource.objects.aggregate(sum=total("amount"))["sum"] == Decimal("11918961480.00")
    assert Line.objects.filter(declared=None).count() == 6
    assert Jurisdiction.objects.get().currency == "CAD"
    parts = total_of(stand(Line.objects.all()))
    assert (parts.held["open"], parts.unknown) == (Decimal("11918961480.00"), 6)
    assert reconcile().is_clean


def test_a_dataset_does_not_come_in_twice():
    import_bundled("canada-it-projects-2016")
    with pytest.raises(DomainError):
        import_bundled("canada-it-projects-2016")
    assert Application.objects.count() == 398


def test_british_apis_are_capabilities_with_their_providers():
    import_bundled("uk-api-catalogue")
    assert Capability.objects.count() == 231
    assert Capability.objects.values("provider").distinct().count() == 33
    assert not Capability.objects.filter(services_offered="").exists()
    with pytest.raises(DomainError):
        import_bundled("uk-api-catalogue")


def test_american_agencies_have_systems_by_capability():
    import_bundled("us-agency-capabilities-2025")
    assert Capability.objects.count() == 20, "the file writes one of them with and without a leading blank"
    assert System.objects.count() == SystemFunction.objects.count() == 468
    assert Department.objects.filter(kind="department").count() == 45


def test_the_command_names_what_there_is():
    with pytest.raises(CommandError, match="canada-it-projects-2016"):
        call_command("import_dataset", "nonsense")


def test_a_citys_own_file_comes_in_by_the_command(place, tmp_path):
    (tmp_path / "申报.csv").write_text(HEAD + 'A-1,health,市卫健委,健康平台,平台建设,"1,234.5678",2027-06-30\n')
    (tmp_path / "map.toml").write_text(MAP)
    out = io.StringIO()
    call_command(
        "import_dataset", str(tmp_path / "申报.csv"), map=tmp_path / "map.toml", round=str(place.round.pk), stdout=out
    )
    assert Line.objects.get().declared == Decimal("12345678.00")
    assert Department.objects.get(code="health").name == "市卫健委"
    with pytest.raises(CommandError):
        call_command("import_dataset", "x.csv", map=tmp_path / "map.toml")


def test_an_unknown_amount_is_a_gap_and_stays_unknown(place):
    found = bring(place, "A-1,health,市卫健委,健康平台,,,")
    assert [gap.column for gap in found.mapped.gaps] == ["申报金额（万元）", "完成时间"]
    assert Line.objects.get().declared is None and not LineSource.objects.exists()


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("A-1,health,市卫健委,健康平台,,x,", "申报金额（万元）", "x"),
        ("A-1,health,市卫健委,健康平台,,-5,", "申报金额（万元）", "-5"),
        ("A-1,health,市卫健委,健康平台,,1_000,", "申报金额（万元）", "1_000"),
        ("A-1,health,市卫健委,健康平台,,９９,", "申报金额（万元）", "９９"),
        ("A-1,health,市卫健委,健康平台,,1.2345678,", "申报金额（万元）", "1.2345678"),
        ("A-1,health,市卫健委,健康平台,,1,2027年", "完成时间", "2027年"),
        ("A 1,health,市卫健委,健康平台,,1,", "编号", "A 1"),
        (",health,市卫健委,健康平台,,1,", "编号", ""),
        ("A-1,health,市卫健委,,,1,", "项目名称", ""),
        ("A-1,,市卫健委,健康平台,,1,", "单位代码", ""),
        (f"A-1,health,市卫健委,{'长' * 301},,1,", "项目名称", ""),
    ],
)
def test_one_error_refuses_the_whole_file_by_row_and_column(place, row, column, words):
    with pytest.raises(DomainError) as refused:
        bring(place, "A-0,health,市卫健委,好的一行,,1,", row)
    assert len(refused.value.items) == 1
    assert "3" in refused.value.items[0] and column in refused.value.items[0] and words in refused.value.items[0]
    assert not Application.objects.exists() and not Department.objects.filter(code="health").exists()


def test_the_same_number_twice_is_an_error_that_names_both_rows(place):
    with pytest.raises(DomainError) as refused:
        bring(place, "A-1,health,市卫健委,一,,1,", "A-1,health,市卫健委,二,,1,")
    assert "3" in refused.value.items[0] and "2" in refused.value.items[0]


def test_a_number_of_the_register_is_not_imported_again(place):
    bring(place, "A-1,health,市卫健委,一,,1,")
    with pytest.raises(DomainError) as refused:
        bring(place, "A-1,health,市卫健委,一,,1,")
    assert "A-1" in refused.value.items[0]


def test_two_names_of_one_department_are_an_error(place):
    with pytest.raises(DomainError):
        bring(place, "A-1,health,市卫健委,一,,1,", "A-2,health,市卫生局,二,,1,")


def test_a_missing_column_is_named(place):
    found = preview(HEAD.replace("项目名称", "名称").encode(), "x.csv", read_map(MAP), place.round)
    assert [remark.column for remark in found.mapped.errors] == ["项目名称"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "x.csv"),
        (b"\xff\xfe\x00", "x.csv"),
        (b"PK\x03\x04nonsense", "x.xlsx"),
        (b'a,"b\n', "x.csv"),
        (b"a\x00b", "x.csv"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content, name):
    with pytest.raises(DomainError):
        read_table(content, name)


def test_a_workbook_reads_like_a_csv():
    book = Workbook()
    book.active.append(["编号", "单位代码", "申报单位", "项目名称", "建设内容", "申报金额（万元）", "完成时间"])
    book.active.append(["A-1", "health", "市卫健委", "健康平台", None, 12.5, "2027-06-30"])
    out = io.BytesIO()
    book.save(out)
    found = apply_map(read_table(out.getvalue(), "x.xlsx"), read_map(MAP))
    assert found.errors == [] and found.rows[0]["amount"] == Decimal("125000.00")


@pytest.mark.parametrize("text", ["x = ", "[fields]\na = { kind = 1 }", "[fields]\na = { type = 'magic' }", "a = 1"])
def test_a_broken_map_is_told_in_words(text):
    with pytest.raises(DomainError):
        read_map(text)


def test_a_file_with_too_many_columns_is_refused():
    with pytest.raises(DomainError):
        read_table(b",".join([b"x"] * 200), "x.csv")


def test_junk_around_texts_goes():
    table = apply_map([["编号", "单位代码"], ["\ufeff A-1\xa0", "health"]], _small_map())
    assert table.rows[0]["number"] == "A-1"


def _small_map() -> Map:
    return read_map('[fields]\nnumber = { column = "编号", type = "code" }\ncode = { column = "单位代码" }')


def test_nothing_is_imported_into_a_locked_round(place):
    scenes.locked(place)
    with pytest.raises(DomainError):
        bring(place, "A-1,health,市卫健委,一,,1,")
    assert Round.objects.count() == 1
