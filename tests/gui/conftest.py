"""Fixtures of all window tests: the shipped fonts, looks in each theme and language, frames and windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from rnnviz.engine.probes.distance import Theory
from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.files.experiment import Experiment
from rnnviz.files.session import Session
from rnnviz.gui import fonts
from rnnviz.gui.app import make_application
from rnnviz.gui.language import Language
from rnnviz.gui.look import Look
from rnnviz.gui.panels import PANELS, AnyFrame
from rnnviz.gui.preferences import Preferences
from rnnviz.gui.theme import load_theme
from rnnviz.gui.window import MainWindow
from rnnviz.tasks import Text
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.colouring import ColourView
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.race.frame import RaceFrame
from rnnviz.workbench.race.plain import PlainRacer, plain_frame
from rnnviz.workbench.workbench import Workbench
from rnnviz.workbench.writer import WriteSettings


@pytest.fixture(scope="session", autouse=True)
def shipped_fonts(qapp: QApplication) -> None:
    fonts.load_fonts()


@pytest.fixture(autouse=True)
def no_window_stays(qapp: QApplication) -> Iterator[None]:
    """Delete closed windows that live on in circles of Python objects.

    Each has a thousand widgets, and every change of theme would reach all of them.
    """
    yield
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, MainWindow) and not widget.isVisible():
            widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


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


def held_out(passes: int | None, floor: float, steps: int = 400) -> list[tuple[int, float, float]]:
    """A run's (step, loss, score): from guessing down to ``floor`` about step ``passes``; None: never."""
    points = []
    for step in range(0, steps + 1, 20):
        late = 0.0 if passes is None else max(0.0, (step - passes + 60) / 60)
        points.append((step, 1.386 / (1 + late**2) + floor, min(1.0, 0.25 + 0.75 * late)))
    return points


@pytest.fixture
def race_frame() -> RaceFrame:
    """A finished race of three cells with two seeds each: one never passes, the others do."""
    k = np.arange(30)
    title = {language: "" for language in LANGUAGES}
    racers = [
        (
            "rnn",
            "RNN",
            [held_out(None, 0.01), held_out(None, 0.02)],
            {"h": 0.54**k},
            ("spectral", "ρ·φ'", 0.54, "h"),
        ),
        ("gru", "GRU", [held_out(160, 1e-3), held_out(200, 2e-3)], {"h": 0.8**k}, ("gate", "z", 0.5, "h")),
        (
            "lstm",
            "LSTM",
            [held_out(100, 1e-3), held_out(300, 4e-3)],
            {"h": 0.7**k, "c": 0.95**k},
            ("gate", "f", 0.87, "c"),
        ),
    ]
    return plain_frame(
        [
            PlainRacer(cell, dict.fromkeys(title, name), curves, 684, medians, Theory(*theory))
            for cell, name, curves, medians, theory in racers
        ],
        steps=400,
    )


def write_on(bench: Workbench) -> Frame:
    """Let the network write all that it may."""
    bench.write(WriteSettings(length=60))
    while bench.write_more(1.0):
        pass
    return bench.frame


# What has to be done before a panel has something to show; nothing for most.
FIRST: Mapping[str, Callable[[Workbench], object]] = {
    "colours": lambda bench: bench.colour(ColourView(corpus=not bench.frame.steps)),
    "written": write_on,
}


@pytest.fixture
def frame_for(make_frame: Callable[..., Frame], race_frame: RaceFrame) -> Callable[..., AnyFrame]:
    """Makes a frame in which a panel has something to show: of its kind, and of a task it is for."""

    def make(key: str, text: str = "hello memory", **settings: object) -> AnyFrame:
        if PANELS[key].of_kind is RaceFrame:
            return race_frame
        if key == "outputs":  # networks that say numbers; these read them too
            text = " ".join(f"0.{ord(letter) % 90 + 10}" for letter in text)
            return make_frame(text, **{"content": "", "key": "signals", **settings})
        return make_frame(text, FIRST.get(key), **settings)

    return make


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
