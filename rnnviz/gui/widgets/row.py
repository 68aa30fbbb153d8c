"""One setting: label, control, the dot of a change that waits for a reset, and the reason it was refused."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rnnviz.gui import fonts
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.cellchoice import CellChoice
from rnnviz.gui.widgets.combo import ComboField
from rnnviz.gui.widgets.favourites import FavouriteControl
from rnnviz.gui.widgets.fields import Field
from rnnviz.gui.widgets.labels import Text
from rnnviz.gui.widgets.linefield import LineField
from rnnviz.gui.widgets.segmented import SegmentedControl
from rnnviz.gui.widgets.spin import NumberField
from rnnviz.gui.widgets.switch import Switch

FAVOURITE_CELLS = ("rnn", "lstm", "gru")

Control = NumberField | ComboField | SegmentedControl | Switch | LineField | CellChoice


def control_for(look: Look, field: Field) -> Control:
    """Return the control a field asks for."""
    if field.switch:
        return Switch(look, field.label)
    if field.line:
        return LineField(look, field.label, field.wide)
    if field.many:
        return CellChoice(look, field.label, FAVOURITE_CELLS)
    if field.segments:
        return FavouriteControl(look, field.label, FAVOURITE_CELLS)
    if field.number is not None:
        return NumberField(look, field.label, field.number, field.wide)
    return ComboField(look, field.label, field.wide)


class SettingRow(QWidget):
    """Emits `changed` (dotted key, value) when a person sets it, and `action` for a list's action rows."""

    changed = Signal(str, object)
    action = Signal(str)

    def __init__(self, look: Look, field: Field) -> None:
        super().__init__()
        self.look, self.field = look, field
        self.control = control_for(look, field)
        self.label = Text(look, field.label, fonts.ui(12), "ink2")
        self.label.setBuddy(self.control)
        self.error = Text(look, "", fonts.ui(11), "warn", wrap=True)
        self.error.hide()
        self.offers = 0  # number of choices
        self._pending = False
        self._reason = ""
        line = QHBoxLayout()
        line.setSpacing(8)
        if field.segments or field.many:
            self.label.hide()
            line.addWidget(self.control)
        else:
            line.addWidget(self.label, 1)
            line.addWidget(self.control, 0, Qt.AlignmentFlag.AlignRight)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 0, 0, 7 if field.segments or field.many else 3)
        outer.setSpacing(2)
        outer.addLayout(line)
        outer.addWidget(self.error)
        self._connect()
        self._name_choices()
        self._tell()

    def _connect(self) -> None:
        control = self.control
        if isinstance(control, NumberField):
            control.changed.connect(self._emit)
            control.rejected.connect(self.show_error)
        elif isinstance(control, Switch):
            control.toggled.connect(self._emit)
        else:
            control.chosen.connect(self._emit)
        if isinstance(control, ComboField):
            control.action.connect(self.action)

    def _emit(self, value: object) -> None:
        self.show_error("")
        self.changed.emit(self.field.key, value)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language; a refusal in the old language goes."""
        changed = look.catalogue.language != self.look.catalogue.language
        self.look = look
        self.label.set_look(look)
        self.error.set_look(look)
        self.control.set_look(look)
        self._name_choices()
        if changed:
            self.show_error("")
        self._tell()

    def _name_choices(self) -> None:
        """Offer the words that the option itself declares; other lists come from the window."""
        if self.field.choices:
            catalogue = self.look.catalogue
            keys = {word: f"choice.{word}" for word in self.field.choices}
            self.set_choices(
                [(word, self.look.text(key) if key in catalogue else word) for word, key in keys.items()]
            )

    def set_choices(self, choices: Sequence[tuple[object, str]], actions: Sequence[str] = ()) -> None:
        """Set what can be chosen; numbers and switches have nothing to choose from."""
        self.offers = len(choices)
        if isinstance(self.control, ComboField):
            self.control.set_choices(choices, actions)
        elif isinstance(self.control, (SegmentedControl, CellChoice)):
            self.control.set_choices(choices)

    def show_value(self, value: object, pending: bool, reason: str = "") -> None:
        """Show a value without a signal, mark it as waiting for a reset, disable it with a reason."""
        control = self.control
        if isinstance(control, NumberField):
            if isinstance(value, (int, float)):
                control.set_value(value)
        elif isinstance(control, Switch):
            control.blockSignals(True)
            control.setChecked(bool(value))
            control.blockSignals(False)
        else:
            control.set_value(value)
        if (pending, reason) != (self._pending, self._reason):
            self._pending, self._reason = pending, reason
            control.setEnabled(not reason)
            self._tell()

    @property
    def pending(self) -> bool:
        """Whether the row shows a change that waits for a reset."""
        return self._pending

    def show_error(self, sentence: str) -> None:
        """Say below the row why its value was not taken; "" takes it back."""
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        if isinstance(self.control, (NumberField, LineField)):
            self.control.show_error(sentence)

    def _tell(self) -> None:
        about = f"{self.field.label}.tip"
        tip = self.look.text(about) if about in self.look.catalogue else ""
        tip = self._reason or (self.look.text("settings.pending") if self._pending else tip)
        self.setToolTip(tip)
        self.label.setEnabled(not self._reason)
        self.control.setAccessibleDescription(tip)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot in the margin, where it moves nothing."""
        if self._pending:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.theme.color("warn"))
            painter.drawEllipse(QPointF(11, 14), 3, 3)
