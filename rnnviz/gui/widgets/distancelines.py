"""The lines of the gradient against distance, and their names where the lines end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from rnnviz.engine.probes.distance import Theory
from rnnviz.engine.probes.numbers import Floats, Ints
from rnnviz.gui import fonts, numbers
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.ink import write_spans
from rnnviz.gui.widgets.plot import Plot
from rnnviz.gui.widgets.racers import Style
from rnnviz.gui.widgets.spreadout import spread_out
from rnnviz.workbench.race.frame import RaceFrame
from rnnviz.workbench.race.spec import Words

Spans = list[tuple[str, QFont, QColor, float]]
PITCH, LEAD = 17.0, 14.0
LONGEST_NAME = 150.0
MOST_FURTHER = 3.0  # decades that theory alone may add to the plot


@dataclass(frozen=True, eq=False)
class Line:
    """One configuration's curve, arrays (K,); ``theory`` is None where nothing simple is expected of it."""

    name: Words
    state: str
    k: Ints
    median: Floats
    low: Floats
    high: Floats
    theory: Floats | None
    kind: Theory | None
    style: Style


def places(values: Floats) -> Floats:
    """log10, however small; NaN where there is nothing to plot."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log10(np.asarray(values, np.float64))
    return np.where(np.isfinite(logs), logs, np.nan)


def range_of(lines: Sequence[Line]) -> tuple[float, float]:
    """Whole decades round all that was measured, with a little room above; theory adds a few at most."""
    measured = _all_of([part for line in lines for part in (line.median, line.low, line.high)])
    expected = _all_of([line.theory for line in lines if line.theory is not None])
    if not measured.size:
        return -3.0, 0.15
    low, high = float(measured.min()), float(measured.max())
    if expected.size:
        low = min(low, max(float(expected.min()), low - MOST_FURTHER))
        high = max(high, min(float(expected.max()), high + MOST_FURTHER))
    return min(math.floor(low - 0.02), -1.0), max(math.ceil(high - 0.02), 0.0) + 0.15


def _all_of(parts: Sequence[Floats]) -> Floats:
    logs = [places(part) for part in parts]
    joined = np.concatenate(logs) if logs else np.zeros(0)
    return joined[np.isfinite(joined)]


def lines_of(frame: RaceFrame, styles: Sequence[Style]) -> tuple[Line, ...]:
    """The curves in view."""
    found = []
    for racer, style in zip(frame.racers, styles, strict=True):
        probe = frame.probe_of(racer)
        if probe is None:
            continue
        state = probe.main if frame.view.state == "memory" else "h"
        theory = probe.theory if probe.theory is not None and probe.theory.state == state else None
        found.append(
            Line(
                racer.title,
                state,
                probe.k,
                probe.median[state],
                probe.low[state],
                probe.high[state],
                None if theory is None else theory.curve(probe.k),
                theory,
                style,
            )
        )
    return tuple(found)


def label_width(lines: Sequence[Line], look: Look) -> float:
    """How much room the names need at the right of the plot."""
    return max(_wide(spans) for _, spans in _labels(lines, look, theories=True)) + LEAD + 8


def draw_labels(painter: QPainter, plot: Plot, lines: Sequence[Line], look: Look, right: float) -> None:
    """Write every name beside the end of its line; one that had to give way is led to it."""
    area = plot.area
    labels = _labels(lines, look, theories=True)
    if (len(labels) - 1) * PITCH > area.height():
        labels = _labels(lines, look, theories=False)
    ends = [min(max(plot.y(_end(values)), area.top()), area.bottom()) for values, _ in labels]
    where = spread_out(ends, PITCH, area.top() + 2, area.bottom() - 2)
    left = area.right() + LEAD
    for (values, spans), end, place in zip(labels, ends, where, strict=True):
        if abs(place - end) > 5:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look.theme.color("ink3"), 0.8))
            here = QPointF(plot.x(len(values) - 1.0) + 6, end)
            painter.drawLine(here, QPointF(left - 4, place))
        write_spans(painter, left, place + 4.5, spans)


def _end(values: Floats) -> float:
    known = places(values)
    known = known[np.isfinite(known)]
    return float(known[-1]) if known.size else 0.0


def _labels(lines: Sequence[Line], look: Look, *, theories: bool) -> list[tuple[Floats, Spans]]:
    """Curves, and theories where there is room for them, with their names."""
    found: list[tuple[Floats, Spans]] = []
    for line in lines:
        found.append((line.median, _name(line, look)))
        if theories and line.theory is not None and line.kind is not None:
            found.append((line.theory, _formula(line.kind, look)))
    return found


def _name(line: Line, look: Look) -> Spans:
    font, colour = fonts.ui(12, 600), line.style.colour
    name = QFontMetricsF(font).elidedText(
        line.name[look.catalogue.language], Qt.TextElideMode.ElideRight, LONGEST_NAME
    )
    upright, italic = fonts.maths(14, False), fonts.maths(14, True)
    return [
        (f"{name}  ", font, colour, 0.0),
        ("∂", upright, colour, 0.0),
        ("L", italic, colour, 0.0),
        ("/∂", upright, colour, 0.0),
        (line.state, italic, colour, 0.0),
    ]


def _formula(theory: Theory, look: Look) -> Spans:
    """The theory as ``symbol``ᵏ = factorᵏ."""
    ink = look.theme.color("ink2")
    upright, italic, small = fonts.maths(14, False), fonts.maths(14, True), fonts.maths(10, True)
    symbol = numbers.with_minus(theory.symbol).replace("'", "′")
    if len(symbol) > 1:
        symbol = f"({symbol})"
    factor = f"{theory.factor:.2f}" if theory.factor >= 0.005 else f"{theory.factor:.1g}"
    return [
        (symbol, italic, ink, 0.0),
        ("k", small, ink, -5.0),
        (f" = {factor}", upright, ink, 0.0),
        ("k", small, ink, -5.0),
    ]


def _wide(spans: Spans) -> float:
    return sum(QFontMetricsF(font).horizontalAdvance(text) for text, font, _, _ in spans)
