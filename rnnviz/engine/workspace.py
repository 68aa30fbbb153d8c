"""Where the arrays of a run come from: fresh ones, or buffers that a trainer uses again and again."""

from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[Any]

MOST_RUNS = 16
"""Shapes whose views are kept: a view costs a hundred bytes, and a long run has thousands."""

Run = TypeVar("Run")


class New(Protocol):
    """Gives an array whose content is arbitrary."""

    def __call__(self, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """An array of that shape and dtype."""
        ...


def fresh(shape: tuple[int, ...], dtype: DTypeLike) -> Array:
    """An array of its own."""
    return np.empty(shape, dtype)


class Workspace:
    """Buffers shared by all runs that one trainer makes, one after the other.

    A run built for a shape is kept with all its views, and shapes share their memory: the k-th array of
    every run lies in the k-th buffer, so batches that change in size or length allocate nothing once the
    largest has been seen.  A trace made here is valid until the next forward run with the same workspace,
    and a workspace belongs to one thread.
    """

    def __init__(self) -> None:
        self._buffers: list[Array] = []
        self._runs: dict[Hashable, Any] = {}

    def run(self, shape: Hashable, build: Callable[[New], Run]) -> Run:
        """The run kept for ``shape``, built on the buffers when it is new."""
        kept: Run | None = self._runs.get(shape)
        if kept is None:
            if len(self._runs) >= MOST_RUNS:
                del self._runs[next(iter(self._runs))]  # the oldest
            kept = build(_Bump(self._buffers, self._runs))
            self._runs[shape] = kept
        return kept

    @property
    def nbytes(self) -> int:
        """Memory held, in bytes."""
        return sum(buffer.nbytes for buffer in self._buffers)


class _Bump:
    """Hands out the buffers in order; one that is too small is replaced, with all runs that lie in it."""

    def __init__(self, buffers: list[Array], runs: dict[Hashable, Any]) -> None:
        self._buffers = buffers
        self._runs = runs
        self._next = 0

    def __call__(self, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        kind = np.dtype(dtype)
        need = int(np.prod(shape, dtype=np.int64)) * kind.itemsize
        if self._next == len(self._buffers):
            self._buffers.append(np.empty(need, np.uint8))
        elif self._buffers[self._next].nbytes < need:
            self._buffers[self._next] = np.empty(need, np.uint8)
            self._runs.clear()
        buffer = self._buffers[self._next]
        self._next += 1
        return buffer[:need].view(kind).reshape(shape)
