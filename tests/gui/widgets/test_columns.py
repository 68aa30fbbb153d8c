from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rnnviz.gui.widgets.columns import NARROWEST, WIDEST, Columns, fit_columns

counts, rooms, steps = st.integers(0, 512), st.integers(60, 2000), st.integers(0, 511)


@given(count=counts, room=rooms, cursor=steps, first=steps, wanted=st.integers(0, 60))
def test_columns_are_whole_pixels_that_fit_and_hold_the_cursor(
    count: int, room: int, cursor: int, first: int, wanted: int
) -> None:
    cursor, first = min(cursor, max(count - 1, 0)), min(first, max(count - 1, 0))
    columns = fit_columns(100, room, count, cursor, first, wanted)
    assert NARROWEST <= columns.width <= WIDEST
    assert columns.right <= 100 + room
    assert cursor in columns.visible()
    assert columns.first >= 0
    assert columns.first + columns.shown <= max(count, 1)
    assert columns.shown == max(1, min(count, room // columns.width))


@given(count=st.integers(1, 512), room=rooms)
def test_steps_and_pixels_are_each_others_inverse(count: int, room: int) -> None:
    columns = fit_columns(37, room, count, 0)
    for step in columns.visible():
        assert columns.step_at(columns.x(step)) == step
        assert columns.step_at(columns.x(step) + columns.width - 1) == step
        assert columns.step_at(columns.centre(step)) == step
    assert columns.step_at(36) is None
    assert columns.step_at(columns.right) is None


def test_a_text_that_fits_is_as_wide_as_it_can_be() -> None:
    assert fit_columns(0, 600, 25, 0).width == 24
    assert fit_columns(0, 600, 5, 0).width == 48
    assert fit_columns(0, 600, 100, 0).width == 6
    assert fit_columns(0, 600, 512, 0).width == 6


def test_a_long_text_scrolls_just_far_enough() -> None:
    columns = fit_columns(0, 600, 512, 300, first=0)
    assert columns.first == 201
    assert fit_columns(0, 600, 512, 250, first=201).first == 201
    assert fit_columns(0, 600, 512, 100, first=201).first == 100
    assert fit_columns(0, 600, 512, 511, first=500).first == 412


def test_tiles_need_room() -> None:
    assert Columns(0, 12, 0, 1, 1).tiled
    assert not Columns(0, 11, 0, 1, 1).tiled
