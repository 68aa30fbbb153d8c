"""What enters a layer, and the two products that belong to it: W x of all steps, and dW."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy import add, dot, multiply
from numpy.typing import NDArray

from rnnviz.engine.workspace import New

Array = NDArray[Any]


class Inputs(ABC):
    """The inputs of one layer, all steps and sequences in N = T·B rows."""

    @abstractmethod
    def fill(self, x: Array) -> None:
        """Take what enters the model: codes (T, B) or numbers (T, B, I)."""

    @abstractmethod
    def take(self, W: Array, b: Array, scale: Array) -> None:
        """Use these weights from now on; W itself may be read until others are taken."""

    @abstractmethod
    def hoist(self, wx: Array) -> None:
        """Write ``(W x + b) · scale`` of all rows to ``wx`` (N, G·H)."""

    @abstractmethod
    def gradient(self, da: Array, dW: Array) -> None:
        """Write Σ da xᵀ over all rows ``da`` (N, G·H) to ``dW`` (G·H, I)."""


class Rows(Inputs):
    """Numbers: channels of a numeric task, or the hidden states of the layer below."""

    def __init__(self, x: Array, width: int, new: New) -> None:
        """``x`` (N, I) is read, not copied; ``width`` is G·H."""
        self._x = x
        self._weights = new((x.shape[1], width), x.dtype)  # (I, G·H)
        self._bias = new((width,), x.dtype)

    def fill(self, x: Array) -> None:
        """Copy ``x`` (T, B, I) into the rows."""
        self._x.reshape(x.shape)[...] = x

    def take(self, W: Array, b: Array, scale: Array) -> None:
        """Transposed and scaled."""
        multiply(W.T, scale, self._weights)
        multiply(b, scale, self._bias)

    def hoist(self, wx: Array) -> None:
        """One product over all steps."""
        dot(self._x, self._weights, wx)
        add(wx, self._bias, wx)

    def gradient(self, da: Array, dW: Array) -> None:
        """One product over all steps."""
        dot(da.T, self._x, dW)


class Codes(Inputs):
    """Symbols 0 … V-1, seen as one-hot vectors; an unknown symbol, -1, is the zero vector.

    Forward the vectors are never made: rows are gathered from a table of all symbols, whose last row, the
    bias alone, is that of the unknown, or from W itself where there are fewer rows than symbols.
    """

    def __init__(
        self, rows: int, symbols: int, width: int, dtype: np.dtype[Any], new: New, *, lasting: bool = False
    ) -> None:
        """``lasting`` weights serve many runs, so that the table pays for any number of rows."""
        self._symbols = symbols
        self._codes = new((rows,), np.intp)
        self._table = new((symbols + 1 if lasting or rows > symbols else 1, width), dtype)
        self._one_hot = new((rows * symbols + 1,), dtype)  # the last number takes what is unknown
        self._vectors = self._one_hot[:-1].reshape(rows, symbols)
        self._starts = np.arange(rows) * symbols
        self._unknown: Array | None = None  # (N,), None where all are known

    def fill(self, codes: Array) -> None:
        """Take ``codes`` (T, B); -1 becomes V."""
        self._codes.reshape(codes.shape)[...] = codes
        self._unknown = None
        if within(self._codes, self._symbols):
            return
        if not -1 <= self._codes.min() <= self._codes.max() < self._symbols:
            raise ValueError(f"codes must lie within -1 … {self._symbols - 1}")
        self._unknown = self._codes < 0
        self._codes[self._unknown] = self._symbols

    def take(self, W: Array, b: Array, scale: Array) -> None:
        """Fill the table."""
        table, bias = self._table[:-1], self._table[-1]
        self._W, self._scale = W, scale
        multiply(b, scale, bias)
        if len(table):
            multiply(W.T, scale, table)
            add(table, bias, table)

    def hoist(self, wx: Array) -> None:
        """A gather; mode="clip" lets numpy write without a buffer."""
        if len(self._table) > 1:
            self._table.take(self._codes, axis=0, out=wx, mode="clip")
            return
        known = self._codes if self._unknown is None else self._codes.clip(max=self._symbols - 1)
        multiply(self._W.T[known], self._scale, wx)
        if self._unknown is not None:
            wx[self._unknown] = 0.0
        add(wx, self._table[-1], wx)

    def gradient(self, da: Array, dW: Array) -> None:
        """A product with the one-hot rows: much faster than adding up row by row (np.add.at)."""
        spots = self._codes + self._starts
        if self._unknown is not None:
            spots[self._unknown] = -1
        self._one_hot.fill(0.0)
        self._one_hot[spots] = 1.0
        dot(da.T, self._vectors, dW)


def within(codes: Array, symbols: int) -> bool:
    """Whether all codes lie within 0 … symbols - 1: seen as unsigned, what is negative is very large."""
    return bool(np.maximum.reduce(codes.view(f"u{codes.itemsize}"), initial=0) < symbols)
