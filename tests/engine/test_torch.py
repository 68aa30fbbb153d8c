"""The engine against PyTorch, through files that tests/make_reference.py wrote."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from rnnviz.engine.model import Model
from rnnviz.engine.spec import ModelSpec

FOLDER = Path(__file__).parent.parent / "reference"
TOLERANCE = {"float32": 1e-5, "float64": 1e-10}
CASES = [
    (kind, layers, dtype) for kind in ("rnn", "lstm", "gru") for layers in (1, 2, 3) for dtype in TOLERANCE
]


def load(kind, layers, dtype):
    prefix = f"{layers}/"
    whole = load_file(FOLDER / f"{kind}-{dtype}.safetensors")
    return {name.removeprefix(prefix): value for name, value in whole.items() if name.startswith(prefix)}


def in_our_order(kind, layers, torch, prefix=""):
    """torch's tensors as one vector in our storage order; bias_hh is zero but for GRU's b_hn."""
    parts = []
    for layer in range(layers):
        parts += [torch[f"{prefix}weight_ih_l{layer}"], torch[f"{prefix}weight_hh_l{layer}"]]
        parts += [torch[f"{prefix}bias_ih_l{layer}"]]
        if kind == "gru":
            b_hh = torch[f"{prefix}bias_hh_l{layer}"]
            parts += [b_hh[2 * len(b_hh) // 3 :]]
    parts += [torch[f"{prefix}weight"], torch[f"{prefix}bias"]]
    return np.concatenate([part.ravel() for part in parts])


@pytest.fixture(params=CASES, ids=lambda case: "-".join(map(str, case)))
def case(request):
    kind, layers, dtype = request.param
    torch = load(kind, layers, dtype)
    model = Model(
        ModelSpec(kind, torch["x"].shape[2], len(torch["bias"]), torch["h0"].shape[2], layers, False)
    )
    parameters = model.parameters(in_our_order(kind, layers, torch))
    state = {f"layer{k}/{s}0": torch[f"{s}0"][k] for k in range(layers) for s in model.cell.states}
    trace = model.forward(parameters, torch["x"], torch["targets"], state=state)
    gradients = model.backward(parameters, trace, torch["weights"], inputs_wanted=True)

    def close(ours, theirs):
        assert ours.dtype == theirs.dtype == np.dtype(dtype)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE[dtype] * np.abs(theirs).max())

    return kind, layers, torch, model, trace, gradients, close


def test_outputs_and_losses_are_those_of_torch(case):
    _, layers, torch, _, trace, _, close = case
    close(trace[f"layer{layers - 1}/h"], torch["out"])
    close(trace["logits"], torch["logits"])
    close(trace["loss"], torch["loss"])


def test_states_and_their_total_derivatives_are_those_of_torch(case):
    _, layers, torch, model, trace, gradients, close = case
    for layer in range(layers):
        for state in model.cell.states:
            close(trace[f"layer{layer}/{state}"], torch[f"layer{layer}/{state}"])
            close(gradients[f"layer{layer}/d_{state}"], torch[f"layer{layer}/d_{state}"])


def test_gradients_are_those_of_torch(case):
    kind, layers, torch, model, _, gradients, close = case
    theirs = model.parameters(in_our_order(kind, layers, torch, "d_"))
    for name, ours in model.parameters(gradients.flat).items():
        close(ours, theirs[name])
    close(gradients.d_x, torch["d_x"])
    for layer in range(layers):
        for state in model.cell.states:
            close(gradients.d_state[f"layer{layer}/d_{state}0"], torch[f"d_{state}0"][layer])


def test_the_files_hold_every_kind():
    assert sorted(path.stem for path in FOLDER.glob("*.safetensors")) == sorted(
        f"{kind}-{dtype}" for kind in ("rnn", "lstm", "gru") for dtype in TOLERANCE
    )
