"""`trace` writes one run of a session."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from rnnviz.files.session import load_session
from rnnviz.training.spec import build


def test_the_file_is_the_run_of_the_session(rnnviz: Any, trained: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.csv"
    done = rnnviz("trace", trained, "--text", "hello world", "--out", out)
    assert (done.status, done.out, done.err) == (0, "", "")
    with open(out, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 11
    session = load_session(trained)
    task, model = build(session.spec)
    parameters = model.parameters(session.state.parameters)
    typed = task.typed("hello world")
    trace = model.forward(parameters, typed.codes, typed.targets)
    gradients = model.backward(parameters, trace)
    for name, array in (("f", trace["layer0/f"]), ("d_c", gradients["layer0/d_c"])):
        for unit in (0, 15):
            column = [float(row[f"layer0/{name}[{unit}]"]) for row in rows]
            np.testing.assert_array_equal(column, array[:, 0, unit].astype(float))
    losses = [float(row["loss"]) for row in rows]
    assert np.isnan(losses).tolist() == [False] * 10 + [True]


def test_float64_is_double_all_the_way(rnnviz: Any, trained: Path, tmp_path: Path) -> None:
    for name, words in (("single", []), ("double", ["--float64"])):
        rnnviz("trace", trained, "--text", "hello", "--out", tmp_path / f"{name}.safetensors", *words)
    single, double = (load_file(tmp_path / f"{name}.safetensors") for name in ("single", "double"))
    assert single.keys() == double.keys()
    for name, array in double.items():
        assert [str(single[name].dtype), str(array.dtype)] == ["float32", "float64"]
        np.testing.assert_allclose(single[name], array, rtol=2e-3, atol=1e-5)
    assert (single["layer0/c"] != double["layer0/c"]).any()


def test_one_character_has_no_loss_and_no_gradient(rnnviz: Any, trained: Path, tmp_path: Path) -> None:
    assert rnnviz("trace", trained, "--text", "h", "--out", tmp_path / "a.safetensors").status == 0
    arrays = load_file(tmp_path / "a.safetensors")
    assert np.isnan(arrays["loss"]).all()
    assert not arrays["layer0/d_h"].any()


def test_unknown_characters_and_the_limit_are_said(rnnviz: Any, trained: Path, tmp_path: Path) -> None:
    done = rnnviz("trace", trained, "--text", "hello 记忆", "--out", tmp_path / "a.safetensors")
    assert done.status == 0
    assert "2" in done.err
    loss = load_file(tmp_path / "a.safetensors")["loss"]
    assert np.isnan(loss).tolist() == [False] * 5 + [True] * 3
    done = rnnviz(
        "trace", trained, "--text", "h" * 600, "--out", tmp_path / "a.safetensors", "--lang", "zh_CN"
    )
    assert done.status == 0
    assert "512" in done.err
    assert "88" in done.err
    assert len(load_file(tmp_path / "a.safetensors")["loss"]) == 512


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--text", "", "--out", "a.csv"], "empty"),
        (["--text", "hello", "--out", "a.xlsx"], "a.xlsx"),
        (["--text", "hello", "--out", "absent/a.csv"], "absent/a.csv"),
        (["--text", "hello"], "--out"),
        (["--out", "a.csv"], "--text"),
        (["--text", "hello", "--input", "a.csv", "--out", "a.csv"], "--input"),
        (["--input", "a.csv", "--out", "a.csv"], "--text"),
    ],
)
def test_bad_input(rnnviz: Any, trained: Path, words: list[str], named: str) -> None:
    done = rnnviz("trace", trained, *words)
    assert (done.status, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert named in done.err


def test_an_experiment_has_nothing_to_trace(rnnviz: Any) -> None:
    done = rnnviz("trace", "hello-memory", "--text", "a", "--out", "a.csv", "--lang", "zh_CN")
    assert done.status == 2
    assert "rnnviz run hello-memory" in done.err
