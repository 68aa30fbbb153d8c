"""A strip: one row of things over time, drawn on columns it shares with every other strip."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from rnnviz.gui.look import Look
from rnnviz.gui.widgets.columns import Columns
from rnnviz.workbench.frame import Frame

PADDING = 16
GUTTER = 126
BAR_GUTTER = 44
GAP = 6


class Strip(pg.GraphicsObject):
    """Painted by `draw`; knows its rectangle, its columns, the frame and the look, and nothing else.

    Local coordinates are those of the panel: x runs over the whole panel, y from 0 to the strip's height.
    """

    def __init__(self, look: Look, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.frame: Frame | None = None
        self.columns = Columns(PADDING + GUTTER, 1, 0, 1, 0)
        self.width = 1.0
        self.height = 1.0
        self.title_visible = True

    def least_height(self, frame: Frame) -> int:
        """The height in px below which the strip cannot be read."""
        raise NotImplementedError(type(self).__name__)

    def place(self, y: float, width: float, height: float, columns: Columns) -> None:
        """Move the strip to its place in the panel."""
        self.setPos(QPointF(0, y))
        if (self.width, self.height) != (width, height):
            self.prepareGeometryChange()
            self.width, self.height = width, height
        self.columns = columns
        self.update()
        self.placed()

    def placed(self) -> None:
        """Hook: the place has changed."""

    def render(self, frame: Frame) -> None:
        """Show `frame`; may be called any number of times."""
        before, self.frame = self.frame, frame
        if before is None or self.differs(before, frame):
            self.update()

    def differs(self, before: Frame, frame: Frame) -> bool:
        """Hook: whether `frame` looks other than `before`; a strip that knows it does not is not painted."""
        return True

    def set_look(self, look: Look) -> None:
        """Draw in another theme or language from now on."""
        self.look = look
        self.update()

    def boundingRect(self) -> QRectF:
        """The rectangle that is painted."""
        return QRectF(0, 0, self.width, self.height)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint, once there is a frame."""
        if self.frame is not None:
            self.draw(painter, self.frame)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint `frame`."""
        raise NotImplementedError(type(self).__name__)
