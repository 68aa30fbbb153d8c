"""How the configurations of a race are told apart: the hue of a family of cells, a shape, a dash.

A new cell brings no new hue. What shares one, such as three forget biases of an LSTM, differs in lightness,
in order, and in shape and dash, so nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from rnnviz.engine.cells import CELLS
from rnnviz.gui import oklab
from rnnviz.gui.theme import Theme
from rnnviz.workbench.race.frame import Racer

# Of a cell: the family whose hue it has, and its shape.
_KNOWN = {
    "rnn": ("rnn", "circle"),
    "irnn": ("rnn", "hexagon"),
    "indrnn": ("rnn", "pentagon"),
    "gru": ("gru", "triangle"),
    "gru-before": ("gru", "down"),
    "mgu": ("gru", "left"),
    "mingru": ("gru", "right"),
    "lstm": ("lstm", "square"),
    "peephole": ("lstm", "diamond"),
    "cifg": ("lstm", "star"),
    "janet": ("lstm", "plus"),
    "minlstm": ("lstm", "cross"),
    "slstm": ("lstm", "hexagon"),
}
_AGAIN = ("", "diamond", "down", "star")  # of a cell that races several times
_DASHES: tuple[tuple[float, ...], ...] = ((), (6.0, 2.5), (2.0, 2.0), (7.0, 2.0, 1.5, 2.0))
_DARK, _LIGHT = (0.18, 0.6), (0.0, 0.6)  # how far the shades of a hue go towards ground and ink


@dataclass(frozen=True)
class Style:
    """One configuration's colour (for marks and words alike), shape, and dash in widths of the pen."""

    colour: QColor
    shape: str
    dash: tuple[float, ...] = ()

    def pen(self, width: float) -> QPen:
        """The pen of its lines where they share a plot with others."""
        pen = QPen(self.colour, width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if self.dash:
            pen.setDashPattern(self.dash)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        return pen


def family_of(cell: str) -> str:
    """The family whose hue a cell has: rnn, gru or lstm."""
    if cell in _KNOWN:
        return _KNOWN[cell][0]
    return "lstm" if cell in CELLS and "c" in CELLS[cell].states else "rnn"


def styles(racers: Sequence[Racer], theme: Theme) -> tuple[Style, ...]:
    """The styles of a race's configurations, all different."""
    return cell_styles([racer.cell for racer in racers], theme)


def cell_styles(cells: Sequence[str], theme: Theme) -> tuple[Style, ...]:
    """The styles of configurations by the keys of their cells."""
    families = [family_of(cell) for cell in cells]
    found = []
    for n, (cell, family) in enumerate(zip(cells, families, strict=True)):
        place, count = families[:n].count(family), families.count(family)
        again = cells[:n].count(cell)
        shape = _AGAIN[again % len(_AGAIN)] or _KNOWN.get(cell, (family, "diamond"))[1]
        colour = _shade(theme, family, place, count)
        found.append(Style(colour, shape, _DASHES[place % len(_DASHES)]))
    return tuple(found)


def _shade(theme: Theme, family: str, place: int, count: int) -> QColor:
    """The family's hue, or one of ``count`` shades of it from near the ground to near the ink."""
    hue = theme.models[family]
    if count == 1:
        return theme.model(family)
    table = oklab.ramp((theme.base["bg1"], hue, theme.base["ink"]))
    dim, bright = _DARK if theme.dark else _LIGHT
    low, high = 0.5 * (1 - dim), 0.5 + 0.5 * bright
    at = low + (high - low) * place / (count - 1)
    return QColor.fromRgba(int(table[round(at * (len(table) - 1))]))


def draw_mark(painter: QPainter, centre: QPointF, style: Style, size: float, gap: QColor | None) -> None:
    """A style's shape, ``size`` px wide; ``gap`` is drawn round it where it stands on lines."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(gap, 1.0) if gap is not None else Qt.PenStyle.NoPen)
    painter.setBrush(style.colour)
    painter.drawPath(shape_path(style.shape, centre, size))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def shape_path(shape: str, centre: QPointF, size: float) -> QPainterPath:
    """The outline of a shape about ``centre``; all look equally large."""
    path, half = QPainterPath(), size / 2
    if shape == "circle":
        path.addEllipse(centre, half, half)
    elif shape == "square":
        side = half * 0.9
        path.addRect(QRectF(centre.x() - side, centre.y() - side, 2 * side, 2 * side))
    elif shape in ("plus", "cross"):
        thick = half * 0.36
        turned = QPainterPath()
        turned.addRect(QRectF(-half, -thick, size, 2 * thick))
        turned = turned.united(_rect(-thick, -half, 2 * thick, size))
        turn = pi / 4 if shape == "cross" else 0.0
        path = _turned(turned, turn).translated(centre)
    else:
        path.addPolygon(QPolygonF([centre + corner * half for corner in _corners(shape)]))
        path.closeSubpath()
    return path


def _rect(x: float, y: float, wide: float, high: float) -> QPainterPath:
    path = QPainterPath()
    path.addRect(QRectF(x, y, wide, high))
    return path


def _turned(path: QPainterPath, angle: float) -> QPainterPath:
    return QTransform().rotateRadians(angle).map(path)


def _corners(shape: str) -> list[QPointF]:
    """The corners of a shape of radius 1, y downwards."""
    if shape == "star":
        radii = [1.25 if k % 2 == 0 else 0.55 for k in range(10)]
        return [_at(-pi / 2 + k * pi / 5, radius) for k, radius in enumerate(radii)]
    count, first, radius = {
        "triangle": (3, -pi / 2, 1.25),
        "down": (3, pi / 2, 1.25),
        "left": (3, pi, 1.25),
        "right": (3, 0.0, 1.25),
        "diamond": (4, -pi / 2, 1.25),
        "pentagon": (5, -pi / 2, 1.1),
        "hexagon": (6, 0.0, 1.1),
    }[shape]
    return [_at(first + 2 * pi * k / count, radius) for k in range(count)]


def _at(angle: float, radius: float) -> QPointF:
    return QPointF(radius * cos(angle), radius * sin(angle))
