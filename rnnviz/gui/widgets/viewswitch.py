"""Which view is shown: segments where there is room for them, else a list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from rnnviz.gui.look import Look
from rnnviz.gui.widgets.combo import ComboField
from rnnviz.gui.widgets.segmented import SegmentedControl


class ViewSwitch(QWidget):
    """`chosen` carries the key of the view a person picked; setters are silent."""

    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.segments = SegmentedControl(look, "toolbar.view", padding=10)
        self.list = ComboField(look, "toolbar.view", wide=112, tall=32)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.segments)
        row.addWidget(self.list)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        for part in (self.segments, self.list):
            part.chosen.connect(lambda view: self.chosen.emit(str(view)))
        self.set_compact(False)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language; the choices are given again by their owner."""
        self.segments.set_look(look)
        self.list.set_look(look)

    def set_choices(self, choices: Sequence[tuple[object, str]]) -> None:
        """Set the views and their names."""
        self.segments.set_choices(choices)
        self.list.set_choices(choices)

    def set_value(self, view: str) -> None:
        """Show which view is open."""
        self.segments.set_value(view)
        self.list.set_value(view)

    def value(self) -> object:
        """Return the view that is open."""
        return self.segments.value()

    def set_compact(self, compact: bool) -> None:
        """Show the list instead of the segments."""
        self.segments.setVisible(not compact)
        self.list.setVisible(compact)
