"""The itemised gradient: pairs against runs of their own, closed forms, and the ends of the range."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.cases import settings
from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.initialise import orthogonal
from rnnviz.engine.model import Model
from rnnviz.engine.probes import itemised
from rnnviz.engine.probes.distance import gradient_distance
from rnnviz.engine.probes.numbers import norms
from rnnviz.engine.probes.triangle import triangle
from rnnviz.engine.spec import ModelSpec

SEEDS = st.integers(0, 10_000)


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_every_pair_is_that_of_a_backward_run_of_its_own(sequence: Any, cell: str, both: bool) -> None:
    for options in settings(CELLS[cell].options):
        spec = ModelSpec(cell, 3, 3, 4, layers=2, options={**options, "bidirectional": both})
        model, parameters, x, y = sequence(spec)
        y[2] = -1
        trace = model.forward(parameters, x, y)
        for layer in ("layer0", "layer1", *(["layer0_reverse"] if both else [])):
            found = triangle(model, parameters, x, y, layer=layer)
            assert found.causal != both
            for t in range(6):
                weights = np.zeros((6, 1))
                weights[t] = 1.0
                alone = model.backward(parameters, trace, weights)
                for state in model.cell.memories:
                    row = np.linalg.norm(alone[f"{layer}/d_{state}"][:, 0], axis=1)
                    end = 6 if both else t + 1
                    if t == 2:
                        assert np.isnan(found.values[state][t]).all()
                    else:
                        np.testing.assert_allclose(found.values[state][t, :end], row[:end], rtol=1e-9)
                        assert np.isnan(found.values[state][t, end:]).all()


@given(SEEDS, st.floats(0.3, 1.7), st.integers(1, 8))
def test_along_a_row_a_scaled_rotation_changes_the_norm_by_log_rho(
    sequence: Any, seed: int, rho: float, hidden: int
) -> None:
    spec = ModelSpec("rnn", 3, 3, hidden, options={"activation": "identity"})
    model, parameters, x, y = sequence(spec, seed, 30, 0.1)
    parameters["layer0/U"][...] = rho * orthogonal(np.random.default_rng(seed), hidden)
    parameters["readout/W"][...] *= 1e-6  # what grows must not make the network certain
    last = triangle(model, parameters, x, y).values["h"][-1]
    np.testing.assert_allclose(np.diff(np.log(last)), -np.log(rho), rtol=0, atol=1e-12)


def test_its_diagonals_are_the_gradient_against_distance(sequence: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec("lstm", 3, 3, 4), 3, 9)
    found = triangle(model, parameters, x, y)
    assert found.reach is not None
    assert found.reach.sequences == 9
    alone = gradient_distance(model, parameters, x, y)
    square = found.values["c"]
    np.testing.assert_allclose(square[-1, ::-1] / square[-1, -1], alone.median["c"], rtol=1e-9)
    by_hand = [np.median([square[t, t - k] / square[t, t] for t in range(k, 9)]) for k in range(9)]
    np.testing.assert_allclose(found.reach.median["c"], by_hand)
    assert found.reach.theory == alone.theory


def test_many_losses_are_done_a_portion_at_a_time(sequence: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    model, parameters, x, y = sequence(ModelSpec("gru", 3, 3, 4), 3, 12)
    whole = triangle(model, parameters, x, y)
    monkeypatch.setattr(itemised, "MOST_NUMBERS", 12 * 4 * 5)
    parts = triangle(model, parameters, x, y)
    np.testing.assert_allclose(whole.values["h"], parts.values["h"], rtol=1e-12)


def test_a_single_step_is_a_single_pair(sequence: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec("lstm", 3, 3, 1), 3, 1)
    found = triangle(model, parameters, x, y)
    assert found.values["c"].shape == (1, 1)
    assert found.columns("c")["t"].tolist() == found.columns("c")["s"].tolist() == [1]
    assert found.reach is not None
    assert found.reach.k.tolist() == [0]


def test_a_gradient_of_nothing_is_zero_and_not_a_gap(sequence: Any, shut: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec("lstm", 3, 3, 4), 3, 5)
    shut(parameters)
    square = triangle(model, parameters, x, y).values["h"]
    assert square[4, 4] > 0.0
    assert square[4, :4].tolist() == [0.0] * 4


def test_what_vanishes_is_followed_beyond_the_squares_of_float64(sequence: Any) -> None:
    spec = ModelSpec("rnn", 3, 3, 4, options={"activation": "identity"})
    model, parameters, x, y = sequence(spec, 3, 120, 0.1)
    parameters["layer0/U"][...] = 0.005 * np.eye(4)
    last = triangle(model, parameters, x, y).values["h"][-1]
    np.testing.assert_allclose(np.diff(np.log10(last[-120:])), -np.log10(0.005), rtol=1e-9)
    assert 0.0 < last[0] < 1e-270


def test_what_explodes_is_named_where_it_starts(sequence: Any) -> None:
    spec = ModelSpec("rnn", 3, 3, 4, options={"activation": "identity"})
    model, parameters, x, y = sequence(spec, 3, 200, 0.1)
    parameters["layer0/U"][...] = 1e3 * np.eye(4)
    found = triangle(model, parameters, x, y)
    assert found.broken is not None
    assert np.isfinite(model.forward(parameters, x)["layer0/h"][: found.broken]).all()
    assert not np.isfinite(model.forward(parameters, x)["layer0/h"][found.broken]).all()
    x[...] = -1
    parameters["layer0/b"][...] = 0.0
    still = triangle(model, parameters, x, y)
    assert still.broken is None
    start = still.explodes("h", 199)
    assert start is not None
    assert np.isinf(still.values["h"][199, start])
    assert 1e300 < still.values["h"][199, start + 1] < np.inf
    assert still.explodes("h", 20) is None


def test_the_table_has_a_row_a_pair_and_none_for_steps_without_a_loss(sequence: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec("gru", 3, 3, 4), 3, 4)
    y[1] = -1
    columns = triangle(model, parameters, x, y).columns("h")
    assert list(zip(columns["t"], columns["s"], strict=True)) == [
        (1, 1),
        *((3, s) for s in (1, 2, 3)),
        *((4, s) for s in (1, 2, 3, 4)),
    ]


def test_without_a_loss_there_is_nothing_to_itemise(sequence: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec("gru", 3, 3, 4))
    with pytest.raises(UserError, match=r"distance-loss"):
        triangle(model, parameters, x, np.full_like(y, -1))
    bare = Model(ModelSpec("gru", 3, 0, 4))
    with pytest.raises(UserError, match=r"distance-loss"):
        triangle(bare, bare.initial(np.random.default_rng(0)), x, y)


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=5), st.integers(-290, 290))
def test_norms_hold_over_the_whole_range(row: list[int], exponent: int) -> None:
    values = np.array(row, np.float64)
    found = norms(values * 10.0**exponent)
    np.testing.assert_allclose(found, np.linalg.norm(values) * 10.0**exponent, rtol=1e-12, atol=1e-300)


def test_norms_tell_what_is_no_number() -> None:
    found = norms(np.array([[np.inf, 1.0], [np.nan, 1.0], [0.0, 0.0]]))
    assert found[0] == np.inf
    assert np.isnan(found[1])
    assert found[2] == 0.0
