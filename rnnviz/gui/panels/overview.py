"""The whole view in one picture: everything on the time axis, the chosen unit and step, the training run."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem

from rnnviz.gui.look import Look
from rnnviz.gui.panels.distribution import DistributionPanel
from rnnviz.gui.panels.explore import ExplorePanel
from rnnviz.gui.panels.gradient_norm import GradientNormPanel
from rnnviz.gui.panels.loss import LossPanel
from rnnviz.gui.panels.mosaic import Mosaic
from rnnviz.gui.panels.panel import Table
from rnnviz.gui.panels.unit import UnitPanel
from rnnviz.gui.panels.values import ROW, ValuesPanel
from rnnviz.workbench.frame import Frame

SIDE, FOOT, MARGIN, UNIT = 376, 148, 16, 180


class OverviewPanel(Mosaic[Frame]):
    """The other panels where the window has them, without its controls."""

    key = "overview"
    figure_size: ClassVar[tuple[int, int]] = (1208, 812)
    least_size: ClassVar[tuple[int, int]] = (1000, 700)

    def __init__(self, look: Look, parent: QGraphicsItem | None = None) -> None:
        super().__init__(look, parent)
        self._explore, loss = ExplorePanel(look, self), LossPanel(look, self)
        loss.brief = True
        self.parts = (
            self._explore,
            ValuesPanel(look, self),
            UnitPanel(look, self),
            DistributionPanel(look, self),
            loss,
            GradientNormPanel(look, self),
        )

    def places(self) -> tuple[QRectF, ...]:
        """The side and the foot keep their size, the centre takes the rest."""
        side = min(SIDE, self.width * 0.4)
        left, top = self.width - side, self.height - FOOT
        inner = side - 2 * MARGIN
        rows = 30 + ROW * (len(self.frame.quantities) if self.frame is not None else 6)
        below = MARGIN + rows + 12 + UNIT + 12
        return (
            QRectF(0, 8, left, top - 8),
            QRectF(left + MARGIN, MARGIN, inner, rows),
            QRectF(left + MARGIN, MARGIN + rows + 12, inner, UNIT),
            QRectF(left + MARGIN, below, inner, max(60.0, top - below - 4)),
            QRectF(0, top + 1, left, FOOT - 1),
            QRectF(left, top + 1, side, FOOT - 1),
        )

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint the ground of the centre and the lines between the parts."""
        theme, side = self.look.theme, min(SIDE, self.width * 0.4)
        left, top = self.width - side, self.height - FOOT
        painter.fillRect(QRectF(0, 0, left, top), theme.color(ExplorePanel.ground))
        painter.fillRect(QRectF(left, 0, 1, self.height), theme.color("line"))
        painter.fillRect(QRectF(0, top, self.width, 1), theme.color("line"))

    def table(self, frame: Frame) -> Table:
        """What stands on the time axis."""
        return self._explore.table(frame)
