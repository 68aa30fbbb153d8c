"""The global gradient norm over training, the clip threshold and the steps that it clipped."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from rnnviz.gui import fonts
from rnnviz.gui.panels.curve import CurvePanel, finite
from rnnviz.gui.panels.panel import Table
from rnnviz.gui.widgets.ink import write
from rnnviz.gui.widgets.logaxis import log10
from rnnviz.workbench.frame import Frame


class GradientNormPanel(CurvePanel):
    """‖gradient‖ of each step before clipping, log axis; a triangle marks where it was clipped."""

    key = "gradient-norm"
    figure_size = (376, 200)

    def render(self, frame: Frame) -> None:
        """Show `frame`; may be called any number of times."""
        super().render(frame)
        curves = frame.run.curves
        values = log10(curves.grad_norm) if curves is not None else np.zeros(0)
        clip = log10(np.array([frame.run.clip])) if frame.run.clip > 0 else np.zeros(0)
        self.scale(frame, finite(values, clip))

    def legend_left(self) -> float:
        """Where the legend begins."""
        return self.width - 16 - 108

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint `frame`."""
        theme, run = self.look.theme, frame.run
        area = self.draw_frame(painter, self.look.text("norm.title"), self.look.text("norm.hint"))
        self._legend(painter, frame)
        if run.curves is not None:
            self.line(painter, run.curves.step, log10(run.curves.grad_norm), "ink2", 1.0, smooth=False)
        self.line_across(painter, run.clip, theme.color("warn"), [4, 3], "", 1.0)
        if run.curves is not None:
            self._events(painter, run.curves.step[run.curves.clipped > 0], area)

    def _events(self, painter: QPainter, steps: np.ndarray, area: QRectF) -> None:
        """One triangle for every few pixels with a clipped step in them: none hidden, none drawn twice."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.theme.color("warn"))
        places = np.round((area.left() + area.width() * steps / (self.last * 1.02)) / 4) * 4
        y = area.top() - 7
        for x in dict.fromkeys(places.tolist()):
            painter.drawPolygon(QPolygonF([QPointF(x - 3.5, y), QPointF(x + 3.5, y), QPointF(x, y + 6)]))

    def _legend(self, painter: QPainter, frame: Frame) -> None:
        if frame.run.clip <= 0:
            return
        theme = self.look.theme
        label = self.look.text("norm.clip", value=f"{frame.run.clip:g}")
        painter.setFont(fonts.ui(11, 600))
        x = self.width - 16 - painter.fontMetrics().horizontalAdvance(label)
        write(painter, QRectF(x, 5, 120, 18), label, fonts.ui(11, 600), theme.color("warn"))
        pen = QPen(theme.color("warn"), 1.4)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLine(QPointF(x - 24, 14), QPointF(x - 6, 14))

    def table(self, frame: Frame) -> Table:
        """One row a recorded step: the norm, how many of its steps were clipped, the threshold now."""
        curves = frame.run.curves
        if curves is None:
            empty = np.zeros(0)
            return Table({"step": empty, "grad_norm": empty, "clipped": empty})
        return Table({"step": curves.step, "grad_norm": curves.grad_norm, "clipped": curves.clipped})
