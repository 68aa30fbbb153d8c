"""How a card looks: title, promise, the curve of a finished run, its result."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from rnnviz.gui import fonts, icons, numbers
from rnnviz.gui.gallery.library import Card
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.body import body
from rnnviz.gui.widgets.ink import RIGHT, write, write_elided
from rnnviz.gui.widgets.lines import draw_line
from rnnviz.gui.widgets.logaxis import log10, log_range
from rnnviz.gui.widgets.wrap import wrapped

PAD = 14
LINE = 16
CURVE_TOP, FOOT = 70, 26
RADIUS = 8
PROMISE_LINES, PROBLEM_LINES = 2, 4
DOTS, DASHES = (1.5, 2.5), (4.0, 3.0)


def paint_card(painter: QPainter, rect: QRect, card: Card, look: Look, *, chosen: bool, hover: bool) -> None:
    """Draw `card` in `rect`; the chosen one has a border of ink."""
    theme = look.theme
    painter.save()
    ground = theme.color("bg2" if hover and not chosen else "bg0")
    body(painter, rect, ground, None if chosen else theme.color("line2"), RADIUS)
    if chosen:
        painter.setPen(QPen(theme.color("ink"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
    inner = QRectF(rect).adjusted(PAD, 11, -PAD, -9)
    tag = look.text("gallery.own-tag") if card.own else ""
    room = inner.width() - (_tag(painter, inner, tag, look) + 8 if tag else 0)
    write_elided(
        painter,
        QRectF(inner.left(), inner.top(), room, 18),
        card.title,
        fonts.ui(13, 600),
        theme.color("ink"),
    )
    _promise(painter, inner, card, look)
    foot = QRectF(inner.left(), rect.bottom() - FOOT, inner.width(), 18)
    if card.problem is None:
        about = f"{look.text(f'cell.{card.cell}')} {card.hidden}"
        write(painter, foot, about, fonts.ui(11), theme.color("ink3"), RIGHT)
    if card.run is not None and len(card.run.step) > 1:
        top = rect.top() + CURVE_TOP
        _curve(painter, QRectF(inner.left(), top, inner.width(), foot.top() - 5 - top), card, look)
    _result(painter, foot.adjusted(0, 0, -86, 0), card, look)
    painter.restore()


def _tag(painter: QPainter, inner: QRectF, text: str, look: Look) -> float:
    font = fonts.ui(10, 500)
    painter.setFont(font)
    wide = painter.fontMetrics().horizontalAdvance(text) + 12
    pill = QRectF(inner.right() - wide, inner.top() + 1, wide, 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.theme.color("bg3"))
    painter.drawRoundedRect(pill, 8, 8)
    write(painter, pill.adjusted(6, 0, 0, 0), text, font, look.theme.color("ink2"))
    return wide


def _promise(painter: QPainter, inner: QRectF, card: Card, look: Look) -> None:
    font, colour = fonts.ui(12), look.theme.color("ink2")
    text, lines_wanted = card.promise, PROMISE_LINES
    if card.problem is not None:
        text, lines_wanted = look.catalogue.error(card.problem), PROBLEM_LINES
        font, colour = fonts.ui(11), look.theme.color("warn")
    for place, line in enumerate(wrapped(text, inner.width(), font, lines_wanted)):
        rect = QRectF(inner.left(), inner.top() + 20 + place * LINE, inner.width(), LINE)
        write_elided(painter, rect, line, font, colour)


def _curve(painter: QPainter, area: QRectF, card: Card, look: Look) -> None:
    """The share that is right with its mark where more is better, else the loss on a log axis.

    The trivial baseline of the loss is dotted, a pass mark dashed.
    """
    run = card.run
    assert run is not None
    theme = look.theme
    shares = run.above and bool(run.scores) and not run.blew_up
    if shares:
        values, places = np.array(run.scores), np.array([np.nan, run.mark])
        low, high = 0.0, 1.04
    else:
        values = log10(np.array(run.held_out))
        places = log10(np.array([run.baseline, run.mark if run.metric in ("loss", "mse") else np.nan]))
        low, high = log_range(np.concatenate([values, places]), 0.3)

    def y(value: np.ndarray) -> np.ndarray:
        return np.asarray(area.top() + area.height() * (high - value) / (high - low))

    for place, token, dashes in zip(y(places), ("ink3", "ok"), (DOTS, DASHES), strict=True):
        if np.isfinite(place):
            _level(painter, area, float(place), theme.color(token), dashes)
    step = np.array(run.step, float)
    x = area.left() + area.width() * step / max(step[-1], 1.0)
    colour = theme.color("warn" if run.blew_up else "ink")
    draw_line(painter, x, y(values), colour, 1.6, smooth=True)


def _level(painter: QPainter, area: QRectF, y: float, colour: QColor, dashes: tuple[float, float]) -> None:
    pen = QPen(colour, 1.2)
    pen.setDashPattern(dashes)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawLine(QPointF(area.left(), round(y) + 0.5), QPointF(area.right(), round(y) + 0.5))


def _result(painter: QPainter, foot: QRectF, card: Card, look: Look) -> None:
    theme = look.theme
    if card.run is not None and card.run.passed:
        icons.draw(painter, "check", foot.topLeft() + QPointF(-2, 2), theme.color("ok"), 14)
        foot = foot.adjusted(16, 0, 0, 0)
    write_elided(painter, foot, result_line(card, look), fonts.ui(11), theme.color("ink3"))


def result_line(card: Card, look: Look) -> str:
    """What came of the finished run, in a few words; "" for a file that cannot be read."""
    run, text = card.run, look.text
    if run is None:
        return "" if card.problem is not None else text("gallery.no-run")
    if run.blew_up:
        return text("gallery.blew-up", step=numbers.count(run.steps))
    metric = run.metric or "loss"
    end = run.score.get(metric, float("nan"))
    name = text(f"metric.{metric}") if f"metric.{metric}" in look.catalogue else metric
    if metric in ("loss", "mse"):
        first = run.held_out[0] if run.held_out else float("nan")
        return text("gallery.result-fall", metric=name, first=short(first), last=short(end))
    return text("gallery.result", metric=name, value=numbers.with_minus(f"{100 * end:.1f} %"))


def short(value: float) -> str:
    """Two significant figures that fit on a card: 3.1, 0.15, 8.3e−3."""
    return numbers.with_minus(f"{value:.2g}") if abs(value) >= 0.01 else numbers.loss(value)
