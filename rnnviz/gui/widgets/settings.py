"""The column at the left: model, task and training settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import MappingProxyType

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from rnnviz.gui import fonts, numbers
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.controls import link_button
from rnnviz.gui.widgets.fields import applies, fields
from rnnviz.gui.widgets.labels import Text, section_title
from rnnviz.gui.widgets.row import SettingRow
from rnnviz.gui.widgets.segmented import SegmentedControl

WIDTH = 232
SECTIONS = ("model", "task", "training")
OPEN_FILE = "settings.open-file"
_NONE: Mapping[str, str] = MappingProxyType({})


class Rule(QWidget):
    """A thin line between two groups."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line between the margins of the column."""
        QPainter(self).fillRect(20, 0, self.width() - 20, 1, self.look.theme.color("line"))


class PendingBar(QWidget):
    """One line at the foot: something takes effect after a reset, and the button that does it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.note = Text(look, "settings.pending", fonts.ui(12, 500), "warn")
        self.button = link_button(look, "toolbar.reset")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 6, 12, 6)
        row.setSpacing(4)
        row.addWidget(self.note, 1)
        row.addWidget(self.button)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        self.note.set_look(look)
        self.button.set_look(look)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line above."""
        QPainter(self).fillRect(0, 0, self.width(), 1, self.look.theme.color("line"))


class SettingsColumn(QWidget):
    """Shows settings and signals what a person sets; decides nothing about them.

    `changed` carries a dotted key and a value; `reset_wanted` and `text_file_wanted` are wishes.
    """

    changed = Signal(str, object)
    reset_wanted = Signal()
    text_file_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.rows = {field.key: SettingRow(look, field) for field in fields()}
        self._titles = [section_title(look, f"settings.{section}") for section in SECTIONS]
        self._rules = [Rule(look) for _ in SECTIONS[1:]]
        self.parameters = Text(look, "", fonts.ui(11), "ink3")
        self._pending = PendingBar(look)
        self._pending.button.clicked.connect(self.reset_wanted)
        self._pending.hide()
        for row in self.rows.values():
            row.changed.connect(self.changed)
            row.action.connect(self._acted)
        self._content = QVBoxLayout()
        self._lay_out()
        self.setMinimumWidth(WIDTH)
        self.set_look(look)

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setLayout(self._content)
        self._content.setContentsMargins(0, 13, 19, 12)
        self._content.setSpacing(0)
        for place, section in enumerate(SECTIONS):
            if place:
                self._content.addSpacing(9)
                self._content.addWidget(self._rules[place - 1])
                self._content.addSpacing(12)
            self._content.addWidget(self._titles[place])
            self._titles[place].setContentsMargins(20, 0, 0, 0)
            self._content.addSpacing(8)
            for row in self.rows.values():
                if row.field.section == section:
                    self._content.addWidget(row)
            if section == "model":
                self.parameters.setContentsMargins(20, 2, 0, 0)
                self._content.addWidget(self.parameters)
        self._content.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        area.setWidget(inside)
        inside.setAutoFillBackground(False)
        # The bar stands in the right margin, so the fields do not move when it comes.
        area.verticalScrollBar().rangeChanged.connect(self._leave_margin)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 1, 0)
        outer.setSpacing(0)
        outer.addWidget(area, 1)
        outer.addWidget(self._pending)

    def _leave_margin(self, low: int, high: int) -> None:
        self._content.setContentsMargins(0, 13, 11 if high > low else 19, 12)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        for part in (*self._titles, self.parameters):
            part.set_look(look)
        for row in self.rows.values():
            row.set_look(look)
        for rule in self._rules:
            rule.look = look
        self._pending.set_look(look)
        self.update()

    def set_choices(self, key: str, choices: Sequence[tuple[object, str]]) -> None:
        """Set what a list offers: (value, label in the current language); again on a language switch."""
        self.rows[key].set_choices(choices, (OPEN_FILE,) if key == "task.text" else ())

    def show_values(
        self,
        values: Mapping[str, object],
        pending: AbstractSet[str] = frozenset(),
        parameters: int = 0,
        disabled: Mapping[str, str] = _NONE,
    ) -> None:
        """Show settings by dotted key; those without a value, or without effect, are hidden.

        `pending` waits for a reset; `parameters` is the size of the model; `disabled` gives the sentence that
        says why a setting cannot be changed now.
        """
        for key, row in self.rows.items():
            shown = applies(key, values) and (key != "task.key" or row.offers > 1)
            row.setVisible(shown)
            if shown:
                row.show_value(values[key], key in pending, disabled.get(key, ""))
        self.parameters.set_message("settings.parameters", count=numbers.count(parameters))
        self._pending.setVisible(bool(pending))

    def show_error(self, key: str, sentence: str) -> None:
        """Say at a setting why its value was not taken; "" takes it back. KeyError for an unknown key."""
        self.rows[key].show_error(sentence)

    def set_reduced_motion(self, reduced: bool) -> None:
        """Let pills jump instead of slide."""
        for row in self.rows.values():
            if isinstance(row.control, SegmentedControl):
                row.control.animated = not reduced

    def _acted(self, action: str) -> None:
        if action == OPEN_FILE:
            self.text_file_wanted.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground; as a drawer over the centre it also needs a border at its right."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.look.theme.color("bg1"))
        if not isinstance(self.parentWidget(), QSplitter):
            painter.fillRect(self.width() - 1, 0, 1, self.height(), self.look.theme.color("line2"))
