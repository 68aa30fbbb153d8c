"""What every registered cell keeps, and the values of each by its textbook formula."""

from pathlib import Path

import numpy as np
import pytest

from rnnviz.engine import cells
from rnnviz.engine.cells import CELLS
from rnnviz.engine.model import Model
from rnnviz.engine.spec import ModelSpec

T, B, V, H = 7, 3, 5, 4


def sigmoid(a):
    return 1.0 / (1.0 + np.exp(-a))


def run(cell, **options):
    rng = np.random.default_rng(5)
    model = Model(ModelSpec(cell, V, V, H, options=options))
    parameters = model.parameters(rng.standard_normal(model.size))
    x = rng.integers(0, V, (T, B))
    states = {f"layer0/{name}0": rng.standard_normal((B, H)) for name in model.cell.states}
    return parameters.group("layer0"), np.eye(V)[x], model.forward(parameters, x, state=states)


def test_folder_and_registry_agree():
    files = {path.stem for path in Path(cells.__file__).parent.glob("*.py")} - {"__init__", "base", "slots"}
    assert {type(cell).__module__.rsplit(".", 1)[1] for cell in CELLS.values()} == files
    assert all(key == cell.key for key, cell in CELLS.items())


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_declarations_fit_together(cell):
    quantities = [quantity.key for quantity in cell.quantities]
    assert set(cell.states) <= set(quantities)
    assert len(cell.scales) == len(cell.gates)
    assert cell.states[0] == "h"
    assert cell.title
    assert len(cell.equations) >= 1
    assert set(quantities) - {"h"} <= set(cell.planes)


@pytest.mark.parametrize("key", CELLS)
def test_quantities_stay_within_their_declared_range(key):
    model = Model(ModelSpec(key, V, V, H))
    rng = np.random.default_rng(0)
    parameters = model.parameters(rng.standard_normal(model.size) * 30)
    trace = model.forward(parameters, rng.integers(0, V, (T, B)))
    for quantity in model.quantities:
        values = trace[f"layer0/{quantity.key}"]
        assert np.isfinite(values).all()
        assert quantity.low is None or values.min() >= quantity.low
        assert quantity.high is None or values.max() <= quantity.high


@pytest.mark.parametrize(
    ("activation", "function"),
    [("tanh", np.tanh), ("relu", lambda a: np.maximum(a, 0)), ("identity", lambda a: a)],
)
def test_rnn(activation, function):
    p, x, trace = run("rnn", activation=activation)
    h = trace["layer0/h0"]
    for t in range(T):
        h = function(x[t] @ p["W"].T + h @ p["U"].T + p["b"])
        np.testing.assert_allclose(trace["layer0/h"][t], h, rtol=1e-10)


def test_only_tanh_bounds_the_rnns_state():
    bounds = [
        Model(ModelSpec("rnn", V, V, options={"activation": a})).quantities[0].high for a in ("tanh", "relu")
    ]
    assert bounds == [1.0, None]


def test_lstm():
    p, x, trace = run("lstm")
    h, c = trace["layer0/h0"], trace["layer0/c0"]
    for t in range(T):
        i, f, g, o = np.split(x[t] @ p["W"].T + h @ p["U"].T + p["b"], 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        c = f * c + i * g
        h = o * np.tanh(c)
        for name, value in {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h}.items():
            np.testing.assert_allclose(trace[f"layer0/{name}"][t], value, rtol=1e-9, err_msg=name)


def test_gru():
    p, x, trace = run("gru")
    h = trace["layer0/h0"]
    (w_r, w_z, w_n), (u_r, u_z, u_n), (b_r, b_z, b_n) = (np.split(p[name], 3) for name in ("W", "U", "b"))
    for t in range(T):
        r = sigmoid(x[t] @ w_r.T + h @ u_r.T + b_r)
        z = sigmoid(x[t] @ w_z.T + h @ u_z.T + b_z)
        n = np.tanh(x[t] @ w_n.T + b_n + r * (h @ u_n.T + p["b_rec"]))
        h = (1 - z) * n + z * h
        for name, value in {"r": r, "z": z, "n": n, "h": h}.items():
            np.testing.assert_allclose(trace[f"layer0/{name}"][t], value, rtol=1e-9, err_msg=name)


def test_the_lstms_forget_bias_starts_where_the_option_says():
    for bias in (1.0, 3.0):
        model = Model(ModelSpec("lstm", V, V, H, layers=2, options={"forget_bias": bias}))
        parameters = model.initial(np.random.default_rng(0))
        for layer in range(2):
            b = parameters[f"layer{layer}/b"].reshape(4, H)
            assert (b[1] == bias).all()
            assert not b[[0, 2, 3]].any()
