"""Interventions: what an edit changes, and what it leaves alone."""

import numpy as np
import pytest

from rnnviz.engine import unroll
from rnnviz.engine.cells import CELLS, REGISTRY
from rnnviz.engine.cells.base import Cell
from rnnviz.engine.check import check_model
from rnnviz.engine.model import Model
from rnnviz.engine.quantity import signed
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.unroll import Edit

T, B, V, H = 6, 2, 4, 3
CASES = [(key, quantity.key) for key, cell in CELLS.items() for quantity in cell.quantities]


def clamp(value):
    def change(values):
        values[..., 1] = value

    return change


@pytest.mark.parametrize(("cell", "quantity"), CASES)
def test_an_edit_sets_its_quantity_and_acts_from_its_step_on(cell, quantity):
    rng = np.random.default_rng(3)
    network = Model(ModelSpec(cell, V, V, H, 2))
    parameters = network.parameters(rng.standard_normal(network.size))
    x = rng.integers(0, V, (T, B))
    plain = network.forward(parameters, x)
    edited = network.forward(parameters, x, edits=[Edit(0, quantity, 2, clamp(0.123))])
    key = f"layer0/{quantity}"
    assert (edited[key][2][:, 1] == 0.123).all()
    assert np.array_equal(edited[key][2][:, [0, 2]], plain[key][2][:, [0, 2]])
    for name in plain:
        if name != "loss" and not name.endswith("0"):
            assert np.array_equal(edited[name][:2], plain[name][:2])
    if quantity in CELLS[cell].gauge:  # no output depends on it, up to rounding
        np.testing.assert_allclose(edited["logits"], plain["logits"], rtol=1e-12)
    else:
        assert not np.array_equal(edited["logits"][2:], plain["logits"][2:])
    assert np.array_equal(network.forward(parameters, x)["logits"], plain["logits"])


def test_an_edit_of_the_upper_layer_leaves_the_lower_alone():
    rng = np.random.default_rng(3)
    network = Model(ModelSpec("lstm", V, V, H, 2))
    parameters = network.initial(rng)
    x = rng.integers(0, V, (T, B))
    plain = network.forward(parameters, x)
    edited = network.forward(parameters, x, edits=[Edit(1, "f", 0, clamp(0.0)), Edit(1, "c", 0, clamp(2.0))])
    assert np.array_equal(edited["layer0/h"], plain["layer0/h"])
    assert (edited["layer1/c"][0][:, 1] == 2.0).all()
    assert (edited["layer1/h"][0][:, 1] == edited["layer1/o"][0][:, 1] * np.tanh(np.float32(2.0))).all()


@pytest.mark.parametrize(
    ("cell", "batch", "forward", "backward"),
    [
        ("rnn", 1, 3, 3),
        ("rnn", 4, 3, 3),
        ("lstm", 1, 9, 9),
        ("lstm", 4, 10, 7),
        ("gru", 1, 11, 7),
        ("gru", 4, 11, 5),
    ],
)
def test_a_step_is_a_few_calls_and_what_is_optional_adds_none(monkeypatch, cell, batch, forward, backward):
    made = []
    run = unroll.play
    monkeypatch.setattr(unroll, "play", lambda tape: (made.append(len(tape)), run(tape)))
    rng = np.random.default_rng(3)
    network = Model(ModelSpec(cell, V, V, H))
    parameters = network.initial(rng)
    x = rng.integers(0, V, (T, batch))
    network.backward(parameters, network.forward(parameters, x, x))
    assert [count // T for count in made] == [forward, backward]
    trace = network.forward(
        parameters, x, x, edits=[Edit(0, "h", 1, clamp(0.0))], mask=np.ones(x.shape, bool)
    )
    network.backward(parameters, trace)
    assert made[2] > made[0]
    assert made[3] > made[1]
    network.forward(parameters, x)
    assert made[4] == made[0]


class Leaky(Cell):
    """h = u * h_prev + (W x + b): no matrix U, no gate, a vector instead, as a cell to come may have it."""

    key = "leaky"
    equations = ("h_t = u h_{t-1} + W x_t + b",)
    quantities = (signed("h", "h", bound=None),)
    gates = ("h",)
    scales = (1.0,)

    def shapes(self, inputs, hidden):
        return {"W": (hidden, inputs), "U": (hidden,), "b": (hidden,)}

    def initial(self, rng, inputs, hidden, initialiser="usual"):
        return {name: rng.standard_normal(shape) for name, shape in self.shapes(inputs, hidden).items()}

    def forward(self, s, t):
        return ((np.multiply, s.h[t], s.own["U"], s.a), (np.add, s.a, s.wx[t], s.h[t + 1]))

    def local(self, s, k):
        k.fill(1.0)

    def backward(self, s, d, t):
        dh_prev, dh = d.d["h"][t], d.d["h"][t + 1]
        return (
            (np.copyto, d.da[t], dh),
            (np.multiply, dh, s.own["U"], d.spare),
            (np.add, dh_prev, d.spare, dh_prev),
        )

    def recurrent_gradients(self, s, d, grads):
        grads["U"][...] = (d.da * s.h[:-1]).sum(axis=(0, 1))


@pytest.mark.parametrize("layers", [1, 2])
def test_a_cell_is_one_class_and_one_line_in_the_registry(monkeypatch, layers):
    monkeypatch.setitem(REGISTRY, Leaky.key, Leaky())
    assert Model(ModelSpec("leaky", V, V, H)).initial(np.random.default_rng(0)).flat.size == H * (
        V + 2
    ) + V * (H + 1)
    assert check_model(ModelSpec("leaky", V, V, H, layers)).passed
