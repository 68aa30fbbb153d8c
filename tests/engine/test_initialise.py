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
