"""How far back the gradient reaches: ‖∂L_t/∂h_{t-k}‖ and ‖∂L_t/∂c_{t-k}‖ against the distance k.

L_t is the loss of one step t of a sequence, the last that has a target.  One backward run serves a whole
batch, each sequence with a step of its own, because sequences do not see each other.  Every path through the
network is included, in a stack also those through the layers above; the theory line is what is left when all
but the plainest path is taken out.  A network that reads in both directions has no such curve: its second
half runs from the end, so a state is as far from L_t on one side as on the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rnnviz.engine.cells.rnn import RNN
from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.numbers import Array, Floats, Ints, doubles, norms, sealed
from rnnviz.engine.trace import Trace


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
    so all begin at 1; NaN where no sequence is so long.  ``theory`` is None where no simple argument is
    known for the cell.  ``sequences`` is how many there were.
    """

    k: Ints
    median: Mapping[str, Floats]
    low: Mapping[str, Floats]
    high: Mapping[str, Floats]
    theory: Theory | None
    sequences: int = 0

    def __post_init__(self) -> None:
        sealed(self.k, *self.median.values(), *self.low.values(), *self.high.values())

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

    def columns(self) -> dict[str, Array]:
        """The medians as a table: k, h, c; NaN where the cell has no c."""
        nothing = np.full(len(self.k), np.nan)
        return {"k": self.k, "h": self.median["h"], "c": self.median.get("c", nothing)}


@dataclass(frozen=True, eq=False)
class Magnitudes:
    """What one network does to one batch: ``norms`` maps a state to ‖∂L_t/∂state_{t-k}‖ (K, B).

    NaN where a sequence has no step t - k.
    """

    norms: Mapping[str, Floats]
    theory: Theory | None

    @property
    def relative(self) -> dict[str, Floats]:
        """The norms over those at k = 0; NaN where that is zero."""
        with np.errstate(all="ignore"):
            shares = {state: sizes / sizes[0] for state, sizes in self.norms.items()}
        return {state: np.where(np.isfinite(share), share, np.nan) for state, share in shares.items()}


def gradient_distance(
    model: Model, parameters: Parameters, x: Array, targets: Array, *, layer: int = 0
) -> Distance:
    """The curve of one network on a batch; arguments as of `magnitudes`."""
    return pooled([magnitudes(model, parameters, x, targets, layer=layer)])


def magnitudes(
    model: Model, parameters: Parameters, x: Array, targets: Array, *, layer: int = 0
) -> Magnitudes:
    """Gradient magnitudes of the states of ``layer`` on inputs and targets as `Model.forward` takes them.

    Sequences without a target are left out.  Raises UserError "error.distance-directions" for a network of
    two directions, "error.distance-loss" when there is no readout or no sequence has a target.
    """
    if model.spec.directions > 1:
        raise UserError("error.distance-directions")
    targets = np.asarray(targets)
    known = np.asarray(targets >= 0 if targets.ndim == 2 else ~np.isnan(targets).any(axis=2))  # (T, B)
    if not model.spec.outputs or not known.any():
        raise UserError("error.distance-loss")
    counted = known.any(axis=0)
    last = len(known) - 1 - known[::-1].argmax(axis=0)[counted]  # (B,), the t of each sequence
    steps, places = int(last.max()) + 1, np.arange(len(last))
    weights = np.zeros((steps, len(last)))
    weights[last, places] = 1.0
    wide = doubles(model, parameters)
    trace = model.forward(wide, np.asarray(x)[:steps, counted], targets[:steps, counted])
    gradients = model.backward(wide, trace, weights, parameters_wanted=False)
    back = last - np.arange(steps)[:, None]  # (K, B): the step that lies k before t
    found = {}
    for state in model.cell.memories:
        by_step = norms(gradients[f"layer{layer}/d_{state}"])  # (T, B)
        found[state] = np.where(back >= 0, by_step[back.clip(0), places], np.nan)
    return Magnitudes(found, theory_of(model, wide, trace, layer))


def pooled(parts: Sequence[Magnitudes]) -> Distance:
    """One curve of several networks of the same cell, all their sequences taken together.

    The theory's factor is the geometric mean of theirs.
    """
    longest = max(len(sizes) for part in parts for sizes in part.norms.values())
    median, low, high, count = {}, {}, {}, 0
    for state in parts[0].norms:
        shares = [_padded(part.relative[state], longest) for part in parts]
        together = np.concatenate(shares, axis=1)  # (K, all B)
        count = together.shape[1]
        known = ~np.isnan(together).all(axis=1)
        quarters = np.full((3, longest), np.nan)
        quarters[:, known] = np.nanquantile(together[known], (0.25, 0.5, 0.75), axis=1)
        low[state], median[state], high[state] = quarters
    return Distance(np.arange(longest), median, low, high, _common([part.theory for part in parts]), count)


def theory_of(model: Model, parameters: Parameters, trace: Trace, layer: int) -> Theory | None:
    """The theory line of a layer on the data of ``trace``; see `Theory`.

    What acts between the first step and the last counts: what leads from the initial state into the first
    step lies on no path of the probe.
    """
    cell, name = model.cell, f"layer{layer}"
    gate = cell.keeps or cell.renews
    if isinstance(cell, RNN):
        if cell.normalised:
            return None
        U = parameters[f"{name}/U"]
        radius = np.abs(U if U.ndim == 1 else np.linalg.eigvals(U)).max()
        factor = float(radius) * _mean_slope(cell, trace[f"{name}/h"][1:])
        return Theory("spectral", "ρ·φ'", factor, "h")
    if f"{name}/{gate}" not in trace:
        return None
    values = trace[f"{name}/{gate}"][1:]
    kept = values if cell.keeps else 1.0 - values
    with np.errstate(divide="ignore"):
        factor = float(np.exp(np.mean(np.log(kept)))) if kept.size else 1.0
    return Theory("gate", gate if cell.keeps else f"1 - {gate}", factor, "c" if "c" in cell.states else "h")


def _mean_slope(cell: RNN, h: Array) -> float:
    """Root mean square of φ'(a) over steps, sequences and units, from h = φ(a); 1 for no step at all.

    The square, because norms are squares: a random or orthogonal U makes ‖Uᵀ D v‖² the mean of D² times what
    it is without D.
    """
    if cell.activation == "identity" or not h.size:
        return 1.0
    slope = 1.0 - h * h if cell.activation == "tanh" else (h > 0).astype(np.float64)
    return float(np.sqrt(np.mean(slope * slope)))


def _padded(rows: Floats, count: int) -> Floats:
    """(K, B) with NaN below up to (count, B)."""
    return np.pad(rows, ((0, count - len(rows)), (0, 0)), constant_values=np.nan)


def _common(theories: Sequence[Theory | None]) -> Theory | None:
    found = [theory for theory in theories if theory is not None]
    if not found:
        return None
    with np.errstate(divide="ignore"):
        factor = float(np.exp(np.mean(np.log([theory.factor for theory in found]))))
    return Theory(found[0].kind, found[0].symbol, factor, found[0].state)
