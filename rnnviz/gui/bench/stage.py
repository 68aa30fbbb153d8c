"""The window on the stage of the bench: LSTM, 64 units, 48 typed tokens, 1440 x 900, every panel visible."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent

from rnnviz.engine.errors import UserError
from rnnviz.files.experiment import Experiment
from rnnviz.files.texts import named_text
from rnnviz.gui.app import make_application, settle
from rnnviz.gui.bench.paints import Paint, PaintWatch
from rnnviz.gui.language import Language
from rnnviz.gui.offscreen import quieten_offscreen
from rnnviz.gui.preferences import Preferences
from rnnviz.gui.window import MainWindow
from rnnviz.training.spec import RunSpec, TrainingSettings

SIZE = (1440, 900)
TEXT = "The value of an expression is the object itself."  # 48 characters
LONGEST_S = 20.0


def stage_spec(hidden: int = 64) -> RunSpec:
    """English prose, T 64, B 16, no end."""
    return RunSpec(
        cell="lstm",
        hidden=hidden,
        task="characters",
        task_options={"length": 64},
        text=named_text("topics"),
        training=TrainingSettings(steps=0),
    )


class Stage:
    """A visible window, its paints, and hands on its keyboard."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.watch = PaintWatch(window, window.canvases())

    def ready(self) -> bool:
        """Wait until the first frame is painted whole."""
        return self.watch.until(lambda: self.watch.paints[-1].whole, LONGEST_S)

    def press(self, key: str) -> str:
        """Press a key in the text line, "\\b" for Backspace; returns the text that should then be seen."""
        line = self.window.centre.text.line
        code = Qt.Key.Key_Backspace if key == "\b" else Qt.Key.Key_unknown
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, "" if key == "\b" else key)
            QCoreApplication.sendEvent(line, event)
        return line.text()

    def paint_of(self, text: str) -> float:
        """Wait for the end of the first paint that shows ``text`` in every panel; its time in s.

        Raises UserError "error.bench-no-paint" when that never comes.
        """
        start = len(self.watch.paints)

        def found() -> list[Paint]:
            return [paint for paint in self.watch.paints[start:] if paint.whole and paint.text == text]

        if not self.watch.until(lambda: bool(found()), LONGEST_S):
            raise UserError("error.bench-no-paint", seconds=LONGEST_S)
        return found()[0].ended

    def train(self) -> None:
        """Train as fast as the worker can; returns when the first steps have come."""
        window, before = self.window, self.window.workbench.run.step_number
        if not window.workbench.frame.run.running:
            window.set_speed(0)
            window.toggle_training()
        if not self.watch.until(lambda: window.workbench.run.step_number > before, LONGEST_S):
            raise UserError("error.bench-no-paint", seconds=LONGEST_S)

    def pause(self) -> None:
        """Stop training."""
        if self.window.workbench.frame.run.running:
            self.window.toggle_training()

    def progress(self) -> tuple[float, int]:
        """(time in s, steps trained) as the window knows it."""
        return perf_counter(), self.window.workbench.run.step_number


@contextmanager
def staged(spec: RunSpec) -> Iterator[Stage]:
    """A window on ``spec``, gone with its worker at the end, leaving no preferences behind."""
    make_application()
    quieten_offscreen()
    with TemporaryDirectory() as folder:
        preferences = Preferences(Path(folder) / "window.ini")
        window = MainWindow(Experiment("bench", spec, {"text": TEXT}), preferences, Language("en"))
        try:
            window.resize(*SIZE)
            stage = Stage(window)
            window.show()
            window.activateWindow()
            if not stage.ready():
                raise UserError("error.bench-no-paint", seconds=LONGEST_S)
            settle()
            yield stage
        finally:
            gc.unfreeze()
            window.close()
