"""`import`, `weights`, and `trace` of what they make: PyTorch's numbers, on every way."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from rnnviz.engine.model import Model
from rnnviz.files.network import Network, load_model
from rnnviz.files.session import load_session

FOLDER = Path(__file__).parents[1] / "reference" / "weights"
TOLERANCE = {"float32": 1e-5, "float64": 1e-10}
NAMES = [
    f"{kind}{layers}{both}"
    for kind in ("rnn", "lstm", "gru")
    for layers in (1, 2, 3)
    for both in ("", "-both")
]


def layers_of(name: str) -> int:
    return int(name.removesuffix("-both")[-1])


def write_inputs(path: Path, rows: Any) -> Path:
    with open(path, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[repr(float(value)) for value in row] for row in rows])
    return path


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("way", ["bare", "imported", "there and back"])
@pytest.mark.parametrize("name", NAMES)
def test_a_trace_is_what_torch_computes(name: str, way: str, dtype: str, rnnviz: Any, tmp_path: Path) -> None:
    source, theirs = FOLDER / f"{name}.safetensors", load_file(FOLDER / f"{name}-run.safetensors")
    inputs = write_inputs(tmp_path / "x.csv", theirs["x"])
    if way != "bare":
        assert rnnviz("import", source, "--out", tmp_path / "m.rnnviz").status == 0
        source = tmp_path / "m.rnnviz"
    if way == "there and back":
        assert rnnviz("weights", source, "--out", tmp_path / "w.safetensors").status == 0
        source = tmp_path / "w.safetensors"
    words = ["--float64"] if dtype == "float64" else []
    done = rnnviz("trace", source, "--input", inputs, "--out", tmp_path / "t.safetensors", *words)
    assert (done.status, done.out, done.err) == (0, "", "")
    ours = load_file(tmp_path / "t.safetensors")
    compared = {
        key.removeprefix(f"{dtype}/"): value for key, value in theirs.items() if key.startswith(dtype)
    }
    top = [f"layer{layers_of(name) - 1}{way}/h" for way in ("", "_reverse")][: 1 + name.endswith("-both")]
    ours["out"] = np.concatenate([ours[key] for key in top], axis=1)
    assert compared.keys() >= {"out"} | (set() if name.endswith("-both") else {"layer0/h"})
    for key, value in compared.items():
        assert ours[key].dtype == value.dtype == np.dtype(dtype)
        np.testing.assert_allclose(ours[key], value, rtol=0, atol=TOLERANCE[dtype] * np.abs(value).max())
    readout = {"logits", "loss", "layer0/d_h"}
    assert readout & ours.keys() == (readout if layers_of(name) == 2 else set())


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_an_embedding_takes_codes(dtype: str, rnnviz: Any, tmp_path: Path) -> None:
    theirs = load_file(FOLDER / "lstm-embedding-run.safetensors")
    inputs = write_inputs(tmp_path / "x.csv", theirs["x"])
    assert rnnviz("import", FOLDER / "lstm-embedding.safetensors", "--out", tmp_path / "m.rnnviz").status == 0
    words = ["--float64"] if dtype == "float64" else []
    done = rnnviz("trace", tmp_path / "m.rnnviz", "--input", inputs, "--out", tmp_path / "t.npz", *words)
    assert (done.status, done.err) == (0, "")
    done = rnnviz(
        "trace", tmp_path / "m.rnnviz", "--input", inputs, "--out", tmp_path / "t.safetensors", *words
    )
    ours = load_file(tmp_path / "t.safetensors")
    for key in ("layer0/h", "logits"):
        value = theirs[f"{dtype}/{key}"]
        np.testing.assert_allclose(ours[key], value, rtol=0, atol=TOLERANCE[dtype] * np.abs(value).max())
    write_inputs(inputs, [[1], [7]])
    done = rnnviz("trace", tmp_path / "m.rnnviz", "--input", inputs, "--out", tmp_path / "t.npz")
    assert done.status == 2
    assert "line 2: 7" in done.err


def test_keras_and_back_computes_the_same(rnnviz: Any, tmp_path: Path) -> None:
    """One bias instead of two: to the last bit of single precision, for a GRU in double too."""
    for name in NAMES:
        for way in (["--layout", "keras"], ["--layout", "torch"]):
            first = rnnviz(
                "weights", FOLDER / f"{name}.safetensors", "--out", tmp_path / "a.safetensors", *way
            )
            second = rnnviz("weights", tmp_path / "a.safetensors", "--out", tmp_path / "b.safetensors", *way)
            assert (first.status, second.status) == (0, 0)
            assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_the_weights_of_torch_come_back(rnnviz: Any, tmp_path: Path) -> None:
    for name in NAMES:
        rnnviz("import", FOLDER / f"{name}.safetensors", "--out", tmp_path / "m.rnnviz")
        rnnviz("weights", tmp_path / "m.rnnviz", "--out", tmp_path / "w.safetensors")
        theirs = {
            key.split(".")[-1] if "_l" in key else key: value
            for key, value in load_file(FOLDER / f"{name}.safetensors").items()
        }
        ours = load_file(tmp_path / "w.safetensors")
        assert ours.keys() == theirs.keys()
        for key, value in theirs.items():
            assert ours[key].dtype == value.dtype
            if not key.startswith("bias_"):
                np.testing.assert_array_equal(ours[key], value)
        for end in {key.removeprefix("bias_ih") for key in ours if key.startswith("bias_ih")}:
            sums = (
                tensors[f"bias_ih{end}"].astype(np.float64) + tensors[f"bias_hh{end}"]
                for tensors in (ours, theirs)
            )
            np.testing.assert_array_equal(*sums)


def test_a_trained_session_goes_out_and_comes_back(rnnviz: Any, trained: Path, tmp_path: Path) -> None:
    for layout in ("torch", "keras"):
        done = rnnviz("weights", trained, "--out", tmp_path / "w.safetensors", "--layout", layout)
        assert (done.status, done.out, done.err) == (0, "", "")
        assert rnnviz("import", tmp_path / "w.safetensors", "--out", tmp_path / "m.rnnviz").status == 0
        network = load_model(tmp_path / "m.rnnviz")
        assert isinstance(network, Network)
        ours = load_session(trained).state.parameters
        np.testing.assert_array_equal(network.parameters.astype(np.float32), ours)
        assert network.spec.outputs == load_file(tmp_path / "w.safetensors")["readout.weight"].shape[0]


def test_an_import_says_what_it_found(rnnviz: Any, tmp_path: Path) -> None:
    done = rnnviz("import", FOLDER / "gru2.safetensors", "--out", tmp_path / "m.rnnviz")
    assert done.status == 0
    network = load_model(tmp_path / "m.rnnviz")
    assert isinstance(network, Network)
    for said in ("GRU", "units 5", str(Model(network.spec).size)):
        assert said in done.out
    chinese = rnnviz(
        "import", FOLDER / "gru2.safetensors", "--out", tmp_path / "m.rnnviz", "--lang", "zh_CN"
    ).out
    assert "参数" in chinese


def test_what_pytorch_would_compute_otherwise_is_said(rnnviz: Any, tmp_path: Path) -> None:
    weights = {"weight_ih_l0": (2, 3), "weight_hh_l0": (2, 2), "bias_ih_l0": (2,), "bias_hh_l0": (2,)}
    record = {"rnnviz-weights": '{"cell": "rnn", "options": {"activation": "identity"}}'}
    tensors = {name: np.ones(shape, np.float32) for name, shape in weights.items()}
    save_file(tensors, tmp_path / "i.safetensors", record)
    for layout, silent in (("torch", False), ("keras", True)):
        done = rnnviz(
            "weights", tmp_path / "i.safetensors", "--out", tmp_path / "o.safetensors", "--layout", layout
        )
        assert done.status == 0
        assert (done.err == "") is silent
        assert silent or "PyTorch" in done.err


LSTM = FOLDER / "lstm1.safetensors"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["import", "net.onnx", "--out", "m.rnnviz"], "ONNX"),
        (["import", LSTM, "--out", "m.safetensors"], ".rnnviz"),
        (["import", LSTM], "--out"),
        (["import", LSTM, "--out", "m.rnnviz", "--cell", "gru"], "gru"),
        (["import", LSTM, "--out", "m.rnnviz", "--cell", "nosuch"], "nosuch"),
        (["import", LSTM, "--out", "m.rnnviz", "--layout", "keras"], "Keras"),
        (["import", LSTM, "--out", "absent/m.rnnviz"], "absent"),
        (["import", "absent.safetensors", "--out", "m.rnnviz"], "absent.safetensors"),
        (["import", __file__, "--out", "m.rnnviz"], "safetensors"),
        (["weights", LSTM, "--out", "w.onnx"], "ONNX"),
        (["weights", LSTM, "--out", "w.pt"], ".safetensors"),
        (["weights", "hello-memory", "--out", "w.safetensors"], "rnnviz run hello-memory"),
        (["weights", "nosuch", "--out", "w.safetensors"], "nosuch"),
        (["trace", LSTM, "--text", "a", "--out", "t.csv"], "--input"),
        (["trace", LSTM, "--input", "absent.csv", "--out", "t.csv"], "absent.csv"),
    ],
)
def test_bad_input(rnnviz: Any, words: list[object], named: str, language: str) -> None:
    done = rnnviz("--lang", language, *words)
    assert (done.status, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert named in done.err
    assert any("一" <= c <= "鿿" for c in done.err) is (language == "zh_CN")


def test_a_failed_import_leaves_what_was_there(rnnviz: Any, tmp_path: Path) -> None:
    rnnviz("import", LSTM, "--out", tmp_path / "m.rnnviz")
    before = (tmp_path / "m.rnnviz").read_bytes()
    weights = load_file(LSTM)
    weights["weight_hh_l0"][0, 0] = np.nan
    save_file(weights, tmp_path / "broken.safetensors")
    assert rnnviz("import", tmp_path / "broken.safetensors", "--out", tmp_path / "m.rnnviz").status == 2
    assert (tmp_path / "m.rnnviz").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.safetensors", "m.rnnviz"]


def test_what_needs_a_task_refuses_imported_weights(rnnviz: Any, tmp_path: Path) -> None:
    rnnviz("import", LSTM, "--out", tmp_path / "m.rnnviz")
    done = rnnviz("run", tmp_path / "m.rnnviz", "--steps", "3")
    assert done.status == 2
    assert "--input" in done.err
    assert rnnviz("trace", tmp_path / "m.rnnviz", "--text", "a", "--out", tmp_path / "t.csv").status == 2


def test_an_input_has_the_channels_of_the_network(rnnviz: Any, tmp_path: Path) -> None:
    inputs = write_inputs(tmp_path / "x.csv", [[1, 2]])
    done = rnnviz("trace", LSTM, "--input", inputs, "--out", tmp_path / "t.csv")
    assert done.status == 2
    assert "2" in done.err
    assert "3" in done.err
