"""Texts of the chrome: section titles, small notes, and the pill that tells a state."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from rnnviz.gui import fonts, icons
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.body import body


class Text(QLabel):
    """A sentence of the catalogue in one font and one colour token; follows theme and language."""

    def __init__(self, look: Look, key: str, font: QFont, token: str = "ink", wrap: bool = False) -> None:
        super().__init__()
        self._look, self._key, self._token = look, key, token
        self._values: Mapping[str, object] = {}
        self.setFont(font)
        self.setWordWrap(wrap)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self._look = look
        self._take_ink()
        if self._key:
            self.setText(look.text(self._key, **self._values))

    def _take_ink(self) -> None:
        palette = self.palette()
        palette.setColor(self.foregroundRole(), self._look.theme.color(self._token))
        self.setPalette(palette)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the ink again: under a style sheet Qt gives a part that was hidden its old colours back."""
        super().showEvent(event)
        self._take_ink()

    def set_message(self, key: str, /, **values: object) -> None:
        """Say another sentence of the catalogue."""
        self._key, self._values = key, values
        self.setText(self._look.text(key, **values))


def section_title(look: Look, key: str) -> Text:
    """Return the heading of a group of settings."""
    return Text(look, key, fonts.ui(13, 600))


class Pill(QWidget):
    """A short state in a rounded badge: a dot or icon and one word."""

    def __init__(self, look: Look, key: str, icon: str = "", dot: str = "") -> None:
        super().__init__()
        self._look, self._key, self._icon, self._dot = look, key, icon, dot
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self._look = look
        self._refresh()

    def set_state(self, key: str, icon: str = "", dot: str = "") -> None:
        """Say another state: key of the word, icon or colour token of a dot."""
        if (key, icon, dot) != (self._key, self._icon, self._dot):
            self._key, self._icon, self._dot = key, icon, dot
            self._refresh()

    def text(self) -> str:
        """Return the word shown."""
        return self._look.text(self._key)

    def _refresh(self) -> None:
        self.setAccessibleName(self.text())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for sign and word."""
        text = QFontMetricsF(fonts.ui(11, 500)).horizontalAdvance(self.text())
        return QSize(round(text) + (26 if self._icon or self._dot else 16), 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the badge; a dot also tints the ground, so the state is seen from afar."""
        theme = self._look.theme
        painter = QPainter(self)
        ink: QColor = theme.color(self._dot) if self._dot else theme.color("ink2")
        fill = theme.color(self._dot, 0.16) if self._dot else theme.color("bg3")
        body(painter, self.rect(), fill, None, 10)
        x = 8.0
        if self._dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawEllipse(QPointF(x + 3, self.height() / 2), 3.5, 3.5)
            x += 11
        elif self._icon:
            icons.draw(painter, self._icon, QPointF(x - 3, 4), ink, 12)
            x += 10
        painter.setFont(fonts.ui(11, 500))
        painter.setPen(ink)
        where = QRectF(x, 0, self.width() - x, self.height())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self.text())
