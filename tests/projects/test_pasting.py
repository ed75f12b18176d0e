"""A block from a spreadsheet."""

from decimal import Decimal

import pytest

from common.errors import DomainError
from projects.services import pasting
from projects.services.pasting import paste_rows

D = Decimal


def paste(draft, town, text, **more):
    return paste_rows(draft, text, by=town.people.health, **more)


def test_without_headings_the_columns_are_name_description_amount(draft, town):
    made = paste(draft, town, "视频汇聚\t统一转码、点播\t680,000.00\n视频巡检\t\t\n")
    assert [(line.name, line.description, line.declared) for line in made] == [
        ("视频汇聚", "统一转码、点播", D("680000.00")),
        ("视频巡检", "", None),
    ]
    assert [line.sequence for line in made] == [2, 3]


def test_headings_say_what_the_columns_are_and_in_which_unit(draft, town):
    heading = "序号\t子系统\t模块名称\t功能描述\t人月\t单价（元）\t申报金额（万元）\t备注"
    (line,) = paste(draft, town, f"{heading}\n1\t视频\t汇聚\t转码\t34.0\t20000\t68.5\t无\n")
    assert (line.subsystem, line.name, line.description, line.person_months) == ("视频", "汇聚", "转码", D("34.0"))
    assert (line.unit_price, line.declared) == (D(20000), D(685000))


def test_amounts_are_in_the_unit_of_the_page(draft, town):
    (line,) = paste(draft, town, "汇聚\t转码\t68.000001", unit="wan")
    assert line.declared == D("680000.01")


def test_quoted_cells_hold_line_breaks(draft, town):
    (line,) = paste(draft, town, '汇聚\t"第一行\n第二行 ""引号"""\t1')
    assert line.description == '第一行\n第二行 "引号"'


def test_cost_items_have_their_own_columns(draft, town):
    made = paste(draft, town, "hardware\t服务器\t2U\t台\t3\t50000\t\n", modules=False)
    assert [(line.kind, line.quantity, line.unit, line.declared) for line in made] == [
        ("hardware", D(3), "台", D(150000))
    ]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("甲\tx\t1.001", ["row 1, declared amount: “1.001” is not an amount: use digits and at most two decimals."]),
        ("甲\tx\t1_000", ["row 1, declared amount: “1_000” is not an amount: use digits and at most two decimals."]),
        ("\tx\t1", ["row 1, the name is missing"]),
        ("甲\tx\t1\t2", ["row 1, more cells than columns"]),
        ("名称\t方式\n甲\t借用", ["row 2, change: “借用” is none of: new, modified, reused"]),
        ("名称\t人月\n甲\t-1", ["row 2, person-months: “-1” is not a number with at most two decimals."]),
        ("名称\t人月\n甲\t１２", ["row 2, person-months: “１２” is not a number with at most two decimals."]),
    ],
)
def test_a_wrong_cell_refuses_the_whole_block(draft, town, text, items):
    with pytest.raises(DomainError, match="Nothing was pasted") as refusal:
        paste(draft, town, text + "\n" if "\n" in text else f"{text}\n好\tx\t1")
    assert refusal.value.items == items
    assert draft.lines.count() == 1


@pytest.mark.parametrize("text", ["", " \n\t\n", "名称\t金额\n"])
def test_nothing_to_paste_says_what_to_do(draft, town, text):
    with pytest.raises(DomainError, match="copy the rows"):
        paste(draft, town, text)


def test_limits(draft, town, monkeypatch):
    monkeypatch.setattr(pasting, "MOST", 2)
    with pytest.raises(DomainError, match="At most 2 rows"):
        paste(draft, town, "a\nb\nc")
    with pytest.raises(DomainError, match="At most 30 columns"):
        paste(draft, town, "a" + "\t" * 31 + "b")
    with pytest.raises(DomainError, match="no spreadsheet copies"):
        paste(draft, town, "a\0b")


def test_what_our_own_export_guarded_comes_back_as_it_was(draft, town):
    (line,) = paste(draft, town, "'=SUM(A1)\tx\t1")
    assert line.name == "=SUM(A1)"
