"""Losses on numbers, by their formulas, with masks and weights."""

import numpy as np
import pytest

from rnnviz.engine.errors import UserError
from rnnviz.engine.losses import LOSSES
from rnnviz.engine.model import Model
from rnnviz.engine.spec import ModelSpec

T, B, C, V = 5, 3, 2, 4


def problem(loss):
    rng = np.random.default_rng(0)
    model = Model(ModelSpec("rnn", C, V, 6, symbols=False, loss=loss))
    parameters = model.parameters(rng.standard_normal(model.size))
    y = rng.uniform(0, 1, (T, B, V))
    y[1, 2, 0] = np.nan
    return model, parameters, rng.standard_normal((T, B, C)), y


FORMULAS = {
    "binary": lambda a, y: -(y * np.log(1 / (1 + np.exp(-a))) + (1 - y) * np.log(1 / (1 + np.exp(a)))),
    "mse": lambda a, y: (a - y) ** 2,
}


@pytest.mark.parametrize("loss", FORMULAS)
def test_a_steps_loss_is_the_mean_over_its_outputs(loss):
    model, parameters, x, y = problem(loss)
    trace = model.forward(parameters, x, y)
    np.testing.assert_allclose(trace["loss"], FORMULAS[loss](trace["logits"], y).mean(axis=2), rtol=1e-10)
    assert np.isnan(trace["loss"][1, 2])
    assert trace.counted == T * B - 1
    assert trace.mean_loss == pytest.approx(np.nanmean(trace["loss"]))


@pytest.mark.parametrize("loss", FORMULAS)
def test_weights_and_masks_choose_what_counts(loss):
    model, parameters, x, y = problem(loss)
    weights = np.random.default_rng(1).uniform(0, 2, (T, B))
    mask = np.ones((T, B), bool)
    mask[3:, 0] = False
    masked = model.backward(parameters, model.forward(parameters, x, y, mask=mask), weights).flat
    missing = y.copy()
    missing[3:, 0] = np.nan
    by_hand = model.backward(parameters, model.forward(parameters, x, missing), weights).flat
    np.testing.assert_allclose(masked, by_hand, rtol=1e-9, atol=1e-13)
    nothing = model.forward(parameters, x)
    assert nothing.counted == 0
    assert not model.backward(parameters, nothing).flat.any()


def test_binary_loss_stands_logits_that_no_exponential_can():
    model = Model(ModelSpec("rnn", C, 2, 1, symbols=False, loss="binary"))
    parameters = model.parameters(np.zeros(model.size, np.float32))
    parameters["readout/b"][:] = [300.0, -300.0]
    trace = model.forward(parameters, np.zeros((1, 1, C), np.float32), np.array([[[0.0, 0.0]]]))
    assert trace["loss"][0, 0] == pytest.approx(150.0)
    assert np.isfinite(model.backward(parameters, trace).flat).all()


def test_a_loss_that_is_not_there_is_refused_in_words():
    with pytest.raises(UserError) as raised:
        Model(ModelSpec("rnn", 2, 2, loss="hinge"))
    assert raised.value.key == "error.loss-unknown"
    assert all(name in str(raised.value.values["allowed"]) for name in LOSSES)
