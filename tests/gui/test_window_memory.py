"""What stays of a window, and what must not: preferences, workers, objects, other windows."""

from __future__ import annotations

import gc
import os
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from rnnviz.gui import dialogs
from rnnviz.gui.preferences import Preferences
from rnnviz.gui.window import MainWindow

MakeWindow = Callable[..., MainWindow]


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def delete(window: MainWindow) -> None:
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_choices_and_layout_are_found_again(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    kept = tmp_path / "kept.ini"
    window = make_window(preferences=kept)
    window.toggle_theme()
    window.toggle_language()
    window.set_speed(0)
    window.set_whole_loss(True)
    window.columns.setSizes([260, 760, 418])
    window.toggle_strip()
    sizes = window.columns.sizes()
    assert sizes == [260, 760, 418]
    window.close()
    stored = Preferences(kept)
    assert stored.blob("geometry")
    stored.set("geometry", "")  # the screen of a test is smaller than any window of ours
    stored.save()
    again = make_window(preferences=kept, language=Preferences(kept).text("language"))
    assert not again.look.theme.dark
    assert again.language.code == "zh_CN"
    assert again.workbench.speed == 0
    assert again.toolbar.speed.value() == 0
    assert again.workbench.frame.view.whole_loss
    assert not again.strip.isVisible()
    qtbot.waitUntil(lambda: again.columns.sizes() == sizes)


def test_a_first_start_needs_no_file(make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(preferences=tmp_path / "new" / "window.ini")
    assert window.look.theme.dark
    assert window.strip.isVisible()
    assert (window.width(), window.height()) == (1440, 900)


def test_closing_while_it_trains_ends_the_worker(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(steps=0)
    window.toggle_training()
    qtbot.waitUntil(lambda: window.workbench.frame.run.step > 3, timeout=30_000)
    pid = window.workbench.run.worker
    window.close()
    assert gone(pid)
    assert not window.clock.isActive()


def test_two_windows_share_nothing(qtbot: QtBot, make_window: MakeWindow) -> None:
    one, other = make_window("first", steps=0), make_window("second", steps=0)
    start = other.workbench.run.parameters.flat.copy()
    one.toggle_training()
    qtbot.waitUntil(lambda: one.workbench.frame.run.step > 10, timeout=30_000)
    one.set_value("training.learning_rate", 0.5)
    one.set_value("model.hidden", 12)
    one.start_text("changed")
    one.set_speed(1)
    one.toggle_language()
    assert other.centre.text.line.text() == "second"
    assert other.workbench.frame.run.status == "untrained"
    assert other.workbench.frame.spec.training.learning_rate == 0.004
    assert not other.workbench.frame.pending
    assert other.workbench.speed == 10
    assert other.toolbar.train.text() == "Train"
    np.testing.assert_array_equal(other.workbench.run.parameters.flat, start)


def use_and_close(qtbot: QtBot, window: MainWindow) -> list[weakref.ref[object]]:
    """Do a bit of everything, close, and hand out weak references to the parts."""
    window.toggle_training()
    qtbot.waitUntil(lambda: window.workbench.frame.run.step > 1, timeout=30_000)
    window.toggle_language()
    window.toggle_language()
    window.toggle_theme()
    qtbot.mouseMove(window.centre.canvas.viewport(), window.centre.canvas.rect().center())
    dialogs.export(window, "explore").accept()
    dialogs.help_page(window).accept()
    left = [weakref.ref(part) for part in (window, window.workbench, window.centre.panel, window.inspector)]
    delete(window)
    return left


def test_a_closed_window_leaves_no_object_behind(qtbot: QtBot, make_window: MakeWindow) -> None:
    left = use_and_close(qtbot, make_window())
    forget(make_window)
    gc.collect()
    assert [part() for part in left] == [None] * 4


def forget(make_window: MakeWindow) -> None:
    """Take the fixture's own references to its windows away."""
    for cell in make_window.__closure__ or ():
        if isinstance(cell.cell_contents, list):
            cell.cell_contents.clear()


def test_a_dialog_that_was_closed_is_deleted(window: MainWindow) -> None:
    opened = (
        dialogs.export(window, "explore"),
        dialogs.help_page(window),
        dialogs.number_page(window, "states"),
        dialogs.panel_menu(window, "explore", window.pos()),
    )
    for widget in opened:
        widget.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        assert not isValid(widget)


def test_a_small_window_folds_and_a_large_one_unfolds(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(size=(1024, 700))
    qtbot.waitUntil(lambda: window.toolbar.compact)
    assert not window.settings.isVisible()
    assert not window.strip.numbers.isVisible()
    qtbot.mouseClick(window.toolbar.drawer, Qt.MouseButton.LeftButton)
    assert window.settings.isVisible()
    assert window.settings.width() > 200
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: window.settings.parent() is window.columns)
    assert window.settings.isVisible()
    qtbot.waitUntil(window.strip.numbers.isVisible)
    assert window.columns.widget(0) is window.settings


def test_the_strip_follows_the_columns_above(qtbot: QtBot, window: MainWindow) -> None:
    window.columns.setSizes([232, 700, 508])
    window._align_strip()
    qtbot.waitUntil(lambda: abs(window.strip.loss.width() - window.centre.width()) <= 2)
