from __future__ import annotations

import numpy as np
import pytest

from rnnviz.tasks import make_task
from rnnviz.workbench.editing import blank, curve_of, with_rows


@pytest.fixture
def adding():
    return make_task("adding", {"length": 20}, None)


def test_rows_are_written_where_they_stand_and_nowhere_else(adding) -> None:
    typed = adding.typed("0.10   0.20* 0.30")
    text = with_rows(adding, typed, {1: (0.5, 0.0), 0: (0.25, 1.0)})
    assert text == "0.25*   0.50 0.30"
    assert with_rows(adding, typed, {3: (0.5, 0.0), -1: (0.5, 0.0)}) == typed.text


def test_what_cannot_be_read_can_be_drawn_over(adding) -> None:
    typed = adding.typed("0.1 oops 0.3")
    assert typed.problem is not None
    again = adding.typed(with_rows(adding, typed, {1: (0.75, 1.0)}))
    assert again.problem is None
    np.testing.assert_allclose(again.numbers[1, 0], [0.75, 1.0])


def test_a_blank_is_zeros_to_draw_on(adding) -> None:
    typed = adding.typed(blank(adding))
    assert len(typed.tokens) == 20
    assert not typed.numbers.any()
    assert len(make_task("adding", {"length": 400}, None).typed(blank(adding)).tokens) <= 48


def test_a_curve_is_a_number_a_line(adding) -> None:
    assert curve_of(adding.typed("0.5 0.25*")).split("\n") == ["0.5", "0.25"]
