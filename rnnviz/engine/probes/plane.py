"""States in the plane of their first two principal components, and how fast they move.

The plane is a record of its own: it is fitted once and kept, so that what moves on the screen while a network
trains is the network and not the axes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.probes.numbers import Floats, norms, sealed

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Plane:
    """A point and two directions in the space of states (H); arrays are read-only.

    ``axes`` (2, H) are orthonormal, or zero where there is no second direction; ``variance`` (2,) are the
    shares of the variance that they carried when fitted.  The largest weight of each axis is positive, so
    that the same states always give the same picture.
    """

    mean: Floats
    axes: Floats
    variance: Floats

    def __post_init__(self) -> None:
        sealed(self.mean, self.axes, self.variance)

    def project(self, states: Array) -> Floats:
        """States (N, H) as places (N, 2)."""
        places: Floats = (states - self.mean) @ self.axes.T
        return places

    def lift(self, places: Array) -> Floats:
        """The states (N, H) that lie in the plane at ``places`` (N, 2)."""
        states: Floats = self.mean + places @ self.axes
        return states

    def off(self, states: Array) -> Floats:
        """How far states (N, H) lie from the plane, (N,)."""
        return norms(states - self.lift(self.project(states)))


def fit_plane(states: Array) -> Plane | None:
    """The plane of states (N, H) with the most variance; None for less than two that are finite."""
    sound = np.asarray(states, np.float64)[np.isfinite(states).all(axis=1)]
    if len(sound) < 2:
        return None
    mean = sound.mean(axis=0)
    _, sizes, axes = np.linalg.svd(sound - mean, full_matrices=False)
    squares = np.square(sizes)
    whole = squares.sum()
    kept = np.zeros((2, len(mean)))
    kept[: len(axes)] = axes[:2]
    signs = np.sign(kept[np.arange(2), np.abs(kept).argmax(axis=1)])
    shares = np.zeros(2)
    if whole > 0.0:
        shares[: len(squares)] = squares[:2] / whole
    return Plane(mean, kept * np.where(signs == 0.0, 1.0, signs)[:, None], shares)


@dataclass(frozen=True, eq=False)
class Speed:
    """How far h and c move in each step: ``h`` (T,) is ‖Δh‖, ``c`` ‖Δc‖, None for a cell without c.

    ``h_share`` and ``c_share`` are these over the mean length of the state over the text, so that a state
    that is merely larger does not count as faster.  NaN where the text has no length to speak of.
    """

    h: Floats
    c: Floats | None
    h_share: Floats
    c_share: Floats | None

    @property
    def ratio(self) -> float:
        """How many times as far c moves as h, over the text; NaN without a c or where h stands still."""
        return _ratio(self.c, self.h)

    @property
    def share_ratio(self) -> float:
        """The same relative to size: below 1, c changes slowly and h fast, as the course note says."""
        return _ratio(self.c_share, self.h_share)

    def columns(self) -> dict[str, Array]:
        """As a table: t counts from 1; c is NaN where there is none."""
        nothing = np.full(len(self.h), np.nan)
        return {"t": np.arange(len(self.h)) + 1, "h": self.h, "c": nothing if self.c is None else self.c}


def speed_of(h: Array, before_h: Array, c: Array | None = None, before_c: Array | None = None) -> Speed:
    """From states (T, H) and those that entered each step."""
    moved, share = _moves(h, before_h)
    if c is None or before_c is None:
        return Speed(moved, None, share, None)
    moved_c, share_c = _moves(c, before_c)
    return Speed(moved, moved_c, share, share_c)


def _moves(after: Array, before: Array) -> tuple[Floats, Floats]:
    moved = norms(after.astype(np.float64) - before)
    size = float(norms(after).mean()) if len(after) else 0.0
    with np.errstate(all="ignore"):
        return moved, moved / size if size > 0.0 else np.full_like(moved, np.nan)


def _ratio(over: Floats | None, under: Floats) -> float:
    if over is None or not under.sum() > 0.0:
        return float("nan")
    return float(over.sum() / under.sum())
