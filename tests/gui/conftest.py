"""Fixtures of all window tests: the shipped fonts, looks in each theme and language, frames and windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from rnnviz.files.catalogue import Catalogue
from rnnviz.files.experiment import Experiment
from rnnviz.files.session import Session
from rnnviz.gui import fonts
from rnnviz.gui.app import make_application
from rnnviz.gui.language import Language
from rnnviz.gui.look import Look
from rnnviz.gui.preferences import Preferences
from rnnviz.gui.theme import load_theme
from rnnviz.gui.window import MainWindow
from rnnviz.tasks import Text
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.workbench import Workbench


@pytest.fixture(scope="session", autouse=True)
def shipped_fonts(qapp: QApplication) -> None:
    fonts.load_fonts()


@pytest.fixture
def look(qapp: QApplication) -> Look:
    return Look(load_theme("dark"), Catalogue("en"))


@pytest.fixture
def make_look(qapp: QApplication) -> Callable[[str, str], Look]:
    return lambda theme, language: Look(load_theme(theme), Catalogue(language))


CONTENT = "the gate keeps a little, the gate drops a little. hello world, hello memory. " * 12


@pytest.fixture
def small() -> Callable[..., Experiment]:
    """Makes a small experiment; settings by their short names: ``hidden=…``, ``cell=…``, ``length=…``."""

    def make(text: str = "hello memory", content: str = CONTENT, **settings: object) -> Experiment:
        spec = RunSpec(hidden=6, task_options={"length": 12}, text=Text("story", content, "user"))
        for key, value in {"cell": "lstm", "batch": 4, **settings}.items():
            dotted = [name for name in spec.settings() if name.endswith(f".{key}")]
            spec = spec.with_value(dotted[0], value)
        return Experiment("small", spec, {"text": text})

    return make


@pytest.fixture
def make_frame(small: Callable[..., Experiment]) -> Iterator[Callable[..., Frame]]:
    """Makes the frame of a small experiment; ``change`` takes the workbench further."""
    made: list[Workbench] = []

    def make(
        text: str = "hello memory", change: Callable[[Workbench], object] | None = None, **settings: object
    ) -> Frame:
        bench = Workbench(small(text, **settings))
        made.append(bench)
        if change is not None:
            change(bench)
        return bench.frame

    yield make
    for bench in made:
        bench.close()


@pytest.fixture
def make_window(
    qapp: QApplication, qtbot: QtBot, small: Callable[..., Experiment], tmp_path: Path
) -> Iterator[Callable[..., MainWindow]]:
    """Makes a window on a small experiment (or ``opened``), shown, with the keyboard in the text line."""
    make_application()
    made: list[MainWindow] = []
    languages: list[Language] = []

    def make(
        text: str = "hello memory",
        *,
        opened: Experiment | Session | None = None,
        theme: str = "",
        language: str = "en",
        size: tuple[int, int] = (1440, 900),
        preferences: Path | None = None,
        **settings: object,
    ) -> MainWindow:
        kept = Preferences(preferences or tmp_path / f"window{len(made)}.ini")
        if theme:
            kept.set("theme", theme)
        languages.append(Language(language))
        window = MainWindow(opened or small(text, **settings), kept, languages[-1])
        made.append(window)
        if preferences is None:
            window.resize(*size)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.waitUntil(window.centre.text.line.hasFocus)
        return window

    yield make
    for window in made:
        if isValid(window):
            window.close()
            window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    # A window dresses the application; the tests of single widgets expect it bare.
    qapp.setStyleSheet("")
    qapp.setPalette(qapp.style().standardPalette())
    for language in languages:
        language.set("en")


@pytest.fixture
def window(make_window: Callable[..., MainWindow]) -> MainWindow:
    return make_window()
