from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.text import clauses, language, letters, normalise, says_enough


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("ＡＢＣ１２３", "ABC123"),
        ("資料庫建置與維護", "资料库建置与维护"),
        ("  a \t b  ", "a b"),
        ("一\u200b二\ufeff三", "一二三"),
        ("安全😀可靠", "安全 可靠"),
        ("<b>地图</b>&nbsp;服务", "地图 服务"),
        ("a < b 且 c > d", "a < b 且 c > d"),
        ("坏\ud800字\x00符", "坏字 符"),
        ("", ""),
    ],
)
def test_texts_are_compared_in_one_width_and_script(written: str, compared: str) -> None:
    assert normalise(written).text == compared


def test_characters_know_where_they_came_from() -> None:
    written = "<p>統一 ﬁ證照</p>"
    normal = normalise(written)
    assert normal.text == "统一 fi证照"
    start = normal.text.index("证照")
    first, last = normal.span(start, start + 2)
    assert written[first:last] == "證照"
    assert normal.span(3, 5) == (written.index("ﬁ"), written.index("ﬁ") + 1)


@given(st.text())
def test_no_text_is_an_error_and_origins_stay_inside_it(written: str) -> None:
    normal = normalise(written)
    assert len(normal.origin) == len(normal.text)
    assert list(normal.origin) == sorted(normal.origin)
    assert all(0 <= place < len(written) for place in normal.origin)
    assert normalise(normal.text).text == normal.text


@given(st.text())
def test_clauses_cover_the_text(written: str) -> None:
    text = normalise(written).text
    assert "".join(text[one.start : one.end] for one in clauses(text)) == text


def test_clauses_part_at_marks_but_not_inside_numbers_and_names() -> None:
    text = normalise("接入GB/T 28181.1设备，共1,000户；导出报表。Next one. End").text
    assert [one.key for one in clauses(text)] == ["接入gbt281811设备", "共1000户", "导出报表", "nextone", "end"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("地图服务", "han"),
        ("OCR文字识别", "han"),
        ("通过OAuth2协议授权", "han"),
        ("Map service for 北京 offices of the city", "latin"),
        ("地図サービスを提供する", "kana"),
        ("지도 서비스", "hangul"),
        ("123", "han"),
    ],
)
def test_a_text_has_the_language_it_is_mostly_written_in(text: str, expected: str) -> None:
    assert language(text) == expected


@pytest.mark.parametrize("text", ["", "a", "图", "12345", "😀😀😀😀", "OCR", "…。，"])
def test_too_little_says_nothing(text: str) -> None:
    assert not says_enough(text)


@pytest.mark.parametrize("text", ["电子签章", "Map Service"])
def test_a_name_says_enough(text: str) -> None:
    assert says_enough(text)


def test_letters_ignore_case_and_marks() -> None:
    assert letters("B/S 架构（Web）") == "bs架构web"
