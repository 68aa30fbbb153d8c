"""A plot's frame: where numbers lie in pixels, its grid and its ticks; the owner draws what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from rnnviz.gui import fonts
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.ink import CENTRE, RIGHT, write
from rnnviz.workbench.frame import Floats

TICK_HIGH = 18
TICK_ROOM = 40


@dataclass(frozen=True)
class Plot:
    """``area`` in px shows ``low_x`` … ``high_x`` from left to right and ``low_y`` … ``high_y`` upwards."""

    area: QRectF
    low_x: float
    high_x: float
    low_y: float
    high_y: float

    def x(self, value: float) -> float:
        """Pixel of a place along x."""
        return self.area.left() + self.area.width() * (value - self.low_x) / (self.high_x - self.low_x)

    def y(self, value: float) -> float:
        """Pixel of a place along y."""
        return self.area.top() + self.area.height() * (self.high_y - value) / (self.high_y - self.low_y)

    def xs(self, values: Floats) -> Floats:
        """Pixels of many places along x."""
        share = (np.asarray(values, float) - self.low_x) / (self.high_x - self.low_x)
        return np.asarray(self.area.left() + self.area.width() * share)

    def ys(self, values: Floats) -> Floats:
        """Pixels of many places along y."""
        share = (self.high_y - np.asarray(values, float)) / (self.high_y - self.low_y)
        return np.asarray(self.area.top() + self.area.height() * share)

    def grid(self, painter: QPainter, look: Look, ticks: Sequence[tuple[float, str]]) -> None:
        """Horizontal lines with their labels at the left."""
        area = self.area
        for place, label in ticks:
            y = round(self.y(place))
            painter.fillRect(QRectF(area.left(), y, area.width(), 1), look.theme.color("line"))
            write(
                painter,
                QRectF(area.left() - 6 - TICK_ROOM, y - 8, TICK_ROOM, 16),
                label,
                fonts.ui(11, 400),
                look.theme.color("ink3"),
                RIGHT,
            )

    def foot(self, painter: QPainter, look: Look, ticks: Sequence[tuple[float, str]]) -> None:
        """Labels along the lower edge."""
        colour, line = look.theme.color("ink3"), look.theme.color("line2")
        for place, label in ticks:
            rect = QRectF(self.x(place) - TICK_ROOM, self.area.bottom() + 3, 2 * TICK_ROOM, TICK_HIGH)
            painter.fillRect(QRectF(round(self.x(place)), self.area.bottom(), 1, 3), line)
            write(painter, rect, label, fonts.ui(11, 400), colour, CENTRE)

    def across(self, painter: QPainter, place: float, colour: QColor, dashes: Sequence[float]) -> None:
        """A dashed line at a place along y."""
        y = round(self.y(place)) + 0.5
        painter.setPen(dashed(colour, 1.2, dashes))
        painter.drawLine(QPointF(self.area.left(), y), QPointF(self.area.right(), y))

    def upright(self, painter: QPainter, place: float, colour: QColor, dashes: Sequence[float]) -> None:
        """A dashed line at a place along x."""
        x = round(self.x(place)) + 0.5
        painter.setPen(dashed(colour, 1.2, dashes))
        painter.drawLine(QPointF(x, self.area.top()), QPointF(x, self.area.bottom()))


def dashed(colour: QColor, width: float, dashes: Sequence[float]) -> QPen:
    """A pen with a dash pattern in widths of the pen."""
    pen = QPen(colour, width)
    pen.setDashPattern(list(dashes))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
