"""A trace's file holds the run's own numbers, under the promised names, in every format."""

import csv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from rnnviz.engine.errors import UserError
from rnnviz.engine.trace import Gradients, Trace
from rnnviz.files.atomic import write_bytes
from rnnviz.files.session import Session
from rnnviz.files.traces import check_ending, trace_arrays, write_trace
from rnnviz.training.spec import build

NAMES = ["f", "i", "g", "c", "o", "h", "d_h", "d_c"]


@pytest.fixture(scope="module")
def run(session: Session) -> tuple[Trace, Gradients]:
    """Two layers on "hello"."""
    task, model = build(session.spec.with_value("model.layers", 2))
    parameters = model.initial(np.random.default_rng(1), np.float64)
    typed = task.typed("hello")
    trace = model.forward(parameters, typed.codes, typed.targets)
    return trace, model.backward(parameters, trace)


@pytest.fixture(scope="module")
def arrays(run: tuple[Trace, Gradients]) -> Mapping[str, np.ndarray]:
    return trace_arrays(*run)


def test_names_shapes_and_values(run: tuple[Trace, Gradients], arrays: Mapping[str, np.ndarray]) -> None:
    trace, gradients = run
    expected = [f"layer{layer}/{name}" for layer in (0, 1) for name in NAMES] + ["logits", "loss"]
    assert list(arrays) == expected
    assert arrays["layer1/f"].shape == (5, 4)
    assert arrays["logits"].shape == (5, 29)
    assert arrays["loss"].shape == (5,)
    np.testing.assert_array_equal(arrays["layer0/c"], trace["layer0/c"][:, 0])
    np.testing.assert_array_equal(arrays["layer1/d_c"], gradients.states["layer1/d_c"][:, 0])
    assert np.isnan(arrays["loss"]).tolist() == [False] * 4 + [True]
    assert np.abs(arrays["layer0/d_h"][0]).max() > 0
    assert not arrays["layer1/d_h"][4].any()  # the last step has no loss


def test_csv_has_a_row_a_step_and_full_precision(arrays: Mapping[str, np.ndarray], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_trace(path, arrays)
    with open(path, encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert header[:2] == ["layer0/f[0]", "layer0/f[1]"]
    assert header[-2:] == ["logits[28]", "loss"]
    assert len(header) == 2 * 8 * 4 + 29 + 1
    table = np.array(rows, float)
    expected = np.concatenate([a.reshape(5, -1) for a in arrays.values()], axis=1)
    np.testing.assert_array_equal(table, expected)  # bit for bit, NaN included


def test_npz_and_safetensors_hold_the_same_arrays(arrays: Mapping[str, np.ndarray], tmp_path: Path) -> None:
    write_trace(tmp_path / "a.npz", arrays)
    write_trace(tmp_path / "a.safetensors", arrays)
    with zipfile.ZipFile(tmp_path / "a.npz") as archive:
        assert sorted(archive.namelist()) == sorted(f"{name}.npy" for name in arrays)
    with np.load(tmp_path / "a.npz", allow_pickle=False) as packed:
        read = {name: packed[name] for name in packed.files}
    for found in (read, load_file(tmp_path / "a.safetensors")):
        assert found.keys() == arrays.keys()
        for name, array in arrays.items():
            np.testing.assert_array_equal(found[name], array)
            assert found[name].dtype == np.float64


@pytest.mark.parametrize("ending", ["csv", "npz", "safetensors"])
def test_the_same_trace_is_the_same_file(
    ending: str, arrays: Mapping[str, np.ndarray], tmp_path: Path
) -> None:
    for name in ("a", "b"):
        write_trace(tmp_path / f"{name}.{ending}", arrays)
    assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


def test_other_endings_are_refused_and_nothing_is_written(
    arrays: Mapping[str, np.ndarray], tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    write_bytes(path, b"mine")
    for refuse in (check_ending, lambda path: write_trace(path, arrays)):
        with pytest.raises(UserError, match=r"error\.trace-ending"):
            refuse(path)
    assert path.read_bytes() == b"mine"
