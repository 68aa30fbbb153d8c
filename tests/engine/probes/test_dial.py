"""The dial: what it scales, what it leaves alone, and the growth it finds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.initialise import orthogonal
from rnnviz.engine.probes.dial import (
    GAINS,
    gain_for,
    growth_in_turns,
    recurrences,
    scaled,
    setting_in_turns,
)
from rnnviz.engine.probes.numbers import at_once
from rnnviz.engine.spec import ModelSpec

setting, growth = at_once(setting_in_turns), at_once(growth_in_turns)
RECURRENT = [cell for cell in CELLS if "U" in CELLS[cell].shapes(3, 4)]


@given(st.integers(0, 10_000), st.floats(0.5, 1.5), st.floats(0.3, 1.6), st.integers(1, 6))
def test_a_scaled_rotation_grows_by_rho_a_step(
    sequence: Any, seed: int, rho: float, wanted: float, hidden: int
) -> None:
    spec = ModelSpec("rnn", 3, 3, hidden, options={"activation": "identity"})
    model, parameters, x, y = sequence(spec, seed, 25, 0.1)
    parameters["layer0/U"][...] = rho * orthogonal(np.random.default_rng(seed), hidden)
    parameters["readout/W"][...] *= 1e-6
    one = recurrences(model, parameters)["h"]
    assert one.radius == pytest.approx(rho, rel=1e-12)
    assert one.singular == pytest.approx(rho, rel=1e-12)
    gain = gain_for(model, parameters, wanted)
    found = setting(model, parameters, gain, x, y)
    assert found.distance is not None
    slopes = np.diff(np.log(found.distance.median["h"]))
    np.testing.assert_allclose(slopes, np.log(wanted), rtol=0, atol=1e-12)
    if abs(abs(wanted - 1.0) - 0.05) > 1e-6:
        assert found.word == ("vanish" if wanted < 0.95 else "explode" if wanted > 1.05 else "hold")


@given(st.integers(0, 10_000), st.floats(0.2, 0.99))
def test_a_singular_value_below_one_is_enough_to_vanish(sequence: Any, seed: int, wanted: float) -> None:
    model, parameters, x, y = sequence(ModelSpec("rnn", 3, 3, 5), seed, 12)
    found = setting(model, parameters, gain_for(model, parameters, wanted, "singular"), x, y)
    assert found.distance is not None
    assert (found.distance.median["h"] <= wanted**found.distance.k * (1 + 1e-9)).all()


@pytest.mark.parametrize("measure", ["radius", "singular"])
@pytest.mark.parametrize("cell", RECURRENT)
def test_it_turns_u_and_nothing_else(cell: str, measure: Any, sequence: Any) -> None:
    model, parameters, _, _ = sequence(ModelSpec(cell, 3, 3, 4, layers=2))
    kept = parameters.flat.copy()
    turned = scaled(model, parameters, gain_for(model, parameters, 1.3, measure), "layer0")
    np.testing.assert_array_equal(parameters.flat, kept)
    assert [name for name in turned if (turned[name] != parameters[name]).any()] == ["layer0/U"]
    found = recurrences(model, turned)
    assert set(found) == set(model.cell.gates)
    assert max(getattr(one, measure) for one in found.values()) == pytest.approx(1.3, rel=1e-12)
    assert all(one.radius <= one.singular * (1 + 1e-12) for one in found.values())


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "indrnn"])
def test_growth_is_measured_at_every_gain(cell: str, sequence: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec(cell, 3, 3, 4), 3, 12)
    found = growth(model, parameters, x, y)
    assert len(found.gains) == len(found.per_step) == 33
    assert found.gains[16] == pytest.approx(1.0)
    assert found.per_step[16] == setting(model, parameters, GAINS[16], x, y).per_step
    assert found.per_step[5] == setting(model, parameters, GAINS[5], x, y).per_step


def test_what_does_not_recur_has_no_dial(sequence: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec("mingru", 3, 3, 4))
    assert recurrences(model, parameters) == {}
    with pytest.raises(UserError, match=r"dial-no-recurrence"):
        growth(model, parameters, x, y)
    model, parameters, x, y = sequence(ModelSpec("rnn", 3, 3, 4))
    parameters["layer0/U"][...] = 0.0
    with pytest.raises(UserError, match=r"dial-no-recurrence"):
        gain_for(model, parameters, 1.0)


def test_without_a_loss_or_a_second_step_nothing_grows(sequence: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec("lstm", 3, 3, 4), steps=1)
    assert np.isnan(setting(model, parameters, 1.0, x, y).per_step)
    found = setting(model, parameters, 1.0, x, np.full_like(y, -1))
    assert found.distance is None
    assert found.word == ""
