"""One card a configuration: its losses seed by seed, all cards on the same axes."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem

from rnnviz.gui.look import Look
from rnnviz.gui.panels.curve import finite
from rnnviz.gui.panels.panel import AnyFrame, Panel, Table
from rnnviz.gui.widgets.logaxis import decade_range, log10
from rnnviz.gui.widgets.racecard import Axes, draw_card
from rnnviz.gui.widgets.racers import styles
from rnnviz.gui.widgets.racewords import title
from rnnviz.workbench.race.frame import RaceFrame

GAP = 16
LEAST_CARD = 200


class RaceCurvesPanel(Panel[RaceFrame]):
    """Held-out loss on a log axis; the median seed is bold, the others thin, failures stay."""

    key = "race-curves"
    of_kind: ClassVar[type[AnyFrame]] = RaceFrame
    ground = "bg0"
    figure_size = (1176, 232)
    least_size = (600, 190)

    def __init__(self, look: Look, parent: QGraphicsItem | None = None) -> None:
        super().__init__(look, parent)
        self.axes = Axes(0.0, 1.0, 100.0)

    def render(self, frame: RaceFrame) -> None:
        """Show `frame`; may be called any number of times."""
        self.axes = axes_of(frame)
        super().render(frame)

    def draw(self, painter: QPainter, frame: RaceFrame) -> None:
        """Paint `frame`."""
        count = len(frame.racers)
        wide = (self.width - GAP * (count - 1)) / count
        for n, (racer, style) in enumerate(
            zip(frame.racers, styles(frame.racers, self.look.theme), strict=True)
        ):
            left = round(n * (wide + GAP))
            card = QRectF(left, 0, round(n * (wide + GAP) + wide) - left, self.height)
            draw_card(painter, card, self.look, frame, racer, style, self.axes)

    def table(self, frame: RaceFrame) -> Table:
        """One row an evaluation: whose it is, its seed, its step, loss and score on held-out data."""
        names: list[str] = []
        seeds, steps, losses, scores = [], [], [], []
        for racer in frame.racers:
            for runner in racer.runners:
                curves = runner.curves
                names += [title(self.look, racer)] * len(curves.held_out_step)
                seeds.append(np.full(len(curves.held_out_step), runner.seed))
                steps.append(curves.held_out_step)
                losses.append(curves.held_out)
                scores.append(curves.held_out_score)
        columns = {"seed": seeds, "step": steps, "loss": losses, "score": scores}
        return Table(
            {"configuration": names} | {key: np.concatenate(parts) for key, parts in columns.items()}
        )


def axes_of(frame: RaceFrame) -> Axes:
    """One range for all cards: whole decades round every loss, baseline and mark."""
    drawn = [runner.curves.held_out for racer in frame.racers for runner in racer.runners]
    marks = [racer.baseline for racer in frame.racers] + [
        mark
        for racer in frame.racers
        if racer.pass_mark is not None
        for mark in [racer.pass_mark.value]
        if racer.pass_mark.metric in ("loss", "mse")
    ]
    values = finite(*map(log10, drawn), log10(np.array(marks)))
    low, high = decade_range(values)
    top = float(values.max()) if values.size else high
    # A range that ends where the baseline is would have no room for its name.
    return Axes(low, max(min(high, math.ceil((top + 0.18) * 4) / 4), low + 1.0), float(frame.spec.steps))
