"""What training does to each block of weights, over a whole run in bounded memory."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CAPACITY = 1024  # points kept


@dataclass(frozen=True, eq=False)
class Moves:
    """Points of a run, oldest first; read-only arrays.

    ``step`` (N,); ``gradient`` and ``update`` (N, K) are norms of each block in the single step that ended
    there (see `TrainingLoop.moved`): samples, not means, taken as often as somebody looked.
    """

    step: Ints
    gradient: Floats
    update: Floats

    def __post_init__(self) -> None:
        for values in (self.step, self.gradient, self.update):
            values.flags.writeable = False


class MoveRecorder:
    """Takes points as they come; when full, every other one goes.  Not for several threads."""

    def __init__(self) -> None:
        self._points: list[tuple[int, Floats]] = []
        self._moves: Moves | None = None

    def add(self, step: int, moved: Floats) -> None:
        """A point (2, K), copied; one at or before the last takes its place, as after going back."""
        if np.isnan(moved).any():
            return
        while self._points and self._points[-1][0] >= step:
            self._points.pop()
        if len(self._points) == CAPACITY:
            self._points = self._points[::2]
        # A view would keep alive the whole message it came in, with all weights.
        self._points.append((step, moved.copy()))
        self._moves = None

    def moves(self) -> Moves:
        """All points; later ones leave what was given alone."""
        if self._moves is None:
            steps = np.array([step for step, _ in self._points], np.int64)
            both = np.array([moved for _, moved in self._points]) if self._points else np.zeros((0, 2, 0))
            self._moves = Moves(steps, both[:, 0].copy(), both[:, 1].copy())
        return self._moves
