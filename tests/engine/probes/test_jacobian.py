"""The Jacobian of a step against central differences and closed forms, and its eigenvalues."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.cases import settings
from rnnviz.engine.cells import CELLS
from rnnviz.engine.initialise import orthogonal
from rnnviz.engine.probes.jacobian import eigenvalues, jacobians, spectrum
from rnnviz.engine.probes.step import LayerStep, before, inputs_of, joint
from rnnviz.engine.spec import ModelSpec

STEP = 1e-6


@pytest.mark.parametrize("layer", ["layer0", "layer1", "layer0_reverse"])
@pytest.mark.parametrize("cell", CELLS)
def test_it_is_that_of_the_differences(cell: str, layer: str, sequence: Any) -> None:
    """Every state of every step is moved; a state that only serves the arithmetic is kept where it was."""
    for options in settings(CELLS[cell].options):
        if "layer_norm" in options:
            continue  # at h = 0 too sharp for differences: `check` has it at other states
        spec = ModelSpec(cell, 3, 3, 3, layers=2, options={**options, "bidirectional": "rev" in layer})
        model, parameters, x, _ = sequence(spec)
        trace = model.forward(parameters, x)
        at, rows = before(model, trace, layer), inputs_of(model, parameters, trace, x, layer)
        weights, names = parameters.group(layer), joint(model.cell)
        pinned = {state: trace[f"{layer}/{state}"][:, 0] for state in model.cell.gauge}
        found = jacobians(model.cell, weights, rows, at, pinned)
        assert found.shape == (6, 3 * len(names), 3 * len(names))
        for place, (name, unit) in enumerate((name, unit) for name in names for unit in range(3)):
            sides = []
            for by in (STEP, -STEP):
                moved = {state: values.copy() for state, values in at.items()}
                moved[name][:, unit] += by
                new = LayerStep(model.cell, weights, rows, moved, pinned).new
                sides.append(np.concatenate([new[state] for state in names], axis=1))
            slopes = (sides[0] - sides[1]) / (2 * STEP)
            np.testing.assert_allclose(found[:, :, place], slopes, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_the_steps_of_a_text_are_those_of_its_run(cell: str, both: bool, sequence: Any) -> None:
    model, parameters, x, _ = sequence(ModelSpec(cell, 3, 3, 3, layers=2, options={"bidirectional": both}))
    trace = model.forward(parameters, x)
    for layer in ("layer0", "layer1", *(["layer1_reverse"] if both else [])):
        at, rows = before(model, trace, layer), inputs_of(model, parameters, trace, x, layer)
        new = LayerStep(model.cell, parameters.group(layer), rows, at).new
        for state in model.cell.states:
            np.testing.assert_allclose(new[state], trace[f"{layer}/{state}"][:, 0], rtol=1e-12)


@given(st.integers(0, 10_000), st.integers(1, 6))
def test_a_plain_network_has_the_jacobian_of_the_book(sequence: Any, seed: int, hidden: int) -> None:
    model, parameters, x, _ = sequence(ModelSpec("rnn", 3, 3, hidden), seed)
    trace = model.forward(parameters, x)
    h = trace["layer0/h"][:, 0]
    rows = inputs_of(model, parameters, trace, x, "layer0")
    found = jacobians(model.cell, parameters.group("layer0"), rows, before(model, trace, "layer0"))
    np.testing.assert_allclose(found, (1 - h**2)[:, :, None] * parameters["layer0/U"], rtol=1e-12, atol=1e-15)


@given(st.integers(0, 10_000), st.floats(0.3, 1.7), st.integers(1, 6))
def test_a_scaled_rotation_has_its_eigenvalues_on_a_circle(
    sequence: Any, seed: int, rho: float, hidden: int
) -> None:
    spec = ModelSpec("rnn", 3, 3, hidden, options={"activation": "identity"})
    model, parameters, x, _ = sequence(spec, seed, 4, 0.1)
    parameters["layer0/U"][...] = rho * orthogonal(np.random.default_rng(seed), hidden)
    found = spectrum(model, parameters, x)
    np.testing.assert_allclose(np.abs(found.values), rho, rtol=1e-12)
    np.testing.assert_allclose(found.radius, rho, rtol=1e-12)


@given(st.integers(0, 10_000), st.floats(-3.0, 4.0))
def test_with_shut_side_paths_an_lstm_has_f_and_zero(
    sequence: Any, shut: Any, seed: int, bias: float
) -> None:
    model, parameters, x, _ = sequence(ModelSpec("lstm", 3, 3, 4), seed)
    shut(parameters)
    parameters["layer0/b"][4:8] = bias
    found = spectrum(model, parameters, x, [2])
    np.testing.assert_allclose(found.values[0, :4], 1 / (1 + np.exp(-bias)), rtol=1e-12)
    np.testing.assert_allclose(found.values[0, 4:], 0.0, atol=1e-12)
    assert found.states == ("h", "c")


@pytest.mark.parametrize("cell", ["mingru", "minlstm", "indrnn"])
def test_without_products_in_u_the_eigenvalues_are_the_units_own(cell: str, sequence: Any) -> None:
    model, parameters, x, _ = sequence(ModelSpec(cell, 3, 3, 4))
    trace = model.forward(parameters, x)
    rows = inputs_of(model, parameters, trace, x, "layer0")
    matrices = jacobians(model.cell, parameters.group("layer0"), rows, before(model, trace, "layer0"))
    diagonals = np.diagonal(matrices, axis1=1, axis2=2)
    np.testing.assert_array_equal(matrices, diagonals[:, :, None] * np.eye(4))
    largest = np.abs(diagonals).max(axis=1)
    np.testing.assert_allclose(spectrum(model, parameters, x).radius, largest, rtol=1e-12)


def test_the_largest_come_first_and_a_table_has_a_row_each(sequence: Any) -> None:
    model, parameters, x, _ = sequence(ModelSpec("lstm", 3, 3, 4))
    found = spectrum(model, parameters, x)
    assert (np.diff(np.abs(found.values), axis=1) <= 1e-15).all()
    columns = found.columns()
    assert columns["t"].tolist() == [t for t in range(1, 7) for _ in range(8)]
    np.testing.assert_array_equal(columns["re"] + 1j * columns["im"], found.values.ravel())


def test_one_unit_and_one_step_will_do(sequence: Any) -> None:
    model, parameters, x, _ = sequence(ModelSpec("rnn", 3, 3, 1), 1, 1)
    h = model.forward(parameters, x)["layer0/h"][0, 0, 0]
    found = spectrum(model, parameters, x)
    assert found.values.tolist() == [[pytest.approx((1 - h**2) * parameters["layer0/U"][0, 0])]]


def test_a_matrix_that_is_not_finite_has_no_eigenvalues() -> None:
    matrices = np.stack([np.eye(2), np.full((2, 2), np.inf)])
    found = eigenvalues(matrices)
    assert found[0].tolist() == [1, 1]
    assert np.isnan(found[1]).all()
