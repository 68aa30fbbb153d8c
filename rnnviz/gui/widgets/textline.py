"""The text line: what a person types is traced at each keystroke; input methods are welcome."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from rnnviz.gui import fonts
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.labels import Text
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.workbench import TEXT_LIMIT


class Line(QLineEdit):
    """A line edit in which Return types a line break where the vocabulary has one."""

    breaks = False
    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return is a character here; Up and Down leave the text alone."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.breaks:
                self.insert("\n")
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take dragged words; leave files to the window, which opens them."""
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragEnterEvent(event)


class TextLine(QWidget):
    """The line in its frame, "Type" before it and what is traced after it.

    `edited` carries the text at each change; `overflowed` says that a paste did not fit.
    """

    edited = Signal(str)
    overflowed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._frame: Frame | None = None
        self._units_shown = 0
        self.line = Line()
        self.line.setFrame(False)
        self.line.setMaxLength(TEXT_LIMIT)
        self.line.setFont(fonts.mono(13, 500))
        self._name = Text(look, "text.type", fonts.ui(13, 400), "ink3")
        self._hint = Text(look, "", fonts.ui(11, 400), "ink3")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 12, 1)
        row.setSpacing(8)
        row.addWidget(self._name)
        row.addWidget(self.line, 1)
        row.addWidget(self._hint)
        self._row = row
        self._guest: QWidget | None = None
        self.setFixedHeight(34)
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self.edited)
        self.line.inputRejected.connect(self.overflowed)
        self.line.installEventFilter(self)
        self.set_look(look)

    def hold(self, guest: QWidget) -> None:
        """Give `guest` the place after the text; while it is shown, what is traced is not said."""
        self._guest = guest
        self._row.addWidget(guest)

    @property
    def caret(self) -> int:
        """Characters before the caret; Qt counts an emoji as two."""
        before = self.line.text().encode("utf-16-le", "surrogatepass")[: 2 * self.line.cursorPosition()]
        return len(before.decode("utf-16-le", "surrogatepass"))

    def write(self, text: str, caret: int | None = None) -> None:
        """Type another text over the whole line, as a person would: it can be undone.

        The `caret`, in characters, goes to the end unless it is given.
        """
        self.line.blockSignals(True)
        self.line.selectAll()
        self.line.insert(text)
        if caret is not None:
            before = self.line.text().encode("utf-32-le", "surrogatepass")[: 4 * caret]
            place = len(before.decode("utf-32-le", "surrogatepass").encode("utf-16-le", "surrogatepass")) // 2
            self.line.setCursorPosition(place)
        self.line.blockSignals(False)
        self.edited.emit(self.line.text())

    def insert(self, text: str) -> None:
        """Type at the caret."""
        self.line.insert(text)

    def erase(self) -> None:
        """Take back the character before the caret, or what is selected."""
        self.line.backspace()

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        ink, faint = look.theme.color("ink").name(), look.theme.color("ink3").name()
        self.line.setStyleSheet(
            f"QLineEdit {{ background: transparent; border: 0; padding: 0; color: {ink};"
            f" placeholder-text-color: {faint}; }}"
        )
        self.line.setPlaceholderText(look.text("text.placeholder"))
        self.line.setAccessibleName(look.text("text.name"))
        self._name.set_look(look)
        self._hint.set_look(look)
        if self._frame is not None:
            self.render_frame(self._frame)
        self.update()

    def render_frame(self, frame: Frame) -> None:
        """Follow a text that came from elsewhere, and say how much of it is traced."""
        self._frame = frame
        self.line.breaks = "\n" in frame.vocabulary
        if frame.typed.text != self.line.text():
            self.line.blockSignals(True)
            self.line.setText(frame.typed.text)
            self.line.blockSignals(False)
        if frame.typed.dropped:
            total = frame.steps + frame.typed.dropped
            self._hint.set_message("text.traced-some", steps=frame.steps, total=f"{total:,}")
        elif frame.steps:
            key = "text.traced-sorted" if any(q.role == "f" for q in frame.quantities) else "text.traced"
            if 0 < self._units_shown < frame.hidden:
                key = "text.traced-window"
            self._hint.set_message(
                key if frame.steps > 1 else "text.traced-one",
                steps=frame.steps,
                units=frame.hidden,
                shown=self._units_shown,
            )
        taken = self._guest is not None and not self._guest.isHidden()
        self._hint.setVisible(frame.steps > 0 and self.width() > 460 and not taken)

    def tell_units(self, shown: int) -> None:
        """Say how many units have a row in the maps below."""
        if shown != self._units_shown:
            self._units_shown = shown
            if self._frame is not None:
                self.render_frame(self._frame)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Repaint the frame when the keyboard comes or goes."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, stronger while the line has the keyboard."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self.look.theme
        focused = self.line.hasFocus()
        painter.setPen(QPen(theme.color("ink3" if focused else "line2"), 1.0))
        painter.setBrush(theme.color("bg1"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
