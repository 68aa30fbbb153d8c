"""Decades for hand-made log axes: data are plotted as log10 with fixed ranges and few ticks."""

from __future__ import annotations

import math

import numpy as np

from rnnviz.workbench.frame import Floats

FLOOR = 1e-12
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def log10(values: Floats) -> Floats:
    """log10 with NaN where there is nothing to plot and the floor 1e-12 under what is smaller."""
    values = np.asarray(values, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.isfinite(values) & (values > 0), np.log10(np.maximum(values, FLOOR)), np.nan)


def log_range(values: Floats, least: float = 1.0) -> tuple[float, float]:
    """A range in decades that holds the finite `values` (log10), at least `least` decades tall."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return -1.0, 0.0
    low, high = float(finite.min()), float(finite.max())
    low, high = math.floor(low * 4 - 0.2) / 4, math.ceil(high * 4 + 0.2) / 4
    if high - low < least:
        middle = (low + high) / 2
        low, high = middle - least / 2, middle + least / 2
    return low, high


def decade_range(values: Floats) -> tuple[float, float]:
    """A range of whole decades, two at least, that holds the finite `values` (log10): it moves seldom."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return -1.0, 0.0
    low, high = math.floor(float(finite.min()) - 0.05), math.ceil(float(finite.max()) + 0.05)
    return float(min(low, high - 2)), float(high)


def decades(low: float, high: float, most: int = 5) -> list[int]:
    """Whole exponents inside a range, thinned to at most `most`."""
    inside = list(range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1))
    every = max(1, math.ceil(len(inside) / most))
    return [e for e in inside if e % every == 0]


def power(exponent: int) -> str:
    """10⁻³ for -3."""
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


def round_ticks(low: float, high: float, most: int = 5) -> list[tuple[float, str]]:
    """Ticks (log10 place, label) for ranges of a few decades: 1, 2, 5 or whole decades, as there is room."""
    for steps in ((1, 2, 5), (1, 3), (1,)):
        ticks = []
        for exponent in range(math.floor(low) - 1, math.ceil(high) + 1):
            for step in steps:
                place = exponent + math.log10(step)
                if low - 1e-9 <= place <= high + 1e-9:
                    ticks.append((place, _label(step, exponent)))
        if len(ticks) <= most:
            return ticks
    return [(float(e), power(e)) for e in decades(low, high, most)]


def _label(step: int, exponent: int) -> str:
    if -3 <= exponent <= 3:
        return f"{step * 10.0**exponent:g}"
    return power(exponent) if step == 1 else f"{step}·{power(exponent)}"
