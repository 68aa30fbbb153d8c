"""The keyboard: every shortcut does its command, and stays out of the way of whoever has the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.gui.keys import SHORTCUTS
from rnnviz.gui.window import MainWindow
from rnnviz.workbench.frame import View

Key, Mod = Qt.Key, Qt.KeyboardModifier


def view(window: MainWindow) -> View:
    return window.workbench.frame.view


@pytest.fixture
def maps(window: MainWindow) -> QWidget:
    """The maps of a window, with the keyboard."""
    window.leave_text()
    return window.centre.canvas


def test_no_key_is_given_twice_and_every_one_is_described() -> None:
    keys = [QKeySequence(k).toString() for s in SHORTCUTS for k in s.keys]
    assert len(keys) == len(set(keys))
    assert all(keys)
    for language in LANGUAGES:
        catalogue = Catalogue(language)
        assert all(catalogue.text(f"key.{s.name}") for s in SHORTCUTS)


def test_every_shortcut_reaches_the_window(window: MainWindow) -> None:
    actions = {a.objectName(): a for a in window.actions()}
    for shortcut in SHORTCUTS:
        action = actions[shortcut.name]
        assert isinstance(action, QAction)
        assert [s.toString() for s in action.shortcuts()] == [
            QKeySequence(k).toString() for k in shortcut.keys
        ]


def test_arrows_walk_through_steps_and_units(qtbot: QtBot, window: MainWindow, maps: QWidget) -> None:
    assert view(window).cursor == 11
    for key, modifier, expected in (
        (Key.Key_Left, Mod.NoModifier, 10),
        (Key.Key_Left, Mod.ShiftModifier, 5),
        (Key.Key_Right, Mod.NoModifier, 6),
        (Key.Key_Right, Mod.ShiftModifier, 11),
        (Key.Key_Right, Mod.NoModifier, 11),
        (Key.Key_Home, Mod.NoModifier, 0),
        (Key.Key_Left, Mod.NoModifier, 0),
        (Key.Key_End, Mod.NoModifier, 11),
    ):
        qtbot.keyClick(maps, key, modifier)
        assert view(window).cursor == expected
    order = [int(u) for u in window.workbench.frame.order]
    window.workbench.set_unit(order[1])
    qtbot.keyClick(maps, Key.Key_Down)
    assert view(window).unit == order[2]
    qtbot.keyClick(maps, Key.Key_Up)
    qtbot.keyClick(maps, Key.Key_Up)
    qtbot.keyClick(maps, Key.Key_Up)
    assert view(window).unit == order[0]


def test_up_and_down_choose_units_from_the_text_line_too(qtbot: QtBot, window: MainWindow) -> None:
    order = [int(u) for u in window.workbench.frame.order]
    window.workbench.set_unit(order[0])
    qtbot.keyClick(window.centre.text.line, Key.Key_Down)
    assert view(window).unit == order[1]


def test_space_trains_and_pauses_and_a_full_stop_steps(
    qtbot: QtBot, window: MainWindow, maps: QWidget
) -> None:
    run = window.workbench.run
    qtbot.keyClick(maps, Key.Key_Period)
    qtbot.waitUntil(lambda: run.step_number == 1 and run.status == "paused", timeout=30_000)
    qtbot.keyClick(maps, Key.Key_Space)
    qtbot.waitUntil(lambda: window.workbench.frame.run.step > 5, timeout=30_000)
    qtbot.keyClick(maps, Key.Key_Space)
    assert not window.workbench.frame.run.running
    qtbot.keyClick(maps, Key.Key_R, Mod.ControlModifier)
    assert window.workbench.frame.run.step == 0


def test_letters_switch_theme_and_loss_from_the_maps(qtbot: QtBot, window: MainWindow, maps: QWidget) -> None:
    qtbot.keyClick(maps, Key.Key_T)
    assert not window.look.theme.dark
    qtbot.keyClick(maps, Key.Key_L)
    assert view(window).whole_loss
    qtbot.keyClick(maps, Key.Key_L, Mod.ControlModifier | Mod.ShiftModifier)
    assert window.language.code == "zh_CN"
    qtbot.keyClick(maps, Key.Key_J, Mod.ControlModifier)
    assert not window.strip.isVisible()
    qtbot.keyClick(maps, Key.Key_J, Mod.ControlModifier)
    assert window.strip.isVisible()


def test_single_keys_are_letters_while_the_text_line_has_the_keyboard(
    qtbot: QtBot, window: MainWindow
) -> None:
    line = window.centre.text.line
    line.clear()
    qtbot.keyClicks(line, "tTlL. .fgiw")
    frame = window.workbench.frame
    assert frame.typed.text == "tTlL. .fgiw"
    assert window.look.theme.dark
    assert not frame.view.whole_loss
    assert frame.run.status == "untrained"
    assert not frame.run.running
    qtbot.keyClick(line, Key.Key_Escape)
    assert window.centre.canvas.hasFocus()
    qtbot.keyClick(window.centre.canvas, Key.Key_L, Mod.ControlModifier)
    assert line.hasFocus()
    assert line.selectedText() == "tTlL. .fgiw"


def test_single_keys_are_digits_while_a_number_field_has_the_keyboard(
    qtbot: QtBot, window: MainWindow
) -> None:
    entry = window.settings.rows["training.learning_rate"].control.entry
    entry.setFocus()
    entry.selectAll()
    qtbot.keyClicks(entry, "0.02")
    qtbot.keyClick(entry, Key.Key_Return)
    assert window.workbench.frame.spec.training.learning_rate == 0.02
    unit = view(window).unit
    hidden = window.settings.rows["model.hidden"].control.entry
    hidden.setFocus()
    qtbot.keyClick(hidden, Key.Key_Up)
    assert window.workbench.frame.wanted.hidden == 7
    qtbot.keyClick(hidden, Key.Key_Down)
    assert window.workbench.frame.wanted.hidden == 6
    assert view(window).unit == unit
    hidden.selectAll()
    qtbot.keyClicks(hidden, "99")
    qtbot.keyClick(hidden, Key.Key_Escape)
    assert hidden.text() == "6"
    assert window.workbench.frame.wanted.hidden == 6


def test_keys_of_a_control_go_to_the_control(qtbot: QtBot, window: MainWindow) -> None:
    """Space presses a focused button, and arrows walk a list or a switch; the window keeps its hands off."""
    reset = window.toolbar.reset_button
    window.workbench.step()
    qtbot.waitUntil(lambda: (window._tick(), window.workbench.frame.run.step == 1)[1], timeout=30_000)
    reset.setFocus()
    qtbot.keyClick(reset, Key.Key_Space)
    assert window.workbench.frame.run.step == 0
    assert not window.workbench.frame.run.running
    units = window.inspector.units
    units.setFocus()
    window.workbench.set_unit(2)
    window.show_frame(window.workbench.frame)
    qtbot.keyClick(units, Key.Key_Down)
    assert view(window).unit == 3
    cell = window.settings.rows["model.cell"].control.segments()[1]
    cell.setFocus()
    cursor = view(window).cursor
    qtbot.keyClick(cell, Key.Key_Left)
    assert view(window).cursor == cursor
    assert window.workbench.frame.wanted.cell == "rnn"


def focusable(window: MainWindow) -> list[QWidget]:
    tab = Qt.FocusPolicy.TabFocus.value
    return [
        w
        for w in window.findChildren(QWidget)
        if w.isVisible() and w.isEnabled() and w.focusPolicy().value & tab and w.focusProxy() is None
    ]


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_tab_reaches_every_control_and_each_has_a_name(
    qtbot: QtBot, make_window: Callable[..., MainWindow], size: tuple[int, int]
) -> None:
    window = make_window(size=size, layers=2)
    wanted = focusable(window)
    assert len(wanted) > 12
    reached: list[QWidget] = []
    for _ in range(2 * len(wanted) + 10):
        focus = QApplication.focusWidget()
        if focus in reached:
            break
        reached.append(focus)
        assert focus.accessibleName(), focus
        qtbot.keyClick(focus, Key.Key_Tab)
    # A group of segments is one stop, as a group of radio buttons is; its arrows do the rest.
    missing = [w for w in wanted if w not in reached]
    for widget in missing:
        assert isinstance(widget, QAbstractButton), widget
        assert any(s.parent() is widget.parent() for s in reached), widget


def test_tab_goes_toolbar_settings_text_maps_inspector_strip(qtbot: QtBot, window: MainWindow) -> None:
    window.toolbar.experiments.setFocus()
    parts = {
        "toolbar": window.toolbar,
        "settings": window.settings,
        "centre": window.centre,
        "inspector": window.inspector,
        "strip": window.strip,
    }
    seen: list[str] = []
    for _ in range(60):
        focus = QApplication.focusWidget()
        here = next(name for name, part in parts.items() if part.isAncestorOf(focus))
        if not seen or seen[-1] != here:
            if here in seen:
                break
            seen.append(here)
        qtbot.keyClick(focus, Key.Key_Tab)
    assert seen == list(parts)
