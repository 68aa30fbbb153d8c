"""One step at a time gives what a whole run gives, for everything that can be stepped."""

import numpy as np
import pytest

from rnnviz.engine import stepper as module
from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.stepper import Stepper

T, B, V, H = 6, 3, 5, 4


def network(options=None, cell="lstm", layers=1, symbols=True, outputs=V):
    """A model, random parameters in float64, and inputs with an unknown symbol."""
    rng = np.random.default_rng(5)
    model = Model(ModelSpec(cell, V, outputs, H, layers, symbols, options or {}))
    x = rng.integers(-1, V, (T, B)) if symbols else rng.standard_normal((T, B, V))
    return model, model.parameters(rng.standard_normal(model.size) * 0.5), x


def compare(model, parameters, x):
    stepper = Stepper(model, parameters, B)
    whole = model.forward(parameters, x)
    for t in range(T):
        np.testing.assert_allclose(stepper.step(x[t]), whole["logits"][t], rtol=1e-12, atol=1e-14)
    assert stepper.state.keys() == whole.final.keys()
    for name, state in stepper.state.items():
        np.testing.assert_allclose(state, whole.final[name], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("symbols", [True, False])
def test_steps_are_a_whole_run(cell, layers, symbols):
    compare(*network(None, cell, layers, symbols))


@pytest.mark.parametrize("symbols", [True, False])
@pytest.mark.parametrize(
    "options", [{"embedding": 3}, {"tied": True}, {"learned_start": True}, {"layer_norm": True}]
)
def test_what_a_model_may_have_besides(options, symbols):
    compare(*network({**options, "dropout": 0.5}, "gru", 2, symbols))


def test_it_goes_on_from_any_state_and_begins_again():
    model, parameters, x = network(cell="gru", layers=2)
    stepper = Stepper(model, parameters, B)
    first = [stepper.step(row).copy() for row in x]
    stepper.reset(model.forward(parameters, x[:3]).final)
    np.testing.assert_allclose(stepper.step(x[3]), first[3], rtol=1e-12)
    kept = stepper.state
    stepper.reset()
    assert np.array_equal(stepper.step(x[0]), first[0])
    assert not np.array_equal(kept["layer0/h0"], stepper.state["layer0/h0"])


def test_parameters_stay_as_they_were_given():
    for options in ({}, {"embedding": 3}, {"layer_norm": True}, {"tied": True}, {"learned_start": True}):
        model, parameters, x = network(options)
        stepper = Stepper(model, parameters, B)
        expected = [logits.copy() for logits in model.forward(parameters, x)["logits"]]
        parameters.flat[:] = np.nan
        stepper.reset()
        np.testing.assert_allclose(stepper.step(x[0]), expected[0], rtol=1e-12)


def test_without_a_readout_the_top_states_come_out_and_none_can_be_written():
    model, parameters, x = network(outputs=0)
    stepper = Stepper(model, parameters, B)
    h = stepper.step(x[0])
    np.testing.assert_allclose(h, model.forward(parameters, x)["layer0/h"][0], rtol=1e-12)
    assert not h.flags.writeable


def test_blow_ups_are_silent():
    model, parameters, x = network({"embedding": 3})
    parameters.flat[:] = 1e308
    assert not np.isfinite(Stepper(model, parameters, B).step(x[0])).all()


@pytest.mark.parametrize(
    ("x", "key"),
    [
        (np.zeros(B + 1, int), "error.shape"),
        (np.zeros((B, V)), "error.shape"),
        (np.zeros(0, int), "error.shape"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(x, key):
    model, parameters, _ = network()
    with pytest.raises(UserError) as caught:
        Stepper(model, parameters, B).step(x)
    assert caught.value.key == key


def test_what_cannot_be_stepped_is_refused(monkeypatch):
    model, parameters, _ = network({"bidirectional": True})
    with pytest.raises(UserError, match=r"error\.step-bidirectional"):
        Stepper(model, parameters)
    model, parameters, _ = network()
    stepper = Stepper(model, parameters, B)
    with pytest.raises(UserError, match=r"error\.state-unknown"):
        stepper.reset({"layer1/h0": np.zeros((B, H))})
    with pytest.raises(UserError, match=r"error\.shape"):
        stepper.reset({"layer0/h0": np.zeros((1, H))})
    monkeypatch.setattr(module, "MOST_NUMBERS", B * model.spec.numbers_per_step - 1)
    with pytest.raises(UserError, match=r"error\.model-memory"):
        Stepper(model, parameters, B)
