"""A short notice over the window's foot that goes by itself: "Copied", "Exported to …"."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from rnnviz.gui import fonts, icons
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.body import body

SHOWN_MS = 4000
TALL = 36


class Toast(QWidget):
    """Floats over its parent, above the foot; takes neither clicks nor the keyboard."""

    def __init__(self, look: Look, parent: QWidget, margin: int = 24) -> None:
        super().__init__(parent)
        self._over = parent
        self._look, self._text, self._margin = look, "", margin
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        parent.installEventFilter(self)
        self.hide()

    def set_look(self, look: Look) -> None:
        """Wear another theme."""
        self._look = look
        self.update()

    def say(self, text: str) -> None:
        """Show a sentence (already in the user's language) for four seconds."""
        self._text = text
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self.update()
        self._timer.start(SHOWN_MS)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle when the parent changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def sizeHint(self) -> QSize:
        """Return room for sign and text."""
        return QSize(round(QFontMetricsF(fonts.ui(13, 500)).horizontalAdvance(self._text)) + 54, TALL)

    def _place(self) -> None:
        outer = self._over.rect()
        width = min(self.sizeHint().width(), outer.width() - 32)
        self.setGeometry((outer.width() - width) // 2, outer.height() - self._margin - TALL, width, TALL)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card in the inverse of the window, so that it is seen over every panel."""
        theme = self._look.theme
        painter = QPainter(self)
        body(painter, self.rect(), theme.color("pri"), None, 8)
        icons.draw(painter, "check", QPointF(14, 10), theme.color("prit"))
        painter.setFont(fonts.ui(13, 500))
        painter.setPen(theme.color("prit"))
        where = QRectF(38, 0, self.width() - 50, self.height())
        text = QFontMetricsF(painter.font()).elidedText(
            self._text, Qt.TextElideMode.ElideMiddle, where.width()
        )
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
