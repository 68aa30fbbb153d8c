import numpy as np
import pytest

from rnnviz.engine.initialise import orthogonal, xavier
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
