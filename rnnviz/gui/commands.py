"""What the commands that draw do: `export`, `screenshot`, and the window's part of `bench`.

No screen is needed; the caller has chosen Qt's offscreen platform before this module is loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from rnnviz.engine.errors import UserError
from rnnviz.files.atomic import make_folder, write_bytes
from rnnviz.files.catalogue import Catalogue
from rnnviz.files.experiment import Experiment
from rnnviz.files.opening import open_source
from rnnviz.files.session import Session
from rnnviz.gui.app import make_application
from rnnviz.gui.bench.window import Effort, bench_window
from rnnviz.gui.figure import Figure, Size, natural_size
from rnnviz.gui.language import Language
from rnnviz.gui.look import Look
from rnnviz.gui.offscreen import quieten_offscreen
from rnnviz.gui.panels import PANELS
from rnnviz.gui.panels.gradient_distance import GradientDistancePanel
from rnnviz.gui.preferences import Preferences
from rnnviz.gui.shell import SMALLEST
from rnnviz.gui.theme import load_theme
from rnnviz.gui.window import MainWindow
from rnnviz.workbench.colouring import ColourView
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.race.choose import race_planned
from rnnviz.workbench.race.frame import RaceFrame, RaceView
from rnnviz.workbench.race.race import Race
from rnnviz.workbench.race.single import single_frame
from rnnviz.workbench.workbench import Workbench
from rnnviz.workbench.writer import WriteSettings

LARGEST_PX = 8000
PULL_S = 0.01
BLOWN_UP = 1
WRITE_S = 20.0  # more than any network needs for the few words of a figure


def export(
    source: str,
    view: str,
    out: Path,
    *,
    text: str | None,
    size_mm: tuple[float, float] | None,
    theme: str,
    language: str,
    watch: Callable[[RaceFrame], bool],
) -> int:
    """Write a panel to the file ``out``; or for "all", each panel that applies, as PNG and CSV, to a folder.

    A panel of a race runs the race that the experiment names, and ``watch`` sees how far it is; the gradient
    against distance needs only the network itself, and "all" does without races.  Raises UserError:
    "error.view-…" for a panel that is unknown or does not apply, "error.figure-…" for size and ending,
    "error.write-…", and what `open_source` raises.
    """
    _begin()
    look = Look(load_theme(theme), Catalogue(language))
    size = None if size_mm is None else Size(*size_mm)
    if view != "all":
        frame = _race_of(source, view, text, watch) if _of_race(view) else _frame_of(source, text)
        Figure(view, frame, look, size or natural_size(view)).write(out)
        return 0
    frame = _frame_of(source, text)
    make_folder(out)
    for key in PANELS:
        if PANELS[key].applies(frame):
            figure = Figure(key, frame, look, size or natural_size(key))
            for ending in (".png", ".csv"):
                figure.write(out / f"{key}{ending}")
    return 0


def screenshot(
    source: str,
    out: Path,
    *,
    text: str | None,
    steps: int | None,
    size: tuple[int, int],
    theme: str,
    language: str,
    view: str = "explore",
) -> int:
    """Write a picture of the window after typing ``text`` and training ``steps`` steps.

    With ``steps`` an experiment begins untrained, as `run` does, and a session goes on from where it stood;
    without, the window shows what it would open with. In the view "compare" each runner of the race makes
    that many steps; without them there are the gradients of the untrained networks. The exit status is 1 when
    the training blew up and was not meant to. Raises UserError: "error.screenshot-…", "error.write-…", and
    what `open_source` raises.
    """
    if not all(low <= side <= LARGEST_PX for low, side in zip(SMALLEST, size, strict=True)):
        smallest = "x".join(map(str, SMALLEST))
        raise UserError(
            "error.screenshot-size", value=f"{size[0]}x{size[1]}", smallest=smallest, limit=LARGEST_PX
        )
    _begin().setCursorFlashTime(0)  # a caret that blinks would make two pictures of one window
    opened = open_source(source, trained=steps is None)
    with TemporaryDirectory() as folder:
        preferences = Preferences(Path(folder) / "window.ini")
        preferences.set("theme", theme)
        window = MainWindow(opened, preferences, Language(language))
        try:
            window.show_view(view)
            if text is not None:
                window.start_text(text)
            if steps and view != "compare":
                _train(window.workbench, steps)
            window.resize(*size)
            window.show_frame(window.workbench.frame)
            window.show()
            QCoreApplication.processEvents()
            if view == "compare":
                window.race.run(steps or 0, lambda: sleep(PULL_S))
                QCoreApplication.processEvents()
            write_bytes(out, _png(window.grab().toImage()))
            if view == "compare":
                return _race_status(window.race.frame)
            return _status(window.workbench, opened)
        finally:
            window.close()


def bench(*, note: Callable[[str], None], minutes: float | None) -> dict[str, float]:
    """The window's figures by the keys of the command's documentation; ``note`` hears what is under way.

    ``minutes`` adds the growth of memory from minute 2 to then.
    """
    return bench_window(note=note, effort=Effort(minutes=minutes or 0.0))


def _begin() -> QApplication:
    quieten_offscreen()
    return make_application()


def _frame_of(source: str, text: str | None) -> Frame:
    workbench = Workbench(open_source(source, trained=True))
    try:
        if text is not None:
            workbench.set_text(text)
        workbench.write(WriteSettings())
        workbench.write_more(WRITE_S)
        return workbench.colour(ColourView())
    finally:
        workbench.close()


def _of_race(view: str) -> bool:
    """Whether a panel is a picture of a race."""
    return view in PANELS and PANELS[view].of_kind is RaceFrame


def _race_of(source: str, view: str, text: str | None, watch: Callable[[RaceFrame], bool]) -> RaceFrame:
    """A race that has been run, or the one network where that is all there is to see."""
    if view == GradientDistancePanel.key:
        opened = open_source(source, trained=True)
        frame = single_frame(opened, text)
        return replace(frame, view=RaceView(trained=frame.racers[0].trained is not None))
    with Race(race_planned(open_source(source))) as race:
        return race.run(watch)


def _train(workbench: Workbench, steps: int) -> None:
    """Exactly ``steps`` steps in the worker, as fast as it can; the budget is then what it was."""
    budget, speed = workbench.run.spec.training.steps, workbench.speed
    workbench.set_speed(0)
    workbench.set_value("training.steps", workbench.run.step_number + steps)
    workbench.train()
    while workbench.frame.run.running:
        if workbench.pull() is None:
            sleep(PULL_S)
    workbench.set_value("training.steps", budget)
    workbench.set_speed(speed)
    workbench.pull()


def _status(workbench: Workbench, opened: Experiment | Session) -> int:
    failed = workbench.frame.run.status in ("diverged", "stopped")
    return BLOWN_UP if failed and opened.expect != "blow-up" else 0


def _race_status(frame: RaceFrame | None) -> int:
    runners = [] if frame is None else [runner for racer in frame.racers for runner in racer.runners]
    failed = any(runner.status in ("diverged", "stopped") for runner in runners)
    return BLOWN_UP if frame is not None and failed and frame.spec.expect != "blow-up" else 0


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs take bytes, the library text
    return bytes(data.data())
