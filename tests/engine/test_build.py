"""What a model may have besides its cells: directions, dropout, learned starts, embeddings, masks."""

import numpy as np
import pytest

from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.model import MOST_NUMBERS, Model
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.unroll import Edit
from rnnviz.engine.workspace import Workspace

T, B, V, H = 6, 3, 5, 4


def problem(cell="lstm", layers=2, symbols=True, outputs=V, **options):
    rng = np.random.default_rng(1)
    model = Model(ModelSpec(cell, V, outputs, H, layers, symbols, options))
    parameters = model.parameters(rng.standard_normal(model.size) * 0.7)
    x = rng.integers(-1, V, (T, B)) if symbols else rng.standard_normal((T, B, V))
    return model, parameters, x, rng.integers(-1, V, (T, B))


def layer_alone(cell, parameters, name, x):
    """One direction of one layer as a model of its own, on numeric inputs."""
    model = Model(ModelSpec(cell, x.shape[2], 0, H, 1, symbols=False))
    group = parameters.group(name)
    return model.forward(model.parameters(np.concatenate([group[k].ravel() for k in group])), x)


@pytest.mark.parametrize("cell", CELLS)
def test_a_second_direction_is_the_same_cell_on_reversed_time(cell):
    model, parameters, x, y = problem(cell, bidirectional=True)
    trace = model.forward(parameters, x, y)
    below = np.vstack([np.eye(V), np.zeros(V)])[x]
    for layer in range(2):
        forward = layer_alone(cell, parameters, f"layer{layer}", below)
        backward = layer_alone(cell, parameters, f"layer{layer}_reverse", below[::-1])
        for quantity in model.quantities:
            ours, theirs = trace[f"layer{layer}/{quantity.key}"], forward[f"layer0/{quantity.key}"]
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
            ours, theirs = trace[f"layer{layer}_reverse/{quantity.key}"], backward[f"layer0/{quantity.key}"]
            np.testing.assert_allclose(ours, theirs[::-1], rtol=1e-9, atol=1e-12)
        below = np.concatenate([trace[f"layer{layer}/h"], trace[f"layer{layer}_reverse/h"]], axis=2)
    expected = below @ parameters["readout/W"].T + parameters["readout/b"]
    np.testing.assert_allclose(trace["logits"], expected, rtol=1e-9, atol=1e-12)
    assert trace.layers == 2


def test_an_edit_of_the_second_direction_counts_input_time():
    model, parameters, x, _ = problem(bidirectional=True)

    def shut(values):
        values[...] = 0.0

    plain = model.forward(parameters, x)
    edited = model.forward(parameters, x, edits=[Edit(0, "i", 2, shut, reverse=True)])
    assert not edited["layer0_reverse/i"][2].any()
    assert np.array_equal(edited["layer0_reverse/h"][3:], plain["layer0_reverse/h"][3:])
    assert not np.array_equal(edited["layer0_reverse/h"][:3], plain["layer0_reverse/h"][:3])
    assert np.array_equal(edited["layer0/h"], plain["layer0/h"])


def test_dropout_drops_between_layers_in_training_alone():
    model, parameters, x, y = problem(dropout=0.5)
    plain = Model(ModelSpec("lstm", V, V, H, 2))
    expected = plain.forward(plain.parameters(parameters.flat), x, y)
    typed = model.forward(parameters, x, y)
    for name in expected:
        assert np.array_equal(typed[name], expected[name], equal_nan=True)
    trained = model.forward(parameters, x, y, dropout=np.random.default_rng(0))
    again = model.forward(parameters, x, y, dropout=np.random.default_rng(0))
    other = model.forward(parameters, x, y, dropout=np.random.default_rng(1))
    assert np.array_equal(trained["layer0/h"], typed["layer0/h"])
    assert np.array_equal(trained["logits"], again["logits"])
    assert not np.array_equal(trained["layer1/h"], typed["layer1/h"])
    assert not np.array_equal(trained["layer1/h"], other["layer1/h"])


def test_dropout_keeps_the_mean_and_one_layer_has_nothing_between():
    model = Model(ModelSpec("rnn", 3, 0, 64, 2, options={"dropout": 0.3, "activation": "identity"}))
    parameters = model.parameters(np.zeros(model.size))
    parameters["layer0/b"][...] = 1.0
    parameters["layer1/W"][...] = np.eye(64)
    trace = model.forward(parameters, np.zeros((60, 20), int), dropout=np.random.default_rng(0))
    assert trace["layer1/h"].mean() == pytest.approx(1.0, abs=0.02)
    assert np.mean(trace["layer1/h"] == 0.0) == pytest.approx(0.3, abs=0.02)
    single, flat, x, y = problem("gru", layers=1, dropout=0.9)
    dropped = single.forward(flat, x, y, dropout=np.random.default_rng(0))
    assert np.array_equal(dropped["logits"], single.forward(flat, x, y)["logits"])


def test_a_learned_start_is_where_every_sequence_begins():
    model, parameters, x, y = problem(learned_start=True)
    trace = model.forward(parameters, x, y)
    for layer in range(2):
        for state in ("h", "c"):
            start = parameters[f"layer{layer}/{state}0"]
            assert start.any()
            assert np.array_equal(trace[f"layer{layer}/{state}0"], np.broadcast_to(start, (B, H)))
    assert not model.initial(np.random.default_rng(0))["layer0/h0"].any()  # begun at zero
    given = {"layer0/h0": np.ones((B, H))}
    other = model.forward(parameters, x, y, state=given)
    gradients = model.parameters(model.backward(parameters, other).flat)
    assert np.array_equal(other["layer0/h0"], given["layer0/h0"])
    assert not gradients["layer0/h0"].any()
    assert gradients["layer0/c0"].any()


def test_an_embedding_is_a_table_of_what_each_symbol_means():
    model, parameters, x, y = problem(embedding=3)
    rows = np.vstack([parameters["embedding/W"], np.zeros(3)])[x]
    inner = Model(ModelSpec("lstm", 3, V, H, 2, symbols=False))
    alone = inner.forward(inner.parameters(parameters.flat[V * 3 :]), rows, y)
    trace = model.forward(parameters, x, y)
    for name in alone:
        np.testing.assert_allclose(trace[name], alone[name], rtol=1e-9, atol=1e-12)
    assert parameters["embedding/W"].shape == (V, 3)


@pytest.mark.parametrize("both", [False, True])
def test_a_tied_readout_is_the_embedding(both):
    model, parameters, x, y = problem(tied=True, bidirectional=both)
    width = 2 * H if both else H
    assert parameters["embedding/W"].shape == (V, width)
    assert "readout/W" not in parameters
    trace = model.forward(parameters, x, y)
    top = [trace["layer1/h"]] + ([trace["layer1_reverse/h"]] if both else [])
    expected = np.concatenate(top, axis=2) @ parameters["embedding/W"].T + parameters["readout/b"]
    np.testing.assert_allclose(trace["logits"], expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("outputs", "options"), [(V + 1, {}), (0, {}), (V, {"embedding": H + 1})])
def test_what_cannot_be_tied_is_refused_in_words(outputs, options):
    with pytest.raises(UserError) as raised:
        Model(ModelSpec("lstm", V, outputs, H, options={"tied": True, **options}))
    assert raised.value.key == "error.tied-shape"


def test_a_model_without_readout_gives_states_and_no_loss():
    model, parameters, x, _ = problem(outputs=0)
    trace = model.forward(parameters, x)
    assert "logits" not in trace
    assert "loss" not in trace
    assert (trace.steps, trace.batch, trace.counted) == (T, B, 0)
    assert not any(name.startswith("readout") for name in parameters)
    with pytest.raises(ValueError, match="without readout"):
        model.backward(parameters, trace)


@pytest.mark.parametrize("options", [{}, {"bidirectional": True}])
@pytest.mark.parametrize("cell", CELLS)
def test_sequences_of_unequal_length_run_as_if_alone(cell, options):
    model, parameters, x, y = problem(cell, **options)
    lengths = np.array([T, 2, 4])
    mask = np.arange(T)[:, None] < lengths
    trace = model.forward(parameters, x, y, mask=mask)
    gradients = model.backward(parameters, trace)
    total = np.zeros(model.size)
    for b, length in enumerate(lengths):
        alone = model.forward(parameters, x[:length, b : b + 1], y[:length, b : b + 1])
        d_alone = model.backward(parameters, alone)
        total += d_alone.flat
        for name in alone:
            if name.endswith("0"):
                continue
            np.testing.assert_allclose(
                trace[name][:length, b], alone[name][:, 0], rtol=1e-9, atol=1e-12, err_msg=name
            )
        for name, slope in d_alone.states.items():
            np.testing.assert_allclose(gradients[name][:length, b], slope[:, 0], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(gradients.flat, total, rtol=1e-9, atol=1e-11)
    assert np.isnan(trace["loss"][~mask]).all()
    assert np.array_equal(trace["layer0/h"][-1, 1], trace["layer0/h"][1, 1])  # held from its last step on


def test_a_mask_of_ones_changes_no_bit_and_may_come_and_go():
    model, parameters, x, y = problem("gru")
    workspace = Workspace()
    expected = model.backward(parameters, model.forward(parameters, x, y)).flat
    short = np.arange(T)[:, None] < np.array([T, 2, 4])
    for mask in (None, np.ones((T, B), bool), short, None):
        trace = model.forward(parameters, x, y, mask=mask, workspace=workspace)
        assert np.array_equal(model.backward(parameters, trace).flat, expected) == (mask is not short)


@pytest.mark.parametrize("cell", CELLS)
def test_the_final_states_are_the_next_runs_first(cell):
    model, parameters, x, y = problem(cell)
    whole = model.forward(parameters, x, y)
    first = model.forward(parameters, x[:2], y[:2])
    second = model.forward(parameters, x[2:], y[2:], state=first.final)
    np.testing.assert_allclose(second["logits"], whole["logits"][2:], rtol=1e-9, atol=1e-12)
    assert set(first.final) == set(model.starts)


def test_a_second_direction_has_no_state_to_hand_on():
    model, parameters, x, _ = problem(bidirectional=True)
    final = model.forward(parameters, x).final
    assert set(final) == {"layer0/h0", "layer0/c0", "layer1/h0", "layer1/c0"}


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("x", {"x": np.zeros((T, B, V + 1))}),
        ("x", {"x": np.zeros((T, B))}),
        ("targets", {"targets": np.zeros((T, B + 1), int)}),
        ("mask", {"mask": np.ones((T + 1, B), bool)}),
        ("mask", {"mask": np.ones((T, B))}),
        ("layer1/c0", {"state": {"layer1/c0": np.zeros((B, H + 1))}}),
    ],
)
def test_shapes_that_do_not_fit_are_refused_in_words(name, change):
    model, parameters, x, y = problem(symbols=False)
    with pytest.raises(UserError) as raised:
        model.forward(parameters, **{"x": x, "targets": y, **change})
    assert raised.value.key == "error.shape"
    assert raised.value.values["name"] == name
    value = next(iter(change.values()))
    assert raised.value.values["value"] == (value[name] if isinstance(value, dict) else value).shape


def test_a_state_that_is_not_there_is_refused_in_words():
    model, parameters, x, y = problem("gru")
    with pytest.raises(UserError) as raised:
        model.forward(parameters, x, y, state={"layer0/c0": np.zeros((B, H))})
    assert raised.value.key == "error.state-unknown"
    assert "layer1/h0" in str(raised.value.values["allowed"])


def test_directions_and_embedding_count_towards_the_memory_bound():
    x = np.broadcast_to(np.zeros((), np.int32), (2**10, 2**6))  # 2^16 steps, 2^24 / 2^16 = 256 numbers each
    for hidden, options, allowed in (
        (127, {}, True),
        (127, {"bidirectional": True}, False),
        (127, {"embedding": 500}, False),
    ):
        model = Model(ModelSpec("rnn", 2, 0, hidden, 2, options=options))
        fits = model.spec.numbers_per_step * x.size <= MOST_NUMBERS
        assert fits == allowed
        if not fits:
            with pytest.raises(UserError) as raised:
                model.forward(model.parameters(np.zeros(model.size, np.float32)), x)
            assert raised.value.key == "error.model-memory"
            assert raised.value.values["limit"] == MOST_NUMBERS


def named(model):
    return dict(model.initial(np.random.default_rng(0)))


def test_weights_by_name_come_in_exactly():
    model, *_ = problem("peephole")
    given = named(model)
    taken = model.parameters_from(given)
    assert taken.flat.dtype == np.float32
    assert all(np.array_equal(taken[name], array) for name, array in given.items())
    taken.flat[...] = 0.0
    assert given["layer0/W"].any()  # a copy


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        (lambda w: w.pop("layer1/U"), "error.weights-missing"),
        (lambda w: w.update({"layer2/U": w["layer1/U"]}), "error.weights-extra"),
        (lambda w: w.update({"layer1/U": w["layer1/U"].T}), "error.weights-shape"),
        (lambda w: w["layer1/U"].__setitem__((3, 1), np.nan), "error.weights-not-finite"),
        (lambda w: w["layer1/U"].__setitem__((3, 1), -np.inf), "error.weights-not-finite"),
    ],
)
def test_weights_that_do_not_fit_are_refused_in_words(spoil, key):
    model, *_ = problem("lstm")
    weights = {name: array.copy() for name, array in named(model).items()}
    spoil(weights)
    with pytest.raises(UserError) as raised:
        model.parameters_from(weights)
    assert raised.value.key == key
    assert "layer" in str(raised.value.values["name"])
    if key == "error.weights-not-finite":
        assert raised.value.values["place"] == [3, 1]
        assert not np.isfinite(raised.value.values["value"])


@pytest.mark.parametrize(
    "options", [{"bidirectional": True}, {"embedding": 3}, {"dropout": 0.4}, {"layer_norm": True}]
)
def test_changing_shapes_give_the_bits_that_fresh_arrays_give(options):
    model, parameters, *_ = problem(**options)
    workspace, rng = Workspace(), np.random.default_rng(0)
    for steps, batch in [(3, 2), (8, 4), (1, 1), (3, 2), (9, 1), (8, 4)]:
        x, y = rng.integers(-1, V, (2, steps, batch))
        shared, fresh = (
            model.forward(parameters, x, y, workspace=space, dropout=np.random.default_rng(1))
            for space in (workspace, None)
        )
        for name in fresh:
            assert np.array_equal(shared[name], fresh[name], equal_nan=True), name
        assert np.array_equal(model.backward(parameters, shared).flat, model.backward(parameters, fresh).flat)
