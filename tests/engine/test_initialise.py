import numpy as np
import pytest

from rnnviz.engine.initialise import orthogonal, xavier


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
