"""Labels give way to each other, and no more than they must."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.gui.widgets.spreadout import spread_out

PLACES = st.lists(st.floats(-50, 450), max_size=12)


@given(places=PLACES, gap=st.floats(1, 30))
def test_labels_never_touch_and_stay_in_their_room(places: list[float], gap: float) -> None:
    found = sorted(spread_out(places, gap, 0.0, 400.0))
    room = 400.0 / max(len(places) - 1, 1)
    assert all(after - before >= min(gap, room) - 1e-6 for before, after in pairwise(found))
    assert all(-1e-6 <= place <= 400.0 + 1e-6 for place in found)


@given(places=PLACES, gap=st.floats(1, 30))
def test_labels_keep_their_order(places: list[float], gap: float) -> None:
    found = spread_out(places, gap, 0.0, 400.0)
    order = sorted(range(len(places)), key=lambda n: places[n])
    assert [found[n] for n in order] == sorted(found)


def test_a_label_with_room_stays_and_two_that_meet_part_evenly() -> None:
    assert spread_out([10.0, 100.0], 16, 0, 400) == [10.0, 100.0]
    assert spread_out([100.0, 104.0], 16, 0, 400) == pytest.approx([94.0, 110.0])
    assert spread_out([399.0, 400.0, 0.0], 16, 0, 400) == pytest.approx([384.0, 400.0, 0.0])
    assert spread_out([], 16, 0, 400) == []
