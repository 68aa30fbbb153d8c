"""The gradient check over everything that is registered, and proof that it can fail."""

from types import MappingProxyType

import numpy as np
import pytest

from rnnviz.engine import cells, model, run, spec
from rnnviz.engine.cells import CELLS
from rnnviz.engine.cells.lstm import LSTM
from rnnviz.engine.check import PASS_MARK, check_model, relative_error
from rnnviz.engine.spec import ModelSpec


def settings(cell):
    """The cell's defaults, and each value of each option: every choice, both ends of every range."""
    yield {}
    for option in cell.options:
        for value in option.choices or (option.low, option.high):
            yield {option.key: value}


CASES = [
    pytest.param(
        ModelSpec(key, 3, 3, 4, layers, symbols, options),
        id=f"{key}-{layers}-{symbols}-{options or 'default'}",
    )
    for key, cell in CELLS.items()
    for options in settings(cell)
    for layers in (1, 2)
    for symbols in (True, False)
]


@pytest.mark.parametrize("spec", CASES)
def test_every_derivative_is_that_of_central_differences(spec):
    result = check_model(spec)
    assert result.zero == ()
    assert result.worst <= PASS_MARK, result.where
    assert result.passed


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
    registry = MappingProxyType(
        {**CELLS, **{kind.key: kind() for kind in (ForgetfulLSTM, LateLSTM, SilentLSTM)}}
    )
    for module in (cells, model, run, spec):
        monkeypatch.setattr(module, "CELLS", registry)


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
