"""How long a memory lasts, against closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.initialise import orthogonal
from rnnviz.engine.probes.horizon import crossing, direct_factors, horizon, span_of
from rnnviz.engine.probes.itemised import Itemised
from rnnviz.engine.probes.triangle import triangle
from rnnviz.engine.spec import ModelSpec


def measured(model: Any, parameters: Any, x: Any, y: Any) -> Any:
    return horizon(model, parameters, x, y, triangle(model, parameters, x, y))


@given(st.integers(0, 10_000), st.floats(-2.0, 5.0))
def test_a_constant_gate_has_the_half_life_of_the_book(
    sequence: Any, shut: Any, seed: int, bias: float
) -> None:
    model, parameters, x, y = sequence(ModelSpec("lstm", 3, 3, 4), seed, 12)
    shut(parameters)
    parameters["layer0/b"][4:8] = bias
    found = measured(model, parameters, x, y)
    f = 1 / (1 + np.exp(-bias))
    assert (found.path, found.state) == ("direct", "c")
    np.testing.assert_allclose(found.half, np.log(0.5) / np.log(f), rtol=1e-9)
    np.testing.assert_allclose(found.one_percent, np.log(0.01) / np.log(f), rtol=1e-9)
    overall = found.overall["c"]
    assert overall.half == pytest.approx(np.log(0.5) / np.log(f), rel=1e-6)
    assert overall.one_percent == pytest.approx(np.log(0.01) / np.log(f), rel=1e-6)
    assert overall.half_extrapolated == (np.log(0.5) / np.log(f) > 11)
    assert found.extrapolated[1].all() == (np.log(0.01) / np.log(f) > 11)


@pytest.mark.parametrize(("bias", "steps"), [(1.0, 2.2), (3.0, 14.3), (5.0, 103.2)])
def test_the_biases_of_the_book(bias: float, steps: float, sequence: Any, shut: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec("lstm", 3, 3, 2))
    shut(parameters)
    parameters["layer0/b"][2:4] = bias
    assert measured(model, parameters, x, y).half.round(1).tolist() == [steps] * 2


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("lstm", "f"),
        ("peephole", "f"),
        ("cifg", "f"),
        ("janet", "f"),
        ("slstm", "f"),
        ("gru", "z"),
        ("gru-before", "z"),
        ("mgu", "1 - f"),
        ("mingru", "1 - z"),
        ("minlstm", "f"),
    ],
)
def test_the_direct_path_is_the_gate_that_keeps(cell: str, key: str, sequence: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec(cell, 3, 3, 4))
    run = Itemised(model, parameters, x, y)
    gate = run.trace[f"layer0/{key[-1]}"][:, 0]
    factors = direct_factors(model, run, x, "layer0")
    np.testing.assert_allclose(factors, 1 - gate if key.startswith("1") else gate, rtol=1e-12, atol=1e-15)


def test_a_plain_network_is_measured(sequence: Any) -> None:
    spec = ModelSpec("rnn", 3, 3, 4, options={"activation": "identity"})
    model, parameters, x, y = sequence(spec, 3, 20, 0.1)
    parameters["layer0/U"][...] = 0.8 * np.eye(4)
    found = measured(model, parameters, x, y)
    assert found.path == "measured"
    np.testing.assert_allclose(found.half, np.log(0.5) / np.log(0.8), rtol=1e-9)
    np.testing.assert_allclose(found.one_percent, np.log(0.01) / np.log(0.8), rtol=1e-6)
    assert found.extrapolated.tolist() == [[False] * 4, [True] * 4]
    parameters["layer0/U"][...] = orthogonal(np.random.default_rng(0), 4)
    assert measured(model, parameters, x, y).overall["h"].half == np.inf


def test_a_unit_of_its_own_is_read_off_its_weight(sequence: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec("indrnn", 3, 3, 2), 3, 8)
    parameters["layer0/W"][...] = 1.0
    parameters["layer0/U"][...] = (0.9, 1.0)
    parameters["layer0/b"][...] = 0.0
    found = measured(model, parameters, x, y)
    assert found.path == "direct"
    assert found.half.tolist() == [pytest.approx(np.log(0.5) / np.log(0.9)), np.inf]


def test_a_single_step_tells_nothing(sequence: Any) -> None:
    for cell in CELLS:
        model, parameters, x, y = sequence(ModelSpec(cell, 3, 3, 1), 1, 1)
        found = measured(model, parameters, x, y)
        assert np.isnan(found.half).all()
        assert np.isnan(found.overall["h"].half)


def test_two_directions_are_explained(sequence: Any) -> None:
    with pytest.raises(UserError, match=r"distance-directions"):
        measured(*sequence(ModelSpec("lstm", 3, 3, 2, options={"bidirectional": True})))


def test_a_curve_that_goes_out_has_gone_by_then() -> None:
    span = span_of(np.array([1.0, 0.0, 0.0]))
    assert (span.half, span.one_percent) == (1.0, 1.0)
    assert crossing(np.array([1.0, 0.8, 0.2]), 0.5) == (pytest.approx(1 + np.log(1.6) / np.log(4)), False)
    assert np.isnan(crossing(np.array([1.0, np.nan]), 0.5)[0])


def test_the_table_has_a_row_a_unit(sequence: Any) -> None:
    columns = measured(*sequence(ModelSpec("gru", 3, 3, 3))).columns()
    assert list(columns) == ["unit", "half", "one_percent"]
    assert columns["unit"].tolist() == [0, 1, 2]
