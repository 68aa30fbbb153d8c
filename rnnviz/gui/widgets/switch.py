"""An on/off switch."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox

from rnnviz.gui.look import Look
from rnnviz.gui.widgets.body import body, ring, ring_after

TRACK = QSize(30, 18)
TALL = 28  # the hit target is higher than the drawing


class Switch(QCheckBox):
    """A check box drawn as a switch; on is told by place and by brightness of the knob, not by hue."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self.look, self._name = look, name
        self._ring = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(TRACK.width() + 2, TALL)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        self.setAccessibleName(look.text(self._name))
        self.update()

    def hitButton(self, pos: QPoint) -> bool:
        """Let the whole area switch, not only where Qt would draw its box."""
        return self.rect().contains(pos)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring when a key brought the focus."""
        self._ring = ring_after(event, self._ring)
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track, knob and ring."""
        theme = self.look.theme
        painter = QPainter(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        track = QRect(QPoint(1, (self.height() - TRACK.height()) // 2), TRACK)
        on = self.isChecked()
        body(painter, track, theme.color("pri" if on else "bg3"), theme.color("pri" if on else "line2"), 9)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("prit" if on else "ink3"))
        x = track.right() - 8 if on else track.left() + 9
        painter.drawEllipse(QPointF(x, track.center().y() + 0.5), 6, 6)
        if self._ring and self.hasFocus():
            ring(painter, self.rect().adjusted(0, 3, 0, -3), theme, 11)
