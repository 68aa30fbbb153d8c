"""One setting: label, control, the dot of a change that waits for a reset, and the reason it was refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class _Parts:
    """What a row is made of."""

    control: Control
    label: Text
    error: Text


class SettingRow(QWidget):
    """Emits `changed` (dotted key, value) when a person sets it, and `action` for a list's action rows.

    Its parts are made when they are first wanted: most settings belong to other cells and tasks than the one
    that is open, and a start would wait for hundreds of widgets that nobody sees.
    """

    changed = Signal(str, object)
    action = Signal(str)

    def __init__(self, look: Look, field: Field) -> None:
        super().__init__()
        self.look, self.field = look, field
        self.offers = 0  # number of choices
        self._offered: tuple[Sequence[tuple[object, str]], Sequence[str]] = ((), ())
        self._parts: _Parts | None = None
        self._value: tuple[object] | None = None  # to be shown once there is something to show it
        self._pending = False
        self._reason = ""
        self._tell()

    @property
    def control(self) -> Control:
        """What a person sets the value with."""
        return self._made().control

    @property
    def label(self) -> Text:
        """The setting's name."""
        return self._made().label

    @property
    def error(self) -> Text:
        """The reason why a value was refused."""
        return self._made().error

    def _made(self) -> _Parts:
        if self._parts is not None:
            return self._parts
        look, field = self.look, self.field
        parts = self._parts = _Parts(
            control_for(look, field),
            Text(look, field.label, fonts.ui(12), "ink2"),
            Text(look, "", fonts.ui(11), "warn", wrap=True),
        )
        parts.label.setBuddy(parts.control)
        parts.error.hide()
        line = QHBoxLayout()
        line.setSpacing(8)
        if field.segments or field.many:
            parts.label.hide()
            line.addWidget(parts.control)
        else:
            line.addWidget(parts.label, 1)
            line.addWidget(parts.control, 0, Qt.AlignmentFlag.AlignRight)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 0, 0, 7 if field.segments or field.many else 3)
        outer.setSpacing(2)
        outer.addLayout(line)
        outer.addWidget(parts.error)
        self._connect()
        offered = self._offered
        self._name_choices()
        if offered[0]:
            self.set_choices(*offered)
        self._tell()
        self._take_place(parts.control)
        if self._value is not None:
            self._set(self._value[0])
        return parts

    def setVisible(self, visible: bool) -> None:
        """Show or hide the row; what is shown is made first."""
        if visible:
            self._made()
        super().setVisible(visible)

    def _take_place(self, control: QWidget) -> None:
        """Put what takes the keyboard where the row stands for the Tab key: born late, it would come last.

        A field that hands the keyboard on to its entry is a stop of its own for Qt, so both move.
        """
        proxy, policy = control.focusProxy(), control.focusPolicy()
        if proxy is not None:
            control.setFocusProxy(None)  # type: ignore[arg-type]  # the stubs forget that there may be none
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # setTabOrder passes over what takes no focus
        before: QWidget = self
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for stop in (control, *control.findChildren(QWidget)):
            here = stop.window() is self.window()  # the rows of a list open in a window of their own
            if here and stop.focusPolicy() != Qt.FocusPolicy.NoFocus:
                QWidget.setTabOrder(before, stop)
                before = stop
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if proxy is not None:
            control.setFocusPolicy(policy)
            control.setFocusProxy(proxy)

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
        if self._parts is not None:
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
        self.offers, self._offered = len(choices), (choices, actions)
        if self._parts is None:
            return
        if isinstance(self.control, ComboField):
            self.control.set_choices(choices, actions)
        elif isinstance(self.control, (SegmentedControl, CellChoice)):
            self.control.set_choices(choices)

    def show_value(self, value: object, pending: bool, reason: str = "") -> None:
        """Show a value without a signal, mark it as waiting for a reset, disable it with a reason."""
        changed = (pending, reason) != (self._pending, self._reason)
        self._value, self._pending, self._reason = (value,), pending, reason
        if self._parts is not None:
            self._set(value)
        if changed:
            self._tell()

    def _set(self, value: object) -> None:
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
        if self._parts is not None:
            self._parts.label.setEnabled(not self._reason)
            self._parts.control.setEnabled(not self._reason)
            self._parts.control.setAccessibleDescription(tip)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot in the margin, where it moves nothing."""
        if self._pending:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.theme.color("warn"))
            painter.drawEllipse(QPointF(11, 14), 3, 3)
