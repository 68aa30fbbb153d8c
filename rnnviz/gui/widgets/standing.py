"""What the first part of a strip shows, in training and in a race: a title, a pill, how much is done."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from rnnviz.gui import fonts
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.body import body
from rnnviz.gui.widgets.ink import write
from rnnviz.gui.widgets.labels import Pill

MARGIN, ROW = 20, 20
TRACK_TOP, TRACK = 36, 3


class Standing(QWidget):
    """The owner draws its rows in one paint event and calls `paint_head`; `title` is a key."""

    def __init__(self, look: Look, title: str, state: tuple[str, str, str]) -> None:
        """`state` is what the pill says first: key of the word, icon, colour token of a dot."""
        super().__init__()
        self.look, self._title = look, title
        self.pill = Pill(look, *state)
        self.pill.setParent(self)
        self.setMinimumWidth(232)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        self.pill.set_look(look)
        self.setAccessibleName(look.text(self._title))
        self._place()
        self.update()

    def set_state(self, state: tuple[str, str, str]) -> None:
        """Let the pill say another state."""
        self.pill.set_state(*state)
        self._place()

    def sizeHint(self) -> QSize:
        """Return the size of the strip's left part."""
        return QSize(232, 148)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the pill at the right."""
        self._place()

    def _place(self) -> None:
        size = self.pill.sizeHint()
        self.pill.setGeometry(QRect(self.width() - MARGIN - size.width(), 11, size.width(), size.height()))

    def paint_head(self, painter: QPainter, done: float | None) -> None:
        """Draw the ground, the title and the share that is done, 0 … 1; None where no end is known."""
        theme = self.look.theme
        painter.fillRect(self.rect(), theme.color("bg1"))
        room = QRectF(MARGIN, 11, self.width() - 2 * MARGIN, 20)
        write(painter, room, self.look.text(self._title), fonts.ui(13, 600), theme.color("ink"))
        if done is None:
            return
        track = QRect(MARGIN, TRACK_TOP, self.width() - 2 * MARGIN, TRACK)
        body(painter, track, theme.color("bg3"), None, 1.5)
        if done > 0:
            shown = max(TRACK, round(track.width() * min(1.0, done)))
            body(painter, QRect(track.topLeft(), QSize(shown, TRACK)), theme.color("ink2"), None, 1.5)
