"""The colour ranges of the quantities: fixed where the maths gives them, steady where it does not."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from rnnviz.engine.quantity import Quantity
from rnnviz.workbench.frame import Floats

Ranges = Mapping[str, tuple[float, float]]
CROWDED = 0.10


def symmetric_reach(values: Floats) -> float:
    """The 95th percentile of |values|, rounded up to the next 0.5 (0.5 at least).

    The smallest value that 95 % do not exceed; `np.percentile` would load masked arrays (15 ms of the start)
    to put a straight line between two neighbours.
    """
    finite = np.abs(values[np.isfinite(values)])
    if not finite.size:
        return 0.5
    place = math.ceil(0.95 * finite.size) - 1
    reach = float(np.partition(finite, place)[place])
    return max(0.5, math.ceil(reach * 2 - 1e-9) / 2)


def ranges_of(
    quantities: tuple[Quantity, ...], values: Mapping[str, Floats] | None, before: Ranges, *, steady: bool
) -> dict[str, tuple[float, float]]:
    """The range (low, high) to colour each quantity with.

    While `steady` (training runs) a range stays what it was, until a tenth of the values lies outside; a
    colour then means the same from frame to frame.
    """
    found: dict[str, tuple[float, float]] = {}
    for q in quantities:
        if q.low is not None and q.high is not None:
            found[q.key] = (q.low, q.high)
            continue
        old = before.get(q.key)
        if values is None:
            found[q.key] = old or (-1.0, 1.0)
        elif old is not None and steady and np.mean(np.abs(values[q.key]) > old[1]) <= CROWDED:
            found[q.key] = old
        else:
            reach = symmetric_reach(values[q.key])
            found[q.key] = (-reach, reach)
    return found
