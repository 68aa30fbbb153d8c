"""How far back the gradient reaches: ‖∂L_t/∂h_{t-k}‖ and ‖∂L_t/∂c_{t-k}‖ against the distance k.

L_t is the loss of one step t of a sequence.  One backward run serves a whole batch, each sequence with a step
of its own, because sequences do not see each other.  Every path through the network is included; the theory
line is what remains of it when all but the plainest is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Theory:
    """The magnitude that a simple argument expects at distance k: ``factor`` to the power k.

    ``kind`` "spectral": ρ·φ', the spectral radius of U times the root mean square of the activation's
    derivative on this data; exact for a linear network whose U is a multiple of an orthogonal matrix.
    ``kind`` "gate": the geometric mean of what the direct path multiplies the old state by, which ``symbol``
    names ("f", "z", "1 - z" …), over units, steps and sequences; exact where that is one number and all
    other paths are shut.  ``state`` is the one that the line belongs to, "h" or "c".
    """

    kind: Literal["spectral", "gate"]
    symbol: str
    factor: float
    state: Literal["h", "c"]

    def curve(self, k: Ints) -> Floats:
        """``factor`` ** k, shape (K,)."""
        with np.errstate(over="ignore", under="ignore"):
            powers: Floats = np.power(self.factor, k.astype(np.float64))
        return powers


@dataclass(frozen=True, eq=False)
class Distance:
    """Gradient magnitudes relative to k = 0; arrays are read-only.

    ``k`` (K,) = 0 … K-1 steps back.  ``median``, ``low`` and ``high`` map a state ("h", and "c" where the
    cell has one) to (K,): the median and the quartiles over the sequences of ‖∂L_t/∂h_{t-k}‖ / ‖∂L_t/∂h_t‖,
    so all begin at 1.  ``theory`` is None where no simple argument is known for the cell.
    """

    k: Ints
    median: Mapping[str, Floats]
    low: Mapping[str, Floats]
    high: Mapping[str, Floats]
    theory: Theory | None

    def __post_init__(self) -> None:
        for values in (self.k, *self.median.values(), *self.low.values(), *self.high.values()):
            values.flags.writeable = False

    @property
    def main(self) -> Literal["h", "c"]:
        """The state that carries the memory: c where there is one."""
        return "c" if "c" in self.median else "h"

    @property
    def reach(self) -> float:
        """What is left at the greatest distance, of the state that carries the memory."""
        return float(self.median[self.main][-1])

    @property
    def per_step(self) -> float:
        """The factor by which the median changes a step, on average (least squares of its logarithm).

        Of the state that carries the memory; NaN where fewer than two distances have a gradient.
        """
        values = self.median[self.main]
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(values)
        sound = np.isfinite(logs)
        if np.count_nonzero(sound) < 2:
            return float("nan")
        return float(np.exp(np.polyfit(self.k[sound].astype(np.float64), logs[sound], 1)[0]))
