from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from matching.index import Index, IndexMissingError, build, directions
from matching.synthetic import vectors

ROOT = Path(__file__).resolve().parents[2]
COUNT = 5000


def blocks(rows: np.ndarray, ids: np.ndarray | None = None, size: int = 700):
    ids = np.arange(len(rows)) if ids is None else ids
    return [(ids[start : start + size], rows[start : start + size]) for start in range(0, len(rows), size)]


def put(folder: Path, rows: np.ndarray, ids: np.ndarray | None = None, **options) -> Index:
    build(folder, blocks(rows, ids), width=rows.shape[1], **options)
    return Index.open(folder)


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    return vectors(COUNT, seed=7)


@pytest.fixture(scope="module")
def index(rows: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Index:
    return put(tmp_path_factory.mktemp("index"), rows)


def exact(rows: np.ndarray, asked: np.ndarray, centre: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    cosines = directions(asked, centre) @ directions(rows, centre).T
    best = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return best, np.take_along_axis(cosines, best, axis=1)


def test_ninety_eight_of_a_hundred_neighbours_are_found_with_a_fiftieth_looked_at(index: Index, rows: np.ndarray):
    asked = rows[::25]
    ids, cosines = index.search(asked, 10, rescored=COUNT // 50)
    wanted, _ = exact(rows, asked, index.centre, 10)
    found = np.mean([np.isin(theirs, ours).mean() for theirs, ours in zip(wanted, ids, strict=True)])
    assert found >= 0.98
    assert (np.diff(cosines, axis=1) <= 0).all()


def test_whoever_looks_at_everything_finds_what_is_exact(index: Index, rows: np.ndarray):
    ids, cosines = index.search(rows[:20], 10, rescored=COUNT)
    _, wanted = exact(rows, rows[:20], index.centre, 10)
    assert cosines == pytest.approx(wanted, abs=2e-3)
    assert len(index) == COUNT and ids.shape == (20, 10)


def test_a_vector_is_nearest_to_itself(index: Index, rows: np.ndarray):
    ids, cosines = index.search(rows[::50], 1)
    assert ids[:, 0].tolist() == list(range(0, COUNT, 50))
    assert cosines[:, 0] == pytest.approx(1, abs=1e-3)


def test_what_is_found_does_not_depend_on_what_else_is_asked(index: Index, rows: np.ndarray):
    together, _ = index.search(rows[:30], 10)
    assert [index.search(rows[row : row + 1], 10)[0][0].tolist() for row in range(30)] == together.tolist()


def test_what_came_later_is_found_at_once_and_takes_the_place_of_what_it_replaces(tmp_path: Path, rows: np.ndarray):
    index = put(tmp_path, rows[:300])
    index.append(np.array([300, 5]), np.stack([rows[300], rows[301]]))
    assert index.search(rows[300:302], 1)[0].tolist() == [[300], [5]]
    assert 5 not in index.search(rows[5:6], 300)[0][0, :1]
    index.append(np.array([300]), rows[302:303])
    assert index.search(rows[302:303], 1)[0].tolist() == [[300]]
    assert len(index) == 301 and index.tail_length == 2
    assert sorted(index.search(rows[:1], 400)[0][0, :301].tolist()) == list(range(301))


def test_of_two_vectors_for_one_id_the_later_counts(tmp_path: Path, rows: np.ndarray):
    index = put(tmp_path, rows[:10])
    index.append(np.array([77, 77]), rows[20:22])
    ids, cosines = index.search(rows[21:22], 1)
    assert ids[0, 0] == 77 and cosines[0, 0] == pytest.approx(1, abs=1e-3)
    assert len(index) == 11


def test_what_was_removed_is_not_found(tmp_path: Path, rows: np.ndarray):
    index = put(tmp_path, rows[:300])
    index.append(np.array([900]), rows[900:901])
    index.remove(np.array([7, 900, 12345]))
    assert not {7, 900} & set(index.search(rows[[7, 900]], 400)[0].ravel().tolist())
    assert len(index) == 299


def test_who_has_an_index_open_keeps_it_while_another_takes_its_place(tmp_path: Path, rows: np.ndarray):
    earlier = put(tmp_path, rows[:100], label="one")
    later = put(tmp_path, rows[100:200], np.arange(100, 200), label="two")
    assert not earlier.is_current and later.is_current
    assert (earlier.shape.label, later.shape.label) == ("one", "two")
    assert earlier.search(rows[3:4], 1)[0].tolist() == [[3]]
    assert later.search(rows[103:104], 1)[0].tolist() == [[103]]
    assert len(list(tmp_path.glob("built-*"))) == 1


def test_a_build_that_fails_leaves_the_earlier_index(tmp_path: Path, rows: np.ndarray):
    put(tmp_path, rows[:100])

    def broken():
        yield np.arange(10), rows[:10]
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        build(tmp_path, broken(), width=384)
    with pytest.raises(ValueError, match="width"):
        build(tmp_path, [(np.arange(3), rows[:2])], width=384)
    assert Index.open(tmp_path).search(rows[3:4], 1)[0].tolist() == [[3]]
    assert len(list(tmp_path.glob("built-*"))) == 1


def test_what_a_killed_build_left_behind_goes_with_the_next(tmp_path: Path, rows: np.ndarray):
    (tmp_path / "built-dead").mkdir()
    put(tmp_path, rows[:10])
    assert not (tmp_path / "built-dead").exists()


def test_a_folder_without_an_index_says_so(tmp_path: Path, rows: np.ndarray):
    with pytest.raises(IndexMissingError):
        Index.open(tmp_path)
    index = put(tmp_path, rows[:10])
    (index.home / "codes.faiss").write_bytes(b"torn")
    with pytest.raises(IndexMissingError):
        Index.open(tmp_path)
    (index.home / "shape.json").write_text('{"count": 10, "width": 384, "label": "", "format": 99}')
    with pytest.raises(IndexMissingError):
        Index.open(tmp_path)


def test_an_empty_index_finds_nothing_and_grows(tmp_path: Path, rows: np.ndarray):
    build(tmp_path, [], width=384)
    index = Index.open(tmp_path)
    ids, cosines = index.search(rows[:2], 3)
    assert ids.tolist() == [[-1] * 3] * 2 and np.isneginf(cosines).all()
    index.append(np.array([4]), rows[4:5])
    assert index.search(rows[4:5], 3)[0].tolist() == [[4, -1, -1]]


def test_what_has_no_vector_is_near_to_nothing(tmp_path: Path, rows: np.ndarray):
    spoilt = rows[:50].copy()
    spoilt[3] = np.nan
    index = put(tmp_path, spoilt)
    assert len(index) == 49
    assert 3 not in index.search(rows[3:4], 50)[0]
    assert index.search(spoilt[3:4], 2)[0].tolist() == [[-1, -1]]
    index.append(np.array([4]), spoilt[3:4])
    assert 4 not in index.search(rows[4:5], 50)[0] and len(index) == 48


def test_a_vector_of_another_width_is_refused(index: Index):
    for wrong in (np.zeros((1, 383), np.float32), np.zeros(384, np.float32)):
        with pytest.raises(ValueError, match="width of 384"):
            index.search(wrong)
    with pytest.raises(ValueError, match="2 ids"):
        index.append(np.arange(2), np.zeros((1, 384), np.float32))
    with pytest.raises(ValueError, match="multiple of 8"):
        build(Path("/nowhere"), [], width=383)


def test_another_process_opens_what_this_one_built(tmp_path: Path, rows: np.ndarray):
    put(tmp_path, rows[:200])
    asking = (
        "import sys; from pathlib import Path; from matching.index import Index; from matching.synthetic import vectors\n"
        f"print(Index.open(Path(sys.argv[1])).search(vectors({COUNT}, seed=7)[9:10], 1)[0][0, 0])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", asking, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "9"
