"""The keyboard: every shortcut of the window in one table, which the help page prints as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow


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
    Shortcut("leave_text", ("Esc",), repeats=False),
    Shortcut("toggle_strip", ("Ctrl+J",), repeats=False),
    Shortcut("toggle_drawer", ("Ctrl+,",), repeats=False),
    Shortcut("export", ("Ctrl+E",), repeats=False),
    Shortcut("copy_picture", ("Ctrl+Shift+C",), repeats=False),
    Shortcut("show_numbers", ("Ctrl+T",), repeats=False),
    Shortcut("open_file", ("Ctrl+O",), repeats=False),
    Shortcut("save_session", ("Ctrl+S",), repeats=False),
    Shortcut("toggle_theme", ("T",), repeats=False),
    Shortcut("toggle_language", ("Ctrl+Shift+L",), repeats=False),
    Shortcut("toggle_motion", ("Ctrl+Shift+M",), repeats=False),
    Shortcut("show_help", ("F1",), repeats=False),
)


def bind(window: QMainWindow, commands: Mapping[str, Callable[[], object]]) -> None:
    """Give every shortcut of the table to its command. KeyError when one is missing."""
    for shortcut in SHORTCUTS:
        action = QAction(window)
        action.setObjectName(shortcut.name)
        action.setShortcuts([QKeySequence(keys) for keys in shortcut.keys])
        action.setAutoRepeat(shortcut.repeats)
        action.triggered.connect(lambda _=False, run=commands[shortcut.name]: run())
        window.addAction(action)
