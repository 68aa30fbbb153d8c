"""A number a person may type, step with keys, wheel and arrows, and get wrong without harm."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from rnnviz.gui import fonts, icons, numbers
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.body import body, ring, ring_after

ARROWS = 24  # px at the right that step up and down


@dataclass(frozen=True)
class NumberSpec:
    """What a field takes: whole numbers or any, from low to high, in steps (or 1-2-5 steps when log)."""

    low: float
    high: float
    step: float = 1
    whole: bool = True
    log: bool = False
    grouped: bool = True  # thousands separators
    zero: str = ""  # key of the word that stands for 0, such as "Off"


class _Entry(QLineEdit):
    """The text inside the field: no frame, no ground; Escape and the arrow keys belong to the field."""

    def __init__(self, field: NumberField) -> None:
        super().__init__(field)
        self._field = field
        self.setFrame(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setTextMargins(0, 0, 0, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with up and down, by ten with page keys; Enter applies, Escape takes back."""
        steps = {
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_PageUp: 10,
            Qt.Key.Key_PageDown: -10,
        }.get(Qt.Key(event.key()), 0)
        if steps:
            self._field.step(steps)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._field.commit()
            self.selectAll()
        elif event.key() == Qt.Key.Key_Escape:
            self._field.revert()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the number, so that typing replaces it."""
        super().focusInEvent(event)
        if self._field.focused(event):
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Apply what was typed."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._field.commit()
        self._field.update()


class NumberField(QWidget):
    """Shows a number; `changed` carries a new one (int or float), `rejected` says why an entry was not taken.

    An entry counts at Enter or when the field loses the keyboard. One that is not possible is dropped, the
    old number stays, and the reason is a sentence in the chosen language ("" once it no longer applies).
    """

    changed = Signal(object)
    rejected = Signal(str)

    def __init__(self, look: Look, name: str, spec: NumberSpec, wide: int = 88, tall: int = 28) -> None:
        super().__init__()
        self.look, self._name, self.spec = look, name, spec
        self._value: float | int = int(spec.low) if spec.whole else spec.low
        self._ring = False
        self._wrong = ""
        self._wheel = 0
        self.entry = _Entry(self)
        self.setFocusProxy(self.entry)
        self.setFixedSize(wide, tall)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        name = look.text(self._name)
        self.setAccessibleName(name)
        self.entry.setAccessibleName(name)
        self.entry.setFont(fonts.ui(12, 500))
        ink = look.theme.color("ink").name()
        chosen, on = look.theme.color("pri").name(), look.theme.color("prit").name()
        faint = look.theme.color("ink", 0.5).name(QColor.NameFormat.HexArgb)
        self.entry.setStyleSheet(
            f"QLineEdit {{ background: transparent; border: none; color: {ink};"
            f" selection-background-color: {chosen}; selection-color: {on}; }}"
            f"QLineEdit:disabled {{ color: {faint}; }}"
        )
        self._write()
        self.update()

    def value(self) -> float | int:
        """Return the number in force."""
        return self._value

    def set_value(self, value: float | int) -> None:
        """Show a number without a signal; what a person is typing at this moment stays."""
        self._value = int(value) if self.spec.whole else float(value)
        if not (self.entry.hasFocus() and self.entry.isModified()):
            self._write()

    def set_limits(self, low: float, high: float) -> None:
        """Change what is possible from now on."""
        self.spec = replace(self.spec, low=low, high=high)

    def show_error(self, sentence: str) -> None:
        """Mark the field and say why on hover; "" takes the mark away."""
        if sentence != self._wrong:
            self._wrong = sentence
            self.setToolTip(sentence)
            self.entry.setAccessibleDescription(sentence)
            self.update()

    def commit(self) -> None:
        """Take over what was typed, or say why not."""
        if not self.entry.isModified():
            return
        typed = self.entry.text().strip()
        off = bool(self.spec.zero) and typed.casefold() == self.look.text(self.spec.zero).casefold()
        value = 0 if off else numbers.parse(typed)
        sentence = self._refusal(typed, value)
        if sentence or value is None:
            self._write()
            self._refuse(sentence)
        else:
            self._take(value)

    def revert(self) -> None:
        """Drop what was typed."""
        self._write()
        self.entry.selectAll()
        self._refuse("")

    def step(self, steps: int) -> None:
        """Go up or down, at most to the limits."""
        self.commit()
        value = float(self._value)
        spec = self.spec
        if spec.log and value > 0:
            for _ in range(abs(steps)):
                value = numbers.step_log(value, steps > 0)
        elif spec.log:
            value = spec.step if steps > 0 else value
        else:
            value += steps * spec.step
        # Twelve figures: 0.1 + 0.2 shows as 0.3.
        value = min(max(float(f"{value:.12g}"), spec.low), spec.high)
        self._take(round(value) if spec.whole else value)
        self.entry.selectAll()

    def focused(self, event: QFocusEvent) -> bool:
        """Show the ring when a key brought the focus; whether it did."""
        self._ring = ring_after(event, self._ring)
        self.update()
        return self._ring

    def _refusal(self, typed: str, value: float | int | None) -> str:
        text, spec = self.look.text, self.spec
        shown = typed if len(typed) <= 24 else typed[:23] + "…"
        if value is None or not math.isfinite(value):
            return text("field.not-number", typed=shown)
        if spec.whole and value != int(value):
            return text("field.not-whole", typed=shown)
        if not spec.low <= value <= spec.high:
            low, high = (numbers.setting(int(x) if spec.whole else x) for x in (spec.low, spec.high))
            return text("field.out-of-range", typed=shown, low=low, high=high)
        return ""

    def _refuse(self, sentence: str) -> None:
        self.show_error(sentence)
        self.rejected.emit(sentence)

    def _take(self, value: float | int) -> None:
        if self._wrong:
            self._refuse("")
        value = int(value) if self.spec.whole else float(value)
        changed, self._value = value != self._value, value
        self._write()
        if changed:
            self.changed.emit(value)

    def _write(self) -> None:
        shown = numbers.setting(self._value, self.spec.grouped)
        if self.spec.zero and self._value == 0:
            shown = self.look.text(self.spec.zero)
        self.entry.setText(shown)
        self.entry.setModified(False)
        self.entry.setCursorPosition(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room for the arrows."""
        self.entry.setGeometry(QRect(7, 1, self.width() - 7 - ARROWS + 3, self.height() - 2))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Step with a click on the upper or lower half of the arrows."""
        if event.button() == Qt.MouseButton.LeftButton and event.position().x() >= self.width() - ARROWS:
            self.entry.setFocus(Qt.FocusReason.MouseFocusReason)
            self.step(1 if event.position().y() < self.height() / 2 else -1)
        else:
            self.entry.setFocus(Qt.FocusReason.MouseFocusReason)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step when the field has the keyboard; otherwise the column scrolls."""
        if not self.entry.hasFocus():
            event.ignore()
            return
        self._wheel += event.angleDelta().y()
        notches = int(self._wheel / 120)
        self._wheel -= notches * 120
        if notches:
            self.step(notches)
        event.accept()

    def arrows_at(self) -> QPoint:
        """Return the middle of the upper arrow, where a click steps up."""
        return QPoint(self.width() - ARROWS // 2, self.height() // 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw body, arrows and ring."""
        theme = self.look.theme
        painter = QPainter(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        hover = self.isEnabled() and self.underMouse()
        border: QColor = theme.color("warn" if self._wrong else "line2")
        if self.entry.hasFocus() and not self._wrong:
            border = theme.color("ink3")
        body(painter, self.rect(), theme.color("bg2"), border)
        corner = QPointF(self.width() - 20, (self.height() - 16) / 2)
        icons.draw(painter, "stepper", corner, theme.color("ink" if hover else "ink3"))
        if self._ring and self.entry.hasFocus():
            ring(painter, self.rect(), theme)
