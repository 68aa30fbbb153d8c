"""The column at the left: model, task and training settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import MappingProxyType

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from rnnviz.gui import fonts, numbers
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.controls import link_button
from rnnviz.gui.widgets.disclosure import Disclosure
from rnnviz.gui.widgets.fields import SECTIONS, Field, applies, fields
from rnnviz.gui.widgets.labels import Text, section_title
from rnnviz.gui.widgets.row import SettingRow
from rnnviz.gui.widgets.scroll import scrolling
from rnnviz.gui.widgets.segmented import SegmentedControl

WIDTH, HEADING = 232, 16
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

    def __init__(self, look: Look, shown: Sequence[Field] | None = None) -> None:
        """A column of ``shown``, by default of every setting of a run."""
        super().__init__()
        self.look = look
        self.rows = {field.key: SettingRow(look, field) for field in (fields() if shown is None else shown)}
        self._titles = [section_title(look, f"settings.{section}") for section in SECTIONS]
        advanced = {row.field.section for row in self.rows.values() if row.field.advanced}
        self.disclosures = {
            section: Disclosure(look, f"settings.{section}") for section in SECTIONS if section in advanced
        }
        self._rules = [Rule(look) for _ in SECTIONS[1:]]
        self.parameters = Text(look, "", fonts.ui(11), "ink3")
        self._pending = PendingBar(look)
        self._pending.button.clicked.connect(self.reset_wanted)
        self._pending.hide()
        for row in self.rows.values():
            row.changed.connect(self.changed)
            row.action.connect(self._acted)
        for disclosure in self.disclosures.values():
            disclosure.toggled.connect(self._fold)
        self._applying: AbstractSet[str] = frozenset()
        self._content = QVBoxLayout()
        self._lay_out()
        self.setMinimumWidth(WIDTH)
        self.set_look(look)

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setLayout(self._content)
        self._content.setContentsMargins(0, 13, 19, 4)
        self._content.setSpacing(0)
        for place, section in enumerate(SECTIONS):
            if place:
                self._content.addSpacing(8)
                self._content.addWidget(self._rules[place - 1])
                self._content.addSpacing(11)
            self._content.addLayout(self._heading(place))
            self._content.addSpacing(8)
            self._add_rows(section, advanced=False)
            if section in self.disclosures:
                self._content.addWidget(self.disclosures[section])
                self._add_rows(section, advanced=True)
        self._content.addStretch(1)
        area = scrolling(inside)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside.setAutoFillBackground(False)
        # The bar stands in the right margin, so the fields do not move when it comes.
        area.verticalScrollBar().rangeChanged.connect(self._leave_margin)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 1, 0)
        outer.setSpacing(0)
        outer.addWidget(area, 1)
        outer.addWidget(self._pending)

    def _heading(self, place: int) -> QHBoxLayout:
        """A section's title; the model's bears its size."""
        line = QHBoxLayout()
        line.setContentsMargins(20, 0, 0, 0)
        self._titles[place].setFixedHeight(HEADING)  # a Chinese font asks for more than its letters need
        line.addWidget(self._titles[place], 1)
        if place == 0:
            line.addWidget(self.parameters, 0, Qt.AlignmentFlag.AlignBottom)
        return line

    def _add_rows(self, section: str, *, advanced: bool) -> None:
        for row in self.rows.values():
            if (row.field.section, row.field.advanced) == (section, advanced):
                self._content.addWidget(row)

    def _leave_margin(self, low: int, high: int) -> None:
        self._content.setContentsMargins(0, 13, 11 if high > low else 19, 4)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        for text in (*self._titles, self.parameters):
            text.set_look(look)
        for row in self.rows.values():
            row.set_look(look)
        for disclosure in self.disclosures.values():
            disclosure.set_look(look)
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
        self._applying = {
            key
            for key, row in self.rows.items()
            if applies(key, values) and (key != "task.key" or row.offers > 1)
        }
        for key in self._applying:
            self.rows[key].show_value(values[key], key in pending, disabled.get(key, ""))
        for section, disclosure in self.disclosures.items():
            inside = [row.field for row in self._advanced(section)]
            changed = sum(values[field.key] != field.usual for field in inside)
            disclosure.show_state(changed, any(field.key in pending for field in inside))
        self._fold()
        self.parameters.set_message("settings.parameters", count=numbers.count(parameters))
        self._pending.setVisible(bool(pending))

    def _advanced(self, section: str) -> list[SettingRow]:
        """The advanced rows of a section that apply."""
        rows = (self.rows[key] for key in self.rows if key in self._applying)
        return [row for row in rows if row.field.advanced and row.field.section == section]

    def _fold(self) -> None:
        """Show what applies, the advanced ones only where they are unfolded."""
        for section, disclosure in self.disclosures.items():
            disclosure.setVisible(bool(self._advanced(section)))
        for key, row in self.rows.items():
            unfolded = not row.field.advanced or self.disclosures[row.field.section].isChecked()
            row.setVisible(key in self._applying and unfolded)

    def show_error(self, key: str, sentence: str) -> None:
        """Say at a setting why its value was not taken; "" takes it back. KeyError for an unknown key."""
        row = self.rows[key]
        row.show_error(sentence)
        if sentence and row.field.advanced:
            self.disclosures[row.field.section].setChecked(True)

    def set_reduced_motion(self, reduced: bool) -> None:
        """Let pills jump instead of slide."""
        for row in self.rows.values():
            if row.field.segments and isinstance(row.control, SegmentedControl):
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
