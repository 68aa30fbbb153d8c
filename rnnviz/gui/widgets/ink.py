"""Text and symbols for painters: the few ways in which panels write."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath

from rnnviz.gui import fonts

# Flags are combined once: Python's enumerations take microseconds to do it.
_ONE_LINE = Qt.TextFlag.TextDontClip | Qt.TextFlag.TextSingleLine
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | _ONE_LINE)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | _ONE_LINE)
CENTRE = int(Qt.AlignmentFlag.AlignCenter | _ONE_LINE)


def write(painter: QPainter, rect: QRectF, text: str, font: QFont, colour: QColor, align: int = LEFT) -> None:
    """Write one line inside `rect`, clipped by nothing."""
    painter.setFont(font)
    painter.setPen(colour)
    if isinstance(painter, OutlinePainter):
        _write_outline(painter, rect, text, font, align)
    else:
        painter.drawText(rect, align, text)


class OutlinePainter(QPainter):
    """Writes letters as shapes. SVG names fonts but does not carry them; shapes look alike everywhere."""


def _write_outline(painter: QPainter, rect: QRectF, text: str, font: QFont, align: int) -> None:
    metrics = QFontMetricsF(font)
    spare = rect.width() - metrics.horizontalAdvance(text)
    x = rect.left() + {LEFT: 0.0, RIGHT: spare}.get(align, spare / 2)
    y = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2
    _fill_text(painter, QPointF(x, y), text, font)


def _fill_text(painter: QPainter, place: QPointF, text: str, font: QFont) -> None:
    path = QPainterPath()
    path.addText(place, font, text)
    painter.fillPath(path, painter.pen().color())


def write_elided(
    painter: QPainter, rect: QRectF, text: str, font: QFont, colour: QColor, align: int = LEFT
) -> None:
    """Write one line, with … where it would leave `rect`."""
    fitted = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    write(painter, rect, fitted, font, colour, align)


def write_fitted(
    painter: QPainter, rect: QRectF, text: str, size: int, weight: int, colour: QColor, least: int = 8
) -> None:
    """Write a token in the middle of `rect`, smaller or with … where it is too wide."""
    if len(text) > 1:
        while (
            size > least
            and QFontMetricsF(fonts.mono(size, weight)).horizontalAdvance(text) > rect.width() - 2
        ):
            size -= 1
        metrics = QFontMetricsF(fonts.mono(size, weight))
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 1)
    write(painter, rect, text, fonts.mono(size, weight), colour, CENTRE)


def write_spans(
    painter: QPainter, x: float, baseline: float, spans: Sequence[tuple[str, QFont, QColor, float]]
) -> float:
    """Write spans (text, font, colour, drop in px) one after the other; returns the x after the last."""
    for text, font, colour, drop in spans:
        painter.setFont(font)
        painter.setPen(colour)
        if isinstance(painter, OutlinePainter):
            _fill_text(painter, QPointF(x, baseline + drop), text, font)
        else:
            painter.drawText(QPointF(x, baseline + drop), text)
        x += QFontMetricsF(font).horizontalAdvance(text)
    return x


def symbol_spans(
    letter: str, subscript: str, size: int, colour: QColor
) -> list[tuple[str, QFont, QColor, float]]:
    """An italic letter with an italic subscript (x 0.72, 22 % down), as mathematics sets it."""
    small = max(8, round(size * 0.72))
    return [
        (letter, fonts.maths(size, True), colour, 0.0),
        (subscript, fonts.maths(small, True), colour, size * 0.22),
    ]


def norm_spans(state: str, size: int, ink: QColor, colour: QColor) -> list[tuple[str, QFont, QColor, float]]:
    """‖∂L/∂h_t‖ with the state in its own colour."""
    upright = fonts.maths(size, False)
    italic = fonts.maths(size, True)
    return [
        ("‖∂", upright, ink, 0.0),
        ("L", italic, ink, 0.0),
        ("/∂", upright, ink, 0.0),
        *symbol_spans(state, "t", size, colour),
        ("‖", upright, ink, 0.0),
    ]
