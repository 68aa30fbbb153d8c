"""What a model may be trained on, one line each in the registry.  A step's loss is a mean over outputs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.head import Head, SoftmaxRun
from rnnviz.engine.workspace import New

Array = NDArray[Any]


class DenseRun(Head):
    """A loss with a number for every output: targets (T, B, V); a row with a NaN in it counts nowhere."""

    def __init__(self, rows: int, hidden: int, outputs: int, dtype: np.dtype[Any], new: New) -> None:
        super().__init__(rows, hidden, outputs, dtype, new)
        self._slopes = new((rows, outputs), dtype)  # ∂loss/∂logits
        self._share_of_one = np.array(1.0 / outputs, dtype)

    def _score(self, targets: Array | None) -> None:
        if targets is None:
            self.known = np.zeros(len(self.losses), np.bool_)
            self.losses.fill(np.nan)
            return
        rows = targets.reshape(self.logits.shape)
        missing: Array = np.isnan(rows.sum(axis=1))
        self.known = np.logical_not(missing) if missing.any() else None
        self._compare(np.where(missing[:, None], 0.0, rows).astype(self.logits.dtype))
        np.multiply(self._slopes, self._share_of_one, self._slopes)
        self.losses[missing] = np.nan

    def _compare(self, targets: Array) -> None:
        """Write the losses, and to ``_slopes`` the derivative of their sums over the outputs."""
        raise NotImplementedError

    def backward(self, weights: Array | None, d_logits: Array) -> None:
        """The slope at hand, times the weight."""
        np.multiply(self._slopes, self._share(weights)[..., None], d_logits)
        if self.known is not None:
            d_logits[~self.known] = 0.0


class LogisticRun(DenseRun):
    """Binary cross-entropy: p = σ(logit);   loss = mean of -y log p - (1-y) log(1-p), in nats."""

    def _compare(self, targets: Array) -> None:
        # log(1 + exp(a)) - y a, exact on both sides.
        self.losses[...] = (np.logaddexp(0.0, self.logits) - targets * self.logits).mean(axis=1)
        p = 1.0 / (1.0 + np.exp(-self.logits))
        np.subtract(p, targets, self._slopes)


class SquaredRun(DenseRun):
    """Squared error: loss = mean of (logit - y)²."""

    def _compare(self, targets: Array) -> None:
        np.subtract(self.logits, targets, self._slopes)
        self.losses[...] = np.square(self._slopes).mean(axis=1)
        self._slopes *= 2.0


LOSSES: Mapping[str, type[Head]] = MappingProxyType(
    {"cross-entropy": SoftmaxRun, "binary": LogisticRun, "mse": SquaredRun}
)
