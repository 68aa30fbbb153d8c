"""Interventions: what an edit changes, and what it leaves alone."""

import numpy as np
import pytest

from rnnviz.engine.cells import CELLS
from rnnviz.engine.model import Model
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
    model = Model(ModelSpec(cell, V, V, H, 2))
    parameters = model.parameters(rng.standard_normal(model.size))
    x = rng.integers(0, V, (T, B))
    plain = model.forward(parameters, x)
    edited = model.forward(parameters, x, edits=[Edit(0, quantity, 2, clamp(0.123))])
    key = f"layer0/{quantity}"
    assert (edited[key][2][:, 1] == 0.123).all()
    assert np.array_equal(edited[key][2][:, [0, 2]], plain[key][2][:, [0, 2]])
    for name in plain:
        if name != "loss" and not name.endswith("0"):
            assert np.array_equal(edited[name][:2], plain[name][:2])
    assert not np.array_equal(edited["logits"][2:], plain["logits"][2:])
    assert np.array_equal(model.forward(parameters, x)["logits"], plain["logits"])


def test_an_edit_of_the_upper_layer_leaves_the_lower_alone():
    rng = np.random.default_rng(3)
    model = Model(ModelSpec("lstm", V, V, H, 2))
    parameters = model.initial(rng)
    x = rng.integers(0, V, (T, B))
    plain = model.forward(parameters, x)
    edited = model.forward(parameters, x, edits=[Edit(1, "f", 0, clamp(0.0)), Edit(1, "c", 0, clamp(2.0))])
    assert np.array_equal(edited["layer0/h"], plain["layer0/h"])
    assert (edited["layer1/c"][0][:, 1] == 2.0).all()
    assert (edited["layer1/h"][0][:, 1] == edited["layer1/o"][0][:, 1] * np.tanh(np.float32(2.0))).all()
