import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.head import SAFE, SoftmaxRun
from rnnviz.engine.workspace import fresh


def run(logits, targets, dtype=np.float64):
    """Losses and d_logits of given logits: h is the identity's rows, W their transpose."""
    rows, symbols = logits.shape
    head = SoftmaxRun(rows, rows, symbols, np.dtype(dtype), fresh)
    with np.errstate(all="ignore"):
        head.forward(np.eye(rows, dtype=dtype), logits.T.astype(dtype), np.zeros(symbols, dtype), targets)
        d_logits = np.empty_like(head.logits)
        head.backward(None, d_logits)
    return head.losses, d_logits


@given(st.integers(0, 1000), st.sampled_from([1.0, 30.0, 300.0, 3e4]))
def test_loss_and_slope_are_right_within_what_exp_can_take_and_beyond(seed, scale):
    rng = np.random.default_rng(seed)
    logits, targets = rng.uniform(-scale, scale, (6, 5)), rng.integers(0, 5, 6)
    losses, d_logits = run(logits, targets)
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(losses, -log_p[np.arange(6), targets], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(d_logits, np.exp(log_p) - np.eye(5)[targets], rtol=1e-9, atol=1e-12)


LEVELS = [share * np.log(bound) for bound in SAFE for share in (0.95, 1.05)]


@pytest.mark.parametrize("level", [*LEVELS, 1e4, -1e4])
def test_rows_far_from_zero_keep_their_precision_in_float32(level):
    logits = np.array([[0.0, 1.0], [level, level + 1.0]])
    losses, d_logits = run(logits, np.array([0, 0]), np.float32)
    assert losses == pytest.approx(np.log1p(np.e), rel=1e-3 if abs(level) == 1e4 else 1e-5)
    assert d_logits[:, 1] == pytest.approx(np.e / (1 + np.e), rel=1e-5)


def test_infinite_logits_show_in_the_loss():
    losses, _ = run(np.array([[np.nan, 1.0], [0.0, 1.0]]), np.array([0, 1]))
    assert np.isnan(losses[0])
