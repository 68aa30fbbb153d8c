"""The whole view in one picture: everything on the time axis, the chosen unit and step, the training run."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem

from rnnviz.gui.look import Look
from rnnviz.gui.panels.distribution import DistributionPanel
from rnnviz.gui.panels.explore import ExplorePanel
from rnnviz.gui.panels.gradient_norm import GradientNormPanel
from rnnviz.gui.panels.loss import LossPanel
from rnnviz.gui.panels.panel import Panel, Table
from rnnviz.gui.panels.unit import UnitPanel
from rnnviz.gui.panels.values import ROW, ValuesPanel
from rnnviz.workbench.frame import Frame

SIDE, FOOT, MARGIN, UNIT = 376, 148, 16, 180


class OverviewPanel(Panel[Frame]):
    """The other panels where the window has them, without its controls."""

    key = "overview"
    figure_size: ClassVar[tuple[int, int]] = (1208, 812)
    least_size: ClassVar[tuple[int, int]] = (1000, 700)

    def __init__(self, look: Look, parent: QGraphicsItem | None = None) -> None:
        super().__init__(look, parent)
        self._explore, self._values = ExplorePanel(look, self), ValuesPanel(look, self)
        self._unit, self._next = UnitPanel(look, self), DistributionPanel(look, self)
        self._loss, self._norm = LossPanel(look, self), GradientNormPanel(look, self)
        self._loss.brief = True
        self.parts = (self._explore, self._values, self._unit, self._next, self._loss, self._norm)

    def arrange(self) -> None:
        """Lay the parts out; the side and the foot keep their size, the centre takes the rest."""
        side = min(SIDE, self.width * 0.4)
        left, top = self.width - side, self.height - FOOT
        inner = side - 2 * MARGIN
        rows = 30 + ROW * (len(self.frame.quantities) if self.frame is not None else 6)
        below = MARGIN + rows + 12 + UNIT + 12
        places = (
            (self._explore, QRectF(0, 8, left, top - 8)),
            (self._values, QRectF(left + MARGIN, MARGIN, inner, rows)),
            (self._unit, QRectF(left + MARGIN, MARGIN + rows + 12, inner, UNIT)),
            (self._next, QRectF(left + MARGIN, below, inner, max(60.0, top - below - 4))),
            (self._loss, QRectF(0, top + 1, left, FOOT - 1)),
            (self._norm, QRectF(left, top + 1, side, FOOT - 1)),
        )
        for part, place in places:
            part.setPos(QPointF(place.x(), place.y()))
            part.resize(place.width(), place.height())

    def render(self, frame: Frame) -> None:
        """Show `frame` in every part."""
        super().render(frame)
        self.arrange()
        for part in self.parts:
            part.render(frame)

    def set_look(self, look: Look) -> None:
        """Draw in another theme or language from now on."""
        super().set_look(look)
        for part in self.parts:
            part.set_look(look)

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
