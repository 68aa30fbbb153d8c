"""Panels over time: strips stacked on one set of columns, under one cursor."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QRectF, Signal
from PySide6.QtWidgets import QGraphicsItem

from rnnviz.engine.quantity import Quantity
from rnnviz.gui.look import Look
from rnnviz.gui.panels.panel import Panel, Table
from rnnviz.gui.widgets.columns import NARROWEST, WIDEST, Columns, fit_columns
from rnnviz.gui.widgets.cursor import CursorColumn
from rnnviz.gui.widgets.gradientstrip import GradientStrip
from rnnviz.gui.widgets.heatmap import LOW, MOST_UNITS, SMALLEST, TALLEST, HeatMap, least_row
from rnnviz.gui.widgets.inputstrip import InputStrip
from rnnviz.gui.widgets.outputs import OutputStrip
from rnnviz.gui.widgets.predictions import PredictionStrip
from rnnviz.gui.widgets.strip import BAR_GUTTER, GAP, GUTTER, PADDING, Strip
from rnnviz.workbench.frame import Frame

MOST_PER_UNIT = 5
COMFORT = 130
TOP = 4.0


class TimePanel(Panel[Frame]):
    """Stacks its strips; heat maps share the height that the others leave, the gradient takes the rest.

    `arranged` follows every new layout.
    """

    ground: ClassVar[str] = "bg0"
    quantity_kinds: ClassVar[tuple[str, ...]] = ()
    with_predictions: ClassVar[bool] = False
    with_gradient: ClassVar[bool] = False

    arranged = Signal()

    def __init__(self, look: Look, parent: QGraphicsItem | None = None) -> None:
        super().__init__(look, parent)
        self.columns = Columns(PADDING + GUTTER, 1, 0, 1, 0)
        self.wanted_width = 0
        self.maps: list[HeatMap] = []
        self.tokens = InputStrip(look, self)
        self.predictions = PredictionStrip(look, self) if self.with_predictions else None
        self.outputs = OutputStrip(look, self) if self.with_predictions else None
        self.gradient = GradientStrip(look, self) if self.with_gradient else None
        self.cursor = CursorColumn(look, self)
        self.cursor.setZValue(10)

    def strips(self) -> list[Strip]:
        """The strips from top to bottom, the cursor last."""
        parts = [self.tokens, self.answers(), *self.maps, self.gradient, self.cursor]
        return [strip for strip in parts if strip is not None]

    def answers(self) -> Strip | None:
        """The strip of what the network answers: likely tokens, or numbers."""
        return self.outputs if self.frame is not None and self.frame.loss == "mse" else self.predictions

    def shows(self, quantity: Quantity, frame: Frame) -> bool:
        """Whether this panel draws a map of `quantity`."""
        return ("state" if quantity.key in frame.states else "gate") in self.quantity_kinds

    def render(self, frame: Frame) -> None:
        """Show `frame`; may be called any number of times."""
        before = self.frame
        self.frame = frame
        wanted = [q for q in frame.quantities if self.shows(q, frame)]
        if [m.quantity for m in self.maps] != wanted:
            self._make_maps(wanted)
            before = None
        moved = before is None or before.view.cursor != frame.view.cursor
        placed = before is None or _shape(before) != _shape(frame) or (moved and not self._sees(frame))
        if self.outputs is not None and self.predictions is not None:
            self.outputs.setVisible(self.answers() is self.outputs)
            self.predictions.setVisible(self.answers() is self.predictions)
        if placed:
            self._place(self._fit(frame, frame.view.cursor, self.columns.first))
        for strip in self.strips():
            strip.render(frame)
        if placed:
            self.arranged.emit()

    def set_look(self, look: Look) -> None:
        """Draw in another theme or language from now on."""
        super().set_look(look)
        for strip in (*self.strips(), self.predictions, self.outputs):
            if strip is not None:
                strip.set_look(look)
        if self.frame is not None:
            self.render(self.frame)

    def scroll(self, steps: int) -> None:
        """Move the columns sideways without moving the cursor out of what exists."""
        self._lay_columns(self.columns.first + steps, None)

    def fit(self) -> None:
        """Columns as wide as the text allows, from now on."""
        self.wanted_width = 0
        if self.frame is not None:
            self._lay_columns(0, self.frame.view.cursor)

    def zoom(self, change: int, step: int) -> None:
        """Make columns wider or narrower; `step` stays under the pointer as far as there are columns."""
        place = self.columns.centre(step) - self.columns.left
        self.wanted_width = min(max(self.columns.width + change, NARROWEST), WIDEST)
        self._lay_columns(step - int(place // self.wanted_width), step)

    def _lay_columns(self, first: int, keep: int | None) -> None:
        """Lay the columns out from step `first`; `keep` stays in sight, where given."""
        frame = self.frame
        if frame is None:
            return
        first = min(max(first, 0), max(frame.steps - 1, 0))
        anchor = first + self.columns.shown - 1 if keep is None else keep
        self._place(self._fit(frame, min(anchor, max(frame.steps - 1, 0)), first))
        for strip in self.strips():
            strip.render(frame)
        self.arranged.emit()

    def _fit(self, frame: Frame, anchor: int, first: int) -> Columns:
        room = int(self.width) - 2 * PADDING - GUTTER - BAR_GUTTER
        return fit_columns(PADDING + GUTTER, room, frame.steps, anchor, first, self.wanted_width)

    def rows_of(self, unit: int) -> tuple[QRectF, ...]:
        """Where a unit's row lies in every map, in the panel's coordinates."""
        left, width = self.columns.left, self.columns.right - self.columns.left
        spans = [(heat_map.y(), heat_map.rows.span(unit)) for heat_map in self.maps]
        return tuple(QRectF(left, y + span[0], width, span[1]) for y, span in spans if span is not None)

    @property
    def units_shown(self) -> int:
        """How many units have a row; the others are reached by choosing them."""
        return min((len(heat_map.rows.units) for heat_map in self.maps), default=0)

    def _make_maps(self, quantities: list[Quantity]) -> None:
        for old in self.maps:
            old.setParentItem(None)
            if old.scene() is not None:
                old.scene().removeItem(old)
        self.maps = [HeatMap(self.look, quantity, self) for quantity in quantities]

    def arrange(self) -> None:
        """Lay the parts out for a new size; a reader who has scrolled away from the cursor stays there."""
        frame = self.frame
        if frame is None:
            return
        first = self.columns.first
        self._place(self._fit(frame, frame.view.cursor if self._sees(frame) else first, first))
        self.arranged.emit()

    def _sees(self, frame: Frame) -> bool:
        return frame.view.cursor in self.columns.visible()

    def _place(self, columns: Columns) -> None:
        frame = self.frame
        if frame is None:
            return
        self.columns = columns
        y = TOP
        for strip, height in self._heights(frame):
            strip.place(y, self.width, height, columns)
            y += height + (GAP if isinstance(strip, HeatMap) else 6 if strip is self.tokens else 10)
        self.cursor.place(14, self.width, self.height - 14, columns)

    def _heights(self, frame: Frame) -> list[tuple[Strip, int]]:
        fixed: list[Strip] = [s for s in (self.tokens, self.answers()) if s is not None]
        used = int(TOP) + sum(s.least_height(frame) for s in fixed) + 6 + 10 * (len(fixed) > 1)
        used += GAP * len(self.maps) + 4 * (self.gradient is not None)
        room = int(self.height) - used
        least_gradient = self.gradient.least_height(frame) if self.gradient is not None else 0
        each = self._map_height(frame, room, least_gradient) if self.maps else 0
        heights = [(s, s.least_height(frame)) for s in fixed] + [(m, each) for m in self.maps]
        if self.gradient is not None:
            heights.append((self.gradient, max(24, room - each * len(self.maps))))
        return heights

    def _map_height(self, frame: Frame, room: int, gradient: int) -> int:
        """Whole pixels a unit, as many as leave the gradient its comfort; failing that, all that is left."""
        count, others = len(self.maps), min(frame.hidden, MOST_UNITS) - 1
        for each in range(MOST_PER_UNIT, least_row(frame.hidden) - 1, -1):
            wanted = COMFORT if gradient and each > 2 else gradient
            for tall in (TALLEST, LOW, SMALLEST) if each <= 2 else (TALLEST, LOW):
                height = tall + each * others
                if count * height + wanted <= room:
                    return height if gradient else max(height, min(room // count, 3 * height))
        return max(SMALLEST, (room - gradient) // count)

    def table(self, frame: Frame) -> Table:
        """One row a step: the token, then every quantity of the panel unit by unit."""
        run = frame.typed_run
        columns: dict[str, np.ndarray | list[str]] = {
            "t": np.arange(1, frame.steps + 1),
            "token": list(frame.typed.tokens),
        }
        if run is not None:
            for q in frame.quantities:
                if self.shows(q, frame):
                    columns |= {f"{q.key}[{u}]": run.values[q.key][:, u] for u in range(frame.hidden)}
            if self.with_gradient and run.gradient is not None:
                columns |= {f"norm_d_{s}": v for s, v in run.gradient.norms.items()}
            if self.with_predictions:
                columns |= prediction_columns(frame)
        return Table(columns)


def prediction_columns(frame: Frame) -> dict[str, np.ndarray | list[str]]:
    """The three likeliest next tokens with their probabilities, the true one and its loss in nats."""
    run = frame.typed_run
    if run is None:
        return {}
    columns: dict[str, np.ndarray | list[str]] = {}
    rows = np.arange(frame.steps)
    if run.probabilities is None:
        return {"loss": run.loss} | _number_columns(frame)
    for k in range(run.top.shape[1]):
        columns[f"top{k + 1}"] = [frame.symbols[s] for s in run.top[:, k]]
        columns[f"p{k + 1}"] = run.probabilities[rows, run.top[:, k]]
    columns["next"] = [frame.symbols[s] if s >= 0 else "" for s in run.targets]
    columns["loss"] = run.loss
    return columns


def _number_columns(frame: Frame) -> dict[str, np.ndarray | list[str]]:
    """Every output that is a number, and what it should be, NaN where that is not known."""
    run = frame.typed_run
    assert run is not None
    wanted = run.target_values
    columns: dict[str, np.ndarray | list[str]] = {}
    for k, name in enumerate(frame.output_channels):
        columns[name] = run.outputs[:, k]
        columns[f"{name} target"] = np.full(frame.steps, np.nan) if wanted is None else wanted[:, k]
    return columns


def _shape(frame: Frame) -> tuple[object, ...]:
    return frame.steps, frame.hidden, len(frame.quantities), frame.input, frame.loss, frame.channels
