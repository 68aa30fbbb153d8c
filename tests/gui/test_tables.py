"""A person's own table: opened, asked about, trained on; every refusal in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rnnviz.gui.tables import Columns, TableDialog
from rnnviz.gui.window import MainWindow
from rnnviz.tasks import Text
from rnnviz.tasks.table import read_table

ROWS = [f"d{k},{100 + 3 * (k % 9)},{k % 5}.5,{'high' if k % 9 > 4 else 'low'},{k % 3}" for k in range(160)]
CONTENT = "day,sales,heat,level,class\n" + "\n".join(ROWS) + "\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text(CONTENT, encoding="utf-8")
    return path


def asked(window: MainWindow) -> TableDialog:
    return next(d for d in window.findChildren(TableDialog) if d.isVisible())


def test_columns_are_sorted_by_what_they_are_good_for() -> None:
    found = Columns.of(read_table(Text("t", CONTENT, "user")))
    assert found.numbers == ("sales", "heat", "class")
    assert found.labels == ("level", "sales", "class")


def test_from_the_file_to_a_trained_network(window: MainWindow, qtbot: QtBot, table: Path) -> None:
    window.set_speed(0)
    assert window.open_path(table)
    dialog = asked(window)
    assert dialog.checked() == ["sales", "heat", "class"]
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    frame = window.workbench.frame
    assert (frame.spec.task, frame.spec.value("task.predict"), frame.run.running) == ("csv", "", True)
    assert frame.channels == ("sales", "heat", "class")
    assert frame.typed.problem is None
    assert frame.steps > frame.free > 0
    assert window.toolbar.experiments.text() == "mine"
    qtbot.waitUntil(lambda: window.workbench.frame.run.step > 200, timeout=30_000)
    window.toggle_training()
    assert window.workbench.frame.run.held_out < window.workbench.frame.run.baseline


def test_a_table_takes_the_place_of_the_race_before_it(window: MainWindow, qtbot: QtBot, table: Path) -> None:
    window.open("forget-bias")
    window.show_view("explore")
    window.open_path(table)
    qtbot.keyClick(asked(window), Qt.Key.Key_Return)
    assert window.race.lineup.base.key == "mine"
    assert not window.race.suggested


def test_some_columns_or_a_label(window: MainWindow, qtbot: QtBot, table: Path) -> None:
    window.open_path(table)
    dialog = asked(window)
    dialog.predicted.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.options() == {"predict": "sales,class"}
    for k in (0, 2):
        dialog.predicted.item(k).setCheckState(Qt.CheckState.Unchecked)
    assert not dialog.train.isEnabled()
    qtbot.mouseClick(dialog.kind.segments()[1], Qt.MouseButton.LeftButton)
    assert dialog.train.isEnabled()
    assert dialog.options() == {"label": "level"}
    qtbot.mouseClick(dialog.train, Qt.MouseButton.LeftButton)
    window.toggle_training()
    assert window.workbench.frame.symbols == ("high", "low")
    assert window.settings.rows["task.label"].control.value() == "level"


def test_all_of_it_goes_by_keys(window: MainWindow, qtbot: QtBot, table: Path) -> None:
    window.open_path(table)
    dialog = asked(window)
    qtbot.waitUntil(dialog.isActiveWindow)
    seen = set()
    for _ in range(12):
        focus = QApplication.focusWidget()
        seen.add(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert dialog.predicted in seen
    assert dialog.train in seen
    dialog.predicted.setFocus()
    dialog.predicted.setCurrentRow(0)
    qtbot.keyClick(dialog.predicted, Qt.Key.Key_Space)
    assert dialog.checked() == ["heat", "class"]
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert window.workbench.frame.spec.task == "characters"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_is_no_table_is_told_in_the_banner(
    make_window: Callable[..., MainWindow], tmp_path: Path, language: str
) -> None:
    window = make_window(language=language)
    for name, content in (("short.csv", "a,b\n1\n"), ("twice.csv", "a,a\n1,2\n"), ("head.csv", "1,2\n3,4\n")):
        path = tmp_path / name
        path.write_text(content)
        assert not window.open_path(path)
        assert name in window.centre.banner.accessibleName()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_cannot_be_learnt_is_told_in_the_dialog(
    make_window: Callable[..., MainWindow], tmp_path: Path, language: str
) -> None:
    window = make_window(language=language)
    path = tmp_path / "holes.csv"
    path.write_text("a,b\n" + "1,2\n" * 40 + "oops,3\n" + "1,2\n" * 40)
    assert window.open_path(path)
    dialog = asked(window)
    run = window.workbench.run
    dialog.begin()
    assert dialog.isVisible()
    assert "oops" in dialog.error.text()
    assert "42" in dialog.error.text()
    assert window.workbench.run is run
    assert not dialog.grab().isNull()


def test_it_is_saved_as_an_experiment_with_its_rows(window: MainWindow, table: Path) -> None:
    window.open_path(table)
    asked(window).begin()
    window.toggle_training()
    dialog = window.gallery.save_experiment()
    dialog.title.setText("My table")
    assert dialog.write(None)
    table.unlink()
    assert window.open(str(window.library.folder / "my-table.toml"))
    assert window.workbench.frame.channels == ("sales", "heat", "class")
