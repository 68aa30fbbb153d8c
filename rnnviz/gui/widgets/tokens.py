"""The token strip: step numbers above, one tile a typed token below."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from rnnviz.gui import fonts
from rnnviz.gui.widgets.glyphs import glyph
from rnnviz.gui.widgets.ink import CENTRE, write, write_fitted, write_spans
from rnnviz.gui.widgets.strip import PADDING, Strip
from rnnviz.workbench.frame import Frame

TICKS = 17
WORDS = 62  # px of a tile in which a word stands on its side
CROWDED = 9  # words beside each other, above which they are turned


class TokenStrip(Strip):
    """Each typed token on its column; the chosen one in ink, unknown ones hatched in the warning colour."""

    def least_height(self, frame: Frame) -> int:
        """The height in px below which the strip cannot be read."""
        return TICKS + (WORDS if upright(frame) else 29)

    def differs(self, before: Frame, frame: Frame) -> bool:
        """Tokens and cursor are all that it shows: training changes neither."""
        return before.typed is not frame.typed or before.view.cursor != frame.view.cursor

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint `frame`."""
        colour = self.look.theme.color
        ink, faint = colour("ink"), colour("ink3")
        self._titles(painter)
        every = 5 if self.columns.width * 5 >= 40 else 10 if self.columns.width * 10 >= 40 else 50
        for t in self.columns.visible() if frame.steps else ():
            chosen = t == frame.view.cursor
            far = abs(t - frame.view.cursor) * self.columns.width > 34
            if chosen or ((t == 0 or (t + 1) % every == 0 or t == frame.steps - 1) and far):
                rect = QRectF(self.columns.centre(t) - 20, 0, 40, TICKS - 3)
                font = fonts.mono(11, 600) if chosen else fonts.mono(10, 400)
                write(painter, rect, f"{t + 1:,}", font, ink if chosen else faint, CENTRE)
        self._tiles(painter, frame)
        if frame.steps == 0:
            self._ghosts(painter)

    def _ghosts(self, painter: QPainter) -> None:
        """Empty tiles where the first tokens will stand."""
        painter.setPen(_dashes(self.look.theme.color("line2")))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for k in range(9):
            painter.drawRoundedRect(
                QRectF(self.columns.left + 26 * k + 1.5, TICKS + 0.5, 22, self.height - TICKS - 1), 5, 5
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _titles(self, painter: QPainter) -> None:
        colour = self.look.theme.color
        step = self.look.text("axis.step")
        rest = [
            (step + " ", fonts.ui(11, 400), colour("ink3"), 0.0),
            ("t", fonts.maths(12, True), colour("ink3"), 0.0),
        ]
        write_spans(painter, PADDING, TICKS - 7, rest)
        middle = TICKS + (self.height - TICKS) / 2
        title = fonts.ui(13, 600)
        write(
            painter, QRectF(PADDING, middle - 9, 60, 18), self.look.text("tokens.title"), title, colour("ink")
        )
        x = PADDING + painter.fontMetrics().horizontalAdvance(self.look.text("tokens.title")) + 8
        write_spans(
            painter,
            x,
            middle + 5,
            [
                ("x", fonts.maths(15, True), colour("ink2"), 0),
                ("t", fonts.maths(11, True), colour("ink2"), 3),
            ],
        )

    def _tiles(self, painter: QPainter, frame: Frame) -> None:
        colour = self.look.theme.color
        plain, edge, chosen = colour("bg1"), colour("line2"), colour("pri")
        size, turned = _token_size(self.columns.width), upright(frame)
        codes = frame.typed.codes[:, 0]
        top, height = TICKS, self.height - TICKS - 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self.columns.tiled)
        for t in self.columns.visible():
            if t >= frame.steps:
                break
            here, known = t == frame.view.cursor, codes[t] >= 0
            tile = QRectF(self.columns.x(t) + 1, top + 0.5, self.columns.width - 2, height)
            if self.columns.tiled:
                painter.setPen(QPen(chosen if here else edge) if known else _dashes(colour("warn")))
                painter.setBrush(chosen if here else plain)
                painter.drawRoundedRect(tile.adjusted(0.5, 0, -0.5, 0), 5, 5)
            elif here:
                painter.fillRect(tile, chosen)
            if not known:
                _hatch(painter, tile, colour("warn"))
            text = glyph(frame.typed.tokens[t])
            text_colour = colour("prit") if here else colour("ink") if known else colour("warn")
            if text == "␣":
                _space(painter, tile, text_colour)
            else:
                self._word(painter, tile, text, size, text_colour, turned)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _word(
        self, painter: QPainter, tile: QRectF, text: str, size: int, colour: QColor, turned: bool
    ) -> None:
        """A token in its tile, from the foot upwards where it is turned."""
        if not turned:
            write_fitted(painter, tile, text, size, 600, colour)
            return
        painter.save()
        painter.translate(tile.center())
        painter.rotate(-90)
        along = QRectF(-tile.height() / 2 + 2, -tile.width() / 2, tile.height() - 4, tile.width())
        write_fitted(painter, along, text, min(12, size), 500, colour)
        painter.restore()


def upright(frame: Frame) -> bool:
    """Whether there are so many words that each is turned on its side."""
    return frame.input == "words" and frame.steps > CROWDED


def _token_size(width: int) -> int:
    """Pixels of a token's letter in a column of `width` pixels."""
    return 15 if width >= 16 else 13 if width >= 12 else 11 if width >= 8 else 9


def _space(painter: QPainter, tile: QRectF, colour: QColor) -> None:
    """The open box that stands for a space, drawn so that every font shows the same."""
    half = min(5.0, tile.width() / 2 - 1.5)
    centre, foot = tile.center().x(), tile.center().y() + 5
    painter.setPen(QPen(colour, 1.4))
    painter.drawPolyline(
        [
            QPointF(centre - half, foot - 3),
            QPointF(centre - half, foot),
            QPointF(centre + half, foot),
            QPointF(centre + half, foot - 3),
        ]
    )


def _dashes(colour: QColor) -> QPen:
    pen = QPen(colour, 1.4)
    pen.setDashPattern([2.5, 2.0])
    return pen


def _hatch(painter: QPainter, tile: QRectF, colour: QColor) -> None:
    faint = QColor(colour)
    faint.setAlpha(70)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(faint, Qt.BrushStyle.BDiagPattern))
    painter.drawRoundedRect(tile, 5, 5)
    painter.restore()
