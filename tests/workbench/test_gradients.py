from __future__ import annotations

import numpy as np
import pytest

from rnnviz.engine.cells import CELLS
from rnnviz.workbench.workbench import Workbench


def norms(bench: Workbench, weights: np.ndarray | None) -> dict[str, np.ndarray]:
    """‖∂L/∂state_t‖ of the layer in view, straight from the model."""
    run, layer = bench.run, bench.frame.view.layer
    trace = run.model.forward(run.parameters, bench.frame.typed.codes, bench.frame.typed.targets)
    states = run.model.backward(run.parameters, trace, weights).states
    return {s: np.sqrt((states[f"layer{layer}/d_{s}"][:, 0] ** 2).sum(axis=-1)) for s in bench.frame.states}


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layer", [0, 1])
def test_the_whole_loss_is_the_models_summed_loss(make_bench, cell: str, layer: int) -> None:
    bench = make_bench(cell=cell, layers=2)
    bench.set_layer(layer)
    curve = bench.set_whole_loss(True).typed_run.gradient
    assert curve.loss_step is None
    assert set(curve.norms) == set(CELLS[cell].memories)
    for state, expected in norms(bench, None).items():
        np.testing.assert_allclose(curve.norms[state], expected, rtol=1e-5)
        assert (expected[:-1] > 0).all()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("cursor", [0, 5, 10])
def test_later_steps_have_exactly_no_effect_on_the_loss_at_the_cursor(
    make_bench, cell: str, cursor: int
) -> None:
    bench = make_bench(cell=cell)
    curve = bench.set_cursor(cursor).typed_run.gradient
    assert curve.loss_step == cursor
    weights = np.zeros((12, 1), np.float32)
    weights[cursor] = 1
    for state, expected in norms(bench, weights).items():
        np.testing.assert_allclose(curve.norms[state], expected, rtol=1e-5)
        assert (curve.norms[state][cursor + 1 :] == 0).all()
        # The output gate's path: c of the step itself matters through h of that step.
        assert (curve.norms[state][: cursor + 1] > 0).all()


def test_the_gradient_agrees_with_finite_differences_of_the_loss(make_bench) -> None:
    """∂L/∂h_0 is how the loss at the cursor answers to the initial state's successor; checked in float64."""
    bench = make_bench(cell="rnn", text="hello")
    model = bench.run.model
    parameters = model.parameters(bench.run.parameters.flat.astype(np.float64))
    codes, targets = bench.frame.typed.codes, bench.frame.typed.targets
    trace = model.forward(parameters, codes, targets)
    weights = np.zeros((5, 1))
    weights[3] = 1
    expected = np.linalg.norm(model.backward(parameters, trace, weights).states["layer0/d_h"][1, 0])
    start, measured = trace["layer0/h"][1], []
    for unit in range(6):
        losses = []
        for change in (1e-6, -1e-6):
            state = start.copy()
            state[0, unit] += change
            later = model.forward(parameters, codes[2:], targets[2:], state={"layer0/h0": state})
            losses.append(later["loss"][1, 0])
        measured.append((losses[0] - losses[1]) / 2e-6)
    assert np.linalg.norm(measured) == pytest.approx(expected, rel=1e-5)
    curve = bench.set_cursor(3).typed_run.gradient
    assert curve.norms["h"][1] == pytest.approx(expected, rel=1e-4)


def test_a_cursor_without_a_loss_takes_the_nearest_before_it(bench: Workbench) -> None:
    bench.set_text("heßßlo")
    assert bench.set_cursor(1).typed_run.gradient.loss_step == 0
    assert bench.set_cursor(2).typed_run.gradient.loss_step == 0
    assert bench.set_cursor(3).typed_run.gradient.loss_step == 3
    assert bench.set_cursor(5).typed_run.gradient.loss_step == 4
    bench.set_text("ßßlo")
    assert bench.set_cursor(0).typed_run.gradient.loss_step == 1


def test_moving_the_unit_keeps_the_gradient(bench: Workbench) -> None:
    before = bench.frame.typed_run
    assert bench.set_unit(2).typed_run is before
    assert bench.set_cursor(3).typed_run is not before


def test_the_loss_is_that_of_the_true_next_token(bench: Workbench) -> None:
    run = bench.frame.typed_run
    for t in range(11):
        share = run.probabilities[t, run.targets[t]]
        assert run.loss[t] == pytest.approx(-np.log(share), rel=1e-4)
    assert run.targets[11] == -1
