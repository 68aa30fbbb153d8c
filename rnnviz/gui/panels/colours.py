"""Text coloured by one unit's value of one quantity, beside the list of units by what they follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from rnnviz.engine.quantity import Quantity
from rnnviz.gui import fonts, numbers
from rnnviz.gui.look import Look
from rnnviz.gui.panels.panel import AnyFrame, Panel, Table
from rnnviz.gui.widgets.glyphs import channel_name, glyph
from rnnviz.gui.widgets.ink import CENTRE, RIGHT, symbol_spans, write, write_elided, write_spans
from rnnviz.workbench.colouring import Colouring, Track
from rnnviz.workbench.frame import Frame

SIDE, HEAD, MARGIN, LIST = 16, 58, 20, 268
ROW = 24
SIZES = (20, 18, 16, 15, 14, 13, 12, 11, 10, 9)  # px of the letters, the largest that fits
OF_CHANNELS = frozenset({"value", "value-before", "sum", "last-value", "marked-sum"})
LIGHT_GROUND = 0.18  # relative luminance above which dark letters read better


@dataclass(frozen=True)
class Flow:
    """Where each token stands: x, y, width (N,) in pixels, and the height of a line."""

    x: np.ndarray
    y: np.ndarray
    width: np.ndarray
    line: int
    size: int

    @property
    def bottom(self) -> float:
        """The pixel below the last line."""
        return float(self.y[-1]) + self.line if len(self.y) else 0.0

    def token_at(self, x: float, y: float) -> int | None:
        """The token at a place."""
        hit = (self.x <= x) & (x < self.x + self.width) & (self.y <= y) & (y < self.y + self.line)
        found = np.flatnonzero(hit)
        return int(found[0]) if found.size else None


def flow(tokens: Sequence[str], starts: Sequence[int], room: float, height: float) -> Flow:
    """Lines as wide as `room`, in the largest letters with which all of them fit `height`.

    Where even the smallest do not fit, the lines go on below.
    """
    for size in SIZES:
        laid = _flow(tokens, starts, room, size)
        if laid.bottom <= height:
            break
    return laid


def _flow(tokens: Sequence[str], starts: Sequence[int], room: float, size: int) -> Flow:
    """Single letters on a grid; longer tokens with a gap; a line break in the text breaks the line."""
    begin = set(starts[1:])
    metrics = QFontMetricsF(fonts.mono(size, 500))
    cell = round(size * 0.62) + 2
    gap = 0 if max(map(len, tokens), default=1) == 1 else 6
    known: dict[str, int] = {}
    x, y = 0, 0
    line = round(size * 1.5)
    places = np.zeros((len(tokens), 3))
    for k, token in enumerate(tokens):
        wide = known.get(token)
        if wide is None:
            wide = known[token] = max(cell, round(metrics.horizontalAdvance(glyph(token))) + gap)
        if x and (x + wide > room or k in begin):
            x, y = 0, y + line
        places[k] = x, y, wide
        x += wide
        if token == "\n":
            x, y = 0, y + line
    return Flow(places[:, 0], places[:, 1], places[:, 2], line, size)


class ColoursPanel(Panel[Frame]):
    """Which units are shown where: `unit_at`; which tokens: `token_at`; `hover` shows one token's value."""

    key = "colours"
    ground = "bg0"
    figure_size = (832, 460)
    least_size = (640, 300)

    def __init__(self, look: Look, parent: QGraphicsItem | None = None) -> None:
        super().__init__(look, parent)
        self.flow = _flow((), (), 100, 12)
        self.first = 0  # pixels of the text that are scrolled out of sight
        self._hovered: int | None = None

    @classmethod
    def applies(cls, frame: AnyFrame) -> bool:
        """Where a text is coloured."""
        return isinstance(frame, Frame) and frame.colouring is not None

    @property
    def text_area(self) -> QRectF:
        """Where the text stands."""
        return QRectF(
            SIDE, HEAD, max(60.0, self.width - LIST - MARGIN - 2 * SIDE), max(20.0, self.height - HEAD - 8)
        )

    @property
    def list_area(self) -> QRectF:
        """Where the units are listed."""
        return QRectF(self.width - SIDE - LIST, HEAD, LIST, max(20.0, self.height - HEAD - 8))

    def arrange(self) -> None:
        """Lay the text out anew."""
        colouring = None if self.frame is None else self.frame.colouring
        if colouring is not None:
            area = self.text_area
            self.flow = flow(colouring.tokens, colouring.starts, area.width(), area.height())
            self.scroll(0)

    def render(self, frame: Frame) -> None:
        """Show `frame`; may be called any number of times."""
        before = self.frame
        self.frame = frame
        known = before.colouring.tokens if before is not None and before.colouring is not None else None
        if frame.colouring is not None and frame.colouring.tokens != known:
            self._hovered, self.first = None, 0
            self.arrange()
        self.update()

    def scroll(self, lines: int) -> None:
        """Move the text up by some lines, as far as there are any."""
        hidden = max(0.0, self.flow.bottom - self.text_area.height())
        most = -(-int(hidden) // self.flow.line) * self.flow.line
        self.first = min(max(self.first + lines * self.flow.line, 0), most)
        self.update()

    def hover(self, token: int | None) -> None:
        """Say the value at a token; None for the one at the cursor."""
        if token != self._hovered:
            self._hovered = token
            self.update()

    def token_at(self, x: float, y: float) -> int | None:
        """The token under a place of the panel."""
        area = self.text_area
        return self.flow.token_at(x - area.left(), y - area.top() + self.first)

    def unit_at(self, x: float, y: float) -> int | None:
        """The unit whose row in the list is under a place of the panel."""
        area = self.list_area
        colouring = None if self.frame is None else self.frame.colouring
        if colouring is None or not area.contains(x, y):
            return None
        rows = self._rows(colouring)
        place = int((y - area.top()) // ROW)
        return rows[place] if place < len(rows) else None

    def _rows(self, colouring: Colouring) -> list[int]:
        """The units that have room in the list, the chosen one always among them."""
        assert self.frame is not None
        order = [int(unit) for unit in colouring.order]
        shown = max(1, int(self.list_area.height() // ROW))
        place = order.index(self.frame.view.unit)
        first = min(max(place - shown // 2, 0), max(len(order) - shown, 0))
        return order[first : first + shown]

    # --- painting ---------------------------------------------------------------------------------

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint `frame`."""
        colouring, theme = frame.colouring, self.look.theme
        if colouring is None:
            text = self.look.text("colours.none")
            rect = QRectF(SIDE, HEAD, self.width - 2 * SIDE, 20)
            write_elided(painter, rect, text, fonts.ui(12), theme.color("ink3"))
            return
        quantity = next(q for q in frame.quantities if q.key == colouring.view.quantity)
        self._head(painter, frame, colouring, quantity)
        self._text(painter, frame, colouring, quantity)
        self._list(painter, frame, colouring)

    def _head(self, painter: QPainter, frame: Frame, colouring: Colouring, quantity: Quantity) -> None:
        theme, text = self.look.theme, self.look.text
        unit = frame.view.unit
        x = write_spans(painter, SIDE, 22, symbol_spans(quantity.symbol, "t", 20, theme.text(quantity.role)))
        title = text("colours.title", quantity=text(f"quantity.{quantity.key}"), unit=unit)
        bar = QRectF(self.width - SIDE - LIST, 12, LIST, 8)
        write_elided(
            painter, QRectF(x + 12, 7, bar.left() - x - 40, 20), title, fonts.ui(13, 600), theme.color("ink")
        )
        track = colouring.tracks[unit]
        said = sentence(track, self.look)
        token = self._hovered
        if token is None and not colouring.view.corpus:
            token = frame.view.cursor
        if token is not None and token < len(colouring.tokens):
            value = numbers.signed(float(colouring.values[token, unit]), 3)
            here = text("colours.here", token=glyph(colouring.tokens[token]), step=token + 1, value=value)
            said = f"{said}  ·  {here}"
        rect = QRectF(SIDE, 30, bar.left() - SIDE - 24, 18)
        write_elided(painter, rect, said, fonts.ui(12), theme.color("ink2"))
        table = colour_table(self.look, quantity)
        for k in range(64):
            colour = QColor.fromRgb(int(table[round(k * 255 / 63)]))
            painter.fillRect(
                QRectF(bar.left() + bar.width() * k / 64, bar.top(), bar.width() / 64 + 0.6, 8), colour
            )
        font, ink = fonts.ui(10), theme.color("ink3")
        low, high = (
            numbers.with_minus(f"{v:+g}" if v and quantity.kind != "gate" else f"{v:g}")
            for v in (colouring.low, colouring.high)
        )
        write(painter, QRectF(bar.left(), 22, 40, 14), low, font, ink)
        write(painter, QRectF(bar.right() - 40, 22, 40, 14), high, font, ink, RIGHT)
        caption = text("colours.list", compared=colouring.compared, steps=numbers.count(colouring.steps))
        write_elided(painter, QRectF(bar.left(), 36, LIST, 16), caption, fonts.ui(11), ink)

    def _text(self, painter: QPainter, frame: Frame, colouring: Colouring, quantity: Quantity) -> None:
        area, laid, theme = self.text_area, self.flow, self.look.theme
        with np.errstate(invalid="ignore"):
            share = (colouring.values[:, frame.view.unit] - colouring.low) / (colouring.high - colouring.low)
            index = (np.nan_to_num(share) * 255).clip(0, 255).astype(int)
        table = colour_table(self.look, quantity)
        dark = _luminance(table) < LIGHT_GROUND
        letters = (
            (theme.color("ink"), theme.color("bg0"))
            if theme.dark
            else (theme.color("prit"), theme.color("ink"))
        )
        font = fonts.mono(laid.size, 500)
        colours = [QColor.fromRgb(int(entry)) for entry in table]
        y = laid.y + area.top() - self.first
        for k in np.flatnonzero((y >= area.top() - 1) & (y + laid.line <= self.height)):
            token, level = colouring.tokens[k], index[k]
            cell = QRectF(area.left() + laid.x[k], y[k], laid.width[k], laid.line - 2)
            painter.fillRect(cell, colours[level])
            if token != " ":
                write(painter, cell, glyph(token), font, letters[0 if dark[level] else 1], CENTRE)
        marked = self._hovered if colouring.view.corpus else frame.view.cursor
        if self.look.chosen_marks and marked is not None and marked < len(y) and y[marked] >= area.top() - 1:
            painter.setPen(QPen(theme.color("ink"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(
                QRectF(area.left() + laid.x[marked], y[marked], laid.width[marked], laid.line - 2)
            )

    def _list(self, painter: QPainter, frame: Frame, colouring: Colouring) -> None:
        area, theme = self.list_area, self.look.theme
        for place, unit in enumerate(self._rows(colouring)):
            rect = QRectF(area.left(), area.top() + place * ROW, area.width(), ROW - 2)
            chosen, track = unit == frame.view.unit, colouring.tracks[unit]
            if chosen:
                painter.setPen(QPen(theme.color("ink"), 1))
                painter.setBrush(theme.color("bg2"))
                painter.drawRect(rect)
            number = QRectF(rect.left() + 6, rect.top(), 30, rect.height())
            write(painter, number, str(unit), fonts.mono(12, 600), theme.color("ink" if chosen else "ink2"))
            name = QRectF(rect.left() + 40, rect.top(), rect.width() - 100, rect.height())
            ink = theme.color("ink" if chosen else "ink2" if track.key else "ink3")
            write_elided(
                painter, name, feature_name(track, self.look), fonts.ui(12, 500 if chosen else 400), ink
            )
            if track.key:
                r = numbers.signed(track.r, 2)
                write(painter, rect.adjusted(0, 0, -6, 0), r, fonts.mono(12, 500), ink, RIGHT)

    def table(self, frame: Frame) -> Table:
        """One row a token: the token, then the quantity of every unit."""
        colouring = frame.colouring
        if colouring is None:
            return Table({"t": np.zeros(0, int), "token": []})
        key = colouring.view.quantity
        columns: dict[str, np.ndarray | list[str]] = {
            "t": np.arange(1, len(colouring.tokens) + 1),
            "token": list(colouring.tokens),
        }
        columns |= {f"{key}[{unit}]": colouring.values[:, unit] for unit in range(colouring.values.shape[1])}
        return Table(columns)


def feature_name(track: Track, look: Look) -> str:
    """What a unit follows, in a few words."""
    of = channel_name(track.of, look) if track.key in OF_CHANNELS else glyph(track.of)
    return look.text(f"feature.{track.key}" if track.key else "feature.none", of=of)


def sentence(track: Track, look: Look) -> str:
    """What a unit follows and how closely, as a sentence."""
    if not track.key:
        return look.text("colours.nothing")
    key = "colours.rises" if track.r > 0 else "colours.falls"
    return look.text(key, what=feature_name(track, look), r=numbers.signed(track.r, 2))


def colour_table(look: Look, quantity: Quantity) -> np.ndarray:
    """The 256 colours of a quantity."""
    return look.theme.gate_map(quantity.role) if quantity.kind == "gate" else look.theme.signed_map()


def _luminance(table: np.ndarray) -> np.ndarray:
    """WCAG's relative luminance of each colour."""
    channels = np.stack([table >> 16 & 255, table >> 8 & 255, table & 255], axis=1) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))
