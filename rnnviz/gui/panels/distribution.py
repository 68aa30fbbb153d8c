"""What the model expects after the chosen step: the whole distribution, its largest part as bars."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen

from rnnviz.gui import fonts, numbers
from rnnviz.gui.panels.panel import Panel, Table
from rnnviz.gui.widgets.glyphs import channel_name, glyph
from rnnviz.gui.widgets.ink import RIGHT, write, write_elided, write_fitted
from rnnviz.gui.widgets.predictions import predicts_next, true_symbol
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
        title = self.look.text("predictions.title" if predicts_next(frame) else "predictions.answer")
        if frame.typed_run is not None:
            kind = "title" if predicts_next(frame) else "outputs" if frame.loss == "mse" else "answer"
            title = self.look.text(f"distribution.{kind}", step=frame.view.cursor + 1)
        write_elided(painter, QRectF(0, 0, self.width, 22), title, fonts.ui(13, 600), theme.color("ink"))
        run = frame.typed_run
        if run is None:
            rect = QRectF(0, 24, self.width, 20)
            write_elided(
                painter, rect, self.look.text("distribution.none"), fonts.ui(12, 400), theme.color("ink3")
            )
            return
        if run.probabilities is None:
            self._numbers(painter, frame)
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

    def _numbers(self, painter: QPainter, frame: Frame) -> None:
        """Every output with its target and their difference."""
        run, theme, step = frame.typed_run, self.look.theme, frame.view.cursor
        assert run is not None
        mono, small = fonts.mono(12, 500), fonts.ui(11, 400)
        columns = [self.width - 200 + 70 * k for k in range(3)]
        for x, key in zip(columns, ("given", "wanted", "error"), strict=True):
            rect = QRectF(x, TOP - 2, 60, 16)
            write_elided(painter, rect, self.look.text(f"outputs.{key}"), small, theme.color("ink3"), RIGHT)
        rows = max(1, int((self.height - TOP - 16) // ROW))
        for k, name in enumerate(frame.output_channels[:rows]):
            y = TOP + 16 + k * ROW
            rect = QRectF(0, y, columns[0] - 4, ROW)
            write_elided(painter, rect, channel_name(name, self.look), fonts.ui(12, 500), theme.color("ink2"))
            given = float(run.outputs[step, k])
            wanted = float("nan") if run.target_values is None else float(run.target_values[step, k])
            shown = (given, wanted, given - wanted)
            for x, value, token in zip(columns, shown, ("ink", "ok", "ink3"), strict=True):
                text = numbers.signed(value, 3) if value == value else numbers.NOTHING
                write(painter, QRectF(x, y, 60, ROW), text, mono, theme.color(token), RIGHT)

    def _tile_width(self, frame: Frame) -> int:
        """Room for the longest symbol: a letter's square, or more for words and classes."""
        longest = max(map(len, frame.symbols), default=1)
        return 20 if longest == 1 else min(96, round(longest * 7.4) + 8)

    def _row(self, painter: QPainter, frame: Frame, y: float, symbol: int, p: float, true: bool) -> None:
        theme = self.look.theme
        wide = self._tile_width(frame)
        tile = QRectF(1, y + 2, wide, ROW - 4)
        painter.fillRect(tile, theme.color("bg3"))
        write_fitted(painter, tile, glyph(frame.symbols[symbol]), 12, 600, theme.color("ink"))
        if true:
            painter.setPen(QPen(theme.color("ink"), 1))
            painter.drawRect(tile.adjusted(-0.5, -0.5, 0.5, 0.5))
        track = QRectF(wide + 10, y + 6, self.width - wide - 10 - 62, ROW - 12)
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
        if run is not None and run.probabilities is None:
            wanted = run.target_values
            given = run.outputs[frame.view.cursor]
            target = np.full(len(given), np.nan) if wanted is None else wanted[frame.view.cursor]
            return Table({"output": list(frame.output_channels), "value": given, "target": target})
        if run is None or run.probabilities is None:
            return Table({"symbol": [], "probability": np.zeros(0)})
        p = run.probabilities[frame.view.cursor]
        order = np.argsort(-p, kind="stable")
        return Table({"symbol": [frame.symbols[k] for k in order], "probability": p[order]})
