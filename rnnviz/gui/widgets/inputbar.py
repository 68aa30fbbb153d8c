"""A row below the text line that helps to give an input: keys for symbols, examples, a blank to draw on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from rnnviz.gui import fonts
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.controls import Button, Kind
from rnnviz.gui.widgets.glyphs import glyph
from rnnviz.gui.widgets.hintbar import CHIP
from rnnviz.gui.widgets.labels import Text
from rnnviz.workbench.frame import Frame

KEY = Kind("bg2", "line2", "ink", "bg3", height=28, padding=10, weight=600)
MOST_KEYS = 16
DRAWN = ("values", "pulses", "curve", "rows")


class InputBar(QWidget):
    """`typed` carries a symbol; `acted` the key of a wish: "erase", "example", "blank", "train-curve"."""

    typed = Signal(str)
    acted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._keys: list[Button] = []
        self._symbols: tuple[str, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self.hint = Text(look, "", fonts.ui(11), "ink3")
        self.buttons = {name: self._button(name) for name in ("erase", "blank", "train-curve", "example")}
        self._row.addWidget(self.buttons["erase"])
        self._row.addWidget(self.hint, 1)
        for name in ("blank", "train-curve", "example"):
            self._row.addWidget(self.buttons[name])
        self.setFixedHeight(30)
        self.hide()

    def _button(self, name: str) -> Button:
        button = Button(self.look, f"input.{name}", "", CHIP)
        button.clicked.connect(lambda: self.acted.emit(name))
        return button

    def keys(self) -> tuple[Button, ...]:
        """The symbols' keys from left to right."""
        return tuple(self._keys)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        self.hint.set_look(look)
        for button in (*self.buttons.values(), *self._keys):
            button.set_look(look)

    def render_frame(self, frame: Frame) -> None:
        """Offer what the task of `frame` takes."""
        self.setVisible(frame.input != "text")
        symbols = frame.vocabulary if frame.input == "keys" and len(frame.vocabulary) <= MOST_KEYS else ()
        if symbols != self._symbols:
            self._make_keys(symbols)
        self.buttons["erase"].setVisible(bool(symbols))
        self.buttons["blank"].setVisible(frame.input in DRAWN)
        self.buttons["train-curve"].setVisible(frame.input == "curve")
        self.buttons["train-curve"].setEnabled(frame.steps - frame.free > 2)
        self.hint.set_message(f"input.hint-{frame.input}")

    def _make_keys(self, symbols: tuple[str, ...]) -> None:
        for key in self._keys:
            self._row.removeWidget(key)
            key.hide()
            key.deleteLater()
        self._symbols, self._keys = symbols, []
        before: QWidget = self
        for place, symbol in enumerate(symbols):
            key = Button(self.look, "hint.starter", "", KEY, text=glyph(symbol))
            key.clicked.connect(lambda _=False, s=symbol: self.typed.emit(s))
            self._row.insertWidget(place, key)
            if before is not self:
                QWidget.setTabOrder(before, key)
            self._keys.append(key)
            before = key
        if self._keys:
            QWidget.setTabOrder(self._keys[-1], self.buttons["erase"])
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
