"""The keyboard: every shortcut of the window in one table, which the help page prints as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QComboBox, QMainWindow, QWidget

from rnnviz.gui.widgets.segmented import SegmentedControl
from rnnviz.gui.widgets.spin import NumberField


@dataclass(frozen=True)
class Shortcut:
    """A command by the name of its method and the keys that give it; "key.<name>" describes it."""

    name: str
    keys: tuple[str, ...]
    repeats: bool = True


SHORTCUTS = (
    Shortcut("toggle_training", ("Space", "Ctrl+Return"), repeats=False),
    Shortcut("one_step", (".",)),
    Shortcut("reset", ("Ctrl+R",), repeats=False),
    Shortcut("step_left", ("Left",)),
    Shortcut("step_right", ("Right",)),
    Shortcut("steps_left", ("Shift+Left",)),
    Shortcut("steps_right", ("Shift+Right",)),
    Shortcut("first_step", ("Home",)),
    Shortcut("last_step", ("End",)),
    Shortcut("unit_up", ("Up",)),
    Shortcut("unit_down", ("Down",)),
    Shortcut("toggle_whole_loss", ("L",), repeats=False),
    Shortcut("focus_text", ("Ctrl+L",), repeats=False),
    Shortcut("fresh_example", ("Ctrl+D",), repeats=True),
    Shortcut("leave_text", ("Esc",), repeats=False),
    Shortcut("toggle_strip", ("Ctrl+J",), repeats=False),
    Shortcut("toggle_drawer", ("Ctrl+,",), repeats=False),
    Shortcut("toggle_text", ("U",), repeats=False),
    Shortcut("show_writing", ("S",), repeats=False),
    Shortcut("show_explore", ("Ctrl+1",), repeats=False),
    Shortcut("show_compare", ("Ctrl+4",), repeats=False),
    Shortcut("fit_columns", ("Ctrl+0",), repeats=False),
    Shortcut("export", ("Ctrl+E",), repeats=False),
    Shortcut("copy_picture", ("Ctrl+Shift+C",), repeats=False),
    Shortcut("show_numbers", ("Ctrl+T",), repeats=False),
    Shortcut("show_gallery", ("Ctrl+G",), repeats=False),
    Shortcut("save_experiment", ("Ctrl+Shift+S",), repeats=False),
    Shortcut("open_file", ("Ctrl+O",), repeats=False),
    Shortcut("save_session", ("Ctrl+S",), repeats=False),
    Shortcut("toggle_theme", ("T",), repeats=False),
    Shortcut("toggle_language", ("Ctrl+Shift+L",), repeats=False),
    Shortcut("toggle_motion", ("Ctrl+Shift+M",), repeats=False),
    Shortcut("show_help", ("F1",), repeats=False),
)

_SWITCH = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right})
_FIELD = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape})


def belongs_to(widget: QWidget | None, event: QKeyEvent) -> bool:
    """Whether a key is for the control that has the keyboard, although the window has a command on it.

    Space presses a button, arrows walk a list, a switch or a number, letters search a list.
    """
    held = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
    if widget is None or held != Qt.KeyboardModifier.NoModifier:
        return False
    key, parent = Qt.Key(event.key()), widget.parent()
    if isinstance(widget, QComboBox):
        return key not in (Qt.Key.Key_Escape, Qt.Key.Key_F1)
    if isinstance(widget, QAbstractButton):
        return key == Qt.Key.Key_Space or (isinstance(parent, SegmentedControl) and key in _SWITCH)
    return isinstance(parent, NumberField) and key in _FIELD


def bind(window: QMainWindow, commands: Mapping[str, Callable[[], object]]) -> None:
    """Give every shortcut of the table to its command. KeyError when one is missing."""
    for shortcut in SHORTCUTS:
        action = QAction(window)
        action.setObjectName(shortcut.name)
        action.setShortcuts([QKeySequence(keys) for keys in shortcut.keys])
        action.setAutoRepeat(shortcut.repeats)
        action.triggered.connect(lambda _=False, run=commands[shortcut.name]: run())
        window.addAction(action)
