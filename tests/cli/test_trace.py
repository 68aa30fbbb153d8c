"""`trace` writes one run of a session."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from rnnviz.cli import main
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


@pytest.fixture(scope="module")
def adder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session of the adding problem, hardly trained."""
    folder = tmp_path_factory.mktemp("adder")
    experiment = folder / "adder.toml"
    experiment.write_text('[model]\nhidden = 5\n[task]\nkey = "adding"\nlength = 8\n', encoding="utf-8")
    assert main(["run", str(experiment), "--steps", "3", "--out", str(folder), "--json"]) == 0
    return folder / "session.rnnviz"


def test_numbers_may_be_typed_or_come_from_a_file(rnnviz: Any, adder: Path, tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text("value,mark\n0.31,0\n0.72,1\n0.1,0\n0.5,1\n0.3,0\n", encoding="utf-8")
    words = ["--text", "0.31 0.72* 0.1 0.5* 0.3"]
    assert rnnviz("trace", adder, *words, "--out", tmp_path / "typed.safetensors").status == 0
    assert rnnviz("trace", adder, "--input", table, "--out", tmp_path / "read.safetensors").status == 0
    typed, read = (load_file(tmp_path / f"{name}.safetensors") for name in ("typed", "read"))
    assert typed.keys() == read.keys()
    for name in typed:
        np.testing.assert_array_equal(typed[name], read[name])
    assert np.isnan(typed["loss"]).tolist() == [True] * 4 + [False]
    assert typed["loss"][-1] == pytest.approx((typed["logits"][-1, 0] - 1.22) ** 2, rel=1e-5)
    assert typed["layer0/d_c"][0].any(), "the only loss is at the end, and reaches the beginning"


@pytest.mark.parametrize(("language", "said"), [("en", "no number"), ("zh_CN", "不是数字")])
def test_a_token_that_is_no_number_is_said(
    rnnviz: Any, adder: Path, tmp_path: Path, language: str, said: str
) -> None:
    out = tmp_path / "a.csv"
    done = rnnviz("trace", adder, "--text", "0.3 oops* 0.2*", "--out", out, "--lang", language)
    assert done.status == 0
    assert "oops" in done.err
    assert said in done.err
