"""Weights come back from every layout as they left, and lie where the frameworks expect them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import load_file

from rnnviz.engine.cases import settings
from rnnviz.engine.cells import CELLS
from rnnviz.engine.model import Model
from rnnviz.engine.options import Value
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.spec import ModelSpec
from rnnviz.files.network import Network
from rnnviz.files.weights import LAYOUTS, read_weights, write_weights
from rnnviz.files.weights.layouts import _halves, _sum
from rnnviz.files.weights.tensors import file_shapes
from rnnviz.files.weights.writing import weight_tensors

Make = Callable[..., Network]
OPTIONS = [(key, options) for key, cell in CELLS.items() for options in settings(cell.options)]
BUILDS: tuple[dict[str, Value], ...] = (
    {"bidirectional": True},
    {"embedding": 4},
    {"embedding": 4, "bidirectional": True, "learned_start": True},
    {"bidirectional": True, "layer_norm": True, "fgr": True, "nig": True},
)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("cell", "options"), OPTIONS, ids=str)
@pytest.mark.parametrize(("layers", "outputs"), [(1, 0), (3, 2)])
def test_every_cell_comes_back_bit_for_bit(
    cell: str,
    options: dict[str, Value],
    layers: int,
    outputs: int,
    dtype: type,
    layout: str,
    network: Make,
    tmp_path: Path,
) -> None:
    spec = ModelSpec(cell, 3, outputs, 5, layers, symbols=False, options=options)
    sent = network(spec, dtype=dtype)
    write_weights(tmp_path / "a.safetensors", sent, LAYOUTS[layout])
    back = read_weights(tmp_path / "a.safetensors")
    assert replace(back.spec, options=dict(back.spec.options)) == spec
    assert back.precision == np.dtype(dtype).name
    assert back.parameters.tobytes() == sent.parameters.tobytes()
    write_weights(tmp_path / "b.safetensors", back, LAYOUTS[layout])
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("options", BUILDS, ids=str)
def test_every_build_comes_back_bit_for_bit(
    options: dict[str, Value], layout: str, network: Make, tmp_path: Path
) -> None:
    spec = ModelSpec("lstm", 3, 2, 5, 2, symbols="embedding" in options, options=options)
    sent = network(spec)
    write_weights(tmp_path / "a.safetensors", sent, LAYOUTS[layout])
    back = read_weights(tmp_path / "a.safetensors")
    assert replace(back.spec, options=dict(back.spec.options)) == spec
    assert back.parameters.tobytes() == sent.parameters.tobytes()


def test_a_tied_matrix_goes_out_twice(network: Make, tmp_path: Path) -> None:
    sent = network(ModelSpec("lstm", 4, 4, 5, options={"tied": True}))
    write_weights(tmp_path / "a.safetensors", sent, LAYOUTS["torch"])
    back = read_weights(tmp_path / "a.safetensors")
    assert dict(back.spec.options) == {"embedding": 5}
    ours = Parameters(back.parameters, back.spec.shapes())
    np.testing.assert_array_equal(ours["embedding/W"], ours["readout/W"])
    x = np.array([[0], [3], [-1]])
    runs = [Model(n.spec).forward(Model(n.spec).parameters(n.parameters), x) for n in (sent, back)]
    np.testing.assert_array_equal(runs[0]["logits"], runs[1]["logits"])


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("cell", CELLS)
def test_the_file_holds_what_is_declared(cell: str, layout: str, network: Make, tmp_path: Path) -> None:
    sent = network(ModelSpec(cell, 3, 2, 5, 2, symbols=False))
    write_weights(tmp_path / "a.safetensors", sent, LAYOUTS[layout])
    shapes = {name: array.shape for name, array in load_file(tmp_path / "a.safetensors").items()}
    assert shapes == file_shapes(sent.spec, LAYOUTS[layout])


def test_names_and_shapes_are_those_of_pytorch() -> None:
    shapes = file_shapes(ModelSpec("gru", 3, 2, 5, 2, symbols=False), LAYOUTS["torch"])
    for k, inputs in ((0, 3), (1, 5)):
        assert shapes[f"weight_ih_l{k}"] == (15, inputs)
        assert shapes[f"weight_hh_l{k}"] == (15, 5)
        assert shapes[f"bias_ih_l{k}"] == shapes[f"bias_hh_l{k}"] == (15,)
    assert (shapes["readout.weight"], shapes["readout.bias"]) == ((2, 5), (2,))
    assert len(shapes) == 10


def test_names_and_shapes_are_those_of_keras() -> None:
    lstm = file_shapes(ModelSpec("lstm", 3, 0, 5, 2, symbols=False), LAYOUTS["keras"])
    assert lstm == {
        "layer0/kernel": (3, 20),
        "layer0/recurrent_kernel": (5, 20),
        "layer0/bias": (20,),
        "layer1/kernel": (5, 20),
        "layer1/recurrent_kernel": (5, 20),
        "layer1/bias": (20,),
    }
    gru = file_shapes(ModelSpec("gru", 3, 0, 5, 1, symbols=False), LAYOUTS["keras"])
    assert gru["layer0/bias"] == (2, 15)


def test_a_gru_for_keras_has_its_gates_as_z_r_h(network: Make) -> None:
    sent = network(ModelSpec("gru", 3, 0, 2, 1, symbols=False))
    ours, theirs = Parameters(sent.parameters, sent.spec.shapes()), weight_tensors(sent, LAYOUTS["keras"])
    for ours_name, name in (("W", "kernel"), ("U", "recurrent_kernel")):
        r, z, n = np.split(ours[f"layer0/{ours_name}"], 3)
        np.testing.assert_array_equal(theirs[f"layer0/{name}"], np.concatenate([z, r, n]).T)
    r, z, n = np.split(ours["layer0/b"], 3)
    inner = [0, 0, 0, 0, *ours["layer0/b_rec"]]
    np.testing.assert_array_equal(theirs["layer0/bias"], [np.concatenate([z, r, n]), inner])


def test_the_first_bias_carries_all_of_a_trained_network(network: Make) -> None:
    theirs = weight_tensors(network(ModelSpec("lstm", 3, 0, 2, 1, symbols=False)), LAYOUTS["torch"])
    assert theirs["bias_ih_l0"].all()
    assert not theirs["bias_hh_l0"].any()


def test_an_lstm_of_two_biases_keeps_its_sum_in_double(tmp_path: Path, network: Make) -> None:
    """What rounding the sum to single would lose travels in the second bias."""
    rng = np.random.default_rng(0)
    first, second = rng.standard_normal((2, 8)).astype(np.float32)
    exact = first.astype(np.float64) + second
    assert (exact != exact.astype(np.float32)).any()
    sent = network(ModelSpec("lstm", 3, 0, 2, 1, symbols=False))
    flat = sent.parameters.copy()
    Parameters(flat, sent.spec.shapes())["layer0/b"][...] = exact
    write_weights(tmp_path / "a.safetensors", Network(sent.spec, flat), LAYOUTS["torch"])
    there = load_file(tmp_path / "a.safetensors")
    assert there["bias_ih_l0"].dtype == np.float32
    np.testing.assert_array_equal(there["bias_ih_l0"] + there["bias_hh_l0"], first + second)
    assert read_weights(tmp_path / "a.safetensors").parameters.tobytes() == flat.tobytes()


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1))
def test_a_bias_survives_its_halves(values: list[float]) -> None:
    bias = np.array(values)
    for dtype in (np.float32, np.float64):
        first, second = _halves(bias, dtype)
        assert _sum(first.astype(np.float64), second.astype(np.float64)).tobytes() == bias.tobytes()


def test_the_file_says_its_cell_and_options(network: Make, tmp_path: Path) -> None:
    options: dict[str, Value] = {"activation": "relu"}
    sent = network(ModelSpec("rnn", 3, 0, 2, symbols=False, options=options))
    write_weights(tmp_path / "a.safetensors", sent, LAYOUTS["torch"])
    with safe_open(str(tmp_path / "a.safetensors"), framework="numpy") as opened:
        assert opened.metadata() == {"rnnviz-weights": '{"cell": "rnn", "options": {"activation": "relu"}}'}


@pytest.mark.parametrize(
    ("cell", "options", "torch", "keras"),
    [
        ("lstm", {"forget_bias": 3.0}, True, True),
        ("gru", {}, True, True),
        ("gru-before", {}, False, True),
        ("lstm", {"layer_norm": True}, False, False),
        ("lstm", {"nog": True}, False, False),
        ("cifg", {}, False, False),
        ("irnn", {}, True, True),
        ("rnn", {"activation": "relu"}, True, True),
        ("rnn", {"activation": "identity"}, False, True),
    ],
)
def test_what_a_framework_computes(cell: str, options: dict[str, Value], torch: bool, keras: bool) -> None:
    made = CELLS[cell].under(options)
    assert LAYOUTS["torch"].computes(made) is torch
    assert LAYOUTS["keras"].computes(made) is keras
