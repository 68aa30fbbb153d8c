import numpy as np
import pytest

from rnnviz.engine.cells import CELLS
from rnnviz.engine.initialise import INITIALISERS, chrono, orthogonal, xavier
from rnnviz.engine.model import Model
from rnnviz.engine.spec import ModelSpec


@pytest.mark.parametrize("size", [1, 2, 17])
def test_orthogonal_is_orthogonal_and_either_sign(size):
    rng = np.random.default_rng(0)
    many = [orthogonal(rng, size) for _ in range(40)]
    for q in many:
        np.testing.assert_allclose(q @ q.T, np.eye(size), atol=1e-12)
    assert abs(np.mean([q[0, 0] for q in many])) < 0.5


def test_xavier_fills_its_range():
    drawn = xavier(np.random.default_rng(0), 300, 100)
    limit = np.sqrt(6 / 400)
    assert np.abs(drawn).max() <= limit
    assert drawn.std() == pytest.approx(limit / np.sqrt(3), rel=0.02)


def test_one_hot_inputs_start_within_plus_minus_one_and_numeric_ones_by_xavier():
    for symbols, limit in [(True, 1.0), (False, np.sqrt(6 / (40 + 10)))]:
        model = Model(ModelSpec("gru", 40, 40, 10, 2, symbols))
        parameters = model.initial(np.random.default_rng(0))
        assert np.abs(parameters["layer0/W"]).max() == pytest.approx(limit, rel=0.01)
        assert np.abs(parameters["layer1/W"]).max() == pytest.approx(np.sqrt(6 / 20), rel=0.02)


@pytest.mark.parametrize("name", INITIALISERS)
@pytest.mark.parametrize("cell", CELLS)
def test_every_initialiser_fills_every_cell(name, cell):
    model = Model(ModelSpec(cell, 7, 5, 6, 2, options={"initialiser": name, "bidirectional": True}))
    parameters = model.initial(np.random.default_rng(0), np.float64)
    assert np.isfinite(parameters.flat).all()
    assert all(view.any() for key, view in parameters.items() if key.endswith("/W"))
    again = model.initial(np.random.default_rng(0), np.float64)
    assert np.array_equal(parameters.flat, again.flat)


def test_what_each_initialiser_promises():
    def fresh(name):
        model = Model(ModelSpec("lstm", 40, 30, 16, options={"initialiser": name, "forget_bias": 0.0}))
        return model.initial(np.random.default_rng(0), np.float64)

    for U in np.split(fresh("orthogonal")["layer0/U"], 4):
        np.testing.assert_allclose(U @ U.T, np.eye(16), atol=1e-12)
    for W in np.split(fresh("orthogonal")["layer0/W"], 4):
        np.testing.assert_allclose(W @ W.T, np.eye(16), atol=1e-12)
    for U in np.split(fresh("identity")["layer0/U"], 4):
        assert np.array_equal(U, np.eye(16))
    assert np.abs(fresh("xavier")["layer0/U"]).max() == pytest.approx(np.sqrt(6 / 32), rel=0.02)
    uniform = fresh("uniform")  # PyTorch's: everything, biases and readout included, within ±1/√H
    for view in uniform.values():
        assert np.abs(view).max() == pytest.approx(0.25, rel=0.15)
        assert np.abs(view).max() <= 0.25


def test_chrono_biases_are_logs_of_times():
    drawn = chrono(np.random.default_rng(0), 4000, 50)
    times = np.exp(drawn)
    assert 1.0 <= times.min() < 1.1
    assert 48.5 < times.max() <= 49.0
    assert times.mean() == pytest.approx(25.0, rel=0.03)
    assert not chrono(np.random.default_rng(0), 5, 1).any()


def with_option(key):
    return [name for name, cell in CELLS.items() if key in {option.key for option in cell.options}]


def first_biases(model):
    """By gate (H,), as a fresh network has them."""
    b = model.initial(np.random.default_rng(0))["layer0/b"]
    return dict(zip(model.cell.gates, b.reshape(len(model.cell.gates), -1), strict=True))


def test_the_lstms_forget_bias_starts_where_the_option_says():
    for bias in (1.0, 3.0):
        model = Model(ModelSpec("lstm", 5, 5, 4, layers=2, options={"forget_bias": bias}))
        parameters = model.initial(np.random.default_rng(0))
        for layer in range(2):
            b = parameters[f"layer{layer}/b"].reshape(4, 4)
            assert (b[1] == bias).all()
            assert not b[[0, 2, 3]].any()


@pytest.mark.parametrize("cell", with_option("forget_bias"))
def test_the_forget_bias_starts_at_plus_one(cell):
    model = Model(ModelSpec(cell, 5, 5, 4))
    b = first_biases(model)
    assert (b.pop("f") == 1.0).all()
    assert not any(bias.any() for bias in b.values())


@pytest.mark.parametrize("cell", with_option("chrono"))
def test_chrono_spreads_the_gates_over_all_dependencies(cell):
    model = Model(ModelSpec(cell, 5, 5, 512, options={"chrono": 100}))
    b = first_biases(model)
    spread = b[model.cell.keeps] if model.cell.keeps else -b[model.cell.renews]
    assert 0.0 <= spread.min() < 1.0
    assert np.log(90) < spread.max() <= np.log(99)
    if model.cell.keeps and model.cell.renews:
        assert np.array_equal(b[model.cell.renews], -spread)


def test_an_irnn_begins_as_the_identity():
    model = Model(ModelSpec("irnn", 5, 5, 4))
    parameters = model.initial(np.random.default_rng(0))
    assert np.array_equal(parameters["layer0/U"], np.eye(4))
    assert not parameters["layer0/b"].any()
    assert 0 < np.abs(parameters["layer0/W"]).max() < 0.1
