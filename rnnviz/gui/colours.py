"""The text view of the centre: a text coloured by one unit, with the choices of what is coloured by what."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rnnviz.gui import fonts
from rnnviz.gui.canvas import Canvas
from rnnviz.gui.look import Look
from rnnviz.gui.panels.colours import SIDE, ColoursPanel
from rnnviz.gui.widgets.controls import Button
from rnnviz.gui.widgets.hintbar import CHIP
from rnnviz.gui.widgets.labels import Text
from rnnviz.gui.widgets.segmented import SegmentedControl
from rnnviz.gui.writing import WritePage
from rnnviz.workbench.colouring import ColourView
from rnnviz.workbench.frame import Frame

WRITTEN = "written"


class ColoursCanvas(Canvas):
    """A click on a token moves the cursor there, one on a row of the list chooses its unit."""

    cursor_moved = Signal(int)
    unit_chosen = Signal(int)

    panel: ColoursPanel

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick what is under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pick(event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say the value under the pointer; a drag picks along."""
        self.panel.hover(self.panel.token_at(event.position().x(), event.position().y()))
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._pick(event)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Back to the value at the cursor."""
        self.panel.hover(None)
        super().leaveEvent(event)

    def _pick(self, event: QMouseEvent) -> None:
        x, y = event.position().x(), event.position().y()
        unit, token = self.panel.unit_at(x, y), self.panel.token_at(x, y)
        frame = self.panel.frame
        if unit is not None:
            self.unit_chosen.emit(unit)
        elif (
            token is not None and frame is not None and not (frame.colouring and frame.colouring.view.corpus)
        ):
            self.cursor_moved.emit(token)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys are the view's."""
        event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll a text that does not fit."""
        self.panel.scroll(-3 if event.angleDelta().y() > 0 else 3)
        event.accept()


class ColoursView(QWidget):
    """`wanted` carries the ColourView a person asks for. The letter of a quantity chooses it."""

    wanted = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.view = ColourView()
        self._frame: Frame | None = None
        self.panel = ColoursPanel(look)
        self.canvas = ColoursCanvas(self.panel)
        self.quantities = SegmentedControl(look, "colours.quantity", tall=28, text_size=12, padding=9)
        self.sources = SegmentedControl(look, "colours.source", tall=28, text_size=12, padding=9)
        self.earlier: Button = Button(look, "colours.earlier", "", CHIP)
        self.later: Button = Button(look, "colours.later", "", CHIP)
        self.place = Text(look, "", fonts.ui(12), "ink2")
        self.page = WritePage(look)
        self.writing = False
        row = QHBoxLayout()
        row.setContentsMargins(SIDE, 2, SIDE, 0)
        row.setSpacing(10)
        before: tuple[QWidget, ...] = (self.sources, self.quantities)
        after: tuple[QWidget, ...] = (self.earlier, self.place, self.later, self.page.take)
        for widget in before:
            row.addWidget(widget)
        row.addStretch(1)
        for widget in after:
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.page, 1)
        self.setFocusProxy(self.canvas)
        self.quantities.chosen.connect(lambda key: self._want(quantity=str(key)))
        self.sources.chosen.connect(self._source_chosen)
        self.earlier.clicked.connect(lambda: self.turn(-1))
        self.later.clicked.connect(lambda: self.turn(1))
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        for part in (self.canvas, self.quantities, self.sources, self.earlier, self.later, self.place):
            part.set_look(look)
        self.page.set_look(look)
        if self._frame is not None:
            self.render_frame(self._frame)

    def render_frame(self, frame: Frame) -> None:
        """Show `frame`."""
        self._frame = frame
        self.quantities.set_choices([(q.key, q.symbol) for q in frame.quantities])
        colouring = frame.colouring
        view = self.view if colouring is None else colouring.view
        self.view = view
        self.quantities.set_value(view.quantity)
        corpus = "corpus" if frame.spec.text is not None else "samples"
        sources = ((False, "typed"), (True, corpus), (WRITTEN, WRITTEN))
        self.sources.set_choices([(s, self.look.text(f"colours.source-{name}")) for s, name in sources])
        self.sources.set_value(WRITTEN if self.writing else view.corpus)
        self.quantities.setVisible(not self.writing)
        self.canvas.setVisible(not self.writing)
        self.page.setVisible(self.writing)
        self.page.take.setVisible(self.writing)
        count = 0 if colouring is None else colouring.stretches
        parts: tuple[QWidget, ...] = (self.earlier, self.later, self.place)
        for widget in parts:
            widget.setVisible(view.corpus and count > 1 and not self.writing)
        self.place.set_message("colours.stretch", number=view.stretch + 1, count=count)
        self.canvas.render_frame(frame)
        self.page.render_frame(frame)

    def show_writing(self, shown: bool) -> None:
        """Turn to the page on which the network writes, or back to the coloured text."""
        self.writing = shown
        self.setFocusProxy(self.page if shown else self.canvas)
        if self._frame is not None:
            self.render_frame(self._frame)

    def _source_chosen(self, source: object) -> None:
        self.show_writing(source == WRITTEN)
        if source == WRITTEN:
            self.page.wanted.emit()
        else:
            self._want(corpus=bool(source))

    def turn(self, stretches: int) -> None:
        """Go to another stretch of the corpus; round at the end."""
        if self.view.corpus:
            self._want(stretch=self.view.stretch + stretches)

    def _want(self, **changes: object) -> None:
        self.view = replace(self.view, **changes)  # type: ignore[arg-type]  # the fields of ColourView
        self.wanted.emit(self.view)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A quantity by its letter, PgUp and PgDn through the corpus."""
        letter, frame = event.text().casefold(), self._frame
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.turn(1 if event.key() == Qt.Key.Key_PageDown else -1)
        elif frame is not None and letter and letter in {q.key for q in frame.quantities}:
            self._want(quantity=letter)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        QPainter(self).fillRect(self.rect(), self.look.theme.color("bg0"))
