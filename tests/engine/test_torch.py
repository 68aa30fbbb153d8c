"""The engine against PyTorch: through files that tests/make_reference.py wrote, and live where it is."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from rnnviz.engine.model import Model
from rnnviz.engine.spec import ModelSpec

FOLDER = Path(__file__).parent.parent / "reference"
TOLERANCE = {"float32": 1e-5, "float64": 1e-10}
CASES = [
    (kind, layers, both, dtype)
    for kind in ("rnn", "lstm", "gru")
    for layers in (1, 2, 3)
    for both in (False, True)
    for dtype in TOLERANCE
]


def stored(kind, layers, both, dtype):
    prefix = f"{layers}{'b' if both else ''}/"
    whole = load_file(FOLDER / f"{kind}-{dtype}.safetensors")
    return {name.removeprefix(prefix): value for name, value in whole.items() if name.startswith(prefix)}


def live(kind, layers, both, dtype):
    torch = pytest.importorskip("torch")
    path = FOLDER.parent / "make_reference.py"
    spec = importlib.util.spec_from_file_location("make_reference", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    found = script.run(kind, layers, getattr(torch, dtype), both)
    return {name: np.ascontiguousarray(value.detach().numpy()) for name, value in found.items()}


def directions(both):
    return ("", "_reverse") if both else ("",)


def in_our_order(kind, layers, both, torch, prefix=""):
    """torch's tensors as one vector in our storage order; bias_hh is zero but for GRU's b_hn."""
    parts = []
    for layer in range(layers):
        for way in directions(both):
            ending = f"l{layer}{way}"
            parts += [torch[f"{prefix}weight_ih_{ending}"], torch[f"{prefix}weight_hh_{ending}"]]
            parts += [torch[f"{prefix}bias_ih_{ending}"]]
            if kind == "gru":
                b_hh = torch[f"{prefix}bias_hh_{ending}"]
                parts += [b_hh[2 * len(b_hh) // 3 :]]
    parts += [torch[f"{prefix}weight"], torch[f"{prefix}bias"]]
    return np.concatenate([part.ravel() for part in parts])


@pytest.fixture(params=[stored, live], ids=lambda source: source.__name__)
def source(request):
    return request.param


@pytest.fixture(params=CASES, ids=lambda case: "-".join(map(str, case)))
def case(request, source):
    kind, layers, both, dtype = request.param
    torch = source(*request.param)
    model = Model(
        ModelSpec(
            kind,
            torch["x"].shape[2],
            len(torch["bias"]),
            torch["h0"].shape[2],
            layers,
            False,
            {"bidirectional": both},
        )
    )
    parameters = model.parameters(in_our_order(kind, layers, both, torch))
    ways = directions(both)
    state = {
        f"layer{k}{way}/{s}0": torch[f"{s}0"][k * len(ways) + n]
        for k in range(layers)
        for n, way in enumerate(ways)
        for s in model.cell.states
    }
    trace = model.forward(parameters, torch["x"], torch["targets"], state=state)
    gradients = model.backward(parameters, trace, torch["weights"], inputs_wanted=True)

    def close(ours, theirs):
        assert ours.dtype == theirs.dtype == np.dtype(dtype)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCE[dtype] * np.abs(theirs).max())

    return kind, layers, both, torch, model, trace, gradients, close


def test_outputs_and_losses_are_those_of_torch(case):
    _, layers, both, torch, _, trace, _, close = case
    tops = [trace[f"layer{layers - 1}{way}/h"] for way in directions(both)]
    close(np.concatenate(tops, axis=2), torch["out"])
    close(trace["logits"], torch["logits"])
    close(trace["loss"], torch["loss"])


def test_states_and_their_total_derivatives_are_those_of_torch(case):
    _, layers, both, torch, model, trace, gradients, close = case
    for layer in range(layers):
        for way in directions(both):
            for state in model.cell.states:
                name = f"layer{layer}{way}"
                close(trace[f"{name}/{state}"], torch[f"{name}/{state}"])
                close(gradients[f"{name}/d_{state}"], torch[f"{name}/d_{state}"])


def test_gradients_are_those_of_torch(case):
    kind, layers, both, torch, model, _, gradients, close = case
    theirs = model.parameters(in_our_order(kind, layers, both, torch, "d_"))
    for name, ours in model.parameters(gradients.flat).items():
        close(ours, theirs[name])
    close(gradients.d_x, torch["d_x"])
    ways = directions(both)
    for layer in range(layers):
        for n, way in enumerate(ways):
            for state in model.cell.states:
                ours = gradients.d_state[f"layer{layer}{way}/d_{state}0"]
                close(ours, torch[f"d_{state}0"][layer * len(ways) + n])


def test_the_files_hold_every_kind():
    assert sorted(path.stem for path in FOLDER.glob("*.safetensors")) == sorted(
        f"{kind}-{dtype}" for kind in ("rnn", "lstm", "gru") for dtype in TOLERANCE
    )
