"""A pyqtgraph view with everything removed that would move data off its pixels."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtWidgets import QGraphicsItem


def bare_view(parent: QGraphicsItem) -> pg.ViewBox:
    """A ViewBox without border, menu, mouse, padding or automatic range, inside `parent`."""
    view = pg.ViewBox(enableMenu=False, enableMouse=False, border=None, defaultPadding=0.0)
    view.setParentItem(parent)
    view.disableAutoRange()
    view.setAcceptHoverEvents(False)
    view.setAcceptedMouseButtons(pg.QtCore.Qt.MouseButton.NoButton)
    return view
