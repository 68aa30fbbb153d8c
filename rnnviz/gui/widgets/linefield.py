"""A setting that a person writes: seeds, or the values of a varied setting."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from rnnviz.gui import fonts
from rnnviz.gui.look import Look

LONGEST = 80


class LineField(QLineEdit):
    """`chosen` carries the words when they are complete (Return, or the keyboard leaves)."""

    chosen = Signal(object)

    def __init__(self, look: Look, name: str, wide: int = 88, tall: int = 28) -> None:
        super().__init__()
        self.look, self._name = look, name
        self._value, self._wrong = "", ""
        self.setFixedSize(wide, tall)
        self.setMaxLength(LONGEST)
        self.setFont(fonts.ui(12, 500))
        self.editingFinished.connect(self.commit)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        self.setAccessibleName(look.text(self._name))
        self._dress()

    def _dress(self) -> None:
        theme = self.look.theme
        ground, ink, faint = (theme.color(token).name() for token in ("bg2", "ink", "ink3"))
        line = theme.color("warn" if self._wrong else "line2").name()
        chosen, on = theme.color("pri").name(), theme.color("prit").name()
        self.setStyleSheet(
            f"QLineEdit {{ background: {ground}; color: {ink}; border: 1px solid {line}; border-radius: 7px;"
            f" padding: 0 7px; selection-background-color: {chosen}; selection-color: {on}; }}"
            f" QLineEdit:focus {{ border-color: {faint if not self._wrong else line}; }}"
            f" QLineEdit:disabled {{ color: {faint}; }}"
        )

    def value(self) -> object:
        """Return the words in force."""
        return self._value

    def set_value(self, value: object) -> None:
        """Show words without a signal; what a person is writing at this moment stays."""
        self._value = str(value)
        if not (self.hasFocus() and self.isModified()):
            self.setText(self._value)
            self.setCursorPosition(0)

    def show_error(self, sentence: str) -> None:
        """Mark the field and say why on hover; "" takes the mark away."""
        if sentence != self._wrong:
            self._wrong = sentence
            self.setToolTip(sentence)
            self.setAccessibleDescription(sentence)
            self._dress()

    def commit(self) -> None:
        """Take over what was written."""
        words = self.text().strip()
        if self.isModified() and words != self._value:
            self.setModified(False)
            self.chosen.emit(words)
        self.setModified(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc brings back what was there."""
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._value)
            self.setModified(False)
            self.show_error("")
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A key that comes here means to write anew."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()
