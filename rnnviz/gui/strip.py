"""The training strip at the foot: numbers, loss, gradient norm, each under the column it belongs to."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from rnnviz.gui.canvas import Canvas
from rnnviz.gui.look import Look
from rnnviz.gui.panels.gradient_norm import GradientNormPanel
from rnnviz.gui.panels.loss import LossPanel
from rnnviz.gui.widgets.numbers import Progress, TrainingNumbers
from rnnviz.workbench.frame import Frame


class TrainingStrip(QSplitter):
    """Three parts whose borders follow the columns above."""

    def __init__(self, look: Look) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.numbers = TrainingNumbers(look)
        self.loss_panel = LossPanel(look)
        self.loss = Canvas(self.loss_panel)
        self.norm = Canvas(GradientNormPanel(look))
        for part in (self.numbers, self.loss, self.norm):
            self.addWidget(part)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.setMinimumHeight(128)
        self.loss.setMinimumWidth(200)
        self.norm.setMinimumWidth(160)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        for part in (self.numbers, self.loss, self.norm):
            part.set_look(look)

    def fold_numbers(self, folded: bool) -> None:
        """Give the numbers up to the loss's title, or show them in their own part."""
        self.numbers.setVisible(not folded)
        self.loss_panel.brief = folded
        self.loss_panel.update()

    def render_frame(self, frame: Frame) -> None:
        """Show the run of `frame`."""
        run = frame.run
        self.numbers.show_progress(
            Progress(
                status="paused" if run.status == "untrained" else run.status,
                step=run.step,
                budget=run.budget,
                train_loss=run.loss,
                held_out_loss=run.held_out,
                steps_per_s=run.steps_per_s if run.steps_per_s == run.steps_per_s else 0.0,
                clipped=run.clipped,
                unit="unit.squares" if frame.loss == "mse" else "unit.nats",
            )
        )
        self.loss.render_frame(frame)
        self.norm.render_frame(frame)
