"""The gradient strip: ‖∂L/∂h_t‖ and ‖∂L/∂c_t‖ under the columns, on a log axis.

Solid with circles is the hidden state, dashed with squares the cell state. Steps after the loss are
hatched: they cannot affect it.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from rnnviz.gui import fonts
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.ink import CENTRE, norm_spans, write, write_elided, write_spans
from rnnviz.gui.widgets.logaxis import decade_range, decades, log10, power
from rnnviz.gui.widgets.strip import BAR_GUTTER, GUTTER, PADDING, Strip
from rnnviz.gui.widgets.wrap import wrapped
from rnnviz.workbench.frame import Floats, Frame

SYMBOLS = {"h": Qt.PenStyle.SolidLine, "c": Qt.PenStyle.DashLine}
WIDEST_MARK = 9
NOTE_WIDTH = 120


class GradientStrip(Strip):
    """Gradient magnitudes of the layer in view, of the whole loss or of the loss at the cursor."""

    def __init__(self, look: Look, parent: QGraphicsItem | None = None) -> None:
        super().__init__(look, parent)
        self._low, self._high = -1.0, 0.0
        self.switched = False  # whether a switch of the window stands in the subtitle's place
        self._norms: dict[str, Floats] = {}

    def least_height(self, frame: Frame) -> int:
        """The height in px below which the strip cannot be read."""
        return 84

    def render(self, frame: Frame) -> None:
        """Show `frame`; may be called any number of times."""
        gradient = frame.typed_run.gradient if frame.typed_run is not None else None
        self._norms = {} if gradient is None else {s: log10(v) for s, v in gradient.norms.items()}
        if self._norms:
            self._low, self._high = decade_range(np.concatenate(list(self._norms.values())))
        super().render(frame)

    def _y(self, place: float) -> float:
        return 4 + (self.height - 8) * (self._high - place) / (self._high - self._low)

    def _curve(self, painter: QPainter, state: str, values: Floats) -> None:
        """A line through the finite norms with a mark on each; the line breaks where a norm is 0."""
        theme, columns = self.look.theme, self.columns
        steps = range(max(columns.first - 1, 0), min(columns.first + columns.shown + 1, len(values)))
        there = [t for t in steps if np.isfinite(values[t])]
        points = [QPointF(columns.centre(t), self._y(float(values[t]))) for t in there]
        painter.setPen(QPen(theme.color("ink"), 1.2, SYMBOLS[state]))
        for stretch in _stretches(there, points):
            painter.drawPolyline(stretch)
        if columns.tiled:
            half = min(WIDEST_MARK, 3 + columns.width // 5) / 2
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.mark(state))
            for point in points:
                mark = QRectF(point.x() - half, point.y() - half, 2 * half, 2 * half)
                painter.drawEllipse(mark) if state == "h" else painter.drawRect(mark)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint `frame`."""
        theme = self.look.theme
        painter.fillRect(QRectF(PADDING, 0, 3, self.height), theme.mark("gradient"))
        self._titles(painter, frame)
        self._axis(painter)
        gradient = frame.typed_run.gradient if frame.typed_run is not None else None
        if gradient is None:
            room = self.width - PADDING - BAR_GUTTER - self.columns.left
            area = QRectF(self.columns.left, 0, room, self.height)
            write(
                painter,
                area,
                self.look.text("gradients.none"),
                fonts.ui(12, 400),
                theme.color("ink3"),
                CENTRE,
            )
        elif gradient.loss_step is not None and gradient.causal:
            self._hatch(painter, gradient.loss_step + 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.columns.left, 0, self.columns.right - self.columns.left, self.height)
        painter.setClipRect(area)
        for state, values in self._norms.items():
            self._curve(painter, state, values)

    def _right(self) -> float:
        return self.columns.right if self.columns.count else self.width - PADDING - BAR_GUTTER

    def _titles(self, painter: QPainter, frame: Frame) -> None:
        theme, x = self.look.theme, PADDING + 12
        write(
            painter,
            QRectF(x, -1, GUTTER - 20, 18),
            self.look.text("gradients.title"),
            fonts.ui(13, 600),
            theme.color("ink"),
        )
        if not self.switched:
            rect = QRectF(x, 16, GUTTER - 16, 15)
            write_elided(painter, rect, self.subtitle(frame), fonts.ui(11, 400), theme.color("ink3"))
        for row, state in enumerate(frame.states):
            y = (58 if self.switched else 42) + 17 * row
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("ink"), 1.2, SYMBOLS[state]))
            painter.drawLine(QPointF(x, y), QPointF(x + 22, y))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.mark(state))
            mark = QRectF(x + 7.5, y - 3.5, 7, 7)
            painter.drawEllipse(mark) if state == "h" else painter.drawRect(mark)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            write_spans(painter, x + 30, y + 5, norm_spans(state, 14, theme.color("ink"), theme.text(state)))

    def subtitle(self, frame: Frame) -> str:
        """Whose loss it is, in words."""
        gradient = frame.typed_run.gradient if frame.typed_run is not None else None
        if gradient is None and not frame.view.whole_loss:
            return self.look.text("gradients.of-cursor")
        if gradient is None or gradient.loss_step is None:
            return self.look.text("gradients.of-whole")
        return self.look.text("gradients.of-step", step=gradient.loss_step + 1)

    def _axis(self, painter: QPainter) -> None:
        theme, inner = self.look.theme, self.height - 8
        for exponent in decades(self._low, self._high, max(2, int(inner // 24))):
            y = round(4 + inner * (self._high - exponent) / (self._high - self._low))
            painter.fillRect(
                QRectF(self.columns.left, y, self._right() - self.columns.left, 1), theme.color("line")
            )
            place = QRectF(
                self.width - PADDING - BAR_GUTTER + 10, min(max(y - 7, 2), self.height - 13), 34, 14
            )
            write(painter, place, power(exponent), fonts.ui(11, 400), theme.color("ink3"))

    def _hatch(self, painter: QPainter, first: int) -> None:
        x = max(self.columns.x(first), self.columns.left)
        area = QRectF(x, 0, self.columns.right - x, self.height)
        if area.width() < self.columns.width:
            return
        theme = self.look.theme
        painter.fillRect(area, QBrush(theme.color("line2"), Qt.BrushStyle.BDiagPattern))
        text, font = self.look.text("gradients.later"), fonts.ui(11, 400)
        lines = wrapped(text, area.width() - 16, font)
        if area.width() >= NOTE_WIDTH and len(lines) * 16 + 8 <= area.height():
            self._note(painter, area, lines)

    def _note(self, painter: QPainter, area: QRectF, lines: list[str]) -> None:
        theme, font = self.look.theme, fonts.ui(11, 400)
        painter.setFont(font)
        widest = max(painter.fontMetrics().horizontalAdvance(line) for line in lines) + 12
        box = QRectF(0, 0, widest, len(lines) * 16 + 8)
        box.moveCenter(area.center())
        painter.fillRect(box, theme.color("bg0"))
        for k, line in enumerate(lines):
            write(
                painter,
                QRectF(box.left(), box.top() + 4 + 16 * k, widest, 16),
                line,
                font,
                theme.color("ink3"),
                CENTRE,
            )


def _stretches(steps: list[int], points: list[QPointF]) -> list[list[QPointF]]:
    """Points cut where their steps do not follow each other."""
    found: list[list[QPointF]] = []
    for k, (step, point) in enumerate(zip(steps, points, strict=True)):
        if k == 0 or step != steps[k - 1] + 1:
            found.append([])
        found[-1].append(point)
    return found
