"""The strip at the foot of the view: the race in numbers, and the score over the steps."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from rnnviz.gui.canvas import Canvas
from rnnviz.gui.compare.numbers import RaceNumbers
from rnnviz.gui.look import Look
from rnnviz.gui.panels.race_score import RaceScorePanel


class RaceStrip(QSplitter):
    """Two parts; the numbers stand under the settings."""

    def __init__(self, look: Look) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.numbers = RaceNumbers(look)
        self.score = Canvas(RaceScorePanel(look))
        self.addWidget(self.numbers)
        self.addWidget(self.score)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.setStretchFactor(1, 1)
        self.setMinimumHeight(128)
        self.score.setMinimumWidth(300)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.numbers.set_look(look)
        self.score.set_look(look)
