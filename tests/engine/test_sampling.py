import numpy as np
import pytest

from rnnviz.engine.sampling import draw, softmax


def test_softmax_sums_to_one_and_survives_large_logits():
    p = softmax(np.array([[1e4, 0.0, -1e4], [0.0, 0.0, 0.0]]))
    np.testing.assert_allclose(p, [[1, 0, 0], [1 / 3, 1 / 3, 1 / 3]])


def test_temperature_sharpens_and_flattens():
    logits = np.array([0.0, 1.0])
    cold, plain, hot = (softmax(logits, t)[1] for t in (0.1, 1.0, 10.0))
    assert cold > plain > hot > 0.5
    for wrong in (0.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="temperature"):
            softmax(logits, wrong)


def test_draws_follow_the_probabilities_and_the_seed():
    p = np.array([0.1, 0.6, 0.3])
    logits = np.tile(np.log(p), (20_000, 1))
    drawn = draw(np.random.default_rng(0), logits)
    np.testing.assert_allclose(np.bincount(drawn) / len(drawn), p, atol=0.015)
    assert np.array_equal(drawn, draw(np.random.default_rng(0), logits))
    assert set(draw(np.random.default_rng(0), logits, 1e-3)) == {1}
