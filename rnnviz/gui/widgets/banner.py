"""A notice at the top of the centre: what happened, what is safe, what to do. Never a dialog in the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from rnnviz.engine.errors import UserError
from rnnviz.gui import fonts, icons
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.body import body
from rnnviz.gui.widgets.controls import Button, icon_button, primary_button, secondary_button
from rnnviz.gui.widgets.labels import Text


@dataclass(frozen=True)
class Message:
    """A sentence of the catalogue, kept as key and values so that it follows a language switch."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Notice:
    """Cause first (title), then what is safe and what helps (text), then actions, the best one first."""

    title: Message
    text: Message | None = None
    actions: tuple[Message, ...] = ()


def notice_of(error: UserError, *actions: Message) -> Notice:
    """Return the notice of a user error: its own sentence tells cause and remedy."""
    return Notice(Message(error.key, error.values), None, actions)


# After a full stop that ends a sentence, in English (a space follows) or Chinese (none does).
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“])|(?<=[。！？])(?=.)")


class Banner(QWidget):
    """Shows one Notice; `acted` carries the key of the pressed action, `closed` that it was put away."""

    acted = Signal(str)
    closed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._notice: Notice | None = None
        self._title = Text(look, "", fonts.ui(13, 600), "ink", wrap=True)
        self._text = Text(look, "", fonts.ui(13), "ink2", wrap=True)
        self._close = icon_button(look, "banner.close", "close")
        self._close.clicked.connect(self.dismiss)
        self._buttons: list[Button] = []
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._row.addStretch(1)
        words = QVBoxLayout()
        words.setContentsMargins(0, 7, 0, 0)
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._text)
        words.addSpacing(6)
        words.addLayout(self._row)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(46, 8, 8, 12)
        outer.addLayout(words, 1)
        outer.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self._look = look
        for text in (self._title, self._text):
            text.set_look(look)
        self._write()
        for button in (self._close, *self._buttons):
            button.set_look(look)
        self._describe()
        self.update()

    @property
    def notice(self) -> Notice | None:
        """What is shown; None while the banner is away."""
        return self._notice

    def show_notice(self, notice: Notice) -> None:
        """Show a notice in place of the one before."""
        self._notice = notice
        self._write()
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(place, action) for place, action in enumerate(notice.actions)]
        self._describe()
        self.show()

    def _button(self, place: int, action: Message) -> Button:
        make = primary_button if place == 0 else secondary_button
        button = make(self._look, action.key, **action.values)
        button.clicked.connect(lambda: self.acted.emit(action.key))
        self._row.insertWidget(place, button)
        return button

    def _write(self) -> None:
        """Set the two texts; a lone message gives its first sentence to the title."""
        if self._notice is None:
            return
        cause = self._sentence(self._notice.title)
        if self._notice.text is not None:
            rest = self._sentence(self._notice.text)
        else:
            cause, *more = _SENTENCE_END.split(cause, maxsplit=1)
            rest = "".join(more)
        self._title.setText(cause)
        self._text.setText(rest)
        self._text.setVisible(bool(rest))

    def _sentence(self, message: Message) -> str:
        return self._look.text(message.key, **message.values)

    def _describe(self) -> None:
        self.setAccessibleName(self._title.text())
        self.setAccessibleDescription("" if self._text.isHidden() else self._text.text())

    def dismiss(self) -> None:
        """Put the banner away."""
        if self._notice is not None:
            self._notice = None
            self.hide()
            self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card, the bar at its left and the sign."""
        theme = self._look.theme
        painter = QPainter(self)
        body(painter, self.rect(), theme.color("bg1"), theme.color("line2"), 8)
        painter.fillRect(QRect(1, 10, 3, self.height() - 20), theme.color("warn"))
        icons.draw(painter, "warning", QPointF(17, 14), theme.color("warn"), 18)
