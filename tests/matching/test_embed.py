from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from matching.embed import HashEmbedder, OnnxEmbedder, open_embedder
from matching.probe import LEAST, cosines, strangers
from tests.matching.conftest import ROOT


def test_vectors_are_those_of_the_original_weights(model: OnnxEmbedder) -> None:
    assert cosines(model).min() >= LEAST


def test_each_probe_finds_its_paraphrase(model: OnnxEmbedder) -> None:
    assert strangers(model) == []


def test_a_text_has_the_same_vector_whatever_stands_beside_it(model: OnnxEmbedder) -> None:
    texts = ["电子合同归档与检索", "a", "对路面坑槽进行上报和派单处置" * 9, "水质监测"]
    together = model.encode(texts)
    assert np.array_equal(together[::-1], model.encode(texts[::-1]))
    assert np.array_equal(together[2], model.encode(texts[2:3])[0])
    assert model.encode([]).shape == (0, 384)


def test_words_know_their_place(model: OnnxEmbedder) -> None:
    text = "统一身份认证 single sign-on"
    (words,) = model.words([text])
    assert "".join(text[slice(*span)] for span in words.spans).replace(" ", "") == text.replace(" ", "")
    assert words.vectors.shape == (len(words.spans), 384)


@pytest.mark.parametrize("text", ["", "\x00", "😀" * 500, "a" * 100_000, "字" * 10_000, "\ufffd"])
def test_odd_texts_have_vectors_of_length_one(model: OnnxEmbedder, text: str) -> None:
    assert np.linalg.norm(model.encode([text])[0]) == pytest.approx(1, abs=1e-3)


def test_without_a_model_characters_say_that_they_are_a_makeshift(tmp_path: Path) -> None:
    for directory in (None, tmp_path):
        embedder = open_embedder(directory)
        assert embedder.is_degraded
        assert embedder.encode(["地图", ""]).shape == (2, embedder.width)
    with pytest.raises(FileNotFoundError, match="tokenizer.json"):
        OnnxEmbedder(tmp_path)


def test_characters_find_copies() -> None:
    a, b, c = HashEmbedder().encode(["电子印章的签署和验章", "电子印章签署、验章", "河道水位监测"])
    assert a @ b > 0.5 > 0.3 > a @ c


def test_the_names_of_the_package_load_no_model_and_no_web() -> None:
    code = "import sys, matching.corpus; print(sorted({'onnxruntime', 'tokenizers', 'django', 'opencc'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_is_noted_about_the_user(model_directory: Path, tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from matching.embed import OnnxEmbedder; "
        f"OnnxEmbedder(Path({str(model_directory)!r})).encode(['a'])"
    )
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "ORT_DISABLE_TELEMETRY")}
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**kept, **home}, check=True)
    assert list(tmp_path.iterdir()) == []
