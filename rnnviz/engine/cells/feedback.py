"""Full gate recurrence: the logistic gates of a step feed all of them in the next."""

from collections.abc import Mapping

import numpy as np
from numpy import add, dot, multiply, positive

from rnnviz.engine.cells.slots import Array, Call, Slopes, Slots


class Feedback:
    """a_k += R_k [i f o]_{t-1} for each of the n ``gates``, which travel as states; none of them: nothing.

    Shapes: R (n·H, n·H), the gates in storage order along both axes.  The gates of a step lie in planes, so
    they are put side by side in rows for the product, and its columns go back to the gates.
    Greff et al. 2015, arXiv 1503.04069 (FGR), after the first LSTM of 1997.
    """

    def __init__(self, gates: tuple[str, ...]) -> None:
        self.gates = gates
        self.scratch_planes = 2 * len(gates)  # rows and product, behind the cell's own first plane

    def shapes(self, hidden: int) -> dict[str, tuple[int, ...]]:
        """The matrix between the gates."""
        return {"R": (len(self.gates) * hidden,) * 2} if self.gates else {}

    def forward(self, s: Slots, t: int, half_a: Mapping[str, Array]) -> tuple[Call, ...]:
        """Calls for a += R [i f o]_prev, where ``half_a`` holds a/2 of each gate."""
        if not self.gates:
            return ()
        rows, product = self._rows(s, s.scratch)
        columns, sums = (
            zip(self.gates, s.gates_of(rows), strict=True),
            zip(self.gates, s.gates_of(product), strict=True),
        )
        return (
            *((multiply, s.old[k][t], s.half, column) for k, column in columns),
            (dot, rows, s.own["R"].T, product),
            *((add, half_a[k], column, half_a[k]) for k, column in sums),
        )

    def backward(self, s: Slots, d: Slopes, t: int, da: Mapping[str, Array]) -> tuple[Call, ...]:
        """Calls that undo a += R [i f o]_prev, from ``da`` of each gate to the gates of the step before."""
        if not self.gates:
            return ()
        rows, product = self._rows(s, d.scratch)
        columns, slopes = (
            zip(self.gates, s.gates_of(rows), strict=True),
            zip(self.gates, s.gates_of(product), strict=True),
        )
        return (
            *((positive, da[k], column) for k, column in columns),
            (dot, rows, s.own["R"], product),
            *((positive, column, d.d[k][t]) for k, column in slopes),
        )

    def gradients(self, s: Slots, da: Mapping[str, Array], grads: Mapping[str, Array]) -> None:
        """Write the gradient of R: ``da`` (T, B, H) of each gate by the gates of the step before."""
        if self.gates:
            both = (np.concatenate([arrays[k] for k in self.gates], axis=2) for arrays in (da, s.old))
            d_fed, fed = (rows.reshape(-1, rows.shape[2]) for rows in both)  # (T·B, n·H)
            dot(d_fed.T, fed, grads["R"])

    def _rows(self, s: Slots, scratch: Array) -> tuple[Array, Array]:
        """Two arrays (B, n·H) out of the scratch planes: what goes into the product, and what comes out."""
        n, batch = len(self.gates), s.h.shape[1]
        first, second = scratch[1 : n + 1], scratch[n + 1 :]
        return first.reshape(batch, n * s.hidden), second.reshape(batch, n * s.hidden)
