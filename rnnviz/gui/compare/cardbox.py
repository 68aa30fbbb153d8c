"""A card of the view: a rounded body with one panel in it, and small controls at its upper right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rnnviz.gui.canvas import Canvas
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.racecard import draw_ground
from rnnviz.gui.widgets.scroll import scrolling

INSET, GAP, TOP = 3, 6, 8


class CardBox(QWidget):
    """Holds ``canvas``; with ``scrolls`` it may be taller than the card."""

    def __init__(self, look: Look, canvas: Canvas, *, scrolls: bool = False) -> None:
        super().__init__()
        self.look, self.canvas = look, canvas
        self._controls: list[QWidget] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(INSET, INSET, INSET, INSET)
        if scrolls:
            area = scrolling(canvas)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            column.addWidget(area)
        else:
            column.addWidget(canvas)

    def hold(self, controls: Sequence[QWidget]) -> None:
        """Put small controls at the upper right, the last one outermost."""
        self._controls = list(controls)
        for control in controls:
            control.setParent(self)
            control.raise_()
        self.place()

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        self.canvas.set_look(look)
        self.update()

    @property
    def taken(self) -> int:
        """How many px the controls that are shown take."""
        shown = [control for control in self._controls if not control.isHidden()]
        return sum(control.sizeHint().width() + GAP for control in shown)

    def place(self) -> None:
        """Put the controls where they belong."""
        x = self.width() - 12
        for control in reversed(self._controls):
            if not control.isHidden():
                size = control.sizeHint()
                x -= size.width()
                control.setGeometry(x, TOP, size.width(), size.height())
                x -= GAP

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the controls at the right."""
        super().resizeEvent(event)
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the body."""
        draw_ground(QPainter(self), QRectF(self.rect()), self.look)
