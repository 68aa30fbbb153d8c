"""Training in numbers: state, step, losses, speed, clipped steps, and how long it will still take."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from rnnviz.gui import fonts, numbers
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.body import body
from rnnviz.gui.widgets.labels import Pill

MARGIN = 20
ROW = 20
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


class TrainingNumbers(QWidget):
    """The first part of the training strip; one paint event draws all of it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._progress = Progress()
        self.pill = Pill(look, "status.paused", "pause")
        self.pill.setParent(self)
        self.setMinimumWidth(232)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        self.pill.set_look(look)
        self.setAccessibleName(look.text("numbers.title"))
        self._place()
        self.update()

    def show_progress(self, progress: Progress) -> None:
        """Show new numbers; costs nothing when they are the same."""
        if progress == self._progress:
            return
        state = progress.status != self._progress.status
        self._progress = progress
        if state:
            self.pill.set_state(*STATES[progress.status])
            self._place()
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

    def sizeHint(self) -> QSize:
        """Return the size of the strip's left part."""
        return QSize(232, 148)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the pill at the right."""
        self._place()

    def _place(self) -> None:
        size = self.pill.sizeHint()
        self.pill.setGeometry(QRect(self.width() - MARGIN - size.width(), 11, size.width(), size.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title, progress and rows."""
        theme = self.look.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("bg1"))
        self._heading(painter)
        left, wide = MARGIN, self.width() - 2 * MARGIN
        side = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        rows = self.rows()
        pitch = min(ROW, (self.height() - TOP - 4) // len(rows))
        for k, (label, value) in enumerate(rows):
            where = QRectF(left, TOP + k * pitch, wide, pitch)
            painter.setFont(fonts.ui(12))
            painter.setPen(theme.color("ink2"))
            painter.drawText(where, side | Qt.AlignmentFlag.AlignLeft, label)
            painter.setFont(fonts.mono(12))
            painter.setPen(theme.color("ink"))
            painter.drawText(where, side | Qt.AlignmentFlag.AlignRight, value)

    def _heading(self, painter: QPainter) -> None:
        theme, p = self.look.theme, self._progress
        painter.setFont(fonts.ui(13, 600))
        painter.setPen(theme.color("ink"))
        painter.drawText(MARGIN, 26, self.look.text("numbers.title"))
        painter.setFont(fonts.ui(11))
        painter.setPen(theme.color("ink3"))
        where = QRectF(MARGIN, 11, self.pill.x() - MARGIN - 8, 20)
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self.time_left())
        if not p.budget:
            return
        track = QRect(MARGIN, 36, self.width() - 2 * MARGIN, 3)
        body(painter, track, theme.color("bg3"), None, 1.5)
        if p.step:
            done = max(3, round(track.width() * min(1.0, p.step / p.budget)))
            body(painter, QRect(track.topLeft(), QSize(done, 3)), theme.color("ink2"), None, 1.5)
