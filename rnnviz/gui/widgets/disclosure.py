"""The line that unfolds what few people look for."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from rnnviz.gui import fonts, icons
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.body import body, ring, ring_after

HEIGHT = 28
LEFT, CHEVRON = 20, 22  # px: of the text from the left, of the chevron from the right, as in the lists above


class Disclosure(QPushButton):
    """A checkable line: on while its group is unfolded.  `heading` is the key of the group it belongs to.

    While folded it says how many of its settings are not as usual, and shows the dot of those that wait.
    """

    def __init__(self, look: Look, heading: str) -> None:
        super().__init__()
        self.look, self._heading = look, heading
        self._changed, self._pending = 0, False
        self._ring = False
        self.setCheckable(True)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.toggled.connect(self._tell)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        self.setText(look.text("settings.advanced"))
        self._tell()

    def show_state(self, changed: int, pending: bool) -> None:
        """Say how many settings inside are not as usual, and whether one of them waits for a reset."""
        if (changed, pending) != (self._changed, self._pending):
            self._changed, self._pending = changed, pending
            self._tell()

    def note(self) -> str:
        """What is said at the right while the group is folded; "" when all is as usual."""
        folded = self._changed and not self.isChecked()
        return self.look.text("settings.advanced-set", count=self._changed) if folded else ""

    def _tell(self) -> None:
        heading = self.look.text(self._heading)
        self.setAccessibleName(f"{heading}: {self.text()}")
        state = self.look.text("settings.unfolded" if self.isChecked() else "settings.folded")
        self.setAccessibleDescription(", ".join(filter(None, (state, self.note()))))
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the column; the height of a row."""
        return QSize(0, HEIGHT)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring when a key brought the focus."""
        self._ring = ring_after(event, self._ring)
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the word, at the right what is set and the chevron."""
        theme, painter = self.look.theme, QPainter(self)
        line = self.rect().adjusted(LEFT - 6, 0, 0, 0)
        if self.underMouse():
            body(painter, line, theme.color("bg2"), None)
        ink = theme.color("ink" if self.underMouse() else "ink2")
        where = QRectF(LEFT, 0, self.width() - LEFT - CHEVRON - 6, self.height())
        painter.setFont(fonts.ui(12, 500))
        painter.setPen(ink)
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self.text())
        painter.setFont(fonts.ui(11))
        painter.setPen(theme.color("ink2"))
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.note())
        if self._pending and not self.isChecked():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("warn"))
            painter.drawEllipse(QPointF(11, self.height() / 2), 3, 3)
        painter.translate(self.width() - CHEVRON + 8, self.height() / 2)
        if not self.isChecked():
            painter.rotate(-90)
        icons.draw(painter, "down", QPointF(-8, -8), theme.color("ink3"))
        painter.resetTransform()
        if self._ring and self.hasFocus():
            ring(painter, line, theme)
