"""The window's shell: its parts, where they stand, and how that changes with size; it knows no command."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from rnnviz.gui.canvas import Canvas
from rnnviz.gui.centre import Centre
from rnnviz.gui.compare.page import ComparePage
from rnnviz.gui.look import Look
from rnnviz.gui.preferences import Preferences
from rnnviz.gui.strip import TrainingStrip
from rnnviz.gui.widgets.inspector import Inspector
from rnnviz.gui.widgets.settings import SettingsColumn
from rnnviz.gui.widgets.toast import Toast
from rnnviz.gui.widgets.toolbar import Toolbar

SETTINGS, CENTRE, INSPECTOR = 232, 832, 376
STRIP, STRIP_LOW, LOW = 148, 128, 760
SMALLEST = (1000, 640)


class Shell(QMainWindow):
    """Toolbar above three columns above the training strip; below 1200 px the settings are a drawer.

    The view Compare is a page of its own in their place, with settings of its own.
    """

    def __init__(self, look: Look, preferences: Preferences) -> None:
        super().__init__()
        self.look, self.preferences = look, preferences
        self.toolbar = Toolbar(look)
        self.settings = SettingsColumn(look)
        self.centre = Centre(look)
        self.inspector = Inspector(look)
        self.strip = TrainingStrip(look)
        self.compare = ComparePage(look)
        self.toast = Toast(look, self, STRIP + 20)
        self._drawer_open = False
        self._lay_out()
        self.toolbar.compact_changed.connect(self._fit_compact)
        self.toolbar.drawer_toggled.connect(self.toggle_drawer)
        self.columns.splitterMoved.connect(self._align_strip)
        self.setMinimumSize(*SMALLEST)

    def _lay_out(self) -> None:
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.settings, self.centre, self.inspector):
            self.columns.addWidget(part)
        self.columns.setHandleWidth(1)
        self.columns.setChildrenCollapsible(False)
        self.columns.setStretchFactor(1, 1)
        self.rows = QSplitter(Qt.Orientation.Vertical)
        self.rows.addWidget(self.columns)
        self.rows.addWidget(self.strip)
        self.rows.setHandleWidth(1)
        self.rows.setChildrenCollapsible(False)
        self.rows.setStretchFactor(0, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.rows)
        self.pages.addWidget(self.compare)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(body)
        self.centre.setMinimumWidth(480)

    def canvases(self) -> tuple[Canvas, ...]:
        """Every panel on screen."""
        strip = self.strip.loss, self.strip.norm
        maps = self.centre.canvas, *self.inspector.canvases(), *strip
        colours = self.centre.colours
        return *maps, colours.canvas, colours.page.canvas, *self.compare.canvases()

    @property
    def comparing(self) -> bool:
        """Whether the view Compare is shown."""
        return self.pages.currentWidget() is self.compare

    @property
    def column(self) -> SettingsColumn:
        """The settings of the view that is shown."""
        return self.compare.settings if self.comparing else self.settings

    def turn_to(self, comparing: bool) -> None:
        """Show the view Compare, or the others; the settings keep their width, the drawer closes."""
        if comparing == self.comparing:
            return
        if self.toolbar.compact and self._drawer_open:
            self.toggle_drawer()
        left = (self.columns if comparing else self.compare.columns).sizes()[0]
        foot = (self.rows if comparing else self.compare).sizes()[-1]
        if not self.toolbar.compact:
            (self.compare.settings if comparing else self.settings).setVisible(not self.column.isHidden())
        self.pages.setCurrentWidget(self.compare if comparing else self.rows)
        self.toolbar.promise.set_quiet(comparing)  # it stands above the race
        if comparing:
            self.compare.take_sizes(left, foot)

    def wear(self, look: Look) -> None:
        """Put another theme or language on every part."""
        self.look = look
        explore = self.settings, self.centre, self.inspector, self.strip
        for part in (self.toolbar, *explore, self.compare, self.toast):
            part.set_look(look)

    def remember(self) -> None:
        """Take up size and layout as they were left."""
        self.resize(1440, 900)
        geometry = self.preferences.blob("geometry")
        if geometry:
            self.restoreGeometry(geometry)
        columns, rows = self.preferences.sizes("columns"), self.preferences.sizes("rows")
        self.columns.setSizes(columns if len(columns) == 3 else [SETTINGS, CENTRE, INSPECTOR])
        self.rows.setSizes(rows if len(rows) == 2 else [900 - 48 - STRIP, STRIP])
        self._show_strip(self.preferences.flag("strip-open"))
        self._align_strip()

    def _align_strip(self, *_: int) -> None:
        sizes = self.columns.sizes()
        self.strip.fold_numbers(self.toolbar.compact or self.settings.isHidden())
        shown = [size for part, size in zip(self._column_parts(), sizes, strict=False) if not part.isHidden()]
        self.strip.setSizes(shown if len(shown) == 3 else [0, *shown[-2:]])
        self.compare.align()

    def _column_parts(self) -> list[QWidget]:
        parts = (self.columns.widget(k) for k in range(self.columns.count()))
        return [part for part in parts if part is not None]

    def _fit_compact(self, compact: bool) -> None:
        """Below 1200 px the settings become a drawer over the centre."""
        for column, splitter in (
            (self.settings, self.columns),
            (self.compare.settings, self.compare.columns),
        ):
            if compact:
                column.setParent(self.centralWidget())
                column.hide()
            else:
                splitter.insertWidget(0, column)
                column.show()
        if not compact:
            self.columns.setSizes([SETTINGS, self.width() - SETTINGS - INSPECTOR, INSPECTOR])
            self.compare.columns.setSizes([SETTINGS, self.width() - SETTINGS])
        self._drawer_open = False
        self.toolbar.set_drawer_open(False)
        self._align_strip()

    def toggle_drawer(self) -> None:
        """Slide the settings in or out where the window is too narrow for them."""
        if not self.toolbar.compact:
            self.column.setVisible(not self.column.isVisible())
            self._align_strip()
            return
        self._drawer_open = not self._drawer_open
        self.column.setVisible(self._drawer_open)
        self.toolbar.set_drawer_open(self._drawer_open)
        self._place_drawer()

    def _place_drawer(self) -> None:
        if self._drawer_open:
            top = self.toolbar.height()
            self.column.setGeometry(0, top, SETTINGS + 28, self.height() - top)
            self.column.raise_()

    def toggle_strip(self) -> None:
        """Fold the training strip away, or unfold it."""
        shown = (self.compare.strip if self.comparing else self.strip).isHidden()
        self._show_strip(shown)
        self.preferences.set("strip-open", shown)

    def _show_strip(self, shown: bool) -> None:
        self.strip.setVisible(shown)
        self.compare.strip.setVisible(shown)

    def keep_layout(self) -> None:
        """Write down size and layout for the next start."""
        self.preferences.set_blob("geometry", bytes(self.saveGeometry().data()))
        if not self.toolbar.compact:
            self.preferences.set("columns", self.columns.sizes())
        self.preferences.set("rows", self.rows.sizes())
        self.preferences.save()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the strip under its columns, and the drawer in its place."""
        super().resizeEvent(event)
        self._place_drawer()
        low = self.height() < LOW
        if low and self.strip.height() > STRIP_LOW:
            self.rows.setSizes([self.height() - STRIP_LOW, STRIP_LOW])
        if low and self.compare.strip.height() > STRIP_LOW:
            self.compare.setSizes([self.height() - STRIP_LOW, STRIP_LOW])
        QTimer.singleShot(0, self._align_strip)
