"""Each optimiser against its textbook formula, written out with temporaries."""

import numpy as np
import pytest

from rnnviz.engine.errors import UserError
from rnnviz.engine.optimisers import CHUNK, OPTIMISERS, make_optimiser

SIZE = CHUNK + 77  # more than one chunk, the last one short
RATES = [0.01, 0.01, 0.05, 0.0, 0.002]


def sgd(theta, g, rate, t, s):
    s["v"] = 0.8 * s["v"] + g
    return theta - rate * s["v"]


def rmsprop(theta, g, rate, t, s):
    s["v"] = 0.99 * s["v"] + 0.01 * g**2
    return theta - rate * g / (np.sqrt(s["v"]) + 1e-8)


def nesterov(theta, g, rate, t, s):
    s["v"] = 0.8 * s["v"] + g
    return theta - rate * (g + 0.8 * s["v"])


def adagrad(theta, g, rate, t, s):
    s["v"] = s["v"] + g**2
    return theta - rate * g / (np.sqrt(s["v"]) + 1e-10)


def adam(theta, g, rate, t, s):
    s["m"] = 0.9 * s["m"] + 0.1 * g
    s["v"] = 0.999 * s["v"] + 0.001 * g**2
    return theta - rate * (s["m"] / (1 - 0.9**t)) / (np.sqrt(s["v"] / (1 - 0.999**t)) + 1e-8)


def adamw(theta, g, rate, t, s):
    theta = theta.copy()
    theta[10:20] *= 1 - rate * 0.3
    return adam(theta, g, rate, t, s)


TEXTBOOK = {
    "sgd": sgd,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}
OPTIONS = {"momentum": 0.8, "weight_decay": 0.3}


def make(key, dtype=np.float64):
    return make_optimiser(key, SIZE, dtype, OPTIONS, [slice(10, 20)])


def gradients(dtype=np.float64):
    rng = np.random.default_rng(4)
    return [rng.standard_normal(SIZE).astype(dtype) * 10.0 ** rng.integers(-4, 3) for _ in RATES]


def test_every_optimiser_is_tested():
    assert set(TEXTBOOK) == set(OPTIMISERS)
    assert all(key == kind.key for key, kind in OPTIMISERS.items())


@pytest.mark.parametrize("key", OPTIMISERS)
def test_the_formula_of_the_book(key):
    optimiser, theta = make(key), np.linspace(-1, 1, SIZE)
    expected, state = theta.copy(), {"m": 0.0, "v": 0.0}
    for t, (g, rate) in enumerate(zip(gradients(), RATES, strict=True), start=1):
        expected = TEXTBOOK[key](expected, g, rate, t, state)
        kept = g.copy()
        optimiser.update(theta, g, rate)
        assert np.array_equal(g, kept)
        np.testing.assert_allclose(theta, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("key", OPTIMISERS)
def test_saved_slots_continue_bit_for_bit(key):
    steps = list(zip(gradients(np.float32), RATES, strict=True))
    optimiser, theta = make(key, np.float32), np.linspace(-1, 1, SIZE, dtype=np.float32)
    for g, rate in steps[:2]:
        optimiser.update(theta, g, rate)
    other, copy = make(key, np.float32), theta.copy()
    other.restore({name: slot.copy() for name, slot in optimiser.slots.items()})
    for g, rate in steps[2:]:
        optimiser.update(theta, g, rate)
        other.update(copy, g, rate)
    assert theta.tobytes() == copy.tobytes()
    assert theta.dtype == np.float32


def test_slots_of_another_optimiser_are_refused():
    with pytest.raises(ValueError, match="slots of sgd"):
        make("sgd").restore(make("adam").slots)


def test_an_optimiser_that_is_not_there_is_refused_in_words():
    with pytest.raises(UserError) as raised:
        make("adm")
    assert raised.value.key == "error.optimiser-unknown"
    with pytest.raises(UserError) as raised:
        make_optimiser("sgd", 3, options={"momentum": 1.5})
    assert raised.value.key == "error.option-range"


@pytest.mark.parametrize("key", OPTIMISERS)
def test_overflow_is_silent(key):
    optimiser, theta = make(key, np.float32), np.ones(SIZE, np.float32)
    for g in gradients(np.float32):
        optimiser.update(theta, g * np.float32(1e30), 1e38)
    assert (
        key in ("adam", "adagrad", "rmsprop") or not np.isfinite(theta).all()
    )  # these divide by what overflows
