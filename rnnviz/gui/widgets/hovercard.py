"""The card beside the pointer: which token, step and unit, and the number drawn there."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from rnnviz.engine.quantity import Quantity
from rnnviz.gui import fonts, numbers
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.body import body
from rnnviz.gui.widgets.ink import symbol_spans, write, write_spans


class HoverCard(QWidget):
    """Follows the pointer inside its parent; takes neither clicks nor the keyboard."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        self._room = parent
        self._title, self._value, self._past = "", "", ""
        self._quantity: Quantity | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look

    def tell(
        self, place: QPoint, title: str, quantity: Quantity | None, value: float, past: float | None
    ) -> None:
        """Show a title and, where a map is under the pointer, its number and the one a step before."""
        self._title, self._quantity = title, quantity
        self._value = self._past = ""
        if quantity is not None:
            self._value = numbers.fixed(value, 3) if quantity.kind == "gate" else numbers.signed(value, 3)
            self._past = (
                self.look.text("values.before", value=numbers.signed(past, 3)) if past is not None else ""
            )
        wide = max(
            QFontMetricsF(fonts.ui(12, 600)).horizontalAdvance(title),
            60 + QFontMetricsF(fonts.mono(15, 600)).horizontalAdvance(self._value),
        )
        size = QSize(round(wide) + 26, 30 if quantity is None else 56 + (16 if self._past else 0))
        room = self._room.size()
        x = place.x() + 16 if place.x() + 16 + size.width() < room.width() else place.x() - 12 - size.width()
        y = min(place.y() + 18, room.height() - size.height() - 4)
        self.setGeometry(max(x, 0), max(y, 0), size.width(), size.height())
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        painter, theme = QPainter(self), self.look.theme
        body(painter, self.rect(), theme.color("bg3"), theme.color("line2"), 7)
        write(painter, QRectF(12, 6, self.width(), 18), self._title, fonts.ui(12, 600), theme.color("ink"))
        if self._quantity is None:
            return
        spans = symbol_spans(self._quantity.symbol, "t", 18, theme.text(self._quantity.role))
        x = write_spans(painter, 12, 44, spans)
        write(painter, QRectF(x + 12, 29, 100, 20), self._value, fonts.mono(15, 600), theme.color("ink"))
        if self._past:
            write(
                painter,
                QRectF(12, 50, self.width(), 16),
                self._past,
                fonts.mono(11, 400),
                theme.color("ink2"),
            )
