"""A drop-down list in our look."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetricsF, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from rnnviz.gui import fonts, icons
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.body import RADIUS, body, ring, ring_after

PADDING = 8
CHEVRON = 16
ROW_TEXT = 32  # where the text of a row begins, right of the tick

Index = QModelIndex | QPersistentModelIndex


class _Rows(QStyledItemDelegate):
    """Draws the rows of the open list: a rounded ground under the pointer, a tick at the choice, lines."""

    def __init__(self, combo: ComboField) -> None:
        super().__init__(combo)
        self._combo = combo

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return a row high enough to hit; lines between groups are thin."""
        return QSize(0, 9 if _is_line(index) else 28)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        rect, state = option.rect, option.state
        theme = self._combo.look.theme
        painter.save()
        if _is_line(index):
            painter.fillRect(rect.left() + 4, rect.center().y(), rect.width() - 8, 1, theme.color("line2"))
        else:
            if state & QStyle.StateFlag.State_Selected:
                body(painter, rect.adjusted(2, 0, -2, 0), theme.color("bg3"), None, 5)
            chosen = index.row() == self._combo.chosen_row
            if chosen:
                icons.draw(painter, "check", QPointF(rect.left() + 8, rect.top() + 6), theme.color("ink"))
            painter.setFont(fonts.ui(12, 600 if chosen else 500))
            painter.setPen(theme.color("ink"))
            where = QRectF(rect.adjusted(ROW_TEXT, 0, -8, 0))
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, index.data())
        painter.restore()


def _is_line(index: Index) -> bool:
    # How QComboBox marks what insertSeparator makes.
    return bool(index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "separator")


class ComboField(QComboBox):
    """One of a list; `chosen` carries the value a person picked, `action` the key of an action row.

    Action rows ("Open a file…") stand below a line at the end of the list and are never the choice.
    """

    chosen = Signal(object)
    action = Signal(str)

    def __init__(self, look: Look, name: str, wide: int = 88, tall: int = 28, weight: int = 500) -> None:
        super().__init__()
        self.look, self._name = look, name
        self._weight, self._wide, self._tall = weight, wide, tall
        self._choices: list[object] = []
        self._actions: list[str] = []
        self._now = -1
        self._ring = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(wide, tall)
        self.setMaxVisibleItems(16)
        self.setItemDelegate(_Rows(self))
        self.activated.connect(self._picked)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language; the choices are given again by their owner."""
        self.look = look
        self.setAccessibleName(look.text(self._name))
        self.setFont(self.font_used())
        for place, key in enumerate(self._actions):
            self.setItemText(len(self._choices) + 1 + place, look.text(key))
        self.update()

    def set_choices(self, choices: Sequence[tuple[object, str]], actions: Sequence[str] = ()) -> None:
        """Set values with their labels, and action rows by the keys of their texts; keeps the choice."""
        value = self.value()
        self._choices, self._actions, self._now = [choice for choice, _ in choices], list(actions), -1
        self.clear()
        self.addItems([label for _, label in choices])
        if actions:
            self.insertSeparator(len(choices))
            self.addItems([self.look.text(key) for key in actions])
        self.setCurrentIndex(-1)
        self.set_value(value)

    @property
    def chosen_row(self) -> int:
        """Return the row of the choice in the list."""
        return self._now

    def value(self) -> object:
        """Return the chosen value; None while nothing is chosen."""
        return self._choices[self._now] if 0 <= self._now < len(self._choices) else None

    def set_value(self, value: object) -> None:
        """Choose a value without a signal; an unknown one leaves the choice as it is."""
        if value in self._choices:
            self._now = self._choices.index(value)
            self.setCurrentIndex(self._now)
        self._show_tip()

    def _show_tip(self) -> None:
        text = self.currentText()
        self.setToolTip(text if QFontMetricsF(self.font()).horizontalAdvance(text) > self._room() else "")

    def _picked(self, index: int) -> None:
        if index >= len(self._choices):
            self.setCurrentIndex(self._now)
            place = index - len(self._choices) - 1
            if 0 <= place < len(self._actions):
                self.action.emit(self._actions[place])
            return
        changed, self._now = index != self._now, index
        self._show_tip()
        if changed:
            self.chosen.emit(self._choices[index])

    def font_used(self) -> QFont:
        """Return the font of field and list."""
        return fonts.ui(13 if self._tall >= 32 else 12, self._weight)

    def _room(self) -> int:
        return self.width() - 2 * PADDING - CHEVRON - 2

    def sizeHint(self) -> QSize:
        """Return the fixed size."""
        return QSize(self._wide, self._tall)

    def showPopup(self) -> None:
        """Open the list at least as wide as its longest label."""
        metrics = QFontMetricsF(self.font())
        labels = (self.itemText(index) for index in range(self.count()))
        widest = max((metrics.horizontalAdvance(label) for label in labels), default=0.0)
        self.view().setMinimumWidth(max(self.width(), min(360, round(widest) + ROW_TEXT + 28)))
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the column: scrolling past a field must not change it."""
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring when a key brought the focus."""
        self._ring = ring_after(event, self._ring)
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw body, label, chevron and ring."""
        theme = self.look.theme
        painter = QPainter(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        hover = self.isEnabled() and self.underMouse()
        body(painter, self.rect(), theme.color("bg3" if hover else "bg2"), theme.color("line2"))
        painter.setFont(self.font())
        painter.setPen(theme.color("ink"))
        left = PADDING + (4 if self._tall >= 32 else 0)
        where = QRectF(left, 0, self._room() - left + PADDING, self.height())
        label = QFontMetricsF(self.font()).elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, where.width()
        )
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, label)
        corner = QPointF(self.width() - PADDING - CHEVRON + 2, (self.height() - CHEVRON) / 2)
        icons.draw(painter, "down", corner, theme.color("ink3"))
        if self._ring and self.hasFocus():
            ring(painter, self.rect(), theme, RADIUS)
