"""A segmented control for more choices than it has room for: the favourites, and a menu with the others."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from rnnviz.gui.look import Look
from rnnviz.gui.widgets.segmented import SegmentedControl

MORE = "···"


class FavouriteControl(SegmentedControl):
    """Shows `favourites` as segments; the last one opens the other choices and bears the chosen one's name.

    Signals and setters are those of `SegmentedControl`; `value` and `chosen` never speak of the menu.  A long
    name loses its end; the tooltip says it whole.
    """

    longest = 74

    def __init__(
        self, look: Look, name: str, favourites: Sequence[object], tall: int = 28, text_size: int = 12
    ) -> None:
        self._favourites = tuple(favourites)
        self._others: list[tuple[object, str]] = []
        self._shown: list[tuple[object, str]] = []
        self._other: object = None
        super().__init__(look, name, tall, text_size, padding=8)

    def set_choices(self, choices: Sequence[tuple[object, str]], tips: Sequence[str] = ()) -> None:
        """Set values and labels; the chosen value stays chosen where it is still there."""
        self._shown = [(value, label) for value, label in choices if value in self._favourites]
        self._others = [(value, label) for value, label in choices if value not in self._favourites]
        more = [(MORE, self._more_label())] if self._others else []
        super().set_choices([*self._shown, *more])

    def _more_label(self) -> str:
        return dict(self._others).get(self._other, MORE)

    def value(self) -> object:
        """Return the chosen value; None while nothing is chosen."""
        value = super().value()
        return self._other if value is MORE else value

    def set_value(self, value: object) -> None:
        """Choose a value without a signal; an unknown one leaves the choice as it is."""
        if value in dict(self._others):
            self._name_other(value)
            super().set_value(MORE)
        elif value in dict(self._shown):
            self._name_other(None)
            super().set_value(value)

    def _name_other(self, value: object) -> None:
        self._other = value
        if self._others:
            segment = self.segments()[-1]
            segment.setText(self._more_label())
            segment.setAccessibleName(self._more_label())
            segment.setToolTip(self._more_label() if value is not None else "")
            segment.updateGeometry()
            self._layout.activate()  # the pill goes where the segment will be

    def menu(self) -> QMenu:
        """The other choices, the chosen one ticked."""
        menu = QMenu(self)
        group = QActionGroup(menu)
        for value, label in self._others:
            action = menu.addAction(label)
            action.setCheckable(True)
            action.setChecked(value == self.value())
            action.triggered.connect(lambda _=False, v=value: self._picked(v))
            group.addAction(action)
        return menu

    def _picked(self, value: object) -> None:
        changed = value != self.value()
        self.set_value(value)
        if changed:
            self.chosen.emit(value)

    def _clicked(self, index: int) -> None:
        if index < len(self._shown):
            super()._clicked(index)
            return
        kept = self.value()
        self.menu().popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
        self.set_value(kept)
