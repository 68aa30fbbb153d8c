import numpy as np
import pytest

from rnnviz.engine.sampling import draw, most_likely, softmax


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


def test_most_likely_is_sorted_and_stable():
    codes, p = most_likely(np.log([[0.2, 0.5, 0.2, 0.1], [0.25, 0.25, 0.25, 0.25]]), 3)
    assert codes.tolist() == [[1, 0, 2], [0, 1, 2]]
    np.testing.assert_allclose(p[0], [0.5, 0.2, 0.2])
    assert most_likely(np.zeros((2, 2)), 3)[0].shape == (2, 2)


def test_draws_follow_the_probabilities_and_the_seed():
    p = np.array([0.1, 0.6, 0.3])
    logits = np.tile(np.log(p), (20_000, 1))
    drawn = draw(np.random.default_rng(0), logits)
    np.testing.assert_allclose(np.bincount(drawn) / len(drawn), p, atol=0.015)
    assert np.array_equal(drawn, draw(np.random.default_rng(0), logits))
    assert set(draw(np.random.default_rng(0), logits, 1e-3)) == {1}
