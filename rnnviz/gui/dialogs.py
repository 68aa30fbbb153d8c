"""What the window asks and tells in windows of their own: files, figures, a panel's menu, the help page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QPoint, QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QDialog, QFileDialog, QMenu

from rnnviz.gui.exportdialog import ExportDialog
from rnnviz.gui.figure import LOGICAL_DPI, MM_PER_INCH, Figure, Size, natural_size, table_csv
from rnnviz.gui.helppage import HelpPage
from rnnviz.gui.panels import PANELS
from rnnviz.gui.tablepage import TablePage

if TYPE_CHECKING:
    from rnnviz.gui.window import MainWindow

COPY_DPI = 192

AnyDialog = TypeVar("AnyDialog", bound=QDialog)


def export(window: MainWindow, key: str) -> ExportDialog:
    """Open the export dialog on a panel."""
    folder = window.preferences.text("export-folder") or _documents()
    dialog = ExportDialog(window.look, window.frame_of(key), key, folder, window)

    def done(path: str) -> None:
        window.preferences.set("export-folder", str(Path(path).parent))
        window.toast.say(window.look.text("notice.exported", name=Path(path).name))

    dialog.written.connect(done)
    dialog.copied.connect(lambda: window.toast.say(window.look.text("notice.copied")))
    return opened(dialog)


def picture_of(window: MainWindow, key: str) -> QImage:
    """A panel as the window shows it: same look, same size, at twice the sharpness."""
    for canvas in window.canvases():
        if canvas.panel.key == key:
            to_mm = MM_PER_INCH / LOGICAL_DPI
            size = Size(max(20.0, canvas.width() * to_mm), max(20.0, canvas.height() * to_mm))
            return Figure(key, window.frame_of(key), window.look, size).image(COPY_DPI)
    return Figure(key, window.frame_of(key), window.look, natural_size(key)).image(COPY_DPI)


def copy_picture(window: MainWindow, key: str) -> None:
    """Put a panel on the clipboard as it looks now."""
    QGuiApplication.clipboard().setImage(picture_of(window, key))
    window.toast.say(window.look.text("notice.copied"))


def panel_menu(window: MainWindow, key: str, place: QPoint) -> QMenu:
    """What can be done with a panel: copy its picture or numbers, export it, sort its units."""
    text = window.look.text
    menu = QMenu(window)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    menu.addAction(text("menu.copy-picture"), lambda: copy_picture(window, key))
    menu.addAction(text("menu.copy-numbers"), lambda: copy_numbers(window, key))
    menu.addAction(text("menu.show-numbers"), lambda: number_page(window, key))
    menu.addAction(text("menu.export"), lambda: export(window, key))
    if key == "explore":
        menu.addSeparator()
        menu.addAction(text("menu.sort-units"), lambda: window.resort())
    menu.popup(place)
    return menu


def copy_numbers(window: MainWindow, key: str) -> None:
    """Put a panel's numbers on the clipboard, as comma-separated values."""
    table = PANELS[key](window.look).table(window.frame_of(key))
    QGuiApplication.clipboard().setText(table_csv(table).decode("utf-8"))
    window.toast.say(window.look.text("notice.copied-numbers"))


def number_page(window: MainWindow, key: str) -> TablePage:
    """Open a panel's numbers as a table."""
    table = PANELS[key](window.look).table(window.frame_of(key))
    page = TablePage(window.look, key, table, window)
    page.copy.clicked.connect(lambda: copy_numbers(window, key))
    return opened(page)


def ask_open(window: MainWindow) -> Path | None:
    """Ask for a text, a session or an experiment."""
    text = window.look.text
    folder = window.preferences.text("text-folder") or _documents()
    kinds = f"{text('files.openable')} (*.txt *.md *.py *.csv *.tsv *.rnnviz *.toml);;{text('files.all')} (*)"
    chosen, _ = QFileDialog.getOpenFileName(window, text("files.open"), folder, kinds)
    if not chosen:
        return None
    window.preferences.set("text-folder", str(Path(chosen).parent))
    return Path(chosen)


def ask_save(window: MainWindow) -> Path | None:
    """Ask where to write the session."""
    text = window.look.text
    folder = window.preferences.text("text-folder") or _documents()
    name = str(Path(folder) / f"{window.workbench.frame.experiment}.rnnviz")
    chosen, _ = QFileDialog.getSaveFileName(
        window, text("files.save"), name, f"{text('files.session')} (*.rnnviz)"
    )
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_suffix(".rnnviz")


def help_page(window: MainWindow) -> HelpPage:
    """Open the help page."""
    page = HelpPage(window.look, window)
    return opened(page)


def opened(dialog: AnyDialog) -> AnyDialog:
    """Open a dialog over its window; it is gone for good once it is closed."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
