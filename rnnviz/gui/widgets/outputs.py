"""Numeric outputs against their targets, on the columns of everything else."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from rnnviz.gui import fonts, numbers
from rnnviz.gui.widgets.glyphs import channel_name
from rnnviz.gui.widgets.ink import RIGHT, write, write_elided
from rnnviz.gui.widgets.lines import draw_line
from rnnviz.gui.widgets.strip import GUTTER, PADDING, Strip
from rnnviz.workbench.frame import Floats, Frame

MOST_CHANNELS = 6
TALL, LEAST_BAND = 78, 26


class OutputStrip(Strip):
    """A line an output, in a band of its own; a ring where a target is known, lines between the rings."""

    def least_height(self, frame: Frame) -> int:
        """The height in px below which the strip cannot be read."""
        return max(TALL, LEAST_BAND * min(len(frame.output_channels), MOST_CHANNELS))

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint `frame`."""
        theme, text = self.look.theme, self.look.text
        write_elided(
            painter,
            QRectF(PADDING, -1, GUTTER - 6, 18),
            text("outputs.title"),
            fonts.ui(13, 600),
            theme.color("ink"),
        )
        run = frame.typed_run
        if run is None:
            place = QRectF(self.columns.left, 0, self.width - self.columns.left, 19)
            write_elided(painter, place, text("outputs.none"), fonts.ui(12), theme.color("ink3"))
            return
        self._legend(painter)
        shown = min(run.outputs.shape[1], MOST_CHANNELS)
        tall = self.height / max(shown, 1)
        for channel in range(shown):
            self._channel(painter, frame, channel, channel * tall + 2, (channel + 1) * tall - 3)
        self._free(painter, frame)

    def _legend(self, painter: QPainter) -> None:
        theme, y = self.look.theme, 26.0
        for key, solid in (("outputs.given", True), ("outputs.wanted", False)):
            pen = QPen(theme.color("ink" if solid else "ok"), 1.8 if solid else 1.4)
            if not solid:
                pen.setDashPattern([3, 2])
            painter.setPen(pen)
            painter.drawLine(QPointF(PADDING, y), QPointF(PADDING + 16, y))
            rect = QRectF(PADDING + 22, y - 8, 56, 16)
            write_elided(painter, rect, self.look.text(key), fonts.ui(11), theme.color("ink3"))
            y += 15

    def _channel(self, painter: QPainter, frame: Frame, channel: int, top: float, bottom: float) -> None:
        run, theme, columns = frame.typed_run, self.look.theme, self.columns
        assert run is not None
        seen = [t for t in columns.visible() if t < frame.steps]
        given = run.outputs[:, channel].astype(float)
        wanted = (
            run.target_values[:, channel].astype(float) if run.target_values is not None else given * np.nan
        )
        low, high = span(np.concatenate([given, wanted]))
        scale = (bottom - top) / (high - low)
        x = np.array([columns.centre(t) for t in seen])
        for level in {low, 0.0, high} if low <= 0 <= high else {low, high}:
            y = round(top + (high - level) * scale)
            painter.fillRect(QRectF(columns.left, y, columns.right - columns.left, 1), theme.color("line"))
        places = top + (high - np.clip(given[seen], low, high)) * scale
        targets = top + (high - wanted[seen]) * scale
        pen = QPen(theme.color("ok"), 1.4)
        pen.setDashPattern([3, 2])
        self._targets(painter, x, targets, pen)
        draw_line(painter, x, places, theme.color("ink"), 1.8, smooth=True)
        if columns.width >= 12:
            self._dots(painter, x, places)
        edge, font, faint = columns.right + 4, fonts.ui(10), theme.color("ink3")
        write_range(painter, edge, top, bottom, (low, high), font, faint)
        name = frame.output_channels[channel] if channel < len(frame.output_channels) else str(channel)
        name = channel_name(name, self.look)
        rect = QRectF(PADDING + 70, (top + bottom) / 2 - 8, GUTTER - 78, 16)
        write_elided(painter, rect, name, fonts.ui(10), faint, RIGHT)

    def _targets(self, painter: QPainter, x: Floats, y: Floats, pen: QPen) -> None:
        """A dashed line through neighbouring targets, and rings where there is room for them."""
        known = np.isfinite(y)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        for k in np.flatnonzero(known[:-1] & known[1:]):
            painter.drawLine(QPointF(x[k], y[k]), QPointF(x[k + 1], y[k + 1]))
        painter.setPen(QPen(pen.color(), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = min(4.0, self.columns.width / 2 - 0.5)
        alone = known & ~np.append(known[1:], False) & ~np.append(False, known[:-1])
        for k in np.flatnonzero(known if self.columns.width >= 14 else alone):
            painter.drawEllipse(QPointF(x[k], y[k]), radius, radius)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _dots(self, painter: QPainter, x: Floats, y: Floats) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.theme.color("ink"))
        for px, py in zip(x, y, strict=True):
            if np.isfinite(py):
                painter.drawEllipse(QPointF(px, py), 2.0, 2.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _free(self, painter: QPainter, frame: Frame) -> None:
        """The boundary behind which the network runs on its own."""
        columns, typed = self.columns, frame.steps - frame.free
        if frame.free and columns.first <= typed < columns.first + columns.shown:
            pen = QPen(self.look.theme.color("warn"), 1.4)
            pen.setDashPattern([3, 3])
            painter.setPen(pen)
            painter.drawLine(QPointF(columns.x(typed), 0), QPointF(columns.x(typed), self.height))


def write_range(
    painter: QPainter,
    x: float,
    top: float,
    bottom: float,
    ends: tuple[float, float],
    font: QFont,
    ink: QColor,
) -> None:
    """The values at a band's ends, or one word for both where there is no room for two."""
    low, high = ends
    if bottom - top > 32:
        write(painter, QRectF(x, top - 3, 40, 12), numbers.with_minus(f"{high:g}"), font, ink)
        write(painter, QRectF(x, bottom - 9, 40, 12), numbers.with_minus(f"{low:g}"), font, ink)
    else:
        word = f"±{high:g}" if low == -high else numbers.with_minus(f"{low:g} … {high:g}")
        write(painter, QRectF(x, (top + bottom) / 2 - 6, 40, 12), word, font, ink)


def span(values: Floats) -> tuple[float, float]:
    """A round range that holds the finite ones of some values: from 0 or symmetric, as they lie."""
    finite = values[np.isfinite(values)]
    most = float(np.abs(finite).max()) if finite.size else 1.0
    step = 10.0 ** np.floor(np.log10(max(most, 1e-6))) / 2
    high = float(np.ceil(max(most, 1e-6) / step - 1e-9) * step)
    return (-high, high) if finite.size and finite.min() < -0.1 * most else (0.0, high)
