"""The whole race in one picture: the cards, the gradient against distance, the results, the score."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem

from rnnviz.gui.look import Look
from rnnviz.gui.panels.gradient_distance import GradientDistancePanel
from rnnviz.gui.panels.mosaic import Mosaic
from rnnviz.gui.panels.panel import AnyFrame, Table
from rnnviz.gui.panels.race_curves import RaceCurvesPanel
from rnnviz.gui.panels.race_results import RaceResultsPanel
from rnnviz.gui.panels.race_score import RaceScorePanel
from rnnviz.gui.widgets.racecard import draw_ground
from rnnviz.gui.widgets.racewords import title
from rnnviz.workbench.race.frame import RaceFrame

MARGIN, GAP, SIDE, FOURTH, FOOT = 16, 16, 376, 64, 148
CARDS_SHARE, LEAST_CARDS, MOST_CARDS = 0.37, 190.0, 300.0


class RacePanel(Mosaic[RaceFrame]):
    """The other panels of a race where the window has them, without its controls."""

    key = "race"
    of_kind: ClassVar[type[AnyFrame]] = RaceFrame
    ground = "bg0"
    figure_size = (1208, 812)
    least_size = (960, 640)

    def __init__(self, look: Look, parent: QGraphicsItem | None = None) -> None:
        super().__init__(look, parent)
        self.parts = (
            RaceCurvesPanel(look, self),
            GradientDistancePanel(look, self),
            RaceResultsPanel(look, self),
            RaceScorePanel(look, self),
        )

    def places(self) -> tuple[QRectF, ...]:
        """The score keeps its height, cards and plots share the rest."""
        inner = self.width - 2 * MARGIN
        high = self.height - FOOT - 2 * MARGIN
        cards = cards_height(high)
        side = side_width(inner, len(self.frame.racers) if self.frame is not None else 3)
        top, left = MARGIN + cards + GAP, MARGIN + inner - side
        low = high - cards - GAP
        return (
            QRectF(MARGIN, MARGIN, inner, cards),
            QRectF(MARGIN, top, inner - side - GAP, low),
            QRectF(left, top, side, low),
            QRectF(0, self.height - FOOT + 1, self.width, FOOT - 1),
        )

    def draw(self, painter: QPainter, frame: RaceFrame) -> None:
        """Paint the cards' bodies and the ground of the score."""
        for card in self.places()[1:3]:
            draw_ground(painter, card, self.look)
        foot = QRectF(0, self.height - FOOT, self.width, FOOT)
        painter.fillRect(foot, self.look.theme.color("bg1"))
        painter.fillRect(QRectF(foot.left(), foot.top(), foot.width(), 1), self.look.theme.color("line"))

    def table(self, frame: RaceFrame) -> Table:
        """One row a runner: how far it is, and its final score; NaN where there is none (yet)."""
        nan = float("nan")
        rows = [(racer, runner) for racer in frame.racers for runner in racer.runners]
        passed = [(runner.steps_to_pass, runner.seconds_to_pass) for _, runner in rows]
        return Table(
            {
                "configuration": [title(self.look, racer) for racer, _ in rows],
                "cell": [racer.cell for racer, _ in rows],
                "parameters": np.array([racer.parameters for racer, _ in rows]),
                "seed": np.array([runner.seed for _, runner in rows]),
                "status": [runner.status for _, runner in rows],
                "step": np.array([runner.step for _, runner in rows]),
                "loss": np.array([runner.score.get("loss", nan) for _, runner in rows]),
                "metric": [racer.metric for racer, _ in rows],
                "score": np.array([runner.score.get(racer.metric, nan) for racer, runner in rows]),
                "steps_to_pass": np.array([nan if steps is None else steps for steps, _ in passed], float),
                "seconds_to_pass": np.array([nan if s is None else s for _, s in passed], float),
                "steps_per_s": np.array([runner.steps_per_s for _, runner in rows]),
            }
        )


def cards_height(high: float) -> float:
    """How much of the centre's height belongs to the cards."""
    return round(min(max(high * CARDS_SHARE, LEAST_CARDS), MOST_CARDS))


def side_width(inner: float, count: int) -> float:
    """How wide the results of ``count`` configurations are beside the plot."""
    return round(min(SIDE, max(300.0, inner * 0.36)) + (FOURTH if count > 3 else 0))
