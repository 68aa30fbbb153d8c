"""The shared time cursor: one pair of vertical lines through every strip, and the hovered column."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from rnnviz.gui.widgets.strip import Strip
from rnnviz.workbench.frame import Frame


class CursorColumn(Strip):
    """Drawn above all strips; owns no data but the hovered step."""

    hovered: int | None = None

    def least_height(self, frame: Frame) -> int:
        """The height in px below which the strip cannot be read."""
        return 0

    def hover(self, step: int | None) -> None:
        """Preview the cursor on another step."""
        if step != self.hovered:
            self.hovered = step
            self.update()

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint `frame`."""
        ink = self.look.theme.color
        if self.hovered is not None and self.hovered in self.columns.visible():
            painter.fillRect(
                QRectF(self.columns.x(self.hovered), 0, self.columns.width, self.height), ink("ink", 0.07)
            )
        if frame.steps and frame.view.cursor in self.columns.visible():
            left = self.columns.x(frame.view.cursor)
            painter.fillRect(QRectF(left, 0, self.columns.width, self.height), ink("ink", 0.06))
            painter.fillRect(QRectF(left - 1, 0, 1, self.height), ink("ink", 0.9))
            painter.fillRect(QRectF(left + self.columns.width - 1, 0, 1, self.height), ink("ink", 0.9))
