from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from matching import shelf as shelves
from matching.corpus import Corpus
from matching.folders import alone
from matching.reading import vectors_of
from matching.records import Record, prepare
from matching.shelf import Entry, Shelf, check, entry
from matching.space import load_background
from matching.stock import Sheet, Stock, StockMissingError, build
from matching.synthetic import modules
from tests.matching.conftest import Quick

ROOT = Path(__file__).resolve().parents[2]
RECORDS = list(modules(600, seed=5))
NUMBER = {one.id: number for number, one in enumerate(RECORDS)}


def entries(records: list[Record]) -> list[Entry]:
    return [entry(NUMBER[one.id], NUMBER[one.id] // 12, prepare(one)) for one in records]


def put(folder: Path, quick: Quick, records: list[Record], rows: np.ndarray | None = None) -> Stock:
    rows = vectors_of([prepare(one) for one in records], quick) if rows is None else rows
    with alone(folder):
        build(folder, load_background(quick), {"lines": (entries(records), rows)}, frozenset(), Sheet("x", {}))
    return Stock.open(folder)


@pytest.fixture(params=[shelves.EXACT, 0], ids=["each", "codes"])
def stock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, quick: Quick, tmp_path: Path) -> Stock:
    return put(tmp_path, quick, RECORDS)


def chosen(stock: Stock, quick: Quick, record: Record, dense: int = 50, lexical: int = 20) -> set[int]:
    one = prepare(record)
    (asked,) = stock.asked([one], vectors_of([one], quick))
    return set(stock.shelves["lines"].candidates(asked, dense=dense, lexical=lexical).tolist())


def test_what_is_chosen_holds_what_all_together_would_find_with_the_same_scores(stock: Stock, quick: Quick):
    everything = Corpus(load_background(quick))
    everything.add(RECORDS, vectors_of([prepare(one) for one in RECORDS], quick))
    for asked in RECORDS[::20]:
        row = vectors_of([prepare(asked)], quick)
        near = [RECORDS[one] for one in chosen(stock, quick, asked)]
        few = Corpus(load_background(quick), frame=stock.frame)
        few.add(near, vectors_of([prepare(one) for one in near], quick))
        (ours,) = few.compare([asked], row, pools=["modules"], top=5)
        (theirs,) = everything.compare([asked], row, pools=["modules"], top=5)
        assert [one.b for one in ours.matches] == [one.b for one in theirs.matches]
        assert [one.score for one in ours.matches] == pytest.approx([one.score for one in theirs.matches], abs=2e-6)


def test_what_came_later_is_found_and_what_went_is_not(quick: Quick, tmp_path: Path):
    stock = put(tmp_path, quick, RECORDS[:300])
    shelf, late = stock.shelves["lines"], RECORDS[300:340]
    shelf.put(entries(late), vectors_of([prepare(one) for one in late], quick))
    assert (len(stock), stock.built, stock.changed) == (340, 300, 40)
    assert all(NUMBER[one.id] in chosen(stock, quick, one, 5, 0) for one in late)
    assert all(NUMBER[one.id] in chosen(stock, quick, one, 0, 3) for one in late)
    shelf.remove([300, 5])
    for one in (RECORDS[300], RECORDS[5]):
        assert NUMBER[one.id] not in chosen(stock, quick, one)
    assert (len(stock), stock.changed) == (338, 40)
    assert shelf.of_owners([25]) == {NUMBER[one.id]: check(one.name, one.description) for one in RECORDS[301:312]}


def test_a_record_with_other_words_takes_the_place_of_its_earlier_self(stock: Stock, quick: Quick):
    shelf = stock.shelves["lines"]
    for number in (7, 7, 8):
        words = prepare(Record("x", "", "潮汐闸门联动控制", "按潮位启闭闸门。"))
        shelf.put([entry(number, 0, words)], vectors_of([words], quick))
    assert len(shelf) == len(RECORDS)
    asked = Record("y", "", "潮汐闸门联动控制", "按潮位启闭闸门。")
    assert chosen(stock, quick, asked, 2, 0) == chosen(stock, quick, asked, 0, 2) == {7, 8}


def test_what_has_no_vector_is_found_by_its_characters_until_it_has_one(quick: Quick, tmp_path: Path):
    rows = vectors_of([prepare(one) for one in RECORDS], quick)
    rows[9] = np.nan
    stock = put(tmp_path, quick, RECORDS, rows)
    shelf = stock.shelves["lines"]
    assert shelf.unread == {9: prepare(RECORDS[9]).key}
    assert 9 not in chosen(stock, quick, RECORDS[9], 100, 0)
    assert 9 in chosen(stock, quick, RECORDS[9], 0, 5)
    shelf.put(entries(RECORDS[9:10]), vectors_of([prepare(RECORDS[9])], quick))
    assert not shelf.unread
    assert 9 in chosen(stock, quick, RECORDS[9], 1, 0)


def test_generic_functions_are_kept_and_never_chosen(quick: Quick, tmp_path: Path):
    generic = Record("s00000000", "p", "用户管理", "用户管理、权限管理、日志管理。")
    stock = put(tmp_path, quick, [generic, *RECORDS[1:50]])
    assert 0 not in chosen(stock, quick, generic, 60, 60)
    assert 0 in stock.shelves["lines"].of_owners([0])
    assert not stock.shelves["lines"].unread


def test_cosines_of_some_are_those_of_all(stock: Stock, quick: Quick):
    one = prepare(RECORDS[3])
    (asked,) = stock.asked([one], vectors_of([one], quick))
    shelf = stock.shelves["lines"]
    shelf.remove([17])
    shelf.put(entries(RECORDS[20:21]), vectors_of([prepare(RECORDS[20])], quick))
    ids, cosines = shelf.near(asked.direction, 100)
    wanted = dict(zip(ids.tolist(), cosines.tolist(), strict=True))
    some = np.array([*ids[:50].tolist(), 17, 20, 999_999], np.int64)
    found = dict(zip(*(array.tolist() for array in shelf.cosines(asked.direction, some)), strict=True))
    assert set(found) == {*ids[:50].tolist(), 20}
    assert found == pytest.approx({one: wanted.get(one, found[one]) for one in found}, abs=1e-5)


def test_an_empty_stock_has_no_answers_and_no_errors(quick: Quick, tmp_path: Path):
    stock = put(tmp_path, quick, [], np.empty((0, quick.width), np.float32))
    assert chosen(stock, quick, RECORDS[0]) == set()
    stock.shelves["lines"].put(entries(RECORDS[:1]), vectors_of([prepare(RECORDS[0])], quick))
    assert chosen(stock, quick, RECORDS[0]) == {0}


def test_who_has_a_stock_open_keeps_it_and_learns_that_there_is_another(quick: Quick, tmp_path: Path):
    first = put(tmp_path, quick, RECORDS[:100])
    assert first.is_current
    second = put(tmp_path, quick, RECORDS[100:200])
    assert not first.is_current and second.is_current
    assert chosen(first, quick, RECORDS[50], 1, 0) == {50}
    assert chosen(second, quick, RECORDS[150], 1, 0) == {150}
    assert len(list(tmp_path.glob("built-*"))) == 1


@pytest.mark.parametrize("broken", ["frame.npz", "sheet.json", "lines/rows.npy", "lines/index/current"])
def test_a_broken_stock_is_none(stock: Stock, broken: str):
    (stock.home / broken).write_bytes(b"nothing")
    with pytest.raises(StockMissingError):
        Stock.open(stock.home.parent)


def test_another_process_opens_what_was_built(stock: Stock):
    words = f"from matching.stock import Stock; from pathlib import Path; print(len(Stock.open(Path({str(stock.home.parent)!r}))))"
    found = subprocess.run([sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == str(len(RECORDS))


def test_a_build_that_fails_leaves_the_earlier_stock(stock: Stock, quick: Quick):
    with pytest.raises(ValueError, match="shorter"), alone(stock.home.parent):
        build(
            stock.home.parent,
            load_background(quick),
            {"lines": (entries(RECORDS[:3]), np.zeros((2, quick.width), np.float32))},
            frozenset(),
            Sheet("x", {}),
        )
    assert stock.is_current
    assert isinstance(Stock.open(stock.home.parent).shelves["lines"], Shelf)
