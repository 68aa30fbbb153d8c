"""The shared time cursor: one pair of vertical lines through every strip, and the hovered column."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from rnnviz.gui.widgets.strip import Strip
from rnnviz.workbench.frame import Frame


class CursorColumn(Strip):
    """Drawn above all strips; owns no data but the hovered step."""

    hovered: int | None = None
    rows: tuple[QRectF, ...] = ()

    def least_height(self, frame: Frame) -> int:
        """The height in px below which the strip cannot be read."""
        return 0

    def differs(self, before: Frame, frame: Frame) -> bool:
        """Where it stands; what lies below it asks for its own paint."""
        return (before.steps, before.view.cursor) != (frame.steps, frame.view.cursor)

    def hover(self, step: int | None, rows: tuple[QRectF, ...] = ()) -> None:
        """Preview the cursor on another step, and mark `rows`: one unit in all maps, panel coordinates."""
        if (step, rows) != (self.hovered, self.rows):
            self.hovered, self.rows = step, rows
            self.update()

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint `frame`."""
        ink = self.look.theme.color
        if self.hovered is not None and self.hovered in self.columns.visible():
            painter.fillRect(
                QRectF(self.columns.x(self.hovered), 0, self.columns.width, self.height), ink("ink", 0.07)
            )
        for row in self.rows:
            edge = row.translated(0, -self.y())
            painter.fillRect(QRectF(edge.left(), edge.top() - 1, edge.width(), 1), ink("ink", 0.55))
            painter.fillRect(QRectF(edge.left(), edge.bottom(), edge.width(), 1), ink("ink", 0.55))
        if frame.steps and frame.view.cursor in self.columns.visible():
            left = self.columns.x(frame.view.cursor)
            painter.fillRect(QRectF(left, 0, self.columns.width, self.height), ink("ink", 0.06))
            painter.fillRect(QRectF(left - 1, 0, 1, self.height), ink("ink", 0.9))
            painter.fillRect(QRectF(left + self.columns.width - 1, 0, 1, self.height), ink("ink", 0.9))
