from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.gui.widgets.logaxis import decade_range, decades, log10, log_range, power, round_ticks

floats = st.lists(st.floats(-14, 14) | st.just(math.nan), max_size=20).map(np.array)


def test_what_cannot_be_plotted_is_nan_and_what_is_tiny_lies_on_the_floor() -> None:
    found = log10(np.array([1.0, 100.0, 0.0, -1.0, np.nan, np.inf, 1e-300]))
    np.testing.assert_array_equal(np.isnan(found), [False, False, True, True, True, True, False])
    np.testing.assert_allclose(found[[0, 1, 6]], [0, 2, -12])


@given(values=floats, least=st.sampled_from([0.5, 1.0]))
def test_ranges_hold_what_they_are_made_for(values: np.ndarray, least: float) -> None:
    finite = values[np.isfinite(values)]
    for low, high in (log_range(values, least), decade_range(values)):
        assert high - low >= least - 1e-9
        assert ((finite >= low) & (finite <= high)).all()
    low, high = decade_range(values)
    assert low == int(low)
    assert high == int(high)


@given(values=floats, most=st.integers(2, 8))
def test_ticks_are_few_inside_and_apart(values: np.ndarray, most: int) -> None:
    low, high = log_range(values, 0.5)
    places = [place for place, _ in round_ticks(low, high, most)]
    assert len(places) <= most
    assert all(low - 1e-6 <= p <= high + 1e-6 for p in places)
    assert len(set(places)) == len(places)
    exponents = decades(*decade_range(values), most)
    assert 1 <= len(exponents) <= most + 1


def test_labels() -> None:
    assert power(-3) == "10⁻³"
    assert [label for _, label in round_ticks(-1, 1, 9)] == ["0.1", "0.2", "0.5", "1", "2", "5", "10"]
    assert round_ticks(0, 1)[0] == (pytest.approx(0.0), "1")
