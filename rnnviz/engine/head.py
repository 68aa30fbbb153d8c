"""The readout: a linear layer on the top layer's hidden states, and the loss of what it gives."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy import add, dot, exp, log, maximum, minimum, multiply, subtract
from numpy.typing import NDArray

from rnnviz.engine.inputs import within
from rnnviz.engine.workspace import New

Array = NDArray[Any]

SAFE = 1e-30, 1e30
"""Where the sum of a row's exp(logit) may lie: float32 then neither overflows nor loses digits."""


class Head(ABC):
    """Logits and losses of N = T·B rows, V outputs: logits = h Wᵀ + b, the losses are the subclass's.

    ``known`` (N,) tells which rows have a target, None means all.  A row without one has the loss NaN and no
    gradient.
    """

    def __init__(self, rows: int, hidden: int, outputs: int, dtype: np.dtype[Any], new: New) -> None:
        self.logits = new((rows, outputs), dtype)
        self.losses = new((rows,), dtype)
        self.known: Array | None = None

    def forward(self, h: Array, W: Array, b: Array, targets: Array | None) -> None:
        """From ``h`` (N, H) to logits and losses.

        ``targets``: codes (T, B) or numbers (T, B, V) as the loss wants them, None: no row has one.  Raises
        ValueError for targets that the loss cannot use.
        """
        dot(h, W.T, self.logits)
        add(self.logits, b, self.logits)
        self._score(targets)

    @abstractmethod
    def _score(self, targets: Array | None) -> None:
        """Take the targets, set ``known``, and write the losses."""

    @abstractmethod
    def backward(self, weights: Array | None, d_logits: Array) -> None:
        """Write ∂(Σ weights · loss)/∂logits to ``d_logits`` (N, V); ``weights`` () or (N,), None means 1."""

    def _share(self, weights: Array | None) -> Array:
        """The weight of each row, () or (N,): none where there is no target."""
        share = np.ones((), self.losses.dtype) if weights is None else weights
        return share if self.known is None else np.where(self.known, share, share.dtype.type(0))


class SoftmaxRun(Head):
    """Cross-entropy of a softmax: p = softmax(logits);   loss = -log p[target], in nats."""

    def __init__(self, rows: int, hidden: int, outputs: int, dtype: np.dtype[Any], new: New) -> None:
        super().__init__(rows, hidden, outputs, dtype, new)
        self._powers = new((rows, outputs), dtype)  # p up to its row's factor
        self._sums = new((rows,), dtype)
        self._flat = self.logits.reshape(-1)
        self._starts = np.arange(rows) * outputs
        self._picks = np.zeros(rows, np.intp)  # where in the flat logits the targets lie
        self._ones = np.ones(outputs, dtype)
        self._blind = True  # no row has a target

    def _score(self, targets: Array | None) -> None:
        self._take_targets(None if targets is None else np.asarray(targets).reshape(-1))
        if self._blind:
            self.losses.fill(np.nan)
            return
        exp(self.logits, self._powers)
        dot(self._powers, self._ones, self._sums)
        log(self._sums, self.losses)
        if not SAFE[0] < minimum.reduce(self._sums) <= maximum.reduce(self._sums) < SAFE[1]:
            self._score_by_row()
        subtract(self.losses, self._flat.take(self._picks), self.losses)
        if self.known is not None:
            self.losses[~self.known] = np.nan

    def _score_by_row(self) -> None:
        """The same for logits that exp cannot take as they are: less the largest of their row."""
        top = self.logits.max(axis=1, keepdims=True)
        subtract(self.logits, top, self._powers)
        exp(self._powers, self._powers)
        dot(self._powers, self._ones, self._sums)
        log(self._sums, self.losses)
        add(self.losses, top[:, 0], self.losses)

    def _take_targets(self, targets: Array | None) -> None:
        symbols = self.logits.shape[1]
        self.known, self._blind = None, targets is None
        if targets is None:
            self.known = np.zeros(len(self.losses), np.bool_)
        elif within(targets, symbols):
            add(self._starts, targets, self._picks)
        else:
            self.known = targets >= 0
            self._blind = not self.known.any()
            if not within(targets[self.known], symbols) or targets.min() < -1:
                raise ValueError(f"targets must lie within -1 … {symbols - 1}")
            add(self._starts, targets.clip(0), self._picks)

    def backward(self, weights: Array | None, d_logits: Array) -> None:
        """p - 1 at the target, p elsewhere, times the weight."""
        if self._blind:
            d_logits.fill(0.0)
            return
        share = self._share(weights)
        multiply(self._powers, (share / self._sums)[:, None], d_logits)
        d_logits.reshape(-1)[self._picks] -= share
