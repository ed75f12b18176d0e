from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matching.records import READ, Record, origins, prepare, text_hash, unordered_pair_key
from tests.matching.conftest import record


def test_the_key_of_a_pair_has_no_order() -> None:
    a, b = record(1, "电子签章", "加盖印章"), record(2, "在线用印", "加盖公章")
    assert unordered_pair_key(a, b) == unordered_pair_key(b, a)
    assert unordered_pair_key(a, a) != unordered_pair_key(a, b)


def test_a_text_hash_follows_the_text_and_not_how_it_is_written() -> None:
    assert text_hash("電子簽章", "ＣＡ证书。") == text_hash("电子签章", "CA证书")
    assert text_hash("电子", "签章") != text_hash("电子签章", "")
    assert len(text_hash("", "")) == 64


def test_boilerplate_is_taken_out_and_its_place_in_the_original_told() -> None:
    one = record(1, "證照庫", "歸集證照；同時提供用戶管理、日誌管理。支持核驗。")
    prepared = prepare(one)
    assert prepared.body == "归集证照;支持核验。"
    assert [one.description[slice(*span)] for span in prepared.removed] == ["同時提供用戶管理、日誌管理。"]


def test_counted_clauses_are_taken_out_too() -> None:
    one = record(1, "证照库", "归集证照，须接入统一门户。")
    assert prepare(one, {"须接入统一门户"}).body == "归集证照,"


def test_the_key_changes_with_what_is_read_and_only_then() -> None:
    plain, longer = record(1, "证照库", "归集证照。"), record(2, "证照库", "归集证照。用户管理、日志管理。")
    assert prepare(plain).key == prepare(longer).key
    assert prepare(plain).copy_key != prepare(longer).copy_key
    assert prepare(plain).key != prepare(record(3, "证照", "库归集证照。")).key


def test_odd_texts_are_told_apart() -> None:
    kinds = [
        prepare(record(1, *texts)).kind for texts in (("", ""), ("，", "。"), ("a", ""), ("123", "456"), ("OCR", ""))
    ]
    assert kinds == ["empty", "empty", "short", "short", "short"]


def test_what_is_longer_than_what_is_read_is_marked() -> None:
    assert not prepare(record(1, "长文", "字" * READ)).is_cut
    assert prepare(record(1, "长文", "字" * (READ + 1))).is_cut


@given(st.text(max_size=60), st.text(max_size=200))
def test_every_character_of_a_prepared_text_has_its_place(name: str, description: str) -> None:
    prepared = prepare(Record("1", "1", name, description))
    places = origins(prepared)
    assert len(places) == len(prepared.text)
    fields = {"name": name, "description": description}
    assert all(0 <= at < len(fields[field]) for field, at in filter(None, places))


def test_the_name_is_read_on_its_own_as_well() -> None:
    views = prepare(record(1, "电子签章", "加盖印章。")).views
    assert [text for text, _ in views] == ["电子签章。加盖印章。", "加盖印章。", "电子签章"]
    assert len(prepare(record(1, "电子签章", "")).views) == 1
