"""A line to write in, in our look, for dialogs and searches; the centre's text line has its own frame."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from rnnviz.gui import fonts
from rnnviz.gui.look import Look


class Entry(QLineEdit):
    """One line of at most `longest` letters, named (and prompted) by a key of the catalogue."""

    def __init__(self, look: Look, name: str, longest: int = 200, *, prompt: bool = False) -> None:
        super().__init__()
        self._name, self._prompt = name, prompt
        self.setMaxLength(longest)
        self.setFont(fonts.ui(13))
        self.setFixedHeight(32)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        ground, line, ink, faint = (
            look.theme.color(token).name() for token in ("bg0", "line2", "ink", "ink3")
        )
        self.setStyleSheet(
            f"QLineEdit {{ background: {ground}; color: {ink}; border: 1px solid {line}; border-radius: 7px;"
            f" padding: 0 9px; placeholder-text-color: {faint}; }}"
            f" QLineEdit:focus {{ border-color: {faint}; }}"
        )
        self.setAccessibleName(look.text(self._name))
        if self._prompt:
            self.setPlaceholderText(look.text(self._name))
