import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.clip import clip, clip_values, global_norm


@given(st.integers(0, 1000), st.floats(1e-3, 1e3))
def test_a_long_gradient_is_shortened_and_keeps_its_direction(seed, threshold):
    gradient = np.random.default_rng(seed).standard_normal(50) * 10
    before, norm = gradient.copy(), global_norm(gradient)
    assert norm == pytest.approx(np.linalg.norm(before))
    assert clip(gradient, norm, threshold) == (norm > threshold)
    assert global_norm(gradient) == pytest.approx(min(norm, threshold))
    np.testing.assert_allclose(gradient * norm, before * global_norm(gradient), rtol=1e-10)


def test_zero_switches_clipping_off():
    gradient = np.full(4, 1e6)
    assert not clip(gradient, global_norm(gradient), 0.0)
    assert (gradient == 1e6).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e30])
def test_a_blown_up_gradient_is_left_for_the_caller_to_see(bad):
    gradient = np.array([1.0, bad], np.float32)
    norm = global_norm(gradient)
    assert not np.isfinite(norm)
    assert not clip(gradient, norm, 1.0)
    assert gradient[0] == 1.0


def test_clipping_by_value_cuts_each_element():
    gradient = np.array([-3.0, -0.5, 0.0, 2.0])
    assert clip_values(gradient, 1.0)
    np.testing.assert_array_equal(gradient, [-1.0, -0.5, 0.0, 1.0])
    assert not clip_values(gradient, 1.0)
    assert not clip_values(gradient, 0.0)  # off


def test_clipping_by_value_leaves_what_is_not_a_number():
    gradient = np.array([np.nan, 2.0])
    clip_values(gradient, 1.0)
    assert np.isnan(gradient[0])
