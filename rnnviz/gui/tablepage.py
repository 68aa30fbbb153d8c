"""The numbers behind a panel as a table, for a screen reader or a person who wants digits."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QTableView, QVBoxLayout, QWidget

from rnnviz.gui import fonts, numbers
from rnnviz.gui.look import Look
from rnnviz.gui.panels import Table
from rnnviz.gui.widgets.controls import primary_button, secondary_button
from rnnviz.gui.widgets.glyphs import glyph

Index = QModelIndex | QPersistentModelIndex


class TableModel(QAbstractTableModel):
    """A panel's table, read-only; numbers to six decimals."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self._names = list(table.columns)
        self._columns = list(table.columns.values())

    def rowCount(self, parent: Index | None = None) -> int:
        """Rows of the table."""
        return len(self._columns[0]) if self._columns else 0

    def columnCount(self, parent: Index | None = None) -> int:
        """Columns of the table."""
        return len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """One cell as text."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        value = self._columns[index.column()][index.row()]
        return (
            glyph(value)
            if isinstance(value, str)
            else numbers.with_minus(str(value) if isinstance(value, (int, np.integer)) else f"{value:.6f}")
        )

    def headerData(
        self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Names of the columns as in exported files; rows count from 1."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._names[section] if way == Qt.Orientation.Horizontal else str(section + 1)


class TablePage(QDialog):
    """Shows one table; `copied` is what the copy button does."""

    def __init__(self, look: Look, key: str, table: Table, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(look.text(f"panel.{key}"))
        self.model = TableModel(table)
        self.view = QTableView()
        self.view.setModel(self.model)
        self.view.setFont(fonts.mono(12))
        self.view.verticalHeader().hide()
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setAccessibleName(look.text(f"panel.{key}"))
        self.view.resizeColumnsToContents()
        self.copy = secondary_button(look, "menu.copy-numbers")
        self.close_button = primary_button(look, "help.close")
        self.close_button.clicked.connect(self.accept)
        feet = QHBoxLayout()
        feet.addWidget(self.copy)
        feet.addStretch(1)
        feet.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 14)
        column.setSpacing(12)
        column.addWidget(self.view, 1)
        column.addLayout(feet)
        self.resize(900, 560)
