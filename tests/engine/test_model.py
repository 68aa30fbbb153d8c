import pickle

import numpy as np
import pytest

from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.model import MOST_NUMBERS, Model
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.workspace import Workspace

T, B, V, H = 6, 3, 5, 4


def problem(cell="lstm", layers=2, dtype=np.float64):
    rng = np.random.default_rng(1)
    model = Model(ModelSpec(cell, V, V, H, layers))
    x, y = rng.integers(-1, V, (T, B)), rng.integers(-1, V, (T, B))
    return model, model.initial(rng, dtype), x, y


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"cell": "lstn"}, "error.cell-unknown"),
        ({"hidden": 0}, "error.option-range"),
        ({"hidden": 10_000}, "error.option-range"),
        ({"hidden": 2.5}, "error.option-whole"),
        ({"layers": 9}, "error.option-range"),
        ({"options": {"forget_bias": float("nan")}}, "error.option-range"),
        ({"options": {"activation": "tanh"}}, "error.setting-unknown"),
        ({"cell": "rnn", "options": {"activation": "sine"}}, "error.option-choice"),
    ],
)
def test_specs_that_cannot_be_are_refused_in_words(change, key):
    with pytest.raises(UserError) as raised:
        Model(ModelSpec(**{"cell": "lstm", "inputs": V, "outputs": V, **change}))
    assert raised.value.key == key


def test_a_model_without_inputs_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="at least 1 input"):
        Model(ModelSpec("rnn", 0, 3))


def test_too_long_a_run_is_refused_before_anything_is_allocated():
    model = Model(ModelSpec("rnn", 2, 2, 512, 8))
    x = np.broadcast_to(np.zeros((), np.int32), (10**6, 64))
    with pytest.raises(UserError) as raised:
        model.forward(model.parameters(np.zeros(model.size, np.float32)), x)
    assert raised.value.key == "error.model-memory"
    assert raised.value.values["limit"] == MOST_NUMBERS


@pytest.mark.parametrize("cell", CELLS)
def test_a_seed_gives_the_same_bits_and_the_same_network_in_both_dtypes(cell):
    model = Model(ModelSpec(cell, V, V, H, 2))
    single, again = (model.initial(np.random.default_rng(7)).flat for _ in range(2))
    double = model.initial(np.random.default_rng(7), np.float64).flat
    assert single.tobytes() == again.tobytes()
    assert single.tobytes() == double.astype(np.float32).tobytes()
    assert single.tobytes() != model.initial(np.random.default_rng(8)).flat.tobytes()


def test_fresh_networks_start_near_the_loss_of_guessing():
    for cell in CELLS:  # states without an upper bound may reach further from it
        model = Model(ModelSpec(cell, 30, 30, 32))
        rng = np.random.default_rng(0)
        x, y = rng.integers(0, 30, (2, 40, 8))
        assert model.forward(model.initial(rng), x, y).mean_loss == pytest.approx(
            np.log(30), abs=0.3 if model.quantities[-1].high else 0.6
        )


@pytest.mark.parametrize("cell", CELLS)
def test_the_trace_names_every_quantity_and_state(cell):
    model, parameters, x, y = problem(cell)
    trace = model.forward(parameters, x, y)
    names = {f"layer{k}/{q.key}" for k in range(2) for q in model.cell.quantities}
    starts = {f"layer{k}/{s}0" for k in range(2) for s in model.cell.states}
    assert set(trace) == names | starts | {"logits", "loss"}
    assert len(trace) == len(set(trace))
    assert {trace[name].shape for name in names} == {(T, B, H)}
    assert {trace[name].shape for name in starts} == {(B, H)}
    assert trace["logits"].shape == (T, B, V)
    assert (trace.steps, trace.batch, trace.layers) == (T, B, 2)
    gradients = model.backward(parameters, trace)
    assert set(gradients.states) == {f"layer{k}/d_{s}" for k in range(2) for s in model.cell.states}
    assert set(gradients.d_state) == {f"layer{k}/d_{s}0" for k in range(2) for s in model.cell.states}


def test_what_crosses_the_boundary_is_read_only():
    model, parameters, x, y = problem()
    trace = model.forward(parameters, x, y)
    gradients = model.backward(parameters, trace, inputs_wanted=True)
    arrays = [*trace.values(), *gradients.states.values(), *gradients.d_state.values(), gradients.d_x]
    assert not any(array.flags.writeable for array in arrays)


def test_symbols_are_one_hot_rows_and_an_unknown_one_is_the_zero_vector():
    model, parameters, x, y = problem()
    rows = np.vstack([np.eye(V), np.zeros(V)])[x]
    twin = Model(ModelSpec("lstm", V, V, H, 2, symbols=False))
    one, other = model.forward(parameters, x, y), twin.forward(parameters, rows, y)
    assert (x == -1).any()
    for name in one:
        np.testing.assert_allclose(one[name], other[name], rtol=1e-10, atol=1e-12)
    d_one = model.backward(parameters, one, inputs_wanted=True)
    d_other = twin.backward(parameters, other, inputs_wanted=True)
    np.testing.assert_allclose(d_one.flat, d_other.flat, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(d_one.d_x, d_other.d_x, rtol=1e-9, atol=1e-12)


def test_a_missing_target_counts_nowhere():
    model, parameters, x, y = problem()
    assert (y == -1).any()
    trace = model.forward(parameters, x, y)
    assert np.array_equal(np.isnan(trace["loss"]), y == -1)
    assert trace.counted == (y >= 0).sum()
    assert trace.loss_sum == pytest.approx(np.nansum(trace["loss"]))
    assert trace.mean_loss == pytest.approx(np.nanmean(trace["loss"]))
    everywhere = model.backward(parameters, trace).flat
    only_known = model.backward(parameters, trace, (y >= 0).astype(float)).flat
    assert np.array_equal(everywhere, only_known)


@pytest.mark.parametrize("targets", [None, np.full((T, B), -1)])
def test_without_any_target_loss_and_gradients_are_nothing(targets):
    model, parameters, x, _ = problem()
    trace = model.forward(parameters, x, targets)
    assert np.isnan(trace["loss"]).all()
    assert trace.counted == 0
    assert np.isnan(trace.mean_loss)
    gradients = model.backward(parameters, trace)
    assert not gradients.flat.any()
    assert not any(slope.any() for slope in gradients.states.values())


def test_several_gradients_of_one_trace_stand_side_by_side():
    model, parameters, x, y = problem()
    y = np.maximum(y, 0)
    trace = model.forward(parameters, x, y)
    whole = model.backward(parameters, trace)
    kept = {name: slope.copy() for name, slope in whole.states.items()} | {"flat": whole.flat.copy()}
    cursor = np.zeros((T, B))
    cursor[2] = 1.0
    part = model.backward(parameters, trace, cursor, parameters_wanted=False)
    assert part.flat is None
    assert part.d_x is None
    for name, slope in whole.states.items():
        assert np.array_equal(slope, kept[name])
        assert not part[name][3:].any()  # later steps have no effect
        assert part[name][:3].any(axis=(1, 2)).all()
    assert np.array_equal(whole.flat, kept["flat"])
    rest = model.backward(parameters, trace, 1.0 - cursor)
    for name, slope in whole.states.items():
        np.testing.assert_allclose(part[name] + rest[name], slope, rtol=1e-9, atol=1e-12)


def test_a_number_as_weight_scales_the_gradient():
    model, parameters, x, y = problem()
    trace = model.forward(parameters, x, y)
    np.testing.assert_allclose(
        model.backward(parameters, trace, 0.25).flat,
        0.25 * model.backward(parameters, trace).flat,
        rtol=1e-10,
    )


@pytest.mark.parametrize("cell", CELLS)
def test_a_state_carried_over_continues_the_run(cell):
    model, parameters, x, y = problem(cell)
    whole = model.forward(parameters, x, y)
    first = model.forward(parameters, x[:2], y[:2])
    state = {f"layer{k}/{s}0": first[f"layer{k}/{s}"][-1] for k in range(2) for s in model.cell.states}
    second = model.forward(parameters, x[2:], y[2:], state=state)
    for name in first:
        if not name.endswith("0"):
            np.testing.assert_allclose(np.concatenate([first[name], second[name]]), whole[name], rtol=1e-10)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("value", [3e38, np.inf, np.nan])
def test_a_blow_up_is_silent_and_seen(cell, value):
    model, parameters, x, y = problem(cell, dtype=np.float32)
    parameters.flat[::2] = value
    trace = model.forward(parameters, x, y)
    gradients = model.backward(parameters, trace)
    assert value == 3e38 or not np.isfinite(trace.mean_loss)
    assert value == 3e38 or not np.isfinite(gradients.flat).all()


@pytest.mark.parametrize("x", [np.full((T, B), V), np.full((T, B), -2)])
def test_codes_and_targets_that_do_not_exist_are_refused(x):
    model, parameters, good, _ = problem()
    with pytest.raises(ValueError, match="codes must lie"):
        model.forward(parameters, x)
    with pytest.raises(ValueError, match="targets must lie"):
        model.forward(parameters, good, x)


@pytest.mark.parametrize("shape", [(T,), (T, B, 2), (0, B), (T, 0)])
def test_inputs_of_the_wrong_shape_are_refused(shape):
    model, parameters, *_ = problem()
    with pytest.raises(UserError) as raised:
        model.forward(parameters, np.zeros(shape, int))
    assert (raised.value.key, raised.value.values["value"]) == ("error.shape", shape)


def test_one_model_serves_typing_and_training_at_once():
    model, parameters, x, y = problem()
    workspace = Workspace()
    training = model.forward(parameters, x, y, workspace=workspace)
    expected = model.backward(parameters, training).flat.copy()
    training = model.forward(parameters, x, y, workspace=workspace)
    typed = model.forward(parameters, x[:3, :1])  # in between, on arrays of its own
    model.backward(parameters, typed)
    assert np.array_equal(model.backward(parameters, training).flat, expected)


def test_matrices_are_what_decay_may_touch():
    model = Model(ModelSpec("gru", V, V, H, 2))
    touched = np.zeros(model.size)
    for where in model.matrices:
        touched[where] = 1.0
    for name, view in model.parameters(touched).items():
        assert view.all() if name.endswith(("/W", "/U")) else not view.any()


def test_parameters_are_views_of_one_vector():
    model, parameters, *_ = problem()
    parameters["layer1/b"][0] = 99.0
    assert 99.0 in parameters.flat
    assert parameters.group("layer1")["b"][0] == 99.0
    assert list(parameters) == list(model.shapes)
    assert {name: view.shape for name, view in parameters.items()} == model.shapes
    with pytest.raises(ValueError, match="contiguous vector"):
        model.parameters(parameters.flat[:-1])


def test_a_spec_and_a_users_error_cross_a_process_boundary():
    spec = ModelSpec("lstm", V, V, options={"forget_bias": 2.0})
    assert pickle.loads(pickle.dumps(spec)) == spec  # what spawn does
    error = pickle.loads(pickle.dumps(UserError("error.x", limit=3)))
    assert (error.key, error.values) == ("error.x", {"limit": 3})
    assert str(error) == "error.x(limit=3)"
