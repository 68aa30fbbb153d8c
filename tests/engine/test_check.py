"""The gradient check over everything that is registered, and proof that it can fail."""

from itertools import product

import numpy as np
import pytest

from rnnviz.engine.cells import CELLS, REGISTRY
from rnnviz.engine.cells.lstm import LSTM
from rnnviz.engine.check import PASS_MARK, check_model, relative_error
from rnnviz.engine.losses import LOSSES
from rnnviz.engine.spec import MODEL_OPTIONS, ModelSpec

ONLY_AT_FIRST = {"forget_bias", "chrono", "initialiser"}  # change no formula


def settings(options):
    """Each value of each option that changes a formula: every choice, a switch on, both ends of a range."""
    for option in options:
        if option.key in ONLY_AT_FIRST:
            continue
        if isinstance(option.default, bool):
            yield {option.key: True}
        else:
            for value in option.choices or (option.low, option.high):
                yield {option.key: value}


def name_of(case):
    return "-".join(str(part) for part in case if part != {})


# With fewer units than this a normalised gate may bend too sharply for a difference of 1e-5.
NORMALISED = 5
CASES = [
    *((key, layers, symbols, {}) for key, layers, symbols in product(CELLS, (1, 2), (True, False))),
    *(
        (key, layers, True, options)
        for key, cell in CELLS.items()
        for options in settings(cell.options)
        for layers in (1, 2)
    ),
    *((key, layers, True, {"bidirectional": True}) for key, layers in product(CELLS, (1, 2))),
    *((key, 2, True, {"learned_start": True}) for key in CELLS),
]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_every_derivative_is_that_of_central_differences(case):
    key, layers, symbols, options = case
    result = check_model(
        ModelSpec(key, 3, 3, NORMALISED if "layer_norm" in options else 4, layers, symbols, options)
    )
    assert result.zero == ()
    assert result.worst <= PASS_MARK, result.where
    assert result.passed


MODEL_CASES = [
    *(
        {option.key: value}
        for option in MODEL_OPTIONS
        if isinstance(option.default, bool)
        for value in (True,)
    ),
    {"dropout": 0.5},
    {"embedding": 2},
    {"embedding": 5, "bidirectional": True, "learned_start": True},
    {"tied": True, "bidirectional": True, "dropout": 0.3},
    {"layer_norm": True, "bidirectional": True, "embedding": 3},
    {"fgr": True, "bidirectional": True, "learned_start": True},
    {"fgr": True, "nig": True},
    {"fgr": True, "nig": True, "nfg": True, "nog": True},
    {"fgr": True, "niaf": True, "noaf": True, "layer_norm": True},
]


@pytest.mark.parametrize("options", MODEL_CASES, ids=str)
@pytest.mark.parametrize("symbols", [True, False])
def test_models_of_every_build_are_right(options, symbols):
    result = check_model(ModelSpec("lstm", 3, 3, 5, 2, symbols, options))
    assert result.zero == ()
    assert result.worst <= PASS_MARK, result.where


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("symbols", [True, False])
def test_every_loss_is_right(loss, symbols):
    result = check_model(ModelSpec("gru", 3, 4, 4, 2, symbols, {}, loss))
    assert result.passed, result


@pytest.mark.parametrize("options", [{}, {"bidirectional": True}])
@pytest.mark.parametrize("key", CELLS)
def test_sequences_of_unequal_length_are_right(key, options):
    result = check_model(ModelSpec(key, 3, 3, 4, 2, True, options), batch=3, masked=True)
    assert result.passed, result


class ForgetfulLSTM(LSTM):
    """Loses the path from c_t to c_{t-1}."""

    key = "forgetful"

    def backward(self, s, d, t):
        return tuple(
            call for call in super().backward(s, d, t) if not np.shares_memory(call[-1], d.d["c"][t])
        )


class LateLSTM(LSTM):
    """Forgets the first step only."""

    key = "late"

    def backward(self, s, d, t):
        calls = super().backward(s, d, t)
        return calls if t > 0 else calls[:2]


class SilentLSTM(LSTM):
    """Gives zeros for U's gradient, as if it had no part in the loss."""

    key = "silent"

    def forward(self, s, t):
        calls = super().forward(s, t)
        return ((np.copyto, s.a, np.zeros_like(s.a)), *calls[1:])

    def recurrent_gradients(self, s, d, grads):
        grads["U"].fill(0.0)


@pytest.fixture
def broken(monkeypatch):
    for kind in (ForgetfulLSTM, LateLSTM, SilentLSTM):
        monkeypatch.setitem(REGISTRY, kind.key, kind())


@pytest.mark.parametrize("key", ["forgetful", "late"])
def test_a_wrong_backward_line_fails(broken, key):
    result = check_model(ModelSpec(key, 3, 3, 4))
    assert result.worst > PASS_MARK
    assert not result.passed


def test_a_gradient_that_is_zero_throughout_fails_even_where_differences_agree(broken):
    result = check_model(ModelSpec("silent", 3, 3, 4))
    assert not result.passed
    assert "layer0/U[f]" in result.zero


def test_numbers_that_are_not_finite_count_as_infinitely_wrong():
    assert relative_error(float("nan"), 1.0, 1.0) == float("inf")
    assert relative_error(1.0, float("inf"), 1.0) == float("inf")
    assert relative_error(1.0, 1.0, 1.0) == 0.0


def test_the_measure_is_two_sided():
    assert relative_error(1.0, 2.0, 0.0) == relative_error(2.0, 1.0, 0.0) == pytest.approx(1 / 3.0001)
