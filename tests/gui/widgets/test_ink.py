from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication

from rnnviz.gui import fonts
from rnnviz.gui.widgets.ink import (
    CENTRE,
    LEFT,
    RIGHT,
    OutlinePainter,
    norm_spans,
    symbol_spans,
    write,
    write_elided,
    write_spans,
)
from rnnviz.gui.widgets.lines import draw_line
from rnnviz.gui.widgets.wrap import wrapped

WHITE = QColor("white")


def ink(draw, outline: bool = False) -> np.ndarray:
    """Lightness (H, W) of what `draw` paints on black, 200 × 60."""
    image = QImage(200, 60, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = OutlinePainter(image) if outline else QPainter(image)
    draw(painter)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(60, image.bytesPerLine())
    return rows[:, :200].astype(int)


def columns(picture: np.ndarray) -> tuple[int, int]:
    found = np.flatnonzero(picture.max(axis=0) > 60)
    return int(found[0]), int(found[-1])


@pytest.mark.parametrize("outline", [False, True])
def test_text_stands_where_it_is_aligned(qapp: QApplication, outline: bool) -> None:
    rect, font = QRectF(20, 10, 160, 30), fonts.ui(13)
    places = {}
    for align in (LEFT, CENTRE, RIGHT):
        picture = ink(lambda p, align=align: write(p, rect, "gate", font, WHITE, align), outline)
        places[align] = columns(picture)
        rows = np.flatnonzero(picture.max(axis=1) > 60)
        assert 12 < rows[0] < rows[-1] < 38
    assert abs(places[LEFT][0] - 20) <= 2
    assert abs(places[RIGHT][1] - 179) <= 2
    assert abs(sum(places[CENTRE]) / 2 - 100) <= 2


def test_shapes_and_letters_stand_in_the_same_place(qapp: QApplication) -> None:
    rect, font = QRectF(20, 10, 160, 30), fonts.mono(14)
    one, other = (
        columns(ink(lambda p: write(p, rect, "h␣e", font, WHITE, CENTRE), o)) for o in (True, False)
    )
    assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 1


def test_too_long_a_text_is_elided(qapp: QApplication) -> None:
    rect = QRectF(10, 10, 80, 20)
    picture = ink(lambda p: write_elided(p, rect, "a rather long sentence", fonts.ui(13), WHITE))
    assert columns(picture)[1] <= 90


def test_spans_follow_each_other(qapp: QApplication) -> None:
    ends: list[float] = []
    spans = [*symbol_spans("f", "t", 18, WHITE), ("=", fonts.maths(18, False), WHITE, 0.0)]
    ink(lambda p: ends.append(write_spans(p, 5, 30, spans)))
    assert ends[0] == pytest.approx(5 + sum(QFontMetricsF(f).horizontalAdvance(t) for t, f, _, _ in spans))
    assert "".join(text for text, *_ in norm_spans("c", 14, WHITE, WHITE)) == "‖∂L/∂ct‖"


def test_a_line_breaks_where_there_is_no_number(qapp: QApplication) -> None:
    x = np.arange(0.0, 200.0, 10)
    y = np.full(20, 30.0)
    y[8:12] = np.nan
    picture = ink(lambda p: draw_line(p, x, y, WHITE, 2))
    assert picture[:, 20].max() > 100
    assert picture[:, 95].max() == 0
    assert picture[:, 150].max() > 100
    assert ink(lambda p: draw_line(p, x, np.full(20, np.nan), WHITE, 2)).max() == 0


@pytest.mark.parametrize(
    "text", ["Later steps have no effect on this loss", "后面的时间步对这个损失没有影响。", ""]
)
def test_wrapped_lines_fit_and_lose_nothing(qapp: QApplication, text: str) -> None:
    font = fonts.ui(12)
    lines = wrapped(text, 90, font)
    assert all(QFontMetricsF(font).horizontalAdvance(line) <= 91 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    if text:
        assert len(lines) > 1
