from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.cells import CELLS
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.heatmap import LOW, MOST_UNITS, SMALLEST, TALLEST, HeatMap, fit_rows, least_map_height
from rnnviz.workbench.frame import Frame


@given(hidden=st.integers(1, 512), height=st.integers(6, 900), data=st.data())
def test_rows_fit_and_hold_the_chosen_unit(hidden: int, height: int, data: st.DataObject) -> None:
    order = np.random.default_rng(hidden).permutation(hidden)
    unit = data.draw(st.integers(0, hidden - 1))
    rows = fit_rows(order, unit, height)
    assert rows.total <= height
    assert rows.units[rows.chosen] == unit
    assert len(rows.units) == len(rows.heights) <= MOST_UNITS
    place = list(order).index(rows.units[0])
    np.testing.assert_array_equal(rows.units, order[place : place + len(rows.units)])
    others = np.delete(rows.heights, rows.chosen)
    assert len(set(others)) <= 1
    assert SMALLEST <= rows.heights[rows.chosen] <= TALLEST
    assert all(others >= 1)


@given(hidden=st.integers(1, 96), height=st.integers(120, 700))
def test_every_pixel_belongs_to_the_unit_that_is_drawn_there(hidden: int, height: int) -> None:
    rows = fit_rows(np.arange(hidden)[::-1], hidden // 2, height)
    drawn = np.repeat(rows.units, rows.heights)
    assert [rows.unit_at(y) for y in range(rows.total)] == list(drawn)
    assert rows.unit_at(-1) is None
    assert rows.unit_at(rows.total) is None
    assert drawn[rows.top_of_chosen()] == hidden // 2


@pytest.mark.parametrize(("hidden", "each"), [(16, 2), (32, 2), (33, 1), (64, 1), (96, 1)])
def test_the_least_height_shows_every_unit(hidden: int, each: int) -> None:
    rows = fit_rows(np.arange(hidden), 3, least_map_height(hidden))
    assert len(rows.units) == hidden
    assert np.delete(rows.heights, rows.chosen).min() == each


@pytest.mark.parametrize("each", range(1, 6))
@pytest.mark.parametrize("tall", [LOW, TALLEST])
@pytest.mark.parametrize("hidden", [8, 16, 40])
def test_a_height_made_for_its_rows_is_used_up(each: int, tall: int, hidden: int) -> None:
    height = tall + each * (hidden - 1)
    rows = fit_rows(np.arange(hidden), 0, height)
    assert height - rows.total < hidden
    assert np.delete(rows.heights, 0).min() >= each


def test_a_large_layer_shows_a_window_around_the_chosen_unit() -> None:
    order = np.arange(200)
    assert list(fit_rows(order, 100, 400).units[[0, -1]]) == [52, 147]
    assert list(fit_rows(order, 0, 400).units[[0, -1]]) == [0, 95]
    assert list(fit_rows(order, 199, 400).units[[0, -1]]) == [104, 199]


@pytest.mark.parametrize(
    ("cell", "key", "language", "says"),
    [
        ("lstm", "f", "en", "old cell state is kept"),
        ("mgu", "f", "en", "old hidden state is replaced"),
        ("mingru", "z", "en", "old hidden state is replaced"),
        ("gru", "z", "en", "old hidden state stays"),
        ("minlstm", "f", "en", "old hidden state is kept"),
        ("minlstm", "i", "en", "into the hidden state"),
        ("minlstm", "f", "zh_CN", "旧的隐藏状态保留多少"),
        ("janet", "i", "en", "into the cell state"),
    ],
)
def test_an_empty_map_says_what_the_quantity_does_in_this_cell(
    cell: str,
    key: str,
    language: str,
    says: str,
    make_frame: Callable[..., Frame],
    make_look: Callable[[str, str], Look],
) -> None:
    frame = make_frame("", cell=cell)
    quantity = next(quantity for quantity in frame.quantities if quantity.key == key)
    assert says in HeatMap(make_look("dark", language), quantity).about(frame)


@pytest.mark.parametrize("cell", CELLS)
def test_what_has_no_bounds_is_not_given_any(cell: str, make_frame: Callable[..., Frame], look: Look) -> None:
    frame = make_frame("", cell=cell)
    for quantity in frame.quantities:
        about = HeatMap(look, quantity).about(frame)
        assert about
        assert quantity.low is not None or "−1" not in about


@given(hidden=st.integers(1, 32), height=st.integers(8, 300))
def test_a_layer_of_up_to_32_units_never_has_rows_of_one_pixel(hidden: int, height: int) -> None:
    rows = fit_rows(np.arange(hidden), hidden - 1, height)
    assert all(rows.heights >= 2)
    assert rows.total <= height
    if height >= least_map_height(hidden):
        assert len(rows.units) == hidden
