"""How long a memory lasts: after how many steps back the gradient has fallen to one half, and to 1 %.

Of a unit, by its direct path: what the step multiplies its memory by when nothing returns through other
units, in an LSTM its forget gate.  A constant gate f has a half-life of exactly ln ½ / ln f steps; where it
moves, its geometric mean over the text takes its place.  A cell without a direct path (a plain RNN) is
measured instead: the size of each unit's gradient against the distance.  Overall it is always measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.itemised import Itemised
from rnnviz.engine.probes.numbers import Floats, sealed
from rnnviz.engine.probes.paths import only
from rnnviz.engine.probes.step import LayerStep, before, inputs_of
from rnnviz.engine.probes.triangle import Triangle

Array = NDArray[Any]

HALF, ONE_PERCENT = 0.5, 0.01
FEWEST = 3  # points that a tilt is fitted to


@dataclass(frozen=True)
class Span:
    """Steps until a curve has fallen to one half and to 1 %; infinite where it does not fall, NaN if unknown.

    The flags tell that a number lies beyond the text and was found with the fitted tilt.
    """

    half: float
    one_percent: float
    half_extrapolated: bool = False
    one_percent_extrapolated: bool = False


@dataclass(frozen=True, eq=False)
class Horizon:
    """Memory of one text; arrays are read-only.

    ``overall`` by state ("h", and "c" where there is one).  ``half`` and ``one_percent`` (H,) are those of
    the units, of the ``state`` that carries the memory, by the "direct" ``path`` or "measured";
    ``extrapolated`` (2, H) tells which of them lie beyond the text.
    """

    overall: Mapping[str, Span]
    state: str
    path: Literal["direct", "measured"]
    half: Floats
    one_percent: Floats
    extrapolated: NDArray[np.bool_]

    def __post_init__(self) -> None:
        sealed(self.half, self.one_percent, self.extrapolated)

    def columns(self) -> dict[str, Array]:
        """As a table, a row a unit."""
        return {"unit": np.arange(len(self.half)), "half": self.half, "one_percent": self.one_percent}


def horizon(
    model: Model, parameters: Parameters, x: Array, targets: Array, found: Triangle, *, layer: str = "layer0"
) -> Horizon:
    """Of one sequence x (T, 1), whose triangle in that layer is ``found``.

    Raises UserError "error.distance-directions" for a network of two directions.
    """
    if model.spec.directions > 1:
        raise UserError("error.distance-directions")
    state = "c" if "c" in model.cell.states else "h"
    reach = found.reach
    overall = {} if reach is None else {key: span_of(values) for key, values in reach.median.items()}
    run = Itemised(model, parameters, x, targets)
    factors = direct_factors(model, run, x, layer)
    steps = len(factors) - 1
    if not factors.any() and steps:
        measured = [span_of(curve) for curve in unit_curves(run, layer, state).T]
        half, one = (np.array([getattr(span, key) for span in measured]) for key in ("half", "one_percent"))
        beyond = np.array(
            [[s.half_extrapolated for s in measured], [s.one_percent_extrapolated for s in measured]]
        )
        return Horizon(overall, state, "measured", half, one, beyond)
    half, one = falls(factors[1:], HALF), falls(factors[1:], ONE_PERCENT)
    return Horizon(overall, state, "direct", half, one, np.stack([half, one]) > steps)


def direct_factors(model: Model, run: Itemised, x: Array, layer: str) -> Floats:
    """What each step multiplies each unit's memory by on its direct path, (T, H)."""
    weights, cell = run.parameters.group(layer), model.cell
    one = LayerStep(
        cell,
        weights,
        inputs_of(model, run.parameters, run.trace, x, layer),
        before(model, run.trace, layer),
    )
    state = "c" if "c" in cell.states else "h"
    found, _ = one.back({state: np.ones_like(one.new[state])}, only(cell, weights, set()))
    return found[state]


def falls(factors: Floats, level: float) -> Floats:
    """Steps until a product of factors (T, H) has come down to ``level``: ln level / mean ln |factor|.

    Infinite for 1 and above, NaN without a step.
    """
    if not len(factors):
        return np.full(factors.shape[1], np.nan)
    with np.errstate(divide="ignore"):
        a_step = np.log(np.abs(factors)).mean(axis=0)
        return np.where(a_step < 0.0, np.log(level) / a_step, np.inf)


def span_of(curve: Floats) -> Span:
    """Of a curve (K,) that begins at 1, the size at distances 0, 1 …, NaN where unknown."""
    half, one = crossing(curve, HALF), crossing(curve, ONE_PERCENT)
    return Span(half[0], one[0], half[1], one[1])


def crossing(curve: Floats, level: float) -> tuple[float, bool]:
    """Where a curve first comes down to ``level``, its logarithm taken as straight between two distances.

    Beyond its end with the tilt of its later half, and True.
    """
    known = curve[: int(np.isfinite(curve).cumprod().sum())]
    below = np.flatnonzero(known <= level)
    with np.errstate(divide="ignore"):
        logs = np.log(known)
    if below.size:
        k = int(below[0])
        if k == 0 or not np.isfinite(logs[k]):
            return float(k), False  # it has gone out within a step
        return float(k - 1 + (np.log(level) - logs[k - 1]) / (logs[k] - logs[k - 1])), False
    if len(known) < 2:
        return float("nan"), False
    tail = logs[-max(FEWEST, len(logs) // 2 + 1) :]
    tilt = float(np.polyfit(np.arange(len(tail)), tail, 1)[0])
    if tilt >= -1e-12:
        return float("inf"), True
    return float(len(logs) - 1 + (np.log(level) - logs[-1]) / tilt), True


def unit_curves(run: Itemised, layer: str, state: str) -> Floats:
    """How large each unit's gradient is at each distance, (K, H), relative to distance 0.

    The root of the sum of squares over all losses that reach so far back, at both distances.
    """
    top, steps, losses = run.losses(), run.steps, run.counted
    far, near = np.zeros((2, steps, run.model.spec.hidden))
    for portion in run.portions(len(losses)):
        chosen = losses[portion]
        slopes = run.back(chosen, top[chosen])[0][f"{layer}/d_{state}"]
        for n, t in enumerate(chosen):
            squares = np.square(slopes[t::-1, n])  # by distance
            far[: t + 1] += squares
            near[: t + 1] += squares[0]
    with np.errstate(all="ignore"):
        return np.sqrt(far / near)
