"""The whole view: settings and centre side by side above the strip."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from rnnviz.gui.canvas import Canvas
from rnnviz.gui.compare.centre import CompareCentre
from rnnviz.gui.compare.fields import race_fields
from rnnviz.gui.compare.strip import RaceStrip
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.settings import SettingsColumn


class ComparePage(QSplitter):
    """Two rows; the settings may be taken out to be a drawer of the window."""

    def __init__(self, look: Look) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.settings = SettingsColumn(look, race_fields())
        self.centre = CompareCentre(look)
        self.strip = RaceStrip(look)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.columns.addWidget(self.settings)
        self.columns.addWidget(self.centre)
        self.columns.setStretchFactor(1, 1)
        for splitter in (self, self.columns):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        self.addWidget(self.columns)
        self.addWidget(self.strip)
        self.setStretchFactor(0, 1)
        self.columns.splitterMoved.connect(self.align)

    def canvases(self) -> tuple[Canvas, ...]:
        """Every panel of the view."""
        return *self.centre.canvases(), self.strip.score

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        for part in (self.settings, self.centre, self.strip):
            part.set_look(look)

    def set_reduced_motion(self, reduced: bool) -> None:
        """Let pills jump instead of slide."""
        self.settings.set_reduced_motion(reduced)
        self.centre.trained.animated = self.centre.state.animated = not reduced

    def take_sizes(self, left: int, foot: int) -> None:
        """Be laid out as another view: the width of the settings, the height of the strip."""
        if self.columns.count() == 2:
            self.columns.setSizes([left, max(1, self.width() - left - 1)])
        self.setSizes([max(1, self.height() - foot - 1), foot])
        self.align()

    def align(self, *_: int) -> None:
        """Put the numbers under the settings; where these are a drawer or closed, the numbers keep 200 px."""
        shown = self.columns.count() == 2 and not self.settings.isHidden()
        left = self.columns.sizes()[0] if shown else 200
        self.strip.numbers.setMinimumWidth(min(232, left))
        self.strip.setSizes([left, max(1, self.width() - left - 1)])
