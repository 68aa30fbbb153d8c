"""Training in numbers: state, step, losses, speed, clipped steps, and how long it will still take."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent

from rnnviz.gui import fonts, numbers
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.ink import RIGHT, write
from rnnviz.gui.widgets.standing import MARGIN, ROW, Standing

TOP = 43  # px above the first row

# Status of the trainer → key of the pill's word, icon, colour token of a dot.
STATES = {
    "paused": ("status.paused", "pause", ""),
    "training": ("status.training", "", "ok"),
    "finished": ("status.finished", "check", ""),
    "diverged": ("status.diverged", "", "warn"),
    "stopped": ("status.stopped", "", "warn"),
}


@dataclass(frozen=True)
class Progress:
    """What the strip shows. Losses in ``unit``, None or NaN while unknown; budget 0 = no known end."""

    status: str = "paused"
    step: int = 0
    budget: int = 0
    train_loss: float | None = None
    held_out_loss: float | None = None
    steps_per_s: float = 0.0
    clipped: int = 0
    unit: str = "unit.nats"

    @property
    def seconds_left(self) -> float | None:
        """Time to the end at the present speed; None when there is no end or no speed."""
        if self.status != "training" or self.budget <= self.step or self.steps_per_s <= 0:
            return None
        return (self.budget - self.step) / self.steps_per_s


class TrainingNumbers(Standing):
    """The first part of the training strip; one paint event draws all of it."""

    def __init__(self, look: Look) -> None:
        self._progress = Progress()
        super().__init__(look, "numbers.title", STATES["paused"])

    def show_progress(self, progress: Progress) -> None:
        """Show new numbers; costs nothing when they are the same."""
        if progress == self._progress:
            return
        state = progress.status != self._progress.status
        self._progress = progress
        if state:
            self.set_state(STATES[progress.status])
            # A screen reader hears the state, not sixty numbers a second.
            self.setAccessibleDescription(self.pill.text())
        self.update()

    def rows(self) -> list[tuple[str, str]]:
        """Return labels and values as they are drawn."""
        p, text = self._progress, self.look.text
        step = numbers.count(p.step)
        share = f" ({numbers.percent(p.clipped / p.step)})" if p.step else ""
        return [
            (text("numbers.step"), f"{step} / {numbers.count(p.budget)}" if p.budget else step),
            (text("numbers.train-loss"), self._nats(p.train_loss)),
            (text("numbers.held-out-loss"), self._nats(p.held_out_loss)),
            (text("numbers.steps-per-s"), numbers.rate(p.steps_per_s or None)),
            (text("numbers.clipped"), numbers.count(p.clipped) + share),
        ]

    def _nats(self, loss: float | None) -> str:
        if loss is None or (math.isnan(loss) and self._progress.status != "diverged"):
            return numbers.NOTHING
        if not math.isfinite(loss):
            return numbers.loss(loss)
        return f"{numbers.loss(loss)} {self.look.text(self._progress.unit)}"

    def time_left(self) -> str:
        """Return "7 s left" in words, empty when no end is known."""
        seconds = self._progress.seconds_left
        if seconds is None:
            return ""
        if seconds < 90:
            return self.look.text("numbers.seconds-left", count=math.ceil(seconds))
        if seconds < 5400:
            return self.look.text("numbers.minutes-left", count=round(seconds / 60))
        return self.look.text("numbers.hours-left", count=numbers.count(round(seconds / 3600)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title, progress and rows."""
        theme = self.look.theme
        painter = QPainter(self)
        p = self._progress
        self.paint_head(painter, p.step / p.budget if p.budget else None)
        where = QRectF(MARGIN, 11, self.pill.x() - MARGIN - 8, 20)
        write(painter, where, self.time_left(), fonts.ui(11), theme.color("ink3"), RIGHT)
        left, wide = MARGIN, self.width() - 2 * MARGIN
        rows = self.rows()
        pitch = min(ROW, (self.height() - TOP - 4) // len(rows))
        for k, (label, value) in enumerate(rows):
            where = QRectF(left, TOP + k * pitch, wide, pitch)
            write(painter, where, label, fonts.ui(12), theme.color("ink2"))
            write(painter, where, value, fonts.mono(12), theme.color("ink"), RIGHT)
