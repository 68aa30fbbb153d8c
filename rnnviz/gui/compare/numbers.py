"""The race in numbers: how it stands, how much of it is done, and how fast each configuration trains."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent

from rnnviz.gui import fonts, numbers
from rnnviz.gui.look import Look
from rnnviz.gui.widgets import racewords
from rnnviz.gui.widgets.ink import RIGHT, write, write_elided
from rnnviz.gui.widgets.racers import draw_mark, styles
from rnnviz.gui.widgets.standing import MARGIN, ROW, Standing
from rnnviz.workbench.race.frame import RaceFrame, Racer

TOP = 62  # px above the first row
STATES = {
    "ready": ("compare.state.ready", "", ""),
    "training": ("status.training", "", "ok"),
    "paused": ("status.paused", "pause", ""),
    "finished": ("status.finished", "check", ""),
}


class RaceNumbers(Standing):
    """The first part of the race's strip; one paint event draws all of it."""

    def __init__(self, look: Look) -> None:
        self._frame: RaceFrame | None = None
        super().__init__(look, "compare.race", STATES["ready"])

    def render_frame(self, frame: RaceFrame) -> None:
        """Show `frame`."""
        before, self._frame = self._frame, frame
        if before is None or before.status != frame.status or before.done != frame.done:
            self.set_state(STATES[frame.status])
            self.setAccessibleDescription(f"{self.pill.text()}, {self._done(frame)}")
        self.update()

    def _done(self, frame: RaceFrame) -> str:
        total = len(frame.racers) * len(frame.spec.seeds)
        return self.look.text("compare.done", done=frame.done, total=total)

    def rows(self) -> list[tuple[str, str]]:
        """Names and values as they are drawn."""
        if self._frame is None:
            return []
        return [(racewords.title(self.look, racer), self._speed(racer)) for racer in self._frame.racers]

    def _speed(self, racer: Racer) -> str:
        """Steps a second of what trains or has trained; a word where there is none."""
        active = racer.active
        if active.status in ("diverged", "stopped") and racer.row.over == racer.row.seeds:
            return self.look.text(f"status.{active.status}")
        if active.status == "waiting":
            return (
                self.look.text("compare.queued") if self._frame and self._frame.running else numbers.NOTHING
            )
        value = active.steps_per_s if active.status == "training" else racer.row.steps_per_s
        return numbers.rate(None if math.isnan(value) else value)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title, progress and rows."""
        theme, painter = self.look.theme, QPainter(self)
        self.paint_head(painter, None if self._frame is None else self._frame.progress)
        if self._frame is None:
            return
        rect = QRectF(MARGIN, 42, self.width() - 2 * MARGIN, 18)
        write(painter, rect, self.look.text("numbers.steps-per-s"), fonts.ui(11), theme.color("ink3"))
        write(painter, rect, self._done(self._frame), fonts.ui(11), theme.color("ink3"), RIGHT)
        pitch = min(ROW, (self.height() - TOP - 3) / max(1, len(self._frame.racers)))
        found = styles(self._frame.racers, theme)
        for k, ((name, value), style) in enumerate(zip(self.rows(), found, strict=True)):
            y = TOP + k * pitch
            draw_mark(painter, QPointF(MARGIN + 4, y + pitch / 2), style, 8, None)
            room = QRectF(MARGIN + 16, y, self.width() - 2 * MARGIN - 16, pitch)
            write(painter, room, value, fonts.mono(12), theme.color("ink"), RIGHT)
            taken = QFontMetricsF(fonts.mono(12)).horizontalAdvance(value) + 8
            room = room.adjusted(0, 0, -taken, 0)
            write_elided(painter, room, name, fonts.ui(12, 500), theme.color("ink"))
