"""The numbers of the chosen unit at the chosen step, in the order of the cell's stages."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from rnnviz.engine.quantity import Quantity
from rnnviz.gui import fonts, numbers
from rnnviz.gui.panels.panel import Panel, Table
from rnnviz.gui.widgets.ink import RIGHT, symbol_spans, write, write_elided, write_spans
from rnnviz.workbench.frame import Frame

ROW = 30


class ValuesPanel(Panel[Frame]):
    """One row a quantity: symbol, name, a bar on the quantity's range, the value; states with their past."""

    key = "values"
    figure_size = (344, 220)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint `frame`."""
        theme = self.look.theme
        title = self.look.text("unit.long", unit=frame.view.unit)
        if frame.typed_run is not None:
            title = self.look.text("values.title", unit=frame.view.unit, step=frame.view.cursor + 1)
        write(painter, QRectF(0, 0, self.width, 22), title, fonts.ui(13, 600), theme.color("ink"))
        if frame.typed_run is None:
            rect = QRectF(0, 24, self.width, 20)
            write(painter, rect, self.look.text("values.none"), fonts.ui(12, 400), theme.color("ink3"))
            return
        for row, quantity in enumerate(frame.quantities):
            self._row(painter, frame, quantity, 28 + row * ROW)

    def _row(self, painter: QPainter, frame: Frame, quantity: Quantity, y: float) -> None:
        run = frame.typed_run
        assert run is not None
        theme, step, unit = self.look.theme, frame.view.cursor, frame.view.unit
        value = float(run.values[quantity.key][step, unit])
        write_spans(painter, 2, y + 19, symbol_spans(quantity.symbol, "t", 19, theme.text(quantity.role)))
        name = self.look.text(f"quantity.{quantity.key}")
        write_elided(painter, QRectF(34, y, 92, ROW), name, fonts.ui(12, 500), theme.color("ink2"))
        self._bar(painter, frame, quantity, value, QRectF(130, y + 10, self.width - 130 - 62, 10))
        shown = numbers.fixed(value, 3) if quantity.kind == "gate" else numbers.signed(value, 3)
        write(
            painter,
            QRectF(self.width - 60, y, 60, ROW),
            shown,
            fonts.mono(13, 600),
            theme.color("ink"),
            RIGHT,
        )
        if quantity.key in run.before:
            past = float(run.before[quantity.key][step, unit])
            text = self.look.text("values.before", value=numbers.signed(past, 3))
            write(
                painter,
                QRectF(130, y + 18, self.width - 192, 14),
                text,
                fonts.ui(10, 400),
                theme.color("ink3"),
            )

    def _bar(self, painter: QPainter, frame: Frame, quantity: Quantity, value: float, track: QRectF) -> None:
        theme = self.look.theme
        if quantity.key in frame.states:
            track = track.translated(0, -4)
        painter.fillRect(track, theme.color("bg3"))
        low, high = frame.ranges[quantity.key]
        zero = track.left() + track.width() * (0 - low) / (high - low)
        end = track.left() + track.width() * (min(max(value, low), high) - low) / (high - low)
        if np.isfinite(end):
            left, right = sorted((zero, end))
            painter.fillRect(
                QRectF(left, track.top(), right - left, track.height()), theme.mark(quantity.role)
            )
        if low < 0:
            painter.fillRect(QRectF(zero, track.top() - 2, 1, track.height() + 4), theme.color("ink3"))

    def table(self, frame: Frame) -> Table:
        """One row a quantity: its value at the chosen step and unit, and the state it came from."""
        run, view = frame.typed_run, frame.view
        keys = [q.key for q in frame.quantities] if run is not None else []
        if run is None:
            return Table({"quantity": [], "value": np.zeros(0), "before": np.zeros(0)})
        nan = float("nan")
        return Table(
            {
                "quantity": keys,
                "value": np.array([run.values[k][view.cursor, view.unit] for k in keys]),
                "before": np.array(
                    [run.before[k][view.cursor, view.unit] if k in run.before else nan for k in keys]
                ),
            }
        )
