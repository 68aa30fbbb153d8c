"""One long sequence as batches that follow each other, for states that are carried from batch to batch."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.tasks.base import Batch

LEAST = 8
"""Windows of a pass where the rows would have fewer, as far as the sequence goes: the rows then overlap."""
GOLDEN = 0.6180339887498949


class TextStream:
    """A long text read by ``size`` readers at once, each in its own part of it.

    A pass reads each part once, window after window.  What is left of the text, less than a window a reader,
    stays unread before the first part and after the last; that cut moves from pass to pass.
    """

    def __init__(self, codes: NDArray[Any], length: int, size: int) -> None:
        """``codes`` (N,), N > ``length``, the steps of a window."""
        steps = len(codes) - 1  # that have a target
        self.windows = max(steps // (size * length), min(LEAST, steps // length))
        part = min(self.windows * length, (steps - self.windows * length) // max(size - 1, 1))
        self._starts = np.arange(size) * part
        self._rest = steps - self.windows * length - int(self._starts[-1])
        self._codes, self._length = codes, length

    def batch(self, number: int) -> Batch:
        """Batch ``number``: x, y (T, B)."""
        done, window = divmod(number, self.windows)
        shift = int(done * GOLDEN % 1.0 * (self._rest + 1))  # spread evenly, however many passes
        first = self._starts + shift + window * self._length  # (B,)
        windows = self._codes[first + np.arange(self._length + 1)[:, None]]  # (T+1, B)
        return Batch(windows[:-1], windows[1:])
