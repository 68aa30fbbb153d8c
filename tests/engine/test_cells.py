"""The values of every registered cell by its textbook formula."""

import numpy as np
import pytest

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


def columns(p, cell):
    """W, U and b of each gate, as rows of x and h are multiplied by them."""
    count = len(CELLS[cell].gates)
    parts = zip(*(np.split(p[name], count) for name in ("W", "U", "b") if name in p), strict=True)
    return dict(zip(CELLS[cell].gates, parts, strict=True))


def pre_activation(gate, x, h):
    W, U, b = gate
    return x @ W.T + h @ U.T + b


def compare(trace, t, **expected):
    for name, value in expected.items():
        np.testing.assert_allclose(
            trace[f"layer0/{name}"][t], value, rtol=1e-9, atol=1e-14, err_msg=f"{name}, step {t}"
        )


def test_irnn():
    p, x, trace = run("irnn")
    h = trace["layer0/h0"]
    for t in range(T):
        h = np.maximum(x[t] @ p["W"].T + h @ p["U"].T + p["b"], 0)
        compare(trace, t, h=h)


def test_indrnn():
    p, x, trace = run("indrnn")
    h = trace["layer0/h0"]
    for t in range(T):
        h = np.maximum(x[t] @ p["W"].T + h * p["U"] + p["b"], 0)
        compare(trace, t, h=h)


@pytest.mark.parametrize("cell", ["lstm", "peephole"])
@pytest.mark.parametrize(
    "options", [{}, *({key: True} for key in ("nig", "nfg", "nog", "niaf", "noaf", "fgr"))], ids=str
)
def test_greffs_variants(cell, options):
    p, x, trace = run(cell, **options)
    gates = [k for k in "ifgo" if not options.get(f"n{k}g")]
    logistic = [k for k in gates if k != "g"]
    parts = dict(zip(gates, zip(*(np.split(p[n], len(gates)) for n in "WUb"), strict=True), strict=True))
    fed = {k: trace[f"layer0/{k}0"] for k in logistic} if "fgr" in options else {}
    h, c = trace["layer0/h0"], trace["layer0/c0"]
    for t in range(T):
        a = {k: pre_activation(parts[k], x[t], h) for k in gates}
        if fed:
            from_gates = np.concatenate([fed[k] for k in logistic], axis=1) @ p["R"].T
            for k, share in zip(logistic, np.split(from_gates, len(logistic), axis=1), strict=True):
                a[k] = a[k] + share
        peep = {k: p.get(f"p_{k}", 0.0) for k in "ifo"}
        i = sigmoid(a["i"] + peep["i"] * c) if "i" in a else np.ones((B, H))
        f = sigmoid(a["f"] + peep["f"] * c) if "f" in a else np.ones((B, H))
        g = a["g"] if "niaf" in options else np.tanh(a["g"])
        c = f * c + i * g
        o = sigmoid(a["o"] + peep["o"] * c) if "o" in a else np.ones((B, H))
        h = o * (c if "noaf" in options else np.tanh(c))
        fed = {"i": i, "f": f, "o": o} if fed else {}
        compare(trace, t, i=i, f=f, g=g, c=c, o=o, h=h)


def test_cifg():
    p, x, trace = run("cifg")
    gates = columns(p, "cifg")
    h, c = trace["layer0/h0"], trace["layer0/c0"]
    for t in range(T):
        a = {k: pre_activation(gate, x[t], h) for k, gate in gates.items()}
        f, g, o = sigmoid(a["f"]), np.tanh(a["g"]), sigmoid(a["o"])
        c = f * c + (1 - f) * g
        h = o * np.tanh(c)
        compare(trace, t, f=f, i=1 - f, g=g, c=c, o=o, h=h)


def test_gru_that_resets_before_the_product():
    p, x, trace = run("gru-before")
    gates, h = columns(p, "gru-before"), trace["layer0/h0"]
    for t in range(T):
        r, z = (sigmoid(pre_activation(gates[k], x[t], h)) for k in "rz")
        n = np.tanh(pre_activation(gates["n"], x[t], r * h))
        h = (1 - z) * n + z * h
        compare(trace, t, r=r, z=z, n=n, h=h)


def test_mgu():
    p, x, trace = run("mgu")
    gates, h = columns(p, "mgu"), trace["layer0/h0"]
    for t in range(T):
        f = sigmoid(pre_activation(gates["f"], x[t], h))
        n = np.tanh(pre_activation(gates["n"], x[t], f * h))
        h = (1 - f) * h + f * n
        compare(trace, t, f=f, n=n, h=h)


def test_janet():
    p, x, trace = run("janet")
    gates, h, c = columns(p, "janet"), trace["layer0/h0"], trace["layer0/c0"]
    for t in range(T):
        s, g = pre_activation(gates["f"], x[t], h), np.tanh(pre_activation(gates["g"], x[t], h))
        h = c = sigmoid(s) * c + (1 - sigmoid(s - 1)) * g
        compare(trace, t, f=sigmoid(s), i=1 - sigmoid(s - 1), g=g, c=c, h=h)


def test_mingru():
    p, x, trace = run("mingru")
    (W_z, b_z), (W_n, b_n) = columns(p, "mingru").values()
    h = trace["layer0/h0"]
    for t in range(T):
        z, n = sigmoid(x[t] @ W_z.T + b_z), x[t] @ W_n.T + b_n
        h = (1 - z) * h + z * n
        compare(trace, t, z=z, n=n, h=h)


def test_minlstm():
    p, x, trace = run("minlstm")
    gates, h = columns(p, "minlstm"), trace["layer0/h0"]
    for t in range(T):
        i, f, g = (x[t] @ gates[k][0].T + gates[k][1] for k in "ifg")
        i, f = sigmoid(i), sigmoid(f)
        f, i = f / (f + i), i / (f + i)
        h = f * h + i * g
        compare(trace, t, f=f, i=i, g=g, h=h)


def test_minlstm_is_exact_where_both_gates_vanish():
    model = Model(ModelSpec("minlstm", 1, 2, 1))
    parameters = model.parameters(np.zeros(model.size, np.float32))
    parameters["layer0/b"][:] = [-300.0, -299.0, 2.0]  # σ of either is 0 in float32, and 0/0 is no number
    trace = model.forward(parameters, np.zeros((3, 1), int))
    assert trace["layer0/f"][0, 0, 0] == pytest.approx(sigmoid(1.0))
    assert trace["layer0/i"][0, 0, 0] == pytest.approx(sigmoid(-1.0))


def slstm_without_stabiliser(gates, x):
    """The plain sums of the paper's first form: exponentials as they are."""
    h = c = norm = np.zeros((B, H))
    for row in x:
        a = {k: pre_activation(gate, row, h) for k, gate in gates.items()}
        i, f = np.exp(a["i"]), sigmoid(a["f"])
        c, norm = f * c + i * np.tanh(a["g"]), f * norm + i
        h = sigmoid(a["o"]) * c / norm
        yield c, norm, h


def test_slstm_is_the_plain_sum_times_the_stabiliser():
    rng = np.random.default_rng(5)
    model = Model(ModelSpec("slstm", V, V, H))
    parameters = model.parameters(rng.standard_normal(model.size))
    x = rng.integers(0, V, (T, B))
    trace = model.forward(parameters, x)
    gates = columns(parameters.group("layer0"), "slstm")
    assert np.isneginf(trace["layer0/stab0"]).all()
    for t, (c, norm, h) in enumerate(slstm_without_stabiliser(gates, np.eye(V)[x])):
        true = np.exp(trace["layer0/stab"][t])
        compare(trace, t, h=h, c=c / true, norm=norm / true)


def test_slstm_follows_its_equations_from_any_start():
    rng = np.random.default_rng(6)
    model = Model(ModelSpec("slstm", V, V, H))
    parameters = model.parameters(rng.standard_normal(model.size))
    x = rng.integers(0, V, (T, B))
    state = {f"layer0/{s}0": rng.uniform(0.5, 1.5, (B, H)) for s in model.cell.states}
    trace = model.forward(parameters, x, state=state)
    gates = columns(parameters.group("layer0"), "slstm")
    h, c, norm, stab = (state[f"layer0/{s}0"] for s in model.cell.states)
    for t in range(T):
        a = {k: pre_activation(gate, np.eye(V)[x[t]], h) for k, gate in gates.items()}
        carried = np.log(sigmoid(a["f"])) + stab
        stab = np.maximum(a["i"], carried)
        i, f, g, o = np.exp(a["i"] - stab), np.exp(carried - stab), np.tanh(a["g"]), sigmoid(a["o"])
        c, norm = f * c + i * g, f * norm + i
        h = o * c / norm
        compare(trace, t, stab=stab, i=i, f=f, g=g, c=c, norm=norm, o=o, h=h)


def test_slstm_stands_exponents_that_no_number_can_hold():
    model = Model(ModelSpec("slstm", V, V, H))
    rng = np.random.default_rng(0)
    parameters = model.parameters((rng.standard_normal(model.size) * 400).astype(np.float32))
    x, y = rng.integers(0, V, (2, 30, B))
    trace = model.forward(parameters, x, y)
    gradients = model.backward(parameters, trace)
    assert np.abs(trace["layer0/stab"]).max() > 200  # exp of it overflows float32
    assert np.isfinite(trace["layer0/h"]).all()
    assert trace["layer0/norm"].min() >= 1.0
    assert np.isfinite(gradients.flat).all()
    assert not gradients["layer0/d_stab"].any()
    assert not gradients.d_state["layer0/d_stab0"].any()  # c and norm begin at 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_peepholes_of_zero_are_an_lstm_to_the_last_bit(dtype):
    rng = np.random.default_rng(3)
    plain, peephole = (Model(ModelSpec(key, V, V, 19, 2)) for key in ("lstm", "peephole"))
    weights = plain.parameters((rng.standard_normal(plain.size) * 2).astype(dtype))
    same = peephole.parameters(np.zeros(peephole.size, dtype))
    for name in weights:
        same[name][...] = weights[name]
    x, y = rng.integers(0, V, (2, 40, 5))
    first, second = plain.forward(weights, x, y), peephole.forward(same, x, y)
    for name in first:
        assert np.array_equal(first[name], second[name]), name
    d_first, d_second = plain.backward(weights, first), peephole.backward(same, second)
    d_same = peephole.parameters(d_second.flat)
    for name, slope in plain.parameters(d_first.flat).items():
        assert np.array_equal(slope, d_same[name]), name
    for name, slope in d_first.states.items():
        assert np.array_equal(slope, d_second[name]), name


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_layer_normalisation_brings_each_gate_to_mean_0_and_variance_1(cell):
    rng = np.random.default_rng(2)
    model = Model(ModelSpec(cell, V, V, 7, options={"layer_norm": True}))
    parameters = model.parameters(rng.standard_normal(model.size))
    x = rng.integers(0, V, (T, B))
    trace = model.forward(parameters, x)
    p, h = parameters.group("layer0"), trace["layer0/h0"]
    count = len(model.cell.gates)

    def normal(v):
        v = v.reshape(B, count, 7)
        v = (v - v.mean(-1, keepdims=True)) / np.sqrt(v.var(-1, keepdims=True) + 1e-5)
        return v.reshape(B, -1)

    c = np.zeros((B, 7))
    for t in range(T):
        from_x = p["gain_W"] * normal(np.eye(V)[x[t]] @ p["W"].T) + p["b"]
        from_h = p["gain_U"] * normal(h @ p["U"].T)
        if cell == "rnn":
            h = np.tanh(from_x + from_h)
        elif cell == "lstm":
            i, f, g, o = np.split(from_x + from_h, 4, axis=1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
        else:
            (x_r, x_z, x_n), (h_r, h_z, h_n) = (np.split(v, 3, axis=1) for v in (from_x, from_h))
            r, z = sigmoid(x_r + h_r), sigmoid(x_z + h_z)
            h = (1 - z) * np.tanh(x_n + r * (h_n + p["b_rec"])) + z * h
        compare(trace, t, h=h)
