"""The shapes our controls share: rounded bodies on whole pixels and the ring of the keyboard's focus."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPen

from rnnviz.gui.theme import Theme

RADIUS = 7.0

_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


def ring_after(event: QFocusEvent, before: bool) -> bool:
    """Whether a ring belongs round what just got the focus: only when a key brought it there.

    A window that comes back to the front, or a menu that closes, leaves the ring as it was before.
    """
    if event.reason() in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
        return before
    return event.reason() in _KEYBOARD


def body(
    painter: QPainter, rect: QRect, fill: QColor | None, border: QColor | None, radius: float = RADIUS
) -> None:
    """Fill a rounded rectangle that covers `rect` exactly, with a border 1 px wide inside it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(border, 1) if border is not None else Qt.PenStyle.NoPen)
    inset = 0.5 if border is not None else 0.0
    painter.drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), radius, radius)


def ring(painter: QPainter, rect: QRect, theme: Theme, radius: float = RADIUS) -> None:
    """Draw the focus ring: 2 px of ink along the edge and 2 px of ground inside it.

    The gap keeps the ring visible on the primary button, whose body is ink as well.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("bg1"), 2))
    painter.drawRoundedRect(QRectF(rect).adjusted(3, 3, -3, -3), radius - 3, radius - 3)
    painter.setPen(QPen(theme.color("ink"), 2))
    painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), radius - 1, radius - 1)
