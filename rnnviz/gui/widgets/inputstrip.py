"""The input over time: tiles for tokens, and for numbers bars, pulses or a line that a pointer can change.

What a person draws becomes rows of numbers; whoever owns the strip turns them into text, which is the only
input there is.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from rnnviz.gui import fonts
from rnnviz.gui.widgets.glyphs import channel_name
from rnnviz.gui.widgets.ink import CENTRE, RIGHT, write, write_elided
from rnnviz.gui.widgets.lines import draw_line
from rnnviz.gui.widgets.outputs import write_range
from rnnviz.gui.widgets.strip import GUTTER, PADDING
from rnnviz.gui.widgets.tokens import TICKS, TokenStrip
from rnnviz.workbench.frame import Floats, Frame

BARS, MARKS = 44, 15
PULSE, LEAST_BAND, LINE = 17, 20, 60
MOST_ROWS = 6  # channels that are drawn; a text may have more
MARK_CHANNEL = 1

Rows = dict[int, list[float]]


class InputStrip(TokenStrip):
    """Tokens as tiles; numbers as their task gives them. `edit` says what a press or a drag means."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]  # those of every strip
        self._before: tuple[int, float] | None = None

    def drawn(self, frame: Frame) -> bool:
        """Whether the input is drawn as numbers."""
        return frame.input in ("values", "pulses", "curve", "rows") and frame.typed.numbers is not None

    def least_height(self, frame: Frame) -> int:
        """The height in px below which the strip cannot be read."""
        if not self.drawn(frame):
            return super().least_height(frame)
        shown = min(len(frame.channels), MOST_ROWS)
        tall = {"values": BARS + MARKS, "pulses": PULSE * shown}.get(
            frame.input, max(LINE, LEAST_BAND * shown)
        )
        return TICKS + tall + 3

    # --- editing ----------------------------------------------------------------------------------

    def edit(self, x: float, y: float, *, begin: bool) -> Rows:
        """The rows of numbers that a press (`begin`) or a drag at a place of the strip asks for, by step."""
        frame = self.frame
        if frame is None or not self.drawn(frame) or (begin and not TICKS <= y <= self.height):
            return {}
        step = self.columns.step_at(x)
        typed = frame.steps - frame.free
        if step is None or step >= typed:
            self._before = None
            return {}
        assert frame.typed.numbers is not None
        rows = frame.typed.numbers[:, 0].astype(float)
        if frame.input == "pulses":
            return self._pulse(rows, step, y, begin)
        if frame.input == "values" and begin and y < TICKS + MARKS:
            row = rows[step].tolist()
            row[MARK_CHANNEL] = 0.0 if row[MARK_CHANNEL] > 0.5 else 1.0
            self._before = None
            return {step: row}
        return self._stroke(frame, rows, step, y, begin)

    def _pulse(self, rows: Floats, step: int, y: float, begin: bool) -> Rows:
        """A press turns a pulse: none, up, down."""
        channel = int((y - TICKS) // PULSE)
        if not begin or not 0 <= channel < rows.shape[1]:
            return {}
        row = rows[step].tolist()
        row[channel] = {0.0: 1.0, 1.0: -1.0}.get(row[channel], 0.0)
        return {step: row}

    def _stroke(self, frame: Frame, rows: Floats, step: int, y: float, begin: bool) -> Rows:
        """A drag draws through every step between the last place and this one."""
        if begin:
            self._before = None
            self._channel = self._channel_at(frame, y)
        elif self._before is None:
            return {}
        top, bottom, low, high = self._band(frame, self._channel)
        value = float(np.clip(high - (y - top) / max(bottom - top, 1.0) * (high - low), low, high))
        first, start = self._before if self._before is not None else (step, value)
        self._before = step, value
        count = abs(step - first)
        steps = range(first, step + 1) if step >= first else range(first, step - 1, -1)
        drawn: Rows = {}
        for place, here in enumerate(steps):
            if here < len(rows):
                row = rows[here].tolist()
                row[self._channel] = start + (value - start) * (place / count if count else 1.0)
                drawn[here] = row
        return drawn

    def _channel_at(self, frame: Frame, y: float) -> int:
        if frame.input != "rows":
            return 0
        count = min(len(frame.channels), MOST_ROWS)
        return min(max(int((y - TICKS) / ((self.height - TICKS) / max(count, 1))), 0), count - 1)

    def _band(self, frame: Frame, channel: int) -> tuple[float, float, float, float]:
        """Top and bottom of a channel in pixels, and the values there."""
        if frame.input == "values":
            return TICKS + MARKS, self.height - 3, 0.0, 1.0
        count = min(len(frame.channels), MOST_ROWS) if frame.input == "rows" else 1
        tall = (self.height - TICKS - 3) / max(count, 1)
        low, high = reach(frame, channel)
        return TICKS + channel * tall + 2, TICKS + (channel + 1) * tall - 2, low, high

    # --- painting ---------------------------------------------------------------------------------

    def _tiles(self, painter: QPainter, frame: Frame) -> None:
        if not self.drawn(frame):
            super()._tiles(painter, frame)
            return
        theme = self.look.theme
        ground = QRectF(
            self.columns.left, TICKS, self.columns.right - self.columns.left, self.height - TICKS - 1
        )
        painter.fillRect(ground, theme.color("bg1"))
        {"values": self._bars, "pulses": self._pulses}.get(frame.input, self._lines)(painter, frame)
        for t in self.columns.visible():
            if t < frame.steps and frame.typed.codes[t, 0] < 0:
                column = QRectF(self.columns.x(t) + 1, TICKS, self.columns.width - 2, self.height - TICKS - 1)
                painter.fillRect(column, theme.color("warn", 0.35))
        self._free(painter, frame)

    def _bars(self, painter: QPainter, frame: Frame) -> None:
        """Values as bars, a dot above those that are marked."""
        assert frame.typed.numbers is not None
        theme, rows = self.look.theme, frame.typed.numbers[:, 0]
        top, bottom, low, high = self._band(frame, 0)
        roomy = self.columns.width >= 30
        for t in self.columns.visible():
            if t >= frame.steps:
                break
            value, marked = float(np.clip(rows[t, 0], low, high)), rows[t, MARK_CHANNEL] > 0.5
            x, wide = self.columns.x(t), self.columns.width
            tall = (bottom - top) * (value - low) / (high - low)
            chosen = marked or t == frame.view.cursor
            painter.fillRect(QRectF(x + 1, top, wide - 2, bottom - top), theme.color("bg2"))
            painter.fillRect(
                QRectF(x + 1, bottom - tall, wide - 2, tall), theme.color("ink" if marked else "ink3")
            )
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("ink" if chosen else "line2"), 1.2))
            painter.setBrush(theme.color("ink") if marked else Qt.BrushStyle.NoBrush)
            radius = min(4.0, wide / 2 - 1)
            painter.drawEllipse(QPointF(x + wide / 2, TICKS + MARKS / 2), radius, radius)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            if roomy:
                inside = tall > 16
                place = QRectF(x, bottom - tall + (1 if inside else -14), wide, 14)
                ink = theme.color(("bg0" if theme.dark else "bg1") if inside else "ink2")
                write(painter, place, f"{rows[t, 0]:.2f}", fonts.mono(11, 500), ink, CENTRE)
        self._names(
            painter,
            [(frame.channels[MARK_CHANNEL], TICKS + MARKS / 2), (frame.channels[0], (top + bottom) / 2)],
        )

    def _pulses(self, painter: QPainter, frame: Frame) -> None:
        """A triangle up or down for each pulse."""
        assert frame.typed.numbers is not None
        theme, rows = self.look.theme, frame.typed.numbers[:, 0]
        shown = min(rows.shape[1], MOST_ROWS)
        half = max(2.0, min(6.0, self.columns.width / 2 - 1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for t in self.columns.visible():
            if t >= frame.steps:
                break
            for channel in range(shown):
                y, x = TICKS + PULSE * (channel + 0.5), self.columns.centre(t)
                sign = float(np.sign(rows[t, channel]))
                painter.setPen(Qt.PenStyle.NoPen)
                if sign:
                    painter.setBrush(theme.color("pos" if sign > 0 else "neg"))
                    tip, foot = y - sign * 5.5, y + sign * 5.0
                    painter.drawPolygon(
                        QPolygonF([QPointF(x, tip), QPointF(x - half, foot), QPointF(x + half, foot)])
                    )
                else:
                    painter.setBrush(theme.color("line2"))
                    painter.drawEllipse(QPointF(x, y), 1.5, 1.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._names(painter, [(frame.channels[k], TICKS + PULSE * (k + 0.5)) for k in range(shown)])

    def _lines(self, painter: QPainter, frame: Frame) -> None:
        """A line a channel, each in its own band."""
        assert frame.typed.numbers is not None
        theme, rows = self.look.theme, frame.typed.numbers[:, 0]
        seen = [t for t in self.columns.visible() if t < frame.steps]
        if not seen:
            return
        x = np.array([self.columns.centre(t) for t in seen])
        shown = min(rows.shape[1], MOST_ROWS) if frame.input == "rows" else 1
        for channel in range(shown):
            top, bottom, low, high = self._band(frame, channel)
            scale = (bottom - top) / (high - low)
            if low < 0 < high:
                painter.fillRect(
                    QRectF(
                        self.columns.left,
                        round(top + high * scale),
                        self.columns.right - self.columns.left,
                        1,
                    ),
                    theme.color("line"),
                )
            y = top + (high - np.clip(rows[seen, channel].astype(float), low, high)) * scale
            draw_line(painter, x, y, theme.color("ink"), 1.6, smooth=True)
            if self.columns.width >= 14:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("ink"))
                for px, py in zip(x, y, strict=True):
                    painter.drawEllipse(QPointF(px, py), 2.2, 2.2)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            edge = self.columns.right + 4
            font, faint = fonts.ui(10), theme.color("ink3")
            write_range(painter, edge, top, bottom, (low, high), font, faint)
        if frame.input == "rows":
            bands = [self._band(frame, k) for k in range(shown)]
            self._names(painter, [(frame.channels[k], (b[0] + b[1]) / 2) for k, b in enumerate(bands)])

    def _names(self, painter: QPainter, names: list[tuple[str, float]]) -> None:
        """The channels' names, right of the strip's title."""
        for name, y in names:
            rect = QRectF(PADDING + 58, y - 8, GUTTER - 66, 16)
            write_elided(
                painter,
                rect,
                channel_name(name, self.look),
                fonts.ui(10),
                self.look.theme.color("ink3"),
                RIGHT,
            )

    def _free(self, painter: QPainter, frame: Frame) -> None:
        draw_free(painter, self, frame, self.look.text("input.free"))


def draw_free(painter: QPainter, strip: TokenStrip, frame: Frame, label: str = "") -> None:
    """Where the network runs on its own: a dashed boundary, a veil over what was not typed."""
    typed = frame.steps - frame.free
    columns, theme = strip.columns, strip.look.theme
    if not frame.free or columns.first + columns.shown <= typed:
        return
    x = max(columns.x(typed), columns.left)
    painter.fillRect(QRectF(x, TICKS, columns.right - x, strip.height - TICKS - 1), theme.color("bg0", 0.45))
    pen = QPen(theme.color("warn"), 1.4)
    pen.setDashPattern([3, 3])
    painter.setPen(pen)
    painter.drawLine(QPointF(x, TICKS - 3), QPointF(x, strip.height))
    if label and columns.right - x > 60:
        write(
            painter,
            QRectF(x + 6, TICKS + 1, columns.right - x - 8, 14),
            label,
            fonts.ui(10, 600),
            theme.color("warn"),
        )


def reach(frame: Frame, channel: int) -> tuple[float, float]:
    """The values at the ends of a channel's band: ±1, or further where the numbers go."""
    assert frame.typed.numbers is not None
    column = frame.typed.numbers[:, 0, channel]
    finite = column[np.isfinite(column)]
    most = float(np.abs(finite).max()) if finite.size else 1.0
    if most <= 1.0:
        return -1.0, 1.0
    high = float(np.ceil(most * 2) / 2) if most < 20 else float(f"{most * 1.05:.1g}")
    high = max(high, most)
    return (-high, high) if finite.min() < 0 else (0.0, high)
