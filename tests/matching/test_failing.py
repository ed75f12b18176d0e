"""Whatever happens to the model, what it did not judge is doubtful, never *not a duplicate*."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from matching.corpus import Corpus
from matching.embed import Vectors
from matching.isolated import EmbedderDied, IsolatedEmbedder
from matching.labelled import labelled
from matching.records import Record
from matching.safely import BATCH, PIECE, embed, embed_views, pieces
from matching.score import Band
from matching.space import load_background
from matching.synthetic import modules
from tests.matching.conftest import ROOT, Failing, Quick, record, records


def told_apart(corpus: Corpus, everything: Sequence[Record]) -> tuple[set[str], set[str]]:
    """Ids of the records that got no vector, and of the others; each outcome checked."""
    outcomes = corpus.compare(everything)
    lost = {one.id for one in outcomes if "not_embedded" in one.reasons}
    for one in outcomes:
        assert one.band != Band.NONE, "nothing may be called new while the pool is incomplete"
        if one.id in lost:
            assert one.band == Band.DOUBTFUL
            assert {match.band for match in one.matches} <= {Band.DOUBTFUL}
        for match in one.matches:
            if match.b in lost:
                assert match.band == Band.DOUBTFUL
    return lost, {one.id for one in outcomes} - lost


def test_a_model_that_fails_in_the_middle_leaves_its_records_doubtful(failing: Failing) -> None:
    everything = list(modules(300, seed=1))
    failing.fail_after(4)
    corpus = Corpus.build(everything, failing)
    lost, read = told_apart(corpus, everything)
    assert lost
    assert read
    assert set(corpus.unjudged()) == lost


def test_a_model_that_never_works_leaves_everything_doubtful(failing: Failing) -> None:
    failing.calls_left = 0
    everything = records(
        ("电子签章", "加盖印章并验签。"), ("电子签章", "加盖印章并验签。"), ("水质监测", "采集断面数据。")
    )
    corpus = Corpus.build(everything, failing)
    assert told_apart(corpus, everything) == ({"r000", "r001", "r002"}, set())
    assert {one.band for one in corpus.pairs()} == {Band.DOUBTFUL}
    assert failing.calls < 30, "a dead model is not asked again for each text"


def test_a_model_that_recovers_is_used_again(failing: Failing) -> None:
    failing.calls_left = 0
    everything = records(("电子签章", "加盖印章并验签。"), ("水质监测", "采集断面数据。"))
    assert Corpus.build(everything, failing).unjudged()
    failing.calls_left = None
    assert not Corpus.build(everything, failing).unjudged()


def test_one_bad_text_costs_only_itself() -> None:
    class Choking(Quick):
        def encode(self, texts: Sequence[str]) -> Vectors:
            if any("毒" in text for text in texts):
                raise ValueError("cannot read this")
            return super().encode(texts)

    found = embed(Choking(), ["好的文字", "有毒的文字", "另一段文字"])
    assert np.isnan(found).all(axis=1).tolist() == [False, True, False]


@pytest.mark.parametrize("wrong", ["shape", "nan", "zero"])
def test_a_wrong_answer_is_no_answer(wrong: str) -> None:
    class Wrong(Quick):
        def encode(self, texts: Sequence[str]) -> Vectors:
            right = super().encode(texts)
            return {"shape": right[:, :5], "nan": right * np.nan, "zero": right * 0}[wrong]

    assert np.isnan(embed(Wrong(), ["电子签章", "水质监测"])).all()


def test_time_that_runs_out_leaves_the_rest_without_vectors() -> None:
    class Slow(Quick):
        def encode(self, texts: Sequence[str]) -> Vectors:
            time.sleep(0.2)
            return super().encode(texts)

    found = embed(Slow(), [f"功能模块{number}" for number in range(3 * BATCH)], seconds=0.1)
    assert 0 < np.isnan(found[:, 0]).sum() < len(found)


def test_long_texts_are_read_in_pieces() -> None:
    text = "采集断面数据，" * 200
    assert "".join(pieces(text)) == text
    assert max(map(len, pieces(text))) <= PIECE
    assert "".join(pieces("字" * 1000)) == "字" * 1000
    assert np.linalg.norm(embed(Quick(), [text])[0]) == pytest.approx(1, abs=1e-5)


def test_a_view_that_is_missing_costs_the_vector(failing: Failing) -> None:
    assert np.isnan(embed_views(failing, [(("电子签章", 1.0), ("", 0.5))])).all()
    assert embed_views(failing, []).shape == (0, failing.width)


class KilledAt(IsolatedEmbedder):
    """Its process is killed for real, as the system does when memory runs out."""

    call, calls = -1, 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        if self.calls == self.call and self.process_id:
            os.kill(self.process_id, signal.SIGKILL)
        return super().encode(texts)


def test_a_process_killed_in_the_middle_leaves_its_records_doubtful(model_directory: Path) -> None:
    everything = [one for one, _ in labelled()]
    with KilledAt(model_directory, lives=1) as embedder:
        load_background(embedder)
        embedder.call = embedder.calls + 3
        corpus = Corpus.build(everything, embedder)
        lost, read = told_apart(corpus, everything)
    assert lost
    assert read
    assert len(lost) + len(read) == len(everything)


def test_a_process_killed_once_is_replaced(model_directory: Path) -> None:
    with KilledAt(model_directory) as embedder:
        texts = [f"第{number}个功能模块" for number in range(2 * BATCH)]
        before = embed(embedder, texts[:1])
        embedder.call = embedder.calls + 1
        assert np.isfinite(embed(embedder, texts)).all()
        assert np.array_equal(embed(embedder, texts[:1]), before)


def test_a_process_that_does_not_answer_in_time_is_given_up() -> None:
    with IsolatedEmbedder(None, seconds=0.0, lives=2) as embedder:
        for _ in range(3):
            with pytest.raises(EmbedderDied, match="in time|died 2 times"):
                embedder.encode(["电子签章"])
        assert embedder.process_id is None


def test_an_error_of_the_model_does_not_cost_its_process() -> None:
    with IsolatedEmbedder(None) as embedder:
        first = embedder.encode(["电子签章"])
        with pytest.raises(RuntimeError, match="does not know words"):
            embedder.words(["电子签章"])
        started = embedder.process_id
        assert np.array_equal(embedder.encode(["电子签章"]), first)
        assert embedder.process_id == started


def test_words_come_through_the_process_unchanged(model_directory: Path, model) -> None:
    texts = ["统一身份认证 single sign-on", "地图"]
    with IsolatedEmbedder(model_directory) as embedder:
        for there, here in zip(embedder.words(texts), model.words(texts), strict=True):
            assert (there.spans, there.pieces) == (here.spans, here.pieces)
            assert np.array_equal(there.vectors, here.vectors)


@pytest.mark.slow
def test_the_command_line_outlives_its_model(model_directory: Path, tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    texts = [{"id": one.id, "project": one.project, "name": one.name, "description": one.description}
             for one, _ in labelled()[:40]]  # fmt: skip
    file.write_text("\n".join(json.dumps(text) for text in texts))
    command = [sys.executable, "-m", "matching", "pairs", str(file), "--model", str(model_directory)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    killer = threading.Thread(target=kill_children, args=(process,), daemon=True)
    killer.start()
    out, _ = process.communicate(timeout=120)
    rows = [json.loads(line) for line in out.splitlines()]
    assert process.returncode == 0
    assert {row["band"] for row in rows} == {"doubtful"}
    assert {row["a"] for row in rows if row["b"] is None} == {text["id"] for text in texts}


def kill_children(process: subprocess.Popen[str]) -> None:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None:
        for child in children.read_text().split() if children.exists() else ():
            os.kill(int(child), signal.SIGKILL)
        time.sleep(0.01)


def test_what_was_left_unread_is_said(quick: Quick) -> None:
    long = record(1, "长长的说明", "电子印章的签署和验章。" + "其他内容各不相同" * 600)
    other = record(2, "河道水位", "采集河道水位并预警。")
    (outcome, _) = Corpus.build([long, other], quick).compare([long, other])
    assert (outcome.band, outcome.reasons) == (Band.DOUBTFUL, ("cut",))


def test_what_was_not_looked_at_is_said_also_when_something_was_found() -> None:
    class Choking(Quick):
        def encode(self, texts: Sequence[str]) -> Vectors:
            if any("毒" in text for text in texts):
                raise ValueError("cannot read this")
            return super().encode(texts)

    everything = records(("电子签章", "加盖印章。"), ("电子签章", "加盖印章。"), ("有毒气体监测", "有毒气体的采集。"))
    first = Corpus.build(everything, Choking()).compare(everything[:1])[0]
    assert (first.band, first.reasons) == (Band.LIKELY, ("pool_incomplete",))
