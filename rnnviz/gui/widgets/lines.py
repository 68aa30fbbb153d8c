"""Curves as paths in pixels: pyqtgraph turns arrays into paths, our pens keep their width in every file."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from rnnviz.workbench.frame import Floats


def draw_line(
    painter: QPainter, x: Floats, y: Floats, colour: QColor, width: float, *, smooth: bool = False
) -> None:
    """A line through the points (pixels), broken where y is not finite.

    `smooth` antialiases: for calm lines only, a noisy one of thousands of points takes seconds.
    """
    draw_path(painter, x, y, QPen(colour, width), smooth=smooth)


def draw_path(painter: QPainter, x: Floats, y: Floats, pen: QPen, *, smooth: bool = False) -> None:
    """`draw_line` with a pen of one's own."""
    if not np.isfinite(y).any():
        return
    path = pg.arrayToQPath(np.asarray(x, float), np.asarray(y, float), connect="finite")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawPath(path)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
