"""A configuration's card: who it is, how it stands, its losses seed by seed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from rnnviz.gui import fonts, numbers
from rnnviz.gui.look import Look
from rnnviz.gui.widgets import racewords
from rnnviz.gui.widgets.ink import CENTRE, RIGHT, write, write_elided
from rnnviz.gui.widgets.lines import draw_line
from rnnviz.gui.widgets.logaxis import decades, log10, power, round_ticks
from rnnviz.gui.widgets.plot import Plot
from rnnviz.gui.widgets.racers import Style, draw_mark
from rnnviz.workbench.race.frame import RaceFrame, Racer, Runner

MARGIN, RADIUS = 16, 8
HEAD, GUTTER, TICKS, FOOT = 56, 44, 22, 24
LEAST_PLOT = 30


@dataclass(frozen=True)
class Axes:
    """What all cards of a race share: decades of the loss, and the steps."""

    low: float
    high: float
    steps: float


def draw_card(
    painter: QPainter,
    card: QRectF,
    look: Look,
    frame: RaceFrame,
    racer: Racer,
    style: Style,
    axes: Axes,
) -> None:
    """Paint one card in ``card``."""
    draw_ground(painter, card, look)
    _head(painter, card, look, frame, racer, style)
    area = QRectF(card).adjusted(MARGIN + GUTTER - 12, HEAD, -MARGIN, -(TICKS + FOOT))
    if area.height() >= LEAST_PLOT:
        _plot(painter, Plot(area, 0.0, axes.steps * 1.02, axes.low, axes.high), look, racer, style)
    line = QRectF(card.left() + MARGIN, card.bottom() - FOOT - 2, card.width() - 2 * MARGIN, 18)
    words = racewords.foot(look, frame, racer)
    write_elided(painter, line, words, fonts.ui(12, 500), look.theme.color("ink"))


def draw_ground(painter: QPainter, card: QRectF, look: Look) -> None:
    """The body of a card."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.theme.color("line"), 1))
    painter.setBrush(look.theme.color("bg1"))
    painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def median_runner(racer: Racer) -> Runner | None:
    """The seed in the middle: by the step at which it passed, then by its newest loss; None before any."""
    begun = [runner for runner in racer.runners if len(runner.curves.held_out_step) > 1]
    ranked = sorted(begun, key=_place)
    return ranked[(len(ranked) - 1) // 2] if ranked else None


def _place(runner: Runner) -> tuple[float, float]:
    late = math.inf if runner.steps_to_pass is None else float(runner.steps_to_pass)
    loss = float(runner.curves.held_out[-1])
    return late, loss if runner.status != "diverged" and math.isfinite(loss) else math.inf


def _head(painter: QPainter, card: QRectF, look: Look, frame: RaceFrame, racer: Racer, style: Style) -> None:
    theme = look.theme
    x, y = card.left() + MARGIN, card.top() + 20
    draw_mark(painter, QPointF(x + 5, y), style, 10, None)
    right = _pill(painter, card, look, frame, racer, style)
    name, font = racewords.title(look, racer), fonts.ui(15, 600)
    wide = min(QFontMetricsF(font).horizontalAdvance(name) + 2, right - x - 26)
    write_elided(painter, QRectF(x + 18, y - 11, wide, 22), name, font, theme.color("ink"))
    count = look.text("settings.parameters", count=numbers.count(racer.parameters))
    left = x + 18 + wide + 8
    size = fonts.ui(12, 400)
    if QFontMetricsF(size).horizontalAdvance(count) <= right - left - 6:
        write(painter, QRectF(left, y - 10, right - left, 22), count, size, theme.color("ink3"))
        count = ""
    unit = look.text("compare.error-axis" if racer.metric == "mse" else "compare.loss-axis")
    hint = f"{count} · {unit}" if count else unit
    rect = QRectF(x, card.top() + 34, card.width() - 2 * MARGIN, 16)
    write_elided(painter, rect, hint, fonts.ui(11, 400), theme.color("ink3"))


def _pill(painter: QPainter, card: QRectF, look: Look, frame: RaceFrame, racer: Racer, style: Style) -> float:
    """The result at the right; the x at which it begins."""
    word = racewords.pill(look, frame, racer)
    right = card.right() - MARGIN
    if not word:
        return right
    font = fonts.ui(12, 600)
    wide = QFontMetricsF(font).horizontalAdvance(word) + 20
    name = QFontMetricsF(fonts.ui(15, 600)).horizontalAdvance(racewords.title(look, racer))
    if name + wide + 28 > right - card.left() - MARGIN:  # the number alone, so that the name can be read
        word = racewords.pill(look, frame, racer, brief=True)
        wide = QFontMetricsF(font).horizontalAdvance(word) + 20
    rect = QRectF(right - wide, card.top() + 9, wide, 22)
    queued = math.isnan(racewords.live_score(racer))
    tint = look.theme.color("bg3") if queued else QColor(style.colour)
    if not queued:
        tint.setAlphaF(0.2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    painter.drawRoundedRect(rect, 11, 11)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    ink = look.theme.color("ink2") if queued else style.colour
    write(painter, rect, word, font, ink, CENTRE)
    return rect.left()


def _plot(painter: QPainter, plot: Plot, look: Look, racer: Racer, style: Style) -> None:
    theme, area = look.theme, plot.area
    most = max(2, int(area.height() // 20))
    if plot.high_y - plot.low_y > 2.5:
        ticks = [(float(e), "1" if e == 0 else power(e)) for e in decades(plot.low_y, plot.high_y, most)]
    else:
        ticks = round_ticks(plot.low_y, plot.high_y, most)
    plot.grid(painter, look, ticks)
    steps = plot.high_x / 1.02
    halves = (0, round(steps / 2), round(steps)) if steps % 2 == 0 else (0, round(steps))
    plot.foot(painter, look, [(float(step), f"{step:,}") for step in halves])
    if racer.baseline > 0:
        plot.across(painter, math.log10(racer.baseline), theme.color("ink2"), (1.5, 1.5))
    _marks(painter, plot, look, racer)
    painter.save()
    painter.setClipRect(area.adjusted(0, -3, 2, 3))
    bold = median_runner(racer)
    for runner in sorted(racer.runners, key=lambda runner: runner is bold):
        _curve(painter, plot, look, runner, style, runner is bold)
    painter.restore()
    _names(painter, plot, look, racer, bold)


def _curve(painter: QPainter, plot: Plot, look: Look, runner: Runner, style: Style, bold: bool) -> None:
    curves = runner.curves
    colour = QColor(style.colour)
    colour.setAlphaF(1.0 if bold else 0.42)
    x, y = plot.xs(curves.held_out_step.astype(float)), plot.ys(log10(curves.held_out))
    draw_line(painter, x, y, colour, 2.0 if bold else 1.1, smooth=True)
    there = np.flatnonzero(np.isfinite(y))
    if runner.status == "diverged" and there.size:
        where = QPointF(float(x[there[-1]]), float(y[there[-1]]))
        cross = Style(look.theme.color("warn"), "cross")
        draw_mark(painter, where, cross, 10, look.theme.color("bg1"))


def _marks(painter: QPainter, plot: Plot, look: Look, racer: Racer) -> None:
    """A pass mark that is a loss lies across; the step at which another one was reached stands upright."""
    mark = racer.pass_mark
    if mark is None:
        return
    ok = look.theme.color("ok")
    if mark.metric in ("loss", "mse") and mark.value > 0:
        plot.across(painter, math.log10(mark.value), ok, (4.0, 3.0))
    bold = median_runner(racer)
    if bold is not None and bold.steps_to_pass is not None:
        plot.upright(painter, float(bold.steps_to_pass), ok, (4.0, 3.0))


def _names(painter: QPainter, plot: Plot, look: Look, racer: Racer, bold: Runner | None) -> None:
    """The names of baseline and pass mark, where the fewest curves are: above the one, beside the other."""
    theme, area, font = look.theme, plot.area, fonts.ui(11, 500)
    name = racewords.baseline_name(look, racer)
    wide = QFontMetricsF(font).horizontalAdvance(name)
    if racer.baseline > 0 and wide < area.width():
        y = plot.y(math.log10(racer.baseline))
        rect = QRectF(area.right() - wide, y - 16, wide, 14)
        painter.fillRect(rect, theme.color("bg1", 0.7))
        write(painter, rect, name, font, theme.color("ink2"), RIGHT)
    name, font = racewords.mark_name(look, racer), fonts.ui(11, 600)
    wide = QFontMetricsF(font).horizontalAdvance(name) + 8
    mark = racer.pass_mark
    if mark is not None and mark.metric in ("loss", "mse") and mark.value > 0:
        y = plot.y(math.log10(mark.value))
        sides = (QRectF(area.right() - wide, at, wide, 15) for at in (y + 2, y - 17))
        within = [rect for rect in sides if rect.bottom() < area.bottom()]
        rect = min(within, key=lambda rect: _curves_in(rect, plot, racer))
        painter.fillRect(rect, theme.color("bg1", 0.7))
        write(painter, rect, name, font, theme.color("ok"), CENTRE)
        return
    if bold is None or bold.steps_to_pass is None:
        return
    x = plot.x(float(bold.steps_to_pass)) + 2
    if x + wide > area.right():
        x -= wide + 4
    y = plot.y(math.log10(racer.baseline)) if racer.baseline > 0 else area.top()
    rect = QRectF(x, min(y + 6, area.bottom() - 16), wide, 15)
    painter.fillRect(rect, theme.color("bg1", 0.7))
    write(painter, rect, name, font, theme.color("ok"), CENTRE)


def _curves_in(rect: QRectF, plot: Plot, racer: Racer) -> int:
    """How much of the curves, the baseline among them, a name in ``rect`` would cover: of 32 places each."""
    x = np.linspace(rect.left(), rect.right(), 32)
    lines = [np.full(x.shape, plot.y(math.log10(racer.baseline)))] if racer.baseline > 0 else []
    for curves in (runner.curves for runner in racer.runners):
        if len(curves.held_out_step):
            steps, losses = plot.xs(curves.held_out_step.astype(float)), plot.ys(log10(curves.held_out))
            lines.append(np.interp(x, steps, losses, left=np.nan, right=np.nan))
    return sum(int(np.sum((rect.top() < y) & (y < rect.bottom()))) for y in lines)
