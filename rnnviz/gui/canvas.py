"""A widget that shows one panel, and the time canvas that lets a person walk through it."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QWidget

from rnnviz.gui.look import Look
from rnnviz.gui.panels.panel import AnyFrame, Panel
from rnnviz.gui.panels.time import TimePanel
from rnnviz.gui.widgets.heatmap import HeatMap


class Canvas(pg.GraphicsView):
    """One panel, as large as the widget. A hidden canvas keeps the newest frame and draws it when shown."""

    menu_wanted = Signal(str, QPoint)

    def __init__(self, panel: Panel[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.panel = panel
        self._frame: AnyFrame | None = None
        self._stale = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setAntialiasing(False)
        self.scene().addItem(panel)
        self._paint_ground()

    def render_frame(self, frame: AnyFrame) -> None:
        """Show `frame`, now or as soon as the canvas can be seen."""
        self._frame = frame
        self._stale = not self.isVisible()
        if not self._stale:
            self.panel.render(frame)

    def set_look(self, look: Look) -> None:
        """Draw in another theme or language."""
        self.panel.set_look(look)
        self.setAccessibleName(look.text(f"panel.{self.panel.key}"))
        self._paint_ground()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the panel's menu."""
        self.menu_wanted.emit(self.panel.key, event.globalPos())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """pyqtgraph's own mouse handling stays out."""
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """pyqtgraph's own mouse handling stays out."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """pyqtgraph's own mouse handling stays out."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """pyqtgraph's own mouse handling stays out."""
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to whoever scrolls around the panel."""
        event.ignore()

    def _paint_ground(self) -> None:
        self.setBackground(self.panel.look.theme.color(self.panel.ground))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the panel to the widget."""
        super().resizeEvent(event)
        if hasattr(self, "panel"):
            self.panel.resize(self.width(), self.height())

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what was missed while hidden."""
        super().showEvent(event)
        if self._stale and self._frame is not None:
            self.render_frame(self._frame)


class TimeCanvas(Canvas):
    """A time panel with its cursor: hover previews, a click or a drag moves it, a row chooses its unit."""

    cursor_moved = Signal(int)
    unit_chosen = Signal(int)
    hovered = Signal(object, object, QPoint)
    drawn = Signal(object, int)  # rows of numbers by step, the step drawn last

    panel: TimePanel
    _drawing = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """pyqtgraph's own mouse handling stays out."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._drawing = self._draw(event.position(), begin=True)
            if not self._drawing:
                self._pick(event.position(), choose_unit=True)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """pyqtgraph's own mouse handling stays out."""
        step = self.panel.columns.step_at(event.position().x())
        here = self._map_at(event.position())
        unit = None if here is None or step is None else here.rows.unit_at(event.position().y() - here.y())
        self.panel.cursor.hover(step, () if unit is None else self.panel.rows_of(unit))
        if event.buttons() & Qt.MouseButton.LeftButton:
            if self._drawing:
                self._draw(event.position(), begin=False)
            else:
                self._pick(event.position(), choose_unit=False)
        self.hovered.emit(step, here, event.globalPosition().toPoint())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Nothing of pyqtgraph's own follows."""
        self._drawing = False
        event.accept()

    def _draw(self, place: QPointF, *, begin: bool) -> bool:
        """Draw on the input where it is numbers; whether the pointer is there."""
        strip = self.panel.tokens
        rows = strip.edit(place.x(), place.y() - strip.y(), begin=begin)
        if rows:
            self.drawn.emit(rows, next(reversed(rows)))
        return bool(rows)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The same as a click."""
        self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Take the preview away."""
        self.panel.cursor.hover(None)
        self.hovered.emit(None, None, QPoint())
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the time axis; with Ctrl, change the width of its columns."""
        turn = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            step = self.panel.columns.step_at(event.position().x())
            if step is not None:
                self.panel.zoom(2 if turn > 0 else -2, step)
        else:
            self.panel.scroll(-3 if turn > 0 else 3)
        event.accept()

    def _pick(self, place: QPointF, *, choose_unit: bool) -> None:
        step = self.panel.columns.step_at(place.x())
        if step is not None:
            self.cursor_moved.emit(step)
        here = self._map_at(place)
        if choose_unit and here is not None and step is not None:
            unit = here.rows.unit_at(place.y() - here.y())
            if unit is not None:
                self.unit_chosen.emit(unit)

    def _map_at(self, place: QPointF) -> HeatMap | None:
        for heat_map in self.panel.maps:
            if heat_map.y() <= place.y() < heat_map.y() + heat_map.rows.total:
                return heat_map
        return None
