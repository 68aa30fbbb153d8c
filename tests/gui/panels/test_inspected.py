"""Values, unit and distribution: the chosen step and unit in words and numbers."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.engine.cells import CELLS
from rnnviz.gui import numbers
from rnnviz.gui.figure import Size
from rnnviz.gui.panels import PANELS


@pytest.mark.parametrize("cell", CELLS)
def test_every_quantity_of_the_chosen_unit_is_written(written, make_frame, look, cell: str) -> None:
    frame = make_frame(cell=cell, change=lambda b: (b.set_cursor(4), b.set_unit(3)))
    texts = written("values", frame)
    assert look.text("values.title", unit=3, step=5) in texts
    for quantity in frame.quantities:
        value = float(frame.typed_run.values[quantity.key][4, 3])
        assert (numbers.fixed if quantity.kind == "gate" else numbers.signed)(value, 3) in texts
        assert look.text(f"quantity.{quantity.key}") in texts
    for state in frame.states:
        before = numbers.signed(float(frame.typed_run.values[state][3, 3]), 3)
        assert look.text("values.before", value=before) in texts


def test_a_first_step_comes_from_the_zero_state(written, make_frame, look) -> None:
    texts = written("values", make_frame(change=lambda b: b.set_cursor(0)))
    assert texts.count(look.text("values.before", value="0.000")) == 2


def test_the_distribution_names_the_likeliest_and_sums_up_the_rest(written, make_frame, look) -> None:
    frame = make_frame(change=lambda b: b.set_cursor(4))
    p = frame.typed_run.probabilities[4]
    order = np.argsort(-p)
    texts = written("distribution", frame, Size(90, 50))
    shown = [t for t in texts if t.endswith(" %") and len(t) <= 7]
    assert shown == [f"{100 * float(p[k]):.1f} %" for k in order[: len(shown)]]
    rest = order[len(shown) :]
    assert len(rest)
    share = f"{100 * float(p[rest].sum()):.1f} %"
    assert look.text("distribution.rest", count=len(rest), share=share) in texts


@pytest.mark.parametrize("key", ["values", "unit", "distribution"])
def test_an_empty_line_is_explained(written, make_frame, key: str) -> None:
    texts = written(key, make_frame(""))
    assert any(len(text) > 8 for text in texts)


def test_the_unit_is_drawn_on_a_range_that_holds_it(written, make_frame) -> None:
    frame = make_frame("hello gate")
    texts = written("unit", frame)
    assert "+1" in texts
    assert "−1" in texts
    run = frame.typed_run
    assert np.abs(run.values["h"]).max() <= 1


def test_tables_of_the_chosen_unit(make_frame, look) -> None:
    frame = make_frame(change=lambda b: (b.set_cursor(4), b.set_unit(3)))
    values = PANELS["values"](look).table(frame).columns
    assert values["quantity"] == [q.key for q in frame.quantities]
    for key, value in zip(values["quantity"], values["value"], strict=True):
        assert value == frame.typed_run.values[key][4, 3]
    unit = PANELS["unit"](look).table(frame).columns
    np.testing.assert_array_equal(unit["c[3]"], frame.typed_run.values["c"][:, 3])
    ranked = PANELS["distribution"](look).table(frame).columns
    assert (np.diff(ranked["probability"]) <= 0).all()
    assert sorted(ranked["symbol"]) == sorted(frame.symbols)
