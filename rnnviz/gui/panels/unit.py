"""The states of the chosen unit over the typed text: c changes slowly, h fast, or so they say."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from rnnviz.gui import fonts, numbers
from rnnviz.gui.panels.panel import Panel, Table
from rnnviz.gui.widgets.glyphs import glyph
from rnnviz.gui.widgets.ink import CENTRE, LEFT, symbol_spans, write, write_elided, write_spans
from rnnviz.gui.widgets.lines import draw_line
from rnnviz.workbench.frame import Frame

TOP, FOOT, LEFT_GUTTER = 28, 20, 26


class UnitPanel(Panel[Frame]):
    """One line a state, the chosen step marked, the tokens below where there is room for them."""

    key = "unit"
    figure_size = (344, 170)

    @property
    def area(self) -> QRectF:
        """Where the lines are drawn."""
        return QRectF(
            LEFT_GUTTER, TOP, max(1.0, self.width - LEFT_GUTTER), max(1.0, self.height - TOP - FOOT)
        )

    def _reach(self, frame: Frame) -> float:
        reach = 1.0
        if frame.typed_run is not None:
            for state in frame.states:
                reach = max(reach, float(np.abs(frame.typed_run.values[state][:, frame.view.unit]).max()))
        return float(np.ceil(reach * 2) / 2)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint `frame`."""
        theme = self.look.theme
        title = self.look.text("unit.title", unit=frame.view.unit)
        write_elided(
            painter, QRectF(0, 0, self.width - 110, 22), title, fonts.ui(13, 600), theme.color("ink")
        )
        x = self.width - 50.0 * len(frame.states)
        for state in frame.states:
            painter.setPen(QPen(theme.mark(state), 2))
            painter.drawLine(QPointF(x, 12), QPointF(x + 18, 12))
            write_spans(painter, x + 24, 16, symbol_spans(state, "t", 15, theme.text(state)))
            x += 50
        area = self.area
        reach = self._reach(frame)
        write(
            painter, QRectF(0, TOP - 3, 24, 14), f"+{reach:g}", fonts.ui(10, 400), theme.color("ink3"), LEFT
        )
        write(
            painter,
            QRectF(0, area.center().y() - 7, 24, 14),
            "0",
            fonts.ui(10, 400),
            theme.color("ink3"),
            LEFT,
        )
        write(
            painter,
            QRectF(0, area.bottom() - 11, 24, 14),
            f"{numbers.MINUS}{reach:g}",
            fonts.ui(10, 400),
            theme.color("ink3"),
            LEFT,
        )
        painter.fillRect(QRectF(area.left(), round(area.center().y()), area.width(), 1), theme.color("line"))
        if frame.steps:
            width = area.width() / frame.steps
            marked = QRectF(
                area.left() + width * frame.view.cursor, area.top(), max(width, 2), area.height() + FOOT
            )
            painter.fillRect(marked, theme.color("ink", 0.1))
            self._lines(painter, frame, area, width, reach * 1.08)
            longest = max(len(token) for token in frame.typed.tokens)
            if width >= 9 and width >= 6.2 * longest:
                self._tokens(painter, frame, area, width)

    def _lines(self, painter: QPainter, frame: Frame, area: QRectF, width: float, reach: float) -> None:
        if frame.typed_run is None:
            return
        x = area.left() + width * (np.arange(frame.steps) + 0.5)
        for state in frame.states:
            values = frame.typed_run.values[state][:, frame.view.unit]
            y = area.center().y() - values / reach * area.height() / 2
            draw_line(painter, x, y, self.look.theme.mark(state), 1.6, smooth=True)
            here = frame.view.cursor
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.theme.mark(state))
            painter.drawEllipse(QPointF(x[here], y[here]), 3.5, 3.5)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _tokens(self, painter: QPainter, frame: Frame, area: QRectF, width: float) -> None:
        theme, font = self.look.theme, fonts.mono(10, 400)
        for t, token in enumerate(frame.typed.tokens):
            rect = QRectF(area.left() + t * width, area.bottom() + 3, width, 14)
            write(
                painter,
                rect,
                glyph(token),
                font,
                theme.color("ink2" if t == frame.view.cursor else "ink3"),
                CENTRE,
            )

    def table(self, frame: Frame) -> Table:
        """One row a step: the token and the chosen unit's states."""
        columns: dict[str, np.ndarray | list[str]] = {
            "t": np.arange(1, frame.steps + 1),
            "token": list(frame.typed.tokens),
        }
        if frame.typed_run is not None:
            for state in frame.states:
                columns[f"{state}[{frame.view.unit}]"] = frame.typed_run.values[state][:, frame.view.unit]
        return Table(columns)
