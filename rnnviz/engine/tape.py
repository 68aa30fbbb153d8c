"""The list of calls that a run is: made once for a shape, then only run."""

import operator
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import starmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.cells.slots import Call

Array = NDArray[Any]
Tape = list[Call]

MOST_PARTS = 4
"""Plain calls that are not slower than one with an iterator."""


def tape_of(calls: Iterable[Call]) -> Tape:
    """The calls, each in its quickest form."""
    return [part for call in calls for part in _plain(call)]


def play(tape: Tape) -> None:
    """Make all calls, from C: a loop in Python would add a tenth."""
    deque(starmap(operator.call, tape), maxlen=0)


def _plain(call: Call) -> Iterable[Call]:
    """The call by its planes, (B, H) each, where NumPy can do these without an iterator but not the whole.

    Setting up an iterator takes as long as three plain calls, on contiguous arrays of one shape and numbers.
    """
    function, *operands = call
    elementwise = isinstance(function, np.ufunc) and not function.signature
    if not elementwise or operands[-1].ndim != 3 or len(operands[-1]) > MOST_PARTS:
        return [call]
    planes = range(len(operands[-1]))
    parts = [{id(array): _part(array, n) for array in operands} for n in planes]  # one view of one array
    if _is_plain(operands) or not all(_is_plain(list(part.values())) for part in parts):
        return [call]
    return [(function, *(part[id(array)] for array in operands)) for part in parts]


def _part(array: Array, plane: int) -> Array:
    """One plane of (G, B, H), (1, B, H), or what is the same for all."""
    return array if array.ndim < 3 else array[plane % len(array)]


def _is_plain(operands: Sequence[Array]) -> bool:
    shape = operands[-1].shape
    return all(array.ndim == 0 or (array.shape == shape and array.flags.c_contiguous) for array in operands)


def insert(calls: list[Call], target: Array, call: Call) -> None:
    """Put ``call`` after the last one that writes to ``target``; first, if it was computed ahead."""
    writers = [n for n, other in enumerate(calls) if np.may_share_memory(other[-1], target)]
    calls.insert(writers[-1] + 1 if writers else 0, call)
