from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from rnnviz.gui import dialogs
from rnnviz.gui.canvas import Canvas
from rnnviz.gui.exportdialog import ExportDialog
from rnnviz.gui.window import MainWindow


def context_menu(canvas: Canvas) -> QMenu:
    """What a right click opens."""
    place = QPoint(30, 30)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, canvas.mapToGlobal(place))
    QApplication.sendEvent(canvas.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


@pytest.mark.parametrize("place", range(6))
def test_a_right_click_on_any_panel_opens_our_menu_and_no_other(window: MainWindow, place: int) -> None:
    canvas = window.canvases()[place]
    menu = context_menu(canvas)
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    text = window.look.text
    assert texts[:4] == [
        text("menu.copy-picture"),
        text("menu.copy-numbers"),
        text("menu.show-numbers"),
        text("menu.export"),
    ]
    assert (text("menu.sort-units") in texts) == (canvas.panel.key == "explore")
    menu.close()
    assert not [m for m in window.findChildren(QMenu) if m.isVisible()]


def test_the_menus_entries_do_what_they_say(window: MainWindow, qtbot: QtBot) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    actions = context_menu(window.inspector.unit).actions()
    actions[0].trigger()
    picture = clipboard.image()
    assert picture.width() == pytest.approx(2 * window.inspector.unit.width(), abs=4)
    assert window.toast.isVisible()
    actions[1].trigger()
    rows = list(csv.reader(io.StringIO(clipboard.text())))
    assert rows[0][:2] == ["t", "token"]
    assert len(rows) == 13
    actions[3].trigger()
    dialog = next(d for d in window.findChildren(ExportDialog) if d.isVisible())
    assert dialog.panels.value() == "unit"
    dialog.reject()
    clipboard.clear()


def test_units_are_sorted_anew_from_the_menu(window: MainWindow) -> None:
    window.start_text("world world, drops")
    menu = context_menu(window.centre.canvas)
    menu.actions()[-1].trigger()
    frame = window.workbench.frame
    held = frame.typed_run.values["f"].mean(axis=0)[frame.order]
    assert (held[:-1] >= held[1:]).all()
    menu.close()


def test_the_centre_is_copied_by_key(window: MainWindow) -> None:
    QGuiApplication.clipboard().clear()
    window.copy_picture()
    assert QGuiApplication.clipboard().image().width() > 1000
    QGuiApplication.clipboard().clear()


def test_the_export_folder_is_remembered(window: MainWindow, tmp_path: Path) -> None:
    dialog = dialogs.export(window, "unit")
    assert dialog.write(tmp_path / "x.png")
    assert window.preferences.text("export-folder") == str(tmp_path)
    assert "x.png" in window.toast.accessibleName()
    again = dialogs.export(window, "unit")
    assert again.folder == str(tmp_path)
    again.reject()


def test_a_file_to_open_is_asked_for_and_its_folder_remembered(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(parent: object, title: str, folder: str, kinds: str) -> tuple[str, str]:
        asked.extend((title, folder, kinds))
        return str(tmp_path / "x.txt"), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", ask)
    assert dialogs.ask_open(window) == tmp_path / "x.txt"
    assert "*.rnnviz" in asked[2]
    dialogs.ask_open(window)
    assert asked[4] == str(tmp_path)


@pytest.mark.parametrize(("given", "kept"), [("x", "x.rnnviz"), ("x.bin", "x.bin")])
def test_a_session_is_given_its_ending(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, kept: str
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(tmp_path / given), ""))
    assert dialogs.ask_save(window) == tmp_path / kept


def test_the_table_of_numbers_shows_the_panels_own(
    make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = make_window("hello")
    page = dialogs.number_page(window, "explore")
    frame = window.workbench.frame
    model = page.view.model()
    assert model.rowCount() == 5
    assert [model.index(k, 1).data() for k in range(5)] == list("hello")
    value = float(frame.typed_run.values["f"][3, 0])
    assert float(str(model.index(3, 2).data()).replace("−", "-")) == pytest.approx(value, rel=1e-5)
    page.close()
