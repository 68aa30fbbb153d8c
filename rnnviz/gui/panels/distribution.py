"""What the model expects after the chosen step: the whole distribution, its largest part as bars."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen

from rnnviz.gui import fonts
from rnnviz.gui.panels.panel import Panel, Table
from rnnviz.gui.widgets.glyphs import glyph
from rnnviz.gui.widgets.ink import CENTRE, RIGHT, write, write_elided
from rnnviz.gui.widgets.predictions import true_symbol
from rnnviz.workbench.frame import Frame

ROW = 21
TOP = 26


class DistributionPanel(Panel[Frame]):
    """As many of the likeliest next tokens as fit, the true one boxed, the rest summed up in a last line."""

    key = "distribution"
    figure_size = (344, 260)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint `frame`."""
        theme = self.look.theme
        title = self.look.text("predictions.title")
        if frame.typed_run is not None:
            title = self.look.text("distribution.title", step=frame.view.cursor + 1)
        write_elided(painter, QRectF(0, 0, self.width, 22), title, fonts.ui(13, 600), theme.color("ink"))
        run = frame.typed_run
        if run is None:
            rect = QRectF(0, 24, self.width, 20)
            write_elided(
                painter, rect, self.look.text("distribution.none"), fonts.ui(12, 400), theme.color("ink3")
            )
            return
        if run.probabilities is None:
            rect = QRectF(0, 24, self.width, 20)
            text = self.look.text("distribution.numbers")
            write_elided(painter, rect, text, fonts.ui(12, 400), theme.color("ink3"))
            return
        p = run.probabilities[frame.view.cursor]
        rows = max(1, min(len(p), int((self.height - TOP) // ROW) - 1))
        order = np.argsort(-p, kind="stable")
        truth = true_symbol(frame, frame.view.cursor)
        for row, symbol in enumerate(order[:rows]):
            self._row(painter, frame, TOP + row * ROW, int(symbol), float(p[symbol]), int(symbol) == truth)
        rest = order[rows:]
        if len(rest):
            share = f"{100 * float(p[rest].sum()):.1f} %"
            text = self.look.text("distribution.rest", count=len(rest), share=share)
            rect = QRectF(0, TOP + rows * ROW, self.width, ROW)
            write_elided(painter, rect, text, fonts.ui(11, 400), theme.color("ink3"))

    def _row(self, painter: QPainter, frame: Frame, y: float, symbol: int, p: float, true: bool) -> None:
        theme = self.look.theme
        tile = QRectF(1, y + 2, 20, ROW - 4)
        painter.fillRect(tile, theme.color("bg3"))
        write(painter, tile, glyph(frame.symbols[symbol]), fonts.mono(12, 600), theme.color("ink"), CENTRE)
        if true:
            painter.setPen(QPen(theme.color("ink"), 1))
            painter.drawRect(tile.adjusted(-0.5, -0.5, 0.5, 0.5))
        track = QRectF(30, y + 6, self.width - 30 - 62, ROW - 12)
        painter.fillRect(track, theme.color("bg2"))
        bar = QRectF(track.left(), track.top(), track.width() * p, track.height())
        painter.fillRect(bar, theme.color("ink" if true else "ink3"))
        rect = QRectF(self.width - 60, y, 60, ROW)
        write(
            painter,
            rect,
            f"{100 * p:.1f} %",
            fonts.mono(12, 500),
            theme.color("ink" if true else "ink2"),
            RIGHT,
        )

    def table(self, frame: Frame) -> Table:
        """Every symbol with its probability at the chosen step, likeliest first."""
        run = frame.typed_run
        if run is None or run.probabilities is None:
            return Table({"symbol": [], "probability": np.zeros(0)})
        p = run.probabilities[frame.view.cursor]
        order = np.argsort(-p, kind="stable")
        return Table({"symbol": [frame.symbols[k] for k in order], "probability": p[order]})
