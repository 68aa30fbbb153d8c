"""A heat map of one quantity: a row a unit, a column a step, the chosen unit magnified.

One QImage at the pixels of the panel, so that nothing is interpolated, on screen or in a file. All maps
share the order of the units and the columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPolygonF
from PySide6.QtWidgets import QGraphicsItem

from rnnviz.engine.quantity import Quantity
from rnnviz.gui import fonts, numbers
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.ink import LEFT, symbol_spans, write, write_elided, write_spans
from rnnviz.gui.widgets.strip import BAR_GUTTER, GUTTER, PADDING, Strip
from rnnviz.workbench.frame import Floats, Frame, Ints

MOST_UNITS = 96
FEW_UNITS = 32  # up to so many, a unit has 2 px or is not shown
SMALLEST, LOW, TALLEST = 6, 9, 14  # px of the magnified row; 6 only where the others have 1 or 2
STAGES = {"forget": 1, "select": 2, "output": 3}


@dataclass(frozen=True)
class Rows:
    """Which units stand where: `units` from top to bottom, each `heights` pixels tall."""

    units: Ints
    heights: Ints
    chosen: int

    @property
    def total(self) -> int:
        """Pixels of all rows."""
        return int(self.heights.sum())

    def top_of_chosen(self) -> int:
        """Pixels above the magnified row."""
        return int(self.heights[: self.chosen].sum())

    def span(self, unit: int) -> tuple[int, int] | None:
        """First pixel of a unit's row and its height; None where the unit is not shown."""
        found = np.flatnonzero(self.units == unit)
        if not found.size:
            return None
        return int(self.heights[: found[0]].sum()), int(self.heights[found[0]])

    def unit_at(self, y: float) -> int | None:
        """The unit under pixel `y` of the map."""
        ends = np.cumsum(self.heights)
        row = int(np.searchsorted(ends, y, side="right"))
        return int(self.units[row]) if y >= 0 and row < len(self.units) else None


def fit_rows(order: Ints, unit: int, height: int) -> Rows:
    """Lay the units of `order` out in `height` pixels with `unit` magnified to 6 … 14 pixels.

    Every other unit gets the same whole number of pixels, one at least, two in a layer of up to 32; where
    that does not fit (or above 96 units) a window of the order around the chosen unit is shown.
    """
    place = int(np.flatnonzero(order == unit)[0])
    least = least_row(len(order))
    count = min(len(order), MOST_UNITS, max(1, (height - SMALLEST) // least + 1))
    first = min(max(place - count // 2, 0), len(order) - count)
    others = max(count - 1, 1)
    each = max(least, (height - SMALLEST) // others)
    if each > 2:
        each = max(2, (height - LOW) // others)
    heights = np.full(count, each)
    heights[place - first] = min(TALLEST, max(SMALLEST, height - each * (count - 1)))
    return Rows(order[first : first + count], heights, place - first)


def least_row(units: int) -> int:
    """Pixels below which a unit's row is not drawn, in a layer of so many."""
    return 2 if units <= FEW_UNITS else 1


def least_map_height(units: int) -> int:
    """Pixels below which a map cannot show its units: 2 px each up to 32 of them, else 1 px, up to 96."""
    return (min(units, MOST_UNITS) - 1) * least_row(units) + SMALLEST


class HeatMap(Strip):
    """One quantity of the layer in view."""

    def __init__(self, look: Look, quantity: Quantity, parent: QGraphicsItem | None = None) -> None:
        super().__init__(look, parent)
        self.quantity = quantity
        self.rows = Rows(np.zeros(1, int), np.ones(1, int), 0)
        self._image = QImage()
        self._pixels: NDArray[np.uint32] = np.zeros((1, 1), np.uint32)

    def least_height(self, frame: Frame) -> int:
        """The height in px below which the strip cannot be read."""
        return least_map_height(frame.hidden)

    def render(self, frame: Frame) -> None:
        """Show `frame`; may be called any number of times."""
        self.frame = frame
        self.rows = fit_rows(frame.order, frame.view.unit, int(self.height))
        self._image = QImage()
        self.update()

    def placed(self) -> None:
        """Follow a new place."""
        if self.frame is not None:
            self.render(self.frame)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint `frame`."""
        self._gutter(painter, frame)
        self._bar(painter, frame)
        run = frame.typed_run
        if run is None:
            self._ghost(painter, frame)
            return
        if self._image.isNull():
            self._paint_image(run.values[self.quantity.key], frame)
        painter.drawImage(
            QRectF(self.columns.left, 0, self._image.width(), self._image.height()), self._image
        )
        self._mark_chosen(painter)

    def value_at(self, step: int, unit: int) -> float | None:
        """The number drawn at a step and unit."""
        if self.frame is None or self.frame.typed_run is None:
            return None
        return float(self.frame.typed_run.values[self.quantity.key][step, unit])

    def _paint_image(self, values: Floats, frame: Frame) -> None:
        visible = values[self.columns.first : self.columns.first + self.columns.shown, self.rows.units]
        low, high = frame.ranges[self.quantity.key]
        with np.errstate(invalid="ignore"):
            index = np.nan_to_num((visible.T - low) * (255.0 / (high - low))).clip(0, 255).astype(np.uint8)
        theme = self.look.theme
        table = theme.gate_map(self.quantity.role) if self.quantity.kind == "gate" else theme.signed_map()
        pixels = np.repeat(np.repeat(table[index], self.rows.heights, axis=0), self.columns.width, axis=1)
        if self.columns.width >= 10:
            pixels[:, self.columns.width - 1 :: self.columns.width] = theme.color("bg0").rgb()
        self._pixels = np.ascontiguousarray(pixels)
        height, width = self._pixels.shape
        self._image = QImage(self._pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)

    def _mark_chosen(self, painter: QPainter) -> None:
        ink = self.look.theme.color("ink")
        top = self.rows.top_of_chosen()
        bottom = top + int(self.rows.heights[self.rows.chosen])
        painter.fillRect(QRectF(self.columns.left, top, self.columns.right - self.columns.left, 1), ink)
        painter.fillRect(
            QRectF(self.columns.left, bottom - 1, self.columns.right - self.columns.left, 1), ink
        )
        middle, x = (top + bottom) / 2, self.columns.left - 9
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPolygon(
            QPolygonF([QPointF(x, middle - 4), QPointF(x + 6, middle), QPointF(x, middle + 4)])
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _ghost(self, painter: QPainter, frame: Frame) -> None:
        rect = QRectF(
            self.columns.left, 0, self.width - self.columns.left - BAR_GUTTER - PADDING, self.height
        )
        painter.fillRect(rect, self.look.theme.color("bg1"))
        about = self.about(frame)
        if about:
            inside = rect.adjusted(14, 0, -8, 0)
            write_elided(painter, inside, about, fonts.ui(12, 400), self.look.theme.color("ink3"))

    def about(self, frame: Frame) -> str:
        """What the quantity means in this cell, "" where no message says it.

        A gate may act the other way round in some cells, and in some there is no cell state to act on.
        """
        key, role = self.quantity.key, self.quantity.role
        alone = "" if "c" in frame.states else f"quantity.{key}.one-state.about"
        names = (f"quantity.{key}.{role}.about", alone, f"quantity.{key}.about")
        return next((self.look.text(name) for name in names if name in self.look.catalogue), "")

    def _gutter(self, painter: QPainter, frame: Frame) -> None:
        theme, quantity = self.look.theme, self.quantity
        painter.fillRect(QRectF(PADDING, 0, 3, self.rows.total), theme.mark(quantity.role))
        # Below 34 pixels both lines move together, so that they stay inside their own map.
        tight = self.rows.total < 34
        size = 22 if self.rows.total >= 50 else 18 if not tight else 16
        spans = symbol_spans(quantity.symbol, "t", size, theme.text(quantity.role))
        write_spans(painter, PADDING + 12, 13 if tight else 17, spans)
        title = QRectF(PADDING + 40, -2 if tight else 2, GUTTER - 40 - 10, 18)
        write_elided(
            painter, title, self.look.text(f"quantity.{quantity.key}"), fonts.ui(12, 600), theme.color("ink")
        )
        if frame.typed_run is not None:
            value = float(frame.typed_run.values[quantity.key][frame.view.cursor, frame.view.unit])
            shown = numbers.fixed(value) if quantity.kind == "gate" else numbers.signed(value)
            unit = self.look.text("unit.short", unit=frame.view.unit)
            write_spans(
                painter,
                PADDING + (40 if tight else 12),
                27 if tight else 33,
                [
                    (unit + " ", fonts.ui(11, 400), theme.color("ink3"), 0),
                    (shown, fonts.mono(11, 600), theme.color("ink"), 0),
                ],
            )
        if quantity.stage and self.first_of_stage(frame) and self.rows.total >= 52:
            stage = self.look.text(f"stage.{quantity.stage}")
            rect = QRectF(PADDING + 12, 39, GUTTER - 24, 14)
            write_elided(
                painter, rect, f"{STAGES[quantity.stage]}  {stage}", fonts.ui(10, 500), theme.color("ink2")
            )

    def first_of_stage(self, frame: Frame) -> bool:
        """Whether the stage of this quantity begins with it, so that its name is written once."""
        place = frame.quantities.index(self.quantity)
        return place == 0 or frame.quantities[place - 1].stage != self.quantity.stage

    def _bar(self, painter: QPainter, frame: Frame) -> None:
        theme = self.look.theme
        x, height = self.width - PADDING - BAR_GUTTER + 14, self.rows.total
        gradient = QLinearGradient(0, height, 0, 0)
        table = theme.gate_map(self.quantity.role) if self.quantity.kind == "gate" else theme.signed_map()
        for k in range(9):
            gradient.setColorAt(k / 8, QColor.fromRgba(int(table[round(k * 255 / 8)])))
        painter.fillRect(QRectF(x, 0, 6, height), gradient)
        low, high = frame.ranges[self.quantity.key]
        font = fonts.ui(10, 400)
        outside = self._outside(frame, low, high)
        top, foot = _tick(high, self.quantity.kind), _tick(low, self.quantity.kind)
        rect = QRectF(x + 10, -4, 30, 14)
        write(painter, rect, ("≥" if outside[1] else "") + top, font, theme.color("ink3"), LEFT)
        write(
            painter,
            rect.translated(0, height - 6),
            ("≤" if outside[0] else "") + foot,
            font,
            theme.color("ink3"),
            LEFT,
        )
        if self.quantity.kind != "gate" and height >= 34:
            write(painter, rect.translated(0, height / 2 - 3), "0", font, theme.color("ink3"), LEFT)

    def _outside(self, frame: Frame, low: float, high: float) -> tuple[bool, bool]:
        if frame.typed_run is None:
            return False, False
        values = frame.typed_run.values[self.quantity.key]
        return bool((values < low).any()), bool((values > high).any())


def _tick(value: float, kind: str) -> str:
    text = f"{value:g}" if kind == "gate" or value == 0 else f"{value:+g}"
    return text.replace("-", numbers.MINUS)
