"""The gradient against distance: brute force, closed forms, and what it says where it cannot."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.initialise import orthogonal
from rnnviz.engine.losses import LOSSES
from rnnviz.engine.model import Model
from rnnviz.engine.probes.distance import gradient_distance, magnitudes, pooled
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.unroll import Edit

SEEDS = st.integers(0, 10_000)
STEP = 1e-5


def problem(spec, seed, steps, batch=3, scale=0.6):
    rng = np.random.default_rng(seed)
    model = Model(spec)
    x, y = rng.integers(0, spec.inputs, (steps, batch)), rng.integers(0, spec.outputs, (steps, batch))
    return rng, model, model.parameters(rng.standard_normal(model.size) * scale), x, y


def nudge(values, sequence, unit, by):
    values[sequence, unit] += by


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("cell", CELLS)
def test_every_magnitude_is_that_of_the_differences(cell, layer):
    """Each state of each step is moved by hand and the loss of one step looked at: no backward pass."""
    _, model, parameters, x, y = problem(ModelSpec(cell, 3, 3, 3, layers=2), 1, 5, 2)
    y[4, 1] = -1  # the second sequence ends a step earlier
    found = magnitudes(model, parameters, x, y, layer=layer)
    for state in model.cell.memories:
        for sequence, last in enumerate((4, 3)):
            for k in range(last + 1):
                slopes = []
                for unit in range(3):
                    losses = []
                    for by in (STEP, -STEP):
                        change = partial(nudge, sequence=sequence, unit=unit, by=by)
                        edit = Edit(layer, state, last - k, change)
                        losses.append(model.forward(parameters, x, y, edits=(edit,))["loss"][last, sequence])
                    slopes.append((losses[0] - losses[1]) / (2 * STEP))
                assert found.norms[state][k, sequence] == pytest.approx(
                    np.linalg.norm(slopes), rel=1e-5, abs=1e-9
                )
        assert np.isnan(found.norms[state][4, 1])


@given(SEEDS, st.sampled_from(tuple(CELLS)))
def test_one_run_of_a_batch_is_a_run_of_each_sequence_and_step(seed, cell):
    _, model, parameters, x, y = problem(ModelSpec(cell, 4, 4, 3), seed, 7)
    y[5:, 1] = -1
    together = magnitudes(model, parameters, x, y)
    for sequence, steps in enumerate((7, 5, 7)):
        cut = (slice(0, steps), slice(sequence, sequence + 1))
        alone = magnitudes(model, parameters, x[cut], y[cut])
        for state, norms in alone.norms.items():
            np.testing.assert_allclose(
                together.norms[state][:steps, sequence], norms[:, 0], rtol=1e-9, atol=0
            )
            assert np.isnan(together.norms[state][steps:, sequence]).all()


@given(SEEDS, st.floats(0.3, 1.7), st.integers(1, 8))
def test_a_linear_rnn_with_scaled_rotation_has_the_slope_log_rho(seed, rho, hidden):
    spec = ModelSpec("rnn", 3, 3, hidden, options={"activation": "identity"})
    rng, model, parameters, x, y = problem(spec, seed, 40, scale=0.1)
    parameters["layer0/U"][...] = rho * orthogonal(rng, hidden)
    found = gradient_distance(model, parameters, x, y)
    assert found.theory.kind == "spectral"
    assert found.theory.factor == pytest.approx(rho, rel=1e-10)
    np.testing.assert_allclose(np.diff(np.log(found.median["h"])), np.log(rho), rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.median["h"], found.theory.curve(found.k), rtol=1e-8)
    assert found.per_step == pytest.approx(rho, rel=1e-12)
    assert list(found.median) == ["h"]
    assert np.isnan(found.columns()["c"]).all()


@given(SEEDS, st.floats(-3.0, 4.0))
def test_with_shut_side_paths_the_cell_state_keeps_f_a_step_and_h_nothing(seed, bias):
    _, model, parameters, x, y = problem(ModelSpec("lstm", 3, 3, 4), seed, 30)
    for name in ("layer0/U", "layer0/W", "layer0/b"):
        parameters[name][...] = 0.0
    parameters["layer0/b"][4:8] = bias
    found = gradient_distance(model, parameters, x, y)
    f = 1.0 / (1.0 + np.exp(-bias))
    assert found.theory.factor == pytest.approx(f, rel=1e-12)
    assert (found.theory.kind, found.theory.symbol, found.theory.state) == ("gate", "f", "c")
    np.testing.assert_allclose(found.median["c"], f**found.k, rtol=1e-9)
    np.testing.assert_allclose(found.median["c"], found.theory.curve(found.k), rtol=1e-9)
    assert found.median["h"].tolist() == [1.0] + [0.0] * 29


@pytest.mark.parametrize(
    ("cell", "gate", "symbol"),
    [("gru", 1, "z"), ("mgu", 0, "1 - f"), ("mingru", 0, "1 - z"), ("janet", 0, "f")],
)
def test_the_gate_line_is_exact_where_nothing_else_carries(cell, gate, symbol):
    _, model, parameters, x, y = problem(ModelSpec(cell, 3, 3, 4), 3, 20)
    for name in parameters:
        if name.startswith("layer0"):
            parameters[name][...] = 0.0
    parameters["layer0/b"][gate * 4 : gate * 4 + 4] = 0.7
    found = gradient_distance(model, parameters, x, y)
    open_ = 1.0 / (1.0 + np.exp(-0.7))
    kept = 1.0 - open_ if symbol.startswith("1") else open_
    assert found.theory.symbol == symbol
    assert found.theory.factor == pytest.approx(kept, rel=1e-12)
    np.testing.assert_allclose(found.median[found.theory.state], kept**found.k, rtol=1e-9)


def test_a_long_run_goes_below_the_smallest_float32():
    _, model, parameters, x, y = problem(ModelSpec("rnn", 3, 3, 8), 5, 300)
    parameters["layer0/U"][...] *= 0.5
    single = model.parameters(parameters.flat.astype(np.float32))
    found = gradient_distance(model, single, x, y)
    assert 0.0 < found.median["h"][-1] < 1e-50
    assert 0.0 < found.per_step < 1.0


def test_a_long_run_goes_below_what_can_be_squared():
    spec = ModelSpec("rnn", 3, 3, 4, options={"activation": "identity"})
    rng, model, parameters, x, y = problem(spec, 5, 300)
    parameters["layer0/U"][...] = 0.2 * orthogonal(rng, 4)
    found = gradient_distance(model, parameters, x, y)
    np.testing.assert_allclose(found.median["h"], 0.2**found.k, rtol=1e-9)  # to 1e-209
    assert found.per_step == pytest.approx(0.2, rel=1e-12)


def test_medians_and_quartiles_are_over_the_sequences_of_all_networks():
    _, model, parameters, x, y = problem(ModelSpec("gru", 3, 3, 4), 6, 9, batch=5)
    other = model.parameters(parameters.flat * 0.5)
    parts = [magnitudes(model, p, x, y) for p in (parameters, other)]
    found = pooled(parts)
    every = np.concatenate([part.norms["h"] / part.norms["h"][0] for part in parts], axis=1)
    np.testing.assert_allclose(found.median["h"], np.median(every, axis=1))
    np.testing.assert_allclose(found.low["h"], np.quantile(every, 0.25, axis=1))
    np.testing.assert_allclose(found.high["h"], np.quantile(every, 0.75, axis=1))
    assert found.sequences == 10
    factors = [part.theory.factor for part in parts]
    assert found.theory.factor == pytest.approx(np.sqrt(np.prod(factors)))
    assert found.reach == found.median["h"][-1]


def test_the_data_after_the_last_target_change_nothing():
    _, model, parameters, x, y = problem(ModelSpec("lstm", 3, 3, 4), 7, 12)
    y[8:] = -1
    whole, cut = (gradient_distance(model, parameters, x[:n], y[:n]) for n in (12, 8))
    assert len(whole.k) == 8
    np.testing.assert_array_equal(whole.median["c"], cut.median["c"])


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_has_a_curve(loss):
    rng, model, parameters, _, y = problem(ModelSpec("lstm", 3, 2, 4, symbols=False, loss=loss), 8, 6)
    numbers = rng.standard_normal((6, 3, 3))
    targets = y if loss == "cross-entropy" else np.where(y[:, :, None] > 0, 1.0, np.zeros((6, 3, 2)))
    if targets.ndim == 3:
        targets[5, 0] = np.nan
    found = magnitudes(model, parameters, numbers, targets)
    assert np.isfinite(found.norms["c"][:5]).all()
    assert np.isnan(found.norms["c"][5, 0]) == (targets.ndim == 3)


def test_an_lstm_without_its_forget_gate_keeps_all_on_the_direct_path():
    _, model, parameters, x, y = problem(ModelSpec("lstm", 3, 3, 4, options={"nfg": True}), 9, 6)
    assert gradient_distance(model, parameters, x, y).theory.factor == 1.0


def test_normalised_products_have_no_simple_theory():
    _, model, parameters, x, y = problem(ModelSpec("rnn", 3, 3, 4, options={"layer_norm": True}), 9, 6)
    assert gradient_distance(model, parameters, x, y).theory is None


def test_a_single_step_has_a_single_distance():
    _, model, parameters, x, y = problem(ModelSpec("lstm", 3, 3, 4), 10, 1)
    found = gradient_distance(model, parameters, x, y)
    assert found.k.tolist() == [0]
    assert np.isnan(found.per_step)


def test_two_directions_are_explained():
    _, model, parameters, x, y = problem(ModelSpec("lstm", 3, 3, 4, options={"bidirectional": True}), 1, 4)
    with pytest.raises(UserError, match=r"distance-directions"):
        gradient_distance(model, parameters, x, y)


def test_without_a_target_there_is_no_loss_to_follow():
    _, model, parameters, x, y = problem(ModelSpec("lstm", 3, 3, 4), 1, 4)
    with pytest.raises(UserError, match=r"distance-loss"):
        gradient_distance(model, parameters, x, np.full_like(y, -1))
    y[:, 1] = -1
    assert magnitudes(model, parameters, x, y).norms["h"].shape == (4, 2)  # the sequence without is left out
