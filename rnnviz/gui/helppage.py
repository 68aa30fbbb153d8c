"""The help page: what is on screen in a few sentences, and every key."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from rnnviz.gui import fonts
from rnnviz.gui.keys import SHORTCUTS
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.controls import primary_button
from rnnviz.gui.widgets.labels import Text
from rnnviz.gui.widgets.scroll import scrolling

PARAGRAPHS = ("help.one", "help.two", "help.three", "help.four")


class HelpPage(QDialog):
    """Scrolls where it does not fit."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(look.text("help.title"))
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(24, 20, 24, 12)
        column.setSpacing(10)
        column.addWidget(Text(look, "help.title", fonts.ui(17, 600)))
        for key in PARAGRAPHS:
            column.addWidget(Text(look, key, fonts.ui(13), "ink2", wrap=True))
        column.addSpacing(8)
        column.addWidget(Text(look, "help.keys", fonts.ui(13, 600)))
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(5)
        for row, shortcut in enumerate(SHORTCUTS):
            name = "  ".join(
                QKeySequence(k).toString(QKeySequence.SequenceFormat.NativeText) for k in shortcut.keys
            )
            keys = Text(look, "", fonts.mono(12, 500))
            keys.setText(name)
            grid.addWidget(keys, row, 0)
            grid.addWidget(Text(look, f"key.{shortcut.name}", fonts.ui(12), "ink2"), row, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addStretch(1)
        area = scrolling(body)
        close = primary_button(look, "help.close")
        close.clicked.connect(self.accept)
        feet = QHBoxLayout()
        feet.setContentsMargins(24, 0, 24, 18)
        feet.addStretch(1)
        feet.addWidget(close)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area, 1)
        outer.addLayout(feet)
        self.setMinimumWidth(body.minimumSizeHint().width() + area.verticalScrollBar().sizeHint().width())
        self.resize(620, 640)
