"""What theory says in closed form (definitions.md §3), for any weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.cells import CELLS
from rnnviz.engine.initialise import orthogonal
from rnnviz.engine.model import Model
from rnnviz.engine.spec import ModelSpec

SEEDS = st.integers(0, 10_000)


def last_step(steps, batch):
    """Weights that leave the loss of the last step alone."""
    weights = np.zeros((steps, batch))
    weights[-1] = 1.0
    return weights


def problem(spec, seed, steps, batch=2):
    rng = np.random.default_rng(seed)
    model = Model(spec)
    x, y = rng.integers(0, spec.inputs, (steps, batch)), rng.integers(0, spec.outputs, (steps, batch))
    return rng, model, model.parameters(rng.standard_normal(model.size) * 0.7), x, y


@given(SEEDS, st.integers(2, 12))
def test_without_u_the_cell_states_gradient_is_the_product_of_forget_gates(seed, steps):
    _, model, parameters, x, y = problem(ModelSpec("lstm", 5, 5, 4), seed, steps)
    parameters["layer0/U"][...] = 0.0
    trace = model.forward(parameters, x, y)
    d_c = model.backward(parameters, trace, last_step(steps, 2))["layer0/d_c"]
    f = trace["layer0/f"]
    for t in range(steps - 1):
        np.testing.assert_allclose(d_c[t], d_c[-1] * f[t + 1 :].prod(axis=0), rtol=1e-10, atol=0)


@given(SEEDS, st.floats(0.5, 1.5), st.integers(1, 6))
def test_a_linear_rnn_with_scaled_rotation_changes_the_gradient_by_log_rho_a_step(seed, rho, hidden):
    rng, model, parameters, x, y = problem(
        ModelSpec("rnn", 3, 3, hidden, options={"activation": "identity"}), seed, 8
    )
    parameters["layer0/U"][...] = rho * orthogonal(rng, hidden)
    trace = model.forward(parameters, x, y)
    d_h = model.backward(parameters, trace, last_step(8, 2))["layer0/d_h"]
    slopes = -np.diff(np.log(np.linalg.norm(d_h, axis=2)), axis=0)  # backwards in time
    np.testing.assert_allclose(slopes, np.log(rho), rtol=0, atol=1e-12)


@pytest.mark.parametrize(("bias", "half_life"), [(1.0, 2.2), (3.0, 14.3), (5.0, 103.2)])
def test_the_forget_bias_sets_the_half_life_of_the_memory(bias, half_life):
    model = Model(ModelSpec("lstm", 1, 2, 1))
    parameters = model.parameters(np.zeros(model.size))
    parameters["layer0/b"][:] = [-1e3, bias, 0.0, 0.0]  # nothing is added, f = σ(bias)
    steps = 120
    trace = model.forward(parameters, np.zeros((steps, 1), int), state={"layer0/c0": np.ones((1, 1))})
    c = trace["layer0/c"][:, 0, 0]
    measured = np.log(0.5) / np.log(c[1] / c[0])
    assert measured == pytest.approx(half_life, abs=0.05)
    assert c[int(np.ceil(measured))] < 0.5 < c[int(np.floor(measured)) - 2]


COUNTS = {  # of one layer, definitions.md §2
    "rnn": lambda i, h: h * (i + h + 1),
    "irnn": lambda i, h: h * (i + h + 1),
    "indrnn": lambda i, h: h * (i + 2),
    "lstm": lambda i, h: 4 * h * (i + h + 1),
    "peephole": lambda i, h: 4 * h * (i + h + 1) + 3 * h,
    "cifg": lambda i, h: 3 * h * (i + h + 1),
    "gru": lambda i, h: 3 * h * (i + h + 1) + h,
    "gru-before": lambda i, h: 3 * h * (i + h + 1),
    "mgu": lambda i, h: 2 * h * (i + h + 1),
    "janet": lambda i, h: 2 * h * (i + h + 1),
    "mingru": lambda i, h: 2 * h * (i + 1),
    "minlstm": lambda i, h: 3 * h * (i + 1),
    "slstm": lambda i, h: 4 * h * (i + h + 1),
}


@pytest.mark.parametrize("cell", CELLS)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.integers(1, 3), st.booleans())
def test_parameter_counts_are_those_of_the_formulas(cell, inputs, outputs, hidden, layers, both):
    ways = 2 if both else 1
    expected = outputs * (ways * hidden + 1)
    for layer in range(layers):
        expected += ways * COUNTS[cell](inputs if layer == 0 else ways * hidden, hidden)
    spec = ModelSpec(cell, inputs, outputs, hidden, layers, options={"bidirectional": both})
    assert Model(spec).size == expected


@pytest.mark.parametrize("cell", ["lstm", "peephole"])
def test_feeding_the_gates_back_takes_nine_matrices(cell):
    plain, fed = (Model(ModelSpec(cell, 3, 3, 5, options={"fgr": on})).size for on in (False, True))
    assert fed - plain == 9 * 5**2


@given(SEEDS, st.integers(2, 12), st.sampled_from(["lstm", "cifg", "janet"]))
def test_without_u_c_is_a_linear_path_in_every_cell_that_has_one(seed, steps, cell):
    """∂c_t/∂c_{t-k} is the product of the f's; JANET's h is c, so that it counts each step once."""
    _, model, parameters, x, y = problem(ModelSpec(cell, 5, 5, 4), seed, steps)
    parameters["layer0/U"][...] = 0.0
    trace = model.forward(parameters, x, y)
    d_c = model.backward(parameters, trace, last_step(steps, 2))["layer0/d_c"]
    f = trace["layer0/f"]
    for t in range(steps - 1):
        np.testing.assert_allclose(d_c[t], d_c[-1] * f[t + 1 :].prod(axis=0), rtol=1e-9, atol=0)


@given(SEEDS, st.integers(2, 12))
def test_an_independent_units_gradient_is_a_power_of_its_weight(seed, steps):
    _, model, parameters, x, y = problem(ModelSpec("indrnn", 5, 5, 4), seed, steps)
    parameters["layer0/b"][...] = 50.0  # every unit stays active
    parameters["layer0/U"][...] = np.abs(parameters["layer0/U"])
    trace = model.forward(parameters, x, y)
    d_h = model.backward(parameters, trace, last_step(steps, 2))["layer0/d_h"]
    for t in range(steps):
        np.testing.assert_allclose(
            d_h[t], d_h[-1] * parameters["layer0/U"] ** (steps - 1 - t), rtol=1e-9, atol=1e-300
        )


@given(SEEDS, st.integers(2, 12), st.sampled_from(["mingru", "minlstm"]))
def test_a_minimal_cells_gradient_is_the_product_of_what_it_keeps(seed, steps, cell):
    _, model, parameters, x, y = problem(ModelSpec(cell, 5, 5, 4), seed, steps)
    trace = model.forward(parameters, x, y)
    d_h = model.backward(parameters, trace, last_step(steps, 2))["layer0/d_h"]
    keep = 1 - trace["layer0/z"] if cell == "mingru" else trace["layer0/f"]
    for t in range(steps - 1):
        np.testing.assert_allclose(d_h[t], d_h[-1] * keep[t + 1 :].prod(axis=0), rtol=1e-9, atol=1e-300)


@given(SEEDS)
def test_the_loss_is_minus_the_log_of_the_targets_probability(seed):
    _, model, parameters, x, y = problem(ModelSpec("gru", 4, 4, 3), seed, 5)
    trace = model.forward(parameters, x, y)
    powers = np.exp(trace["logits"])
    p = np.take_along_axis(powers / powers.sum(axis=2, keepdims=True), y[..., None], axis=2)[..., 0]
    np.testing.assert_allclose(trace["loss"], -np.log(p), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("scale", [0.0, 1.0])
def test_an_lstm_with_gates_held_open_and_shut_is_nearly_an_rnn(scale):
    _, model, parameters, x, _ = problem(ModelSpec("lstm", 4, 4, 3), 3, 6)
    bias = parameters["layer0/b"].reshape(4, 3)
    bias[0], bias[1], bias[3] = 1e3, -1e3, 1e3  # i = 1, f = 0, o = 1
    bias[2] *= scale
    trace = model.forward(parameters, x)
    np.testing.assert_allclose(trace["layer0/h"], np.tanh(trace["layer0/g"]), rtol=1e-12)
