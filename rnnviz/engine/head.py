"""The readout: a linear layer, softmax and cross-entropy on the top layer's hidden states."""

from typing import Any

import numpy as np
from numpy import add, dot, exp, log, multiply, subtract
from numpy.typing import NDArray

from rnnviz.engine.workspace import New

Array = NDArray[Any]

SAFE_SPREAD = 80.0
"""exp(-80) is still a normal float32, so a row that lies this near the largest logit cannot sum to zero."""


class SoftmaxRun:
    """Logits, probabilities and losses of N = T·B rows, V symbols.

    logits = h Wᵀ + b;   p = softmax(logits);   loss = -log p[target], in nats.
    """

    def __init__(self, rows: int, hidden: int, symbols: int, dtype: np.dtype[Any], new: New) -> None:
        self.logits = new((rows, symbols), dtype)
        self.losses = new((rows,), dtype)
        self._powers = new((rows, symbols), dtype)  # p up to its row's factor
        self._sums = new((rows,), dtype)
        self._starts = np.arange(rows) * symbols
        self._picks = np.zeros(rows, np.intp)  # where in the flat logits the targets lie
        self.known: Array | None = None  # which rows have a target; None: all
        self._ones = np.ones(symbols, dtype)
        self._blind = True  # no row has a target

    def forward(self, h: Array, W: Array, b: Array, targets: Array | None) -> None:
        """From ``h`` (N, H) to logits and losses; ``targets`` (N,), -1 (or None for all) counts nowhere."""
        dot(h, W.T, self.logits)
        add(self.logits, b, self.logits)
        self._take_targets(targets)
        if self._blind:
            self.losses.fill(np.nan)
            return
        top = self._top()
        subtract(self.logits, top, self._powers)
        exp(self._powers, self._powers)
        dot(self._powers, self._ones, self._sums)
        log(self._sums, self.losses)
        self.losses += top.reshape(-1) - self.logits.reshape(-1).take(self._picks)
        if self.known is not None:
            self.losses[~self.known] = np.nan

    def _take_targets(self, targets: Array | None) -> None:
        if targets is None:
            self.known = np.zeros(len(self.losses), np.bool_)
            self._blind = True
            return
        symbols = self.logits.shape[1]
        low, high = int(targets.min()), int(targets.max())
        if low < -1 or high >= symbols:
            raise ValueError(f"targets must lie within -1 … {symbols - 1}")
        self.known = targets >= 0 if low < 0 else None
        self._blind = high < 0
        add(self._starts, targets if self.known is None else targets.clip(0), self._picks)

    def _top(self) -> Array:
        """Keep exp from overflowing: one number for all rows where they lie close, else one a row."""
        top = self.logits.max()
        if top - self.logits.min() < SAFE_SPREAD:
            return np.asarray(top)
        return np.asarray(self.logits.max(axis=1, keepdims=True))

    def backward(self, weights: Array | None, d_logits: Array) -> None:
        """Write ∂(Σ weights · loss)/∂logits to ``d_logits`` (N, V); ``weights`` () or (N,), None means 1."""
        if self._blind:
            d_logits.fill(0.0)
            return
        share = np.ones((), self.losses.dtype) if weights is None else weights
        if self.known is not None:
            share = np.where(self.known, share, share.dtype.type(0))
        multiply(self._powers, (share / self._sums)[:, None], d_logits)
        d_logits.reshape(-1)[self._picks] -= share
