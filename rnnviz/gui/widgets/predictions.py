"""The prediction strip: the three likeliest next tokens of every step, the true one boxed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from rnnviz.gui import fonts
from rnnviz.gui.widgets.glyphs import glyph
from rnnviz.gui.widgets.ink import write_elided, write_fitted
from rnnviz.gui.widgets.strip import GUTTER, PADDING, Strip
from rnnviz.workbench.frame import Frame

ROWS = 3
ROW = 15
FAINT = 0.02


class PredictionStrip(Strip):
    """Opacity of a tile is its probability. A box in the second or third row is a mistake one can see."""

    def least_height(self, frame: Frame) -> int:
        """The height in px below which the strip cannot be read."""
        return ROWS * ROW

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint `frame`."""
        self._titles(painter, predicts_next(frame))
        run = frame.typed_run
        if run is None or run.probabilities is None:
            place = QRectF(self.columns.left, 0, self.width - self.columns.left, ROW + 4)
            text = self.look.text("predictions.none" if run is None else "distribution.numbers")
            write_elided(painter, place, text, fonts.ui(12, 400), self.look.theme.color("ink3"))
            return
        colour = self.look.theme.color
        ink = colour("ink")
        boxed = QPen(ink, 1.2)
        for t in self.columns.visible():
            for row, symbol in enumerate(run.top[t]):
                p = float(run.probabilities[t, symbol])
                cell = QRectF(self.columns.x(t) + 1, row * ROW + 0.5, self.columns.width - 2, ROW - 2)
                level = round(p * 64) / 64
                painter.fillRect(cell, colour("ink", 0.04 + 0.36 * level))
                if self.columns.tiled:
                    shown = glyph(frame.symbols[symbol]) if p >= FAINT else "·"
                    write_fitted(painter, cell, shown, 11, 500, colour("ink", 0.35 + 0.65 * level))
                if symbol == true_symbol(frame, t):
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.setPen(boxed)
                    painter.setRenderHint(QPainter.RenderHint.Antialiasing, self.columns.tiled)
                    radius = 3 if self.columns.tiled else 0
                    painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
                    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _titles(self, painter: QPainter, following: bool) -> None:
        colour = self.look.theme.color
        room = GUTTER - 6
        write_elided(
            painter,
            QRectF(PADDING, -1, room, 18),
            self.look.text("predictions.title" if following else "predictions.answer"),
            fonts.ui(13, 600),
            colour("ink"),
        )
        write_elided(
            painter,
            QRectF(PADDING, 17, room, 15),
            self.look.text("predictions.hint"),
            fonts.ui(11, 400),
            colour("ink3"),
        )


def predicts_next(frame: Frame) -> bool:
    """Whether what is predicted is the next token, and not an answer of another kind."""
    return frame.loss == "cross-entropy" and frame.symbols == frame.vocabulary


def true_symbol(frame: Frame, step: int) -> int:
    """The symbol that truly follows `step`, -1 where nobody knows."""
    run = frame.typed_run
    if run is None:
        return -1
    if step == frame.steps - 1 and run.targets[step] < 0:
        return frame.typed.next_known
    return int(run.targets[step])
