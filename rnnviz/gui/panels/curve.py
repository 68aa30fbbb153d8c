"""A panel of curves over training steps on a log axis: frame, ticks and legend for loss and gradient norm."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from rnnviz.gui import fonts
from rnnviz.gui.look import Look
from rnnviz.gui.panels.panel import Panel
from rnnviz.gui.widgets.ink import CENTRE, RIGHT, write, write_elided
from rnnviz.gui.widgets.lines import draw_line
from rnnviz.gui.widgets.logaxis import log_range, round_ticks
from rnnviz.workbench.frame import Floats, Frame, Ints

TOP, FOOT, LEFT_GUTTER, RIGHT_GUTTER = 33, 22, 46, 16


class CurvePanel(Panel[Frame]):
    """Subclasses name their curves and lines; this lays out the axes and keeps x from 0 to the last step."""

    figure_size = (832, 200)
    side: ClassVar[int] = 16

    def __init__(self, look: Look, parent: QGraphicsItem | None = None) -> None:
        super().__init__(look, parent)
        self.low, self.high, self.last = -1.0, 0.5, 100.0

    @property
    def area(self) -> QRectF:
        """Where the data are drawn."""
        left = self.side + LEFT_GUTTER - 16
        return QRectF(
            left, TOP, max(1.0, self.width - left - RIGHT_GUTTER), max(1.0, self.height - TOP - FOOT)
        )

    def line(
        self, painter: QPainter, steps: Ints, places: Floats, token: str, width: float, *, smooth: bool
    ) -> None:
        """A curve of log10 values over training steps, in a colour token."""
        area = self.area
        x = area.left() + area.width() / (self.last * 1.02) * np.asarray(steps, float)
        y = area.top() + area.height() / (self.high - self.low) * (self.high - places)
        draw_line(painter, x, y, self.look.theme.color(token), width, smooth=smooth)

    def scale(self, frame: Frame, values: Floats) -> None:
        """Take the ranges from the data (log10); x keeps 4 % free at the right end for the last label."""
        self.low, self.high = log_range(values, 0.5)
        drawn: list[int] = frame.run.curves.step[-1:].tolist() if frame.run.curves is not None else []
        # A run whose worker was lost has gone back a little; its curves still show what had been reached.
        self.last = float(max(frame.run.step, 10, *drawn))

    def draw_frame(self, painter: QPainter, title: str, hint: str) -> QRectF:
        """Title, ticks and grid lines; returns the area of the data."""
        theme = self.look.theme
        font = fonts.ui(13, 600)
        write(painter, QRectF(self.side, 4, 200, 20), title, font, theme.color("ink"))
        x = self.side + painter.fontMetrics().horizontalAdvance(title) + 10
        room = max(0.0, self.legend_left() - x - 12)
        write_elided(painter, QRectF(x, 5, room, 20), hint, fonts.ui(11, 400), theme.color("ink3"))
        area = self.area
        for place, label in round_ticks(self.low, self.high, max(2, int(area.height() // 18))):
            y = self.y(place)
            painter.fillRect(QRectF(area.left(), round(y), area.width(), 1), theme.color("line"))
            rect = QRectF(area.left() - 44, y - 8, 38, 16)
            write(painter, rect, label, fonts.ui(11, 400), theme.color("ink3"), RIGHT)
        for step in step_ticks(self.last, int(area.width() // 110)):
            rect = QRectF(self.x(step) - 40, area.bottom() + 3, 80, 18)
            write(painter, rect, f"{step:,}", fonts.ui(11, 400), theme.color("ink3"), CENTRE)
        return area

    def legend_left(self) -> float:
        """Where the legend begins, seen from the left; the hint ends before it."""
        return self.width - 16

    def x(self, step: float) -> float:
        """Pixel of a training step."""
        area = self.area
        return area.left() + area.width() * step / (self.last * 1.02)

    def y(self, place: float) -> float:
        """Pixel of a log10 value."""
        area = self.area
        return area.top() + area.height() * (self.high - place) / (self.high - self.low)

    def line_across(
        self,
        painter: QPainter,
        value: float,
        colour: QColor,
        dashes: list[float],
        label: str,
        at: float,
        *,
        above: bool = False,
    ) -> None:
        """A horizontal line at `value` with its name; `at` is where along the line the name stands."""
        if not (math.isfinite(value) and value > 0 and self.low <= math.log10(value) <= self.high):
            return
        area, y = self.area, round(self.y(math.log10(value)))
        pen = QPen(colour, 1.4)
        pen.setDashPattern(dashes)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        font = fonts.ui(11, 600)
        painter.setFont(font)
        wide = painter.fontMetrics().horizontalAdvance(label) + 8
        fits_above, fits_below = y - 16 >= area.top() - 6, y + 16 < area.bottom()
        place = y - 16 if (above and fits_above) or not fits_below else y + 2
        rect = QRectF(min(area.left() + area.width() * at, area.right() - wide), place, wide, 14)
        painter.fillRect(rect, self.look.theme.color(self.ground, 0.6))
        write(painter, rect.translated(4, 0), label, font, colour)


def step_ticks(last: float, most: int) -> list[int]:
    """Round step numbers from 0 to `last`, at most about `most` of them."""
    rough = last / max(most, 1)
    size = 10 ** math.floor(math.log10(max(rough, 1)))
    every = next(int(size * k) for k in (1, 2, 4, 5, 10) if size * k >= rough)
    return list(range(0, int(last) + 1, max(every, 1)))


def finite(*arrays: Floats) -> Floats:
    """All finite numbers of some arrays in one."""
    joined = np.concatenate([np.ravel(a) for a in arrays]) if arrays else np.zeros(0)
    kept: Floats = joined[np.isfinite(joined)]
    return kept
