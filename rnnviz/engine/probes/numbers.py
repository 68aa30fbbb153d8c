"""What the probes share: parameters in double precision, and norms of any size."""

from collections.abc import Callable, Generator
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters

Array = NDArray[Any]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Found = TypeVar("Found")
Given = ParamSpec("Given")

SMALL, LARGE = 1e-140, 1e140
"""Beyond these the square of a number leaves the range of float64."""


def doubles(model: Model, parameters: Parameters) -> Parameters:
    """A copy in float64."""
    return model.parameters(parameters.flat.astype(np.float64))


def norms(rows: Array) -> Floats:
    """Euclidean norms (…,) of rows (…, N): exact from the smallest float64 to the largest.

    Infinite where a number is, NaN where one is NaN.
    """
    with np.errstate(all="ignore"):
        squares = np.einsum("...n,...n->...", rows, rows, dtype=np.float64)
        found: Floats = np.asarray(np.sqrt(squares))
        odd = np.logical_not((found > SMALL) & (found < LARGE))
        if rows.shape[-1] and odd.any():
            values = rows[odd].astype(np.float64)
            largest = np.abs(values).max(axis=-1, keepdims=True)
            plain = np.isfinite(largest) & (largest > 0.0)
            scaled = np.where(plain, values / np.where(plain, largest, 1.0), 0.0)
            length = np.sqrt(np.square(scaled).sum(axis=-1))
            found[odd] = np.where(plain[..., 0], largest[..., 0] * length, largest[..., 0])
    return found


def sealed(*arrays: Array) -> None:
    """Make arrays read-only."""
    for array in arrays:
        array.flags.writeable = False


def at_once(in_turns: Callable[Given, Generator[object, None, Found]]) -> Callable[Given, Found]:
    """A probe that works in turns as one that gives what it finds, for those who can wait."""

    @wraps(in_turns)
    def whole(*args: Given.args, **options: Given.kwargs) -> Found:
        turns = in_turns(*args, **options)
        while True:
            try:
                next(turns)
            except StopIteration as end:
                found: Found = end.value
                return found

    return whole
