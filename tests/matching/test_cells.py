from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matching import cells as module
from matching.cells import Pairs, all_pairs, cells, merged, pairs_within
from matching.index import Index, build, directions
from matching.synthetic import vectors


def rows_of(count: int, seed: int = 3) -> np.ndarray:
    raw = vectors(count, seed=seed)
    return directions(raw, raw.mean(axis=0))


def together(pairs: Pairs) -> set[tuple[int, int]]:
    return set(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))


def exact(rows: np.ndarray, least: float) -> set[tuple[int, int]]:
    return {(a, b) for a, b in zip(*np.nonzero(np.triu(rows @ rows.T, 1) >= least), strict=True)}


def test_few_vectors_are_compared_each_with_each():
    rows = rows_of(3000)
    found = all_pairs(rows, 0.6)
    assert together(found) == exact(rows, 0.6)
    assert len(found) > 100
    assert found.cosine == pytest.approx(np.einsum("ij,ij->i", rows[found.a], rows[found.b]), abs=1e-5)


def test_in_cells_hardly_a_pair_is_missed_and_none_is_made_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "EXACT", 100)
    rows = rows_of(8000)
    found, wanted = together(all_pairs(rows, 0.7)), exact(rows, 0.7)
    assert len(wanted) > 800
    assert found <= wanted
    assert len(found) >= 0.995 * len(wanted)
    compared = sum(len(cell) * (len(cell) - 1) // 2 for cell in cells(rows))
    assert compared < 0.5 * len(rows) * (len(rows) - 1) / 2


def test_workers_that_share_the_cells_find_what_one_finds(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "EXACT", 100)
    rows = rows_of(2000)
    shares = [
        merged(pairs_within(rows, cell, 0.6) for place, cell in enumerate(cells(rows)) if place % 3 == worker)
        for worker in range(3)
    ]
    alone, shared = all_pairs(rows, 0.6), merged(reversed(shares))
    assert together(shared) == together(alone)
    assert len(shared) == len(together(shared))


def test_pairs_of_a_large_cell_are_found_block_by_block(monkeypatch: pytest.MonkeyPatch):
    rows = rows_of(500)
    wanted = together(all_pairs(rows, 0.3))
    monkeypatch.setattr(module, "BLOCK", 64)
    assert together(all_pairs(rows, 0.3)) == wanted == exact(rows, 0.3)


def test_half_precision_serves():
    rows = rows_of(1000)
    wanted, found = together(all_pairs(rows, 0.6)), together(all_pairs(rows.astype(np.float16), 0.6))
    assert len(wanted ^ found) <= 0.01 * len(wanted)


def test_nothing_and_one_have_no_pairs():
    for count in (0, 1):
        assert len(all_pairs(np.zeros((count, 384), np.float32), 0.5)) == 0


def test_the_file_of_an_index_is_compared_as_it_is_mapped(tmp_path: Path):
    raw = vectors(1000, seed=3)
    build(tmp_path, [(np.arange(1000, 2000), raw)], width=384)
    index = Index.open(tmp_path)
    found = all_pairs(index.directions, 0.6)
    wanted = exact(directions(raw, index.centre), 0.6)
    assert len(together(found) ^ wanted) <= 0.01 * len(wanted)
    assert index.ids[found.a].min() >= 1000
