from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from common.exports import csv_lines, csv_response, is_live, plain_cell, safe_cell

PAYLOADS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "  @a", "＝1", "＋1", "－1", "＠a", "　=1",
    "=cmd|' /C calc'!A0", "|a", "%a", "\0=1", "-2+3+cmd|' /C calc'!D2", '=HYPERLINK("http://x")',
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_cell_that_would_run_is_guarded(payload):
    assert safe_cell(payload).startswith("'")
    assert plain_cell(safe_cell(payload)) == payload


@given(st.text())
@example("'")
@example("''=1")
def test_every_text_comes_back_as_it_was(text):
    safe = safe_cell(text)
    assert not is_live(safe)
    assert plain_cell(safe) == text


@pytest.mark.parametrize("text", ["市大数据局", "GB/T 22239-2019", "", "a=1", "O'Neil"])
def test_plain_text_stays_as_it_is(text):
    assert safe_cell(text) == text == plain_cell(text)


@pytest.mark.parametrize("value", [-5, Decimal("-1.20"), date(2026, 1, 1), None, True])
def test_numbers_and_days_are_no_text(value):
    assert safe_cell(value) == value


def test_lines_read_back():
    lines = list(csv_lines(["name", "amount"], [['=a,"b"', Decimal("-1.50")], ["c\nd", None]]))
    assert list(csv.reader(io.StringIO("".join(lines)))) == [["name", "amount"], ['\'=a,"b"', "-1.50"], ["c\nd", ""]]


def test_a_download_says_what_it_is():
    response = csv_response("audit.csv", ["名称"], [["=1"]])
    body = b"".join(response.streaming_content)
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.decode("utf-8-sig") == "名称\r\n'=1\r\n"
    assert response["Content-Disposition"] == 'attachment; filename="audit.csv"'
    assert response["X-Content-Type-Options"] == "nosniff"
