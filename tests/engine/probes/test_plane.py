"""The plane of most variance, and the speed of states."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.probes.plane import fit_plane, speed_of


@given(st.integers(0, 10_000), st.integers(3, 12), st.integers(2, 6))
def test_it_carries_the_largest_eigenvalues_of_the_covariance(seed: int, count: int, hidden: int) -> None:
    states = np.random.default_rng(seed).standard_normal((count, hidden))
    plane = fit_plane(states)
    assert plane is not None
    values = np.linalg.eigvalsh(np.cov(states.T))[::-1]
    np.testing.assert_allclose(plane.variance, values[:2] / values.sum(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-12)
    places = plane.project(states)
    np.testing.assert_allclose(places.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(places.var(axis=0, ddof=1), values[:2], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(plane.project(plane.lift(places)), places, atol=1e-12)
    missing = np.square(np.linalg.norm(states - states.mean(axis=0), axis=1)) - np.square(places).sum(axis=1)
    np.testing.assert_allclose(np.square(plane.off(states)), missing, atol=1e-10)


def test_turned_round_it_is_the_same_plane() -> None:
    states = np.random.default_rng(0).standard_normal((9, 4))
    one, other = fit_plane(states), fit_plane(states[::-1])
    assert one is not None
    assert other is not None
    np.testing.assert_allclose(one.axes, other.axes, atol=1e-10)


def test_one_unit_lies_on_a_line_and_one_state_nowhere() -> None:
    plane = fit_plane(np.array([[1.0], [3.0]]))
    assert plane is not None
    assert plane.variance.tolist() == [1.0, 0.0]
    assert plane.project(np.array([[3.0]])).tolist() == [[1.0, 0.0]]
    assert fit_plane(np.ones((1, 4))) is None
    still = fit_plane(np.ones((3, 4)))
    assert still is not None
    assert still.project(np.ones((1, 4))).tolist() == [[0.0, 0.0]]


def test_what_is_not_finite_bends_no_axis() -> None:
    states = np.random.default_rng(0).standard_normal((9, 4))
    plane, broken = fit_plane(states), fit_plane(np.vstack([states, np.full((1, 4), np.nan)]))
    assert plane is not None
    assert broken is not None
    np.testing.assert_allclose(plane.axes, broken.axes)


def test_speed_is_the_length_of_the_step() -> None:
    h, c = np.array([[3.0, 4.0], [3.0, 4.0]]), np.array([[1.0, 0.0], [3.0, 0.0]])
    found = speed_of(h, np.vstack([[0, 0], h[:-1]]), c, np.vstack([[0, 0], c[:-1]]))
    assert found.h.tolist() == [5.0, 0.0]
    assert found.c is not None
    assert found.c.tolist() == [1.0, 2.0]
    assert found.ratio == pytest.approx(3 / 5)
    assert found.share_ratio == pytest.approx((3 / 2) / (5 / 5))
    assert found.columns()["t"].tolist() == [1, 2]


def test_without_a_c_or_without_a_move_there_is_no_ratio() -> None:
    still = np.zeros((2, 3))
    assert np.isnan(speed_of(still, still).ratio)
    assert np.isnan(speed_of(still, still, still, still).ratio)
    assert np.isnan(speed_of(still, still).columns()["c"]).all()
