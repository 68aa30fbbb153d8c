import tracemalloc

import numpy as np
import pytest

from rnnviz.engine.cells import CELLS
from rnnviz.engine.model import Model
from rnnviz.engine.optimisers import make_optimiser
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.workspace import MOST_RUNS, Workspace

V, H = 6, 5


def batches(rng, shapes):
    for steps, batch in shapes:
        yield rng.integers(-1, V, (steps, batch)), rng.integers(-1, V, (steps, batch))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("symbols", [True, False])
def test_changing_shapes_give_the_bits_that_fresh_arrays_give(cell, symbols):
    rng = np.random.default_rng(2)
    model = Model(ModelSpec(cell, V, V, H, 2, symbols))
    parameters = model.initial(rng)
    workspace = Workspace()
    shapes = [(3, 2), (8, 4), (1, 1), (3, 2), (9, 1), (2, 5), (8, 4), (3, 2)]
    for x, y in batches(rng, shapes):
        inputs = x if symbols else rng.standard_normal((*x.shape, V)).astype(np.float32)
        shared = model.forward(parameters, inputs, y, workspace=workspace)
        fresh = model.forward(parameters, inputs, y)
        for name in fresh:
            assert np.array_equal(shared[name], fresh[name], equal_nan=True), name
        d_shared, d_fresh = model.backward(parameters, shared), model.backward(parameters, fresh)
        assert np.array_equal(d_shared.flat, d_fresh.flat)
        for name, slope in d_fresh.states.items():
            assert np.array_equal(d_shared[name], slope), name


def test_shapes_share_their_memory_and_nothing_grows_after_the_largest():
    rng = np.random.default_rng(2)
    model = Model(ModelSpec("lstm", V, V, H))
    parameters = model.initial(rng)
    workspace = Workspace()

    def run(shape):
        ((x, y),) = batches(rng, [shape])
        model.backward(parameters, model.forward(parameters, x, y, workspace=workspace))
        return workspace.nbytes

    largest = run((12, 6))
    assert {run(shape) for shape in [(1, 1), (12, 1), (5, 6), (12, 6), (3, 3)]} == {largest}


def test_a_shape_seen_before_uses_the_same_arrays_again():
    rng = np.random.default_rng(2)
    model = Model(ModelSpec("gru", V, V, H))
    parameters = model.initial(rng)
    workspace = Workspace()
    (x, y), (x2, y2) = batches(rng, [(4, 3), (4, 3)])
    first = model.forward(parameters, x, y, workspace=workspace)
    second = model.forward(parameters, x2, y2, workspace=workspace)
    assert np.shares_memory(first["layer0/h"], second["layer0/h"])
    typed = model.forward(parameters, x, y), model.forward(parameters, x2, y2)
    assert not np.shares_memory(typed[0]["layer0/h"], typed[1]["layer0/h"])


def test_models_and_dtypes_may_take_turns_in_one_workspace():
    rng = np.random.default_rng(2)
    workspace = Workspace()
    for cell, dtype in [("lstm", np.float32), ("gru", np.float64), ("lstm", np.float32), ("rnn", np.float64)]:
        model = Model(ModelSpec(cell, V, V, H))
        parameters = model.initial(rng, dtype)
        ((x, y),) = batches(rng, [(5, 2)])
        shared = model.forward(parameters, x, y, workspace=workspace)
        assert shared["logits"].dtype == dtype
        expected = model.backward(parameters, model.forward(parameters, x, y)).flat
        assert np.array_equal(model.backward(parameters, shared).flat, expected)


def test_evaluating_between_forward_and_forward_does_no_harm():
    rng = np.random.default_rng(2)
    model = Model(ModelSpec("lstm", V, V, H))
    parameters = model.initial(rng)
    workspace = Workspace()
    (x, y), (held_x, held_y) = batches(rng, [(6, 3), (20, 8)])
    before = model.backward(parameters, model.forward(parameters, x, y, workspace=workspace)).flat.copy()
    model.forward(parameters, held_x, held_y, workspace=workspace)
    after = model.backward(parameters, model.forward(parameters, x, y, workspace=workspace)).flat
    assert np.array_equal(before, after)


def test_a_step_takes_hardly_more_memory_than_its_arrays():
    steps, batch, symbols, hidden = 32, 16, 64, 64
    model = Model(ModelSpec("lstm", symbols, symbols, hidden))
    x = np.random.default_rng(2).integers(0, symbols, (steps, batch))
    states, gates, products, local, slopes = 2, 4, 3, 5, 2  # products: f * c, i * g, tanh c
    row = hidden * (states + gates + products + gates + local + slopes)  # gates twice: W x + b, later da
    row += 4 * symbols  # logits, their exponentials and gradients, one-hot vectors
    needed = 4 * (steps * batch * row + 4 * model.size)  # parameters, gradient, both of Adam's means
    tracemalloc.start()
    try:
        parameters, workspace = model.initial(np.random.default_rng(2)), Workspace()
        adam = make_optimiser("adam", model.size)
        for _ in range(2):
            trace = model.forward(parameters, x, x, workspace=workspace)
            gradients = model.backward(parameters, trace, 1.0 / trace.counted)
            adam.update(parameters.flat, gradients.flat, 1e-3)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert needed < peak <= 1.5 * needed


def test_only_so_many_shapes_are_kept():
    workspace = Workspace()
    built = []

    def build(new):
        built.append(new((1,), np.float32))
        return len(built)

    shapes = range(MOST_RUNS + 1)
    assert [workspace.run(shape, build) for shape in shapes] == [shape + 1 for shape in shapes]
    assert workspace.run(MOST_RUNS, build) == MOST_RUNS + 1  # kept
    assert workspace.run(0, build) == MOST_RUNS + 2  # dropped, built anew


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("symbols", [True, False])
def test_a_step_allocates_no_array_of_the_size_of_its_states(cell, symbols):
    rng = np.random.default_rng(2)
    steps, batch, hidden = 40, 20, 48
    model = Model(ModelSpec(cell, hidden, hidden, hidden, 2, symbols))
    parameters = model.initial(rng)
    x = y = rng.integers(0, hidden, (steps, batch))
    inputs = x if symbols else rng.standard_normal((steps, batch, hidden)).astype(np.float32)
    workspace = Workspace()

    def step():
        model.backward(parameters, model.forward(parameters, inputs, y, workspace=workspace))

    step()
    tracemalloc.start()
    try:
        step()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < steps * batch * hidden * 4
