"""How far back the gradient reaches: its size against the distance back in time, with what theory expects."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem

from rnnviz.gui import fonts
from rnnviz.gui.look import Look
from rnnviz.gui.panels.curve import step_ticks
from rnnviz.gui.panels.panel import AnyFrame, Column, Panel, Table
from rnnviz.gui.widgets.distancelines import Line, draw_labels, label_width, lines_of, places, range_of
from rnnviz.gui.widgets.ink import CENTRE, RIGHT, write, write_elided
from rnnviz.gui.widgets.lines import draw_path
from rnnviz.gui.widgets.logaxis import decades, power
from rnnviz.gui.widgets.plot import Plot, dashed
from rnnviz.gui.widgets.racers import draw_mark, styles
from rnnviz.gui.widgets.racewords import title
from rnnviz.gui.widgets.wrap import wrapped
from rnnviz.workbench.frame import Floats
from rnnviz.workbench.race.frame import Ints, RaceFrame

MARGIN, TOP, FOOT, GUTTER = 16, 62, 44, 36
MARK, LEAST_BETWEEN = 7.0, 9.0


class GradientDistancePanel(Panel[RaceFrame]):
    """Medians on a log axis with their quartiles, theory dashed, each line named at its end."""

    key = "gradient-distance"
    of_kind: ClassVar[type[AnyFrame]] = RaceFrame
    figure_size = (784, 380)
    least_size = (420, 240)
    switch_room = 0  # px at the right of the title that the window needs for its switches

    def __init__(self, look: Look, parent: QGraphicsItem | None = None) -> None:
        super().__init__(look, parent)
        self._lines: tuple[Line, ...] = ()

    def render(self, frame: RaceFrame) -> None:
        """Show `frame`; may be called any number of times."""
        self._lines = lines_of(frame, styles(frame.racers, self.look.theme))
        super().render(frame)

    def set_look(self, look: Look) -> None:
        """Draw in another theme or language from now on."""
        super().set_look(look)
        if self.frame is not None:
            self.render(self.frame)

    def plot(self, look: Look) -> Plot:
        """Where the lines lie at the present size."""
        labels = label_width(self._lines, look) if self._lines else 0.0
        wide = max(60.0, self.width - 2 * MARGIN - GUTTER - min(labels, self.width / 3))
        high = max(30.0, self.height - TOP - FOOT)
        low, top = range_of(self._lines)
        last = max((float(line.k[-1]) for line in self._lines), default=1.0)
        area = QRectF(MARGIN + GUTTER, TOP, wide, high)
        return Plot(area, 0.0, max(last, 1.0) * 1.03, low, top)

    def draw(self, painter: QPainter, frame: RaceFrame) -> None:
        """Paint `frame`."""
        theme, look = self.look.theme, self.look
        room = self.width - 2 * MARGIN - self.switch_room
        rect = QRectF(MARGIN, 10, room, 20)
        write_elided(painter, rect, look.text("distance.title"), fonts.ui(13, 600), theme.color("ink"))
        rect = QRectF(MARGIN, 34, self.width - 2 * MARGIN, 18)
        write_elided(painter, rect, self.subtitle(frame), fonts.ui(11, 400), theme.color("ink3"))
        plot = self.plot(look)
        self._axes(painter, plot)
        if not self._lines:
            self._nothing(painter, frame, plot.area)
            return
        painter.save()
        painter.setClipRect(plot.area.adjusted(-MARK, -MARK, MARK, MARK / 2))
        for line in self._lines:
            self._band(painter, plot, line)
        for line in self._lines:
            if line.theory is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                pen = dashed(theme.color("ink2"), 1.2, (5.0, 3.0))
                _polyline(painter, plot, line.k, places(line.theory), pen)
        for line in self._lines:
            _polyline(painter, plot, line.k, places(line.median), line.style.pen(1.8))
            self._marks(painter, plot, line)
        painter.restore()
        draw_labels(painter, plot, self._lines, look, self.width - MARGIN)

    def subtitle(self, frame: RaceFrame) -> str:
        """What is drawn, in words."""
        key = "distance.trained" if frame.view.trained else "distance.untrained"
        return self.look.text(key)

    def _axes(self, painter: QPainter, plot: Plot) -> None:
        most = max(2, int(plot.area.height() // 30))
        exponents = decades(plot.low_y, plot.high_y, most)
        plot.grid(painter, self.look, [(float(e), "1" if e == 0 else power(e)) for e in exponents])
        last = plot.high_x / 1.03
        ticks = step_ticks(last, max(2, int(plot.area.width() // 70)))
        if ticks and last - ticks[-1] < 0.06 * last:
            ticks[-1] = int(last)
        elif ticks:
            ticks.append(int(last))
        plot.foot(painter, self.look, [(float(k), str(k)) for k in ticks])
        rect = QRectF(MARGIN, self.height - 24, self.width - 2 * MARGIN, 16)
        text = self.look.text("distance.axis")
        write(painter, rect, text, fonts.ui(11, 400), self.look.theme.color("ink3"), RIGHT)

    def _band(self, painter: QPainter, plot: Plot, line: Line) -> None:
        """The quartiles as a band where both are known."""
        x, low, high = plot.xs(line.k.astype(float)), plot.ys(places(line.low)), plot.ys(places(line.high))
        known = np.flatnonzero(np.isfinite(low) & np.isfinite(high))
        if known.size < 2:
            return
        corners = [QPointF(float(x[n]), float(high[n])) for n in known]
        corners += [QPointF(float(x[n]), float(low[n])) for n in known[::-1]]
        colour = QColor(line.style.colour)
        colour.setAlphaF(0.22)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF(corners))

    def _marks(self, painter: QPainter, plot: Plot, line: Line) -> None:
        """The shape at every step, or at every so many where they would touch."""
        x, y = plot.xs(line.k.astype(float)), plot.ys(places(line.median))
        between = plot.area.width() / max(1, len(line.k))
        every = max(1, int(np.ceil(LEAST_BETWEEN / max(between, 0.01))))
        gap = self.look.theme.color("bg1")
        for n in range(0, len(line.k), every):
            if np.isfinite(y[n]):
                draw_mark(painter, QPointF(float(x[n]), float(y[n])), line.style, MARK, gap)

    def _nothing(self, painter: QPainter, frame: RaceFrame, area: QRectF) -> None:
        """Why there is no curve."""
        reasons = [racer.why_no_distance for racer in frame.racers if racer.why_no_distance]
        key = reasons[0] if reasons else "distance.later" if frame.view.trained else "distance.measuring"
        font = fonts.ui(12, 400)
        lines = wrapped(self.look.text(key), area.width() - 24, font)
        top = area.center().y() - 9 * len(lines)
        for n, words in enumerate(lines):
            rect = QRectF(area.left(), top + 18 * n, area.width(), 18)
            write(painter, rect, words, font, self.look.theme.color("ink3"), CENTRE)

    def table(self, frame: RaceFrame) -> Table:
        """Medians relative to k = 0, one row a distance and configuration; c is NaN where a cell has none."""
        names: list[str] = []
        parts: dict[str, list[np.ndarray]] = {"k": [], "h": [], "c": []}
        for racer in frame.racers:
            probe = frame.probe_of(racer)
            if probe is not None:
                names += [title(self.look, racer)] * len(probe.k)
                for key, values in probe.columns().items():
                    parts[key].append(values)
        columns: dict[str, Column] = {} if len(frame.racers) == 1 else {"configuration": names}
        for key, found in parts.items():
            columns[key] = np.concatenate(found) if found else np.zeros(0)
        return Table(columns)


def _polyline(painter: QPainter, plot: Plot, k: Ints, logs: Floats, pen: QPen) -> None:
    draw_path(painter, plot.xs(k.astype(float)), plot.ys(logs), pen, smooth=True)
