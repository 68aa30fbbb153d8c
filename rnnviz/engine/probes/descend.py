"""Make ½ ‖F(s) - s‖² small from many states at once, by damped Newton steps."""

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.probes.autonomous import Autonomous
from rnnviz.engine.probes.numbers import Floats

Bools = NDArray[np.bool_]

MOST_STEPS = 100
ROUND_OFF = 1e-13
FLAT = 1e-6  # q has come to a minimum: its slope, relative to the residual
STIFF = 1e14  # damping beyond which no step is left


def descend(field: Autonomous, points: Floats) -> Generator[float, None, tuple[Floats, Bools]]:
    """From points (N, D) to where q is smallest: the points, and whether each has come to rest, (N,).

    Yields the share of the steps at most needed.

    A step solves (RᵀR + μ) δ = -Rᵀ r with r = F(s) - s and R = ∂F - 1: Newton's where μ is small, downhill
    where it is large.  μ falls where a step has made q smaller, and grows where it has not.
    """
    points = points.copy()
    with np.errstate(all="ignore"):
        residual = field.step(points) - points
        slopes = field.slopes(points) - np.eye(field.size)
        damping = np.full(len(points), 1e-3)
        left = np.arange(len(points))
        resting = np.zeros(len(points), np.bool_)
        for number in range(MOST_STEPS):
            resting[left] = _resting(points[left], residual[left], slopes[left])
            left = left[~resting[left] & (damping[left] < STIFF) & np.isfinite(residual[left]).all(axis=1)]
            if not left.size:
                break
            yield number / MOST_STEPS
            tried = points[left] + _steps(residual[left], slopes[left], damping[left])
            off = field.step(tried) - tried
            better = np.square(off).sum(axis=1) < np.square(residual[left]).sum(axis=1)
            gone = left[better]
            points[gone], residual[gone] = tried[better], off[better]
            if gone.size:
                slopes[gone] = field.slopes(points[gone]) - np.eye(field.size)
            damping[left] *= np.where(better, 0.1, 8.0)
    return points, resting


def _steps(residual: Floats, slopes: Floats, damping: Floats) -> Floats:
    """δ (N, D); μ is relative to the squares of the largest slopes."""
    across = slopes.swapaxes(1, 2)
    squares: Floats = across @ slopes
    size = np.trace(squares, axis1=1, axis2=2) / slopes.shape[1]
    ridge = np.maximum(damping * size, 1e-300)
    squares += ridge[:, None, None] * np.eye(slopes.shape[1])
    downhill = across @ residual[:, :, None]
    try:
        found: Floats = np.negative(np.linalg.solve(squares, downhill)[:, :, 0], dtype=np.float64)
    except np.linalg.LinAlgError:  # one of them is singular to the last bit: go downhill
        found = -downhill[:, :, 0] / ridge[:, None]
    return found


def _resting(points: Floats, residual: Floats, slopes: Floats) -> Bools:
    """Which are at a fixed point up to round-off, or at another minimum of q, (N,)."""
    length = np.linalg.norm(residual, axis=1)
    slope = np.linalg.norm(slopes.swapaxes(1, 2) @ residual[:, :, None], axis=(1, 2))
    steep = np.maximum(np.linalg.norm(slopes, axis=(1, 2)), 1.0)
    at_rest = length <= ROUND_OFF * (1.0 + np.linalg.norm(points, axis=1))
    resting: Bools = at_rest | ((slope <= FLAT * length * steep) & (length > FLAT))
    return resting
