"""The head of the view: what races, in a line what it is about, and one example of the data as tiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rnnviz.gui import fonts
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.body import body
from rnnviz.gui.widgets.glyphs import glyph
from rnnviz.gui.widgets.ink import CENTRE, write, write_elided

TALL, TILE, LETTER = 46, 24, 9
LEAST_WORDS, MOST_WORDS = 380, 0.65  # px, and share of the width, that tiles leave to the words


@dataclass(frozen=True)
class Example:
    """One sequence: its tokens, which of them matter (``cue``), and where an answer is due (``asked``)."""

    tokens: tuple[str, ...] = ()
    cue: frozenset[int] = frozenset()
    asked: frozenset[int] = frozenset()


class RaceHeader(QWidget):
    """Title and subtitle at the left, tiles at the right as far as there is room."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._title = ""
        self._words: tuple[str, ...] = ()
        self._example = Example()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(TALL)

    def set_look(self, look: Look) -> None:
        """Wear another theme; the words are given again on a language switch."""
        self.look = look
        self.update()

    def tell(self, title: str, words: Sequence[str], example: Example) -> None:
        """Show a title, sentences below it, and an example."""
        self._title, self._words, self._example = title, tuple(words), example
        whole = " ".join(words)
        self.setAccessibleName(title)
        shown = " ".join(glyph(token) for token in example.tokens)
        self.setAccessibleDescription(f"{whole} {self.look.text('compare.example', tokens=shown)}")
        self.setToolTip(whole)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of title and subtitle."""
        return QSize(600, TALL)

    def _tiles(self) -> tuple[list[tuple[int, str]], float]:
        """What tiles there is room for, and how wide each is; the middle of a long sequence is left out."""
        tokens = self._example.tokens
        if not tokens:
            return [], 0.0
        font = fonts.mono(11, 500)
        widest = max(QFontMetricsF(font).horizontalAdvance(glyph(token)) for token in tokens[:64])
        wide = max(LETTER, widest) + 6.0
        said = QFontMetricsF(fonts.ui(12, 450)).horizontalAdvance(self._words[0]) if self._words else 0.0
        kept = max(LEAST_WORDS, min(said + 30, MOST_WORDS * self.width()))
        most = int(max(0.0, self.width() - kept) // wide)
        if most < 6:
            return [], wide
        if len(tokens) <= most:
            return list(enumerate(tokens)), wide
        head, tail = (most - 1) - (most - 1) // 2, (most - 1) // 2
        ends = list(enumerate(tokens))
        return [*ends[:head], (-1, "…"), *ends[len(tokens) - tail :]], wide

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title, subtitle and tiles."""
        theme, painter = self.look.theme, QPainter(self)
        tiles, wide = self._tiles()
        left = self.width() - wide * len(tiles)
        room = left - 24 if tiles else float(self.width())
        font = fonts.ui(17, 600)
        write_elided(painter, QRectF(0, 0, room, 24), self._title, font, theme.color("ink"))
        font = fonts.ui(12, 450)
        write_elided(painter, QRectF(0, 25, room, 18), self._fitting(room, font), font, theme.color("ink2"))
        for k, (step, token) in enumerate(tiles):
            self._tile(painter, QRectF(left + k * wide, 10, wide - 2, TILE), step, token)

    def _fitting(self, room: float, font: QFont) -> str:
        """As many whole sentences as there is room for, the first in any case."""
        metrics = QFontMetricsF(font)
        for count in range(len(self._words), 1, -1):
            words = " ".join(self._words[:count])
            if metrics.horizontalAdvance(words) <= room:
                return words
        return self._words[0] if self._words else ""

    def _tile(self, painter: QPainter, rect: QRectF, step: int, token: str) -> None:
        theme = self.look.theme
        font = fonts.mono(11, 600 if step in self._example.cue | self._example.asked else 500)
        if step < 0:
            write(painter, rect, token, font, theme.color("ink3"), CENTRE)
            return
        cue, asked = step in self._example.cue, step in self._example.asked
        fill = theme.color("pri" if cue else "bg3")
        body(painter, rect.toRect(), fill, theme.color("ink") if asked else None, 4)
        write(painter, rect, glyph(token), font, theme.color("prit" if cue else "ink2"), CENTRE)
