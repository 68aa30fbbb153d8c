"""The gradient, itemised: ‖∂L_t/∂h_s‖ and ‖∂L_t/∂c_s‖ of every loss t by every state s.

Its rows are what the summed gradient is the sum of; its diagonals are the gradient against distance.  In a
network of one direction no state comes to bear on earlier losses, so half of the square is empty.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.distance import Distance, Magnitudes, pooled, theory_of
from rnnviz.engine.probes.itemised import Itemised
from rnnviz.engine.probes.numbers import Floats, Ints, at_once, norms, sealed

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Triangle:
    """Magnitudes of one text; arrays are read-only.

    ``values`` maps a state ("h", and "c" where the cell has one) to (T, T): row t, column s.  NaN in rows
    without a loss, and after t where the network is ``causal``; infinite or NaN besides where numbers have
    left the range of float64.  ``broken`` is the first step whose states are not finite, None for none.
    ``magnitudes`` are the diagonals, see `reach`.
    """

    values: Mapping[str, Floats]
    causal: bool
    broken: int | None = None
    magnitudes: Magnitudes = field(default_factory=lambda: Magnitudes({}, None))

    def __post_init__(self) -> None:
        sealed(*self.values.values())

    @property
    def reach(self) -> Distance | None:
        """Median and quartiles over the losses of the norm relative to k = 0; None without a loss."""
        return pooled([self.magnitudes]) if self.magnitudes.norms else None

    def explodes(self, state: str, t: int) -> int | None:
        """The first state on the way back from loss t whose gradient has left the range; None for none."""
        there = np.arange(len(self.values[state])) <= t if self.causal else np.True_
        wrong = np.flatnonzero(~np.isfinite(self.values[state][t]) & there)
        return int(wrong[-1]) if wrong.size and not np.isnan(self.values[state][t]).all() else None

    def columns(self, state: str) -> dict[str, Array]:
        """As a table: t and s count from 1, one row a pair that can depend on each other."""
        values = self.values[state]
        t, s = np.nonzero(np.tri(len(values), dtype=bool) if self.causal else np.ones_like(values, bool))
        known = np.isin(t, np.nonzero(~np.isnan(values))[0])
        return {"t": t[known] + 1, "s": s[known] + 1, "value": values[t, s][known]}


def triangle_in_turns(
    model: Model,
    parameters: Parameters,
    x: Array,
    targets: Array,
    *,
    layer: str = "layer0",
    most: int | None = None,
) -> Generator[float, None, Triangle]:
    """The triangle of one sequence, x (T, 1) and targets as `Model.forward` takes them.

    Yields the share that is done, and returns the triangle.  ``layer`` is "layer0", "layer0_reverse" …  With
    ``most`` no more losses than that are taken, evenly from all over the text; the other rows stay NaN.
    Raises UserError "error.distance-loss" when no step has a target.
    """
    run = Itemised(model, parameters, x, targets)
    if not run.counted.size:
        raise UserError("error.distance-loss")
    states, steps, causal = model.cell.memories, run.steps, model.spec.directions == 1
    d_top = run.losses()
    values = {state: np.full((steps, steps), np.nan) for state in states}
    taken = run.counted
    if most is not None and len(taken) > most:
        taken = taken[np.linspace(0, len(taken) - 1, most).astype(int)]
    yield 0.0
    for portion in run.portions(len(taken)):
        losses = taken[portion]
        found, _ = run.back(losses, d_top[losses])
        for state in states:
            values[state][losses] = norms(found[f"{layer}/d_{state}"]).T
        yield portion.stop / len(taken)
    if causal:
        for state in states:
            values[state][np.triu_indices(steps, 1)] = np.nan
    finite = np.logical_and.reduce([np.isfinite(run.trace[f"{layer}/{s}"]).all(axis=(1, 2)) for s in states])
    broken = None if finite.all() else int(finite.argmin())
    return Triangle(
        values, causal, broken, _diagonals(run, taken, values, layer) if causal else Magnitudes({}, None)
    )


triangle = at_once(triangle_in_turns)
"""All pairs at once."""


def _diagonals(run: Itemised, losses: Ints, values: Mapping[str, Floats], layer: str) -> Magnitudes:
    """By distance k (K, number of losses), NaN beyond the first step."""
    steps = run.steps
    back = losses - np.arange(steps)[:, None]  # (K, losses): the step that lies k before t
    diagonals = {
        state: np.where(back >= 0, square[losses, back.clip(0)], np.nan) for state, square in values.items()
    }
    number = int(layer.removeprefix("layer"))
    return Magnitudes(diagonals, theory_of(run.model, run.parameters, run.trace, number))
