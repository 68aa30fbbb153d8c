"""The hint: how things stand and what to do about it, at the end of the text line."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from rnnviz.gui import fonts
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.controls import Button, Kind, link_button
from rnnviz.gui.widgets.glyphs import glyph
from rnnviz.gui.widgets.labels import Text
from rnnviz.workbench.frame import Frame

ROOMY = 980
CHIP = Kind("bg2", "line2", "ink", "bg3", height=28, padding=9)


@dataclass(frozen=True)
class Hint:
    """Title and explanation (keys with shared values), a colour token for the dot, actions by key."""

    title: str
    text: str
    values: dict[str, object] = field(default_factory=dict)
    dot: str = "ink3"
    actions: tuple[str, ...] = ()
    starters: tuple[str, ...] = ()


def hint_of(frame: Frame, starters: tuple[str, ...]) -> Hint | None:
    """What there is to say about a frame; None when everything speaks for itself."""
    if not frame.steps:
        return Hint("hint.empty", "hint.empty-start", starters=starters)
    if frame.typed.problem is not None:
        key, explained = frame.typed.problem
        return Hint(key, "hint.unknown-effect" if frame.unknown else "", dict(explained), "warn")
    if frame.unknown:
        names = " ".join(glyph(s) for s in frame.unknown[:8]) + (" …" if len(frame.unknown) > 8 else "")
        values: dict[str, object] = {"count": len(frame.unknown), "names": names}
        return Hint("hint.unknown", "hint.unknown-effect", values, "warn", ("remove-unknown",))
    if frame.run.status == "untrained":
        values = {
            "loss": f"{frame.run.held_out:.2f}",
            "even": f"{frame.run.uniform:.2f}",
            "symbols": len(frame.symbols) if frame.loss == "cross-entropy" else 2,
        }
        text = "hint.untrained-loss" if frame.loss != "mse" else "hint.untrained-error"
        return Hint("hint.untrained", text, values, "warn", ("train",))
    return None


class HintBar(QWidget):
    """Shows a Hint, or hides. `acted` carries an action's key, `started` a text to begin with."""

    acted = Signal(str)
    started = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._hint: Hint | None = None
        self._title = Text(look, "", fonts.ui(12, 600), "ink")
        self._text = Text(look, "", fonts.ui(12, 400), "ink3")
        self._buttons: list[Button] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self._title)
        self._row.addWidget(self._text)
        self.setFixedHeight(28)
        self.hide()

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        self._title.set_look(look)
        self._text.set_look(look)
        for button in self._buttons:
            button.set_look(look)
        self._describe()
        self.update()

    def show_hint(self, hint: Hint | None) -> None:
        """Show `hint`, None hides the bar."""
        self.setVisible(hint is not None)
        if hint is None or hint == self._hint:
            self._hint = hint
            return
        self._hint = hint
        self._title.set_message(hint.title, **hint.values)
        self._title.setVisible(not hint.starters)
        self._text.set_message(hint.text, **hint.values)
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._action(key) for key in hint.actions] + [
            self._starter(t) for t in hint.starters
        ]
        self._text.setVisible(bool(hint.starters) or self._roomy())
        self._describe()
        self.update()

    def _describe(self) -> None:
        self.setToolTip(self._text.text())
        self.setAccessibleName(self._title.text())
        self.setAccessibleDescription(self._text.text())

    def _roomy(self) -> bool:
        """Whether the explanation can be read here; it is the tooltip in any case."""
        line = self.parentWidget()
        return line is not None and line.width() >= ROOMY

    def _action(self, key: str) -> Button:
        button = link_button(self.look, f"action.{key}")
        button.clicked.connect(lambda: self.acted.emit(key))
        self._row.addWidget(button)
        return button

    def _starter(self, text: str) -> Button:
        button = Button(self.look, "hint.starter", "", CHIP, text=text)
        button.clicked.connect(lambda: self.started.emit(text))
        self._row.addWidget(button)
        return button

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot before the title."""
        if self._hint is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.theme.color(self._hint.dot))
        if not self._hint.starters:
            painter.drawEllipse(1, self.height() // 2 - 4, 8, 8)
