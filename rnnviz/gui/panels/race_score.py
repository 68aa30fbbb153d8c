"""The score over the steps: medians over the seeds, the pass mark, and what guessing gets."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from rnnviz.gui import fonts
from rnnviz.gui.panels.curve import finite, step_ticks
from rnnviz.gui.panels.panel import AnyFrame, Panel, Table
from rnnviz.gui.widgets.ink import write, write_elided
from rnnviz.gui.widgets.lines import draw_path
from rnnviz.gui.widgets.logaxis import decade_range, log10, round_ticks
from rnnviz.gui.widgets.plot import Plot
from rnnviz.gui.widgets.racers import Style, draw_mark, styles
from rnnviz.gui.widgets.racewords import capital, is_share, metric_name, share, title
from rnnviz.gui.widgets.spreadout import spread_out
from rnnviz.workbench.race.frame import Floats, RaceFrame, Racer

MARGIN, TOP, FOOT, GUTTER = 16, 32, 22, 36
PITCH, LEAD, LONGEST_NAME = 14.0, 20.0, 140.0


class RaceScorePanel(Panel[RaceFrame]):
    """Shares on a plain axis, errors on a log axis; each line is named at its end."""

    key = "race-score"
    of_kind: ClassVar[type[AnyFrame]] = RaceFrame
    figure_size = (1176, 148)
    least_size = (480, 110)

    def plot(self, frame: RaceFrame) -> Plot:
        """Where the lines lie at the present size."""
        wide = max(60.0, self.width - 2 * MARGIN - GUTTER - self._label_width(frame))
        area = QRectF(MARGIN + GUTTER, TOP, wide, max(20.0, self.height - TOP - FOOT))
        low, high = self._range(frame)
        return Plot(area, 0.0, float(frame.spec.steps), low, high)

    def _range(self, frame: RaceFrame) -> tuple[float, float]:
        if is_share(frame.racers[0]):
            return -0.04, 1.04
        drawn = [r.spread.score for r in frame.racers] + [np.array([r.baseline]) for r in frame.racers]
        drawn += [np.array([r.pass_mark.value]) for r in frame.racers if r.pass_mark is not None]
        return decade_range(finite(*map(log10, drawn)))

    def _places(self, racer: Racer, values: Floats) -> Floats:
        return values if is_share(racer) else np.asarray(log10(values), np.float64)

    def draw(self, painter: QPainter, frame: RaceFrame) -> None:
        """Paint `frame`."""
        theme, plot, racer = self.look.theme, self.plot(frame), frame.racers[0]
        self._heading(painter, frame)
        plot.grid(painter, self.look, self._ticks(frame, plot))
        steps = step_ticks(plot.high_x, max(2, int(plot.area.width() // 110)))
        plot.foot(painter, self.look, [(float(step), f"{step:,}") for step in steps])
        mark = self._mark(racer)
        if mark is not None:
            plot.across(painter, mark, theme.color("ok"), (4.0, 3.0))
        guess = self._guess(racer)
        if guess is not None:
            plot.across(painter, guess, theme.color("ink2"), (1.5, 1.5))
        painter.save()
        painter.setClipRect(plot.area.adjusted(0, -2, 2, 2))
        found = styles(frame.racers, theme)
        for one, style in zip(frame.racers, found, strict=True):
            self._band(painter, plot, one, style)
        for one, style in zip(frame.racers, found, strict=True):
            y = plot.ys(self._places(one, one.spread.score))
            draw_path(painter, plot.xs(one.spread.step.astype(float)), y, style.pen(1.8), smooth=True)
        painter.restore()
        self._names(painter, frame, plot)

    def _heading(self, painter: QPainter, frame: RaceFrame) -> None:
        theme = self.look.theme
        name = capital(metric_name(self.look, frame.racers[0].metric))
        font = fonts.ui(13, 600)
        write(painter, QRectF(MARGIN, 5, 300, 20), name, font, theme.color("ink"))
        x = MARGIN + QFontMetricsF(font).horizontalAdvance(name) + 10
        hint = self.look.text("score.hint", seeds=len(frame.spec.seeds))
        rect = QRectF(x, 6, self.width - x - MARGIN, 20)
        write_elided(painter, rect, hint, fonts.ui(11, 400), theme.color("ink3"))

    def _ticks(self, frame: RaceFrame, plot: Plot) -> list[tuple[float, str]]:
        racer = frame.racers[0]
        if not is_share(racer):
            return round_ticks(plot.low_y, plot.high_y, max(2, int(plot.area.height() // 18)))
        wanted = [place for place in (self._mark(racer), self._guess(racer)) if place is not None]
        for place in (0.0, 0.5, 1.0):
            if all(abs(plot.y(place) - plot.y(other)) >= PITCH for other in wanted):
                wanted.append(place)
        return [(place, share(place)) for place in wanted]

    def _mark(self, racer: Racer) -> float | None:
        mark = racer.pass_mark
        if mark is None or mark.metric != racer.metric:
            return None
        return mark.value if is_share(racer) else math.log10(mark.value)

    def _guess(self, racer: Racer) -> float | None:
        value = racer.guess
        if not math.isfinite(value):
            return None
        return value if is_share(racer) else math.log10(value)

    def _band(self, painter: QPainter, plot: Plot, racer: Racer, style: Style) -> None:
        spread = racer.spread
        x = plot.xs(spread.step.astype(float))
        low, high = (plot.ys(self._places(racer, v)) for v in (spread.score_low, spread.score_high))
        known = np.flatnonzero(np.isfinite(low) & np.isfinite(high))
        if known.size < 2:
            return
        corners = [QPointF(float(x[n]), float(high[n])) for n in known]
        corners += [QPointF(float(x[n]), float(low[n])) for n in known[::-1]]
        colour = QColor(style.colour)
        colour.setAlphaF(0.13)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF(corners))

    def _label_width(self, frame: RaceFrame) -> float:
        return max(QFontMetricsF(fonts.ui(11, 600)).horizontalAdvance(n) for n in self._all_names(frame)) + (
            LEAD + 14
        )

    def _all_names(self, frame: RaceFrame) -> list[str]:
        font = QFontMetricsF(fonts.ui(11, 600))
        return [
            font.elidedText(title(self.look, racer), Qt.TextElideMode.ElideRight, LONGEST_NAME)
            for racer in frame.racers
        ] + [self.look.text("score.mark"), self.look.text("score.guess")]

    def _names(self, painter: QPainter, frame: RaceFrame, plot: Plot) -> None:
        """Every line's name at the right, led to its end where it had to give way."""
        theme, racer = self.look.theme, frame.racers[0]
        names = self._all_names(frame)
        entries: list[tuple[str, QColor, Style | None, float, float]] = []
        for name, one, style in zip(names, frame.racers, styles(frame.racers, theme), strict=False):
            places = self._places(one, one.spread.score)
            known = np.flatnonzero(np.isfinite(places))
            if known.size:
                at = float(one.spread.step[known[-1]])
                entries.append((name, style.colour, style, at, float(places[known[-1]])))
        for name, token, place in (
            (names[-2], "ok", self._mark(racer)),
            (names[-1], "ink2", self._guess(racer)),
        ):
            if place is not None:
                entries.append((name, theme.color(token), None, plot.high_x, place))
        ends = [plot.y(place) for *_, place in entries]
        room = min(plot.area.bottom() + 4, self.height - 8)
        spread = spread_out(ends, PITCH, plot.area.top() - 2, room)
        left = plot.area.right() + LEAD
        for (name, colour, shape, at, _), end, y in zip(entries, ends, spread, strict=True):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("line2"), 0.8))
            painter.drawLine(QPointF(plot.x(at) + 2, end), QPointF(left - 4, y))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            x = left
            if shape is not None:
                draw_mark(painter, QPointF(left + 4, y), shape, 7, None)
                x += 13
            write(painter, QRectF(x, y - 8, 160, 16), name, fonts.ui(11, 600), colour)

    def table(self, frame: RaceFrame) -> Table:
        """One row an evaluation: median, smallest and largest score and loss over the seeds."""
        names: list[str] = []
        parts: dict[str, list[np.ndarray]] = {}
        for racer in frame.racers:
            names += [title(self.look, racer)] * len(racer.spread.step)
            for key in ("step", "score", "score_low", "score_high", "loss", "loss_low", "loss_high"):
                parts.setdefault(key, []).append(getattr(racer.spread, key))
        return Table({"configuration": names} | {key: np.concatenate(p) for key, p in parts.items()})
