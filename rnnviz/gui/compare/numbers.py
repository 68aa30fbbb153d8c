"""The race in numbers: how it stands, how much of it is done, and how fast each configuration trains."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from rnnviz.gui import fonts, numbers
from rnnviz.gui.look import Look
from rnnviz.gui.widgets import racewords
from rnnviz.gui.widgets.body import body
from rnnviz.gui.widgets.ink import RIGHT, write, write_elided
from rnnviz.gui.widgets.labels import Pill
from rnnviz.gui.widgets.racers import draw_mark, styles
from rnnviz.workbench.race.frame import RaceFrame, Racer

MARGIN, ROW, TOP = 20, 20, 62
STATES = {
    "ready": ("compare.state.ready", "", ""),
    "training": ("status.training", "", "ok"),
    "paused": ("status.paused", "pause", ""),
    "finished": ("status.finished", "check", ""),
}


class RaceNumbers(QWidget):
    """The first part of the race's strip; one paint event draws all of it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._frame: RaceFrame | None = None
        self.pill = Pill(look, *STATES["ready"])
        self.pill.setParent(self)
        self.setMinimumWidth(232)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        self.pill.set_look(look)
        self.setAccessibleName(look.text("compare.race"))
        self._place()
        self.update()

    def render_frame(self, frame: RaceFrame) -> None:
        """Show `frame`."""
        before, self._frame = self._frame, frame
        if before is None or before.status != frame.status or before.done != frame.done:
            self.pill.set_state(*STATES[frame.status])
            self._place()
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
        theme, painter = self.look.theme, QPainter(self)
        painter.fillRect(self.rect(), theme.color("bg1"))
        write(painter, QRectF(MARGIN, 11, 80, 20), self.look.text("compare.race"), fonts.ui(13, 600),
              theme.color("ink"))  # fmt: skip
        if self._frame is None:
            return
        self._progress(painter, self._frame)
        rect = QRectF(MARGIN, 42, self.width() - 2 * MARGIN, 18)
        write(painter, rect, self.look.text("numbers.steps-per-s"), fonts.ui(11), theme.color("ink3"))
        write(painter, rect, self._done(self._frame), fonts.ui(11), theme.color("ink3"), RIGHT)
        pitch = min(ROW, (self.height() - TOP - 3) / max(1, len(self._frame.racers)))
        found = styles(self._frame.racers, theme)
        for k, ((name, value), style) in enumerate(zip(self.rows(), found, strict=True)):
            y = TOP + k * pitch
            draw_mark(painter, QPointF(MARGIN + 4, y + pitch / 2), style, 8, None)
            room = QRectF(MARGIN + 16, y, self.width() - 2 * MARGIN - 16 - 64, pitch)
            write_elided(painter, room, name, fonts.ui(12, 500), theme.color("ink"))
            where = QRectF(self.width() - MARGIN - 90, y, 90, pitch)
            write(painter, where, value, fonts.mono(12), theme.color("ink"), RIGHT)

    def _progress(self, painter: QPainter, frame: RaceFrame) -> None:
        theme = self.look.theme
        track = QRect(MARGIN, 37, self.width() - 2 * MARGIN, 3)
        body(painter, track, theme.color("bg3"), None, 1.5)
        if frame.progress > 0:
            done = max(3, round(track.width() * frame.progress))
            body(painter, QRect(track.topLeft(), QSize(done, 3)), theme.color("ink2"), None, 1.5)
