"""What the commands that draw do: `export`, `screenshot`, and the window's part of `bench`.

No screen is needed; the caller has chosen Qt's offscreen platform before this module is loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice
from PySide6.QtGui import QImage

from rnnviz.engine.errors import UserError
from rnnviz.files.atomic import make_folder, write_bytes
from rnnviz.files.catalogue import Catalogue
from rnnviz.files.experiment import Experiment
from rnnviz.files.opening import open_source
from rnnviz.files.session import Session
from rnnviz.gui.app import make_application
from rnnviz.gui.bench import bench_window
from rnnviz.gui.figure import Figure, Size, natural_size
from rnnviz.gui.language import Language
from rnnviz.gui.look import Look
from rnnviz.gui.panels import PANELS
from rnnviz.gui.preferences import Preferences
from rnnviz.gui.theme import load_theme
from rnnviz.gui.window import SMALLEST, MainWindow
from rnnviz.workbench.bench import bench_numbers
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.workbench import Workbench

LATER_PANELS = frozenset(
    {
        "unrolled",
        "cell",
        "equations",
        "gradient-distance",
        "gradient-triangle",
        "path-split",
        "memory-horizon",
        "saliency",
        "weights",
        "spectrum",
        "trajectory",
        "fixed-points",
        "race",
        "attention",
        "bottleneck",
    }
)
"""Panels that have a name, but are not here yet."""
VIEWS = ("explore",)
LARGEST_PX = 8000
PULL_S = 0.01
BLOWN_UP = 1


def export(
    source: str,
    view: str,
    out: Path,
    *,
    text: str | None,
    size_mm: tuple[float, float] | None,
    theme: str,
    language: str,
) -> int:
    """Write a panel to the file ``out``; or for "all", each panel that applies, as PNG and CSV, to a folder.

    Raises UserError: "error.view-…" for a panel that is unknown or does not apply, "error.figure-…" for size
    and ending, "error.write-…", and what `open_source` raises.
    """
    if view != "all":
        check_panel(view)
    make_application()
    look = Look(load_theme(theme), Catalogue(language))
    frame = _frame_of(source, text)
    size = None if size_mm is None else Size(*size_mm)
    if view != "all":
        Figure(view, frame, look, size or natural_size(view)).write(out)
        return 0
    make_folder(out)
    for key in PANELS:
        if PANELS[key].applies(frame):
            figure = Figure(key, frame, look, size or natural_size(key))
            for ending in (".png", ".csv"):
                figure.write(out / f"{key}{ending}")
    return 0


def check_panel(key: str) -> None:
    """Raises UserError "error.view-unknown", or "error.view-later" for one that is still to come."""
    if key not in PANELS:
        sentence = "error.view-later" if key in LATER_PANELS else "error.view-unknown"
        raise UserError(sentence, view=key, allowed=", ".join((*PANELS, "all")))


def screenshot(
    source: str,
    out: Path,
    *,
    text: str | None,
    steps: int | None,
    size: tuple[int, int],
    theme: str,
    language: str,
    view: str,
) -> int:
    """Write a picture of the window after typing ``text`` and training ``steps`` steps.

    With ``steps`` an experiment begins untrained, as `run` does, and a session goes on from where it stood;
    without, the window shows what it would open with. The exit status is 1 when the training blew up and was
    not meant to. Raises UserError: "error.screenshot-…", "error.write-…", and what `open_source` raises.
    """
    if view not in VIEWS:
        raise UserError("error.screenshot-view-later", view=view, allowed=", ".join(VIEWS))
    if not all(low <= side <= LARGEST_PX for low, side in zip(SMALLEST, size, strict=True)):
        smallest = "x".join(map(str, SMALLEST))
        raise UserError(
            "error.screenshot-size", value=f"{size[0]}x{size[1]}", smallest=smallest, limit=LARGEST_PX
        )
    make_application().setCursorFlashTime(0)  # a caret that blinks would make two pictures of one window
    opened = open_source(source, trained=steps is None)
    with TemporaryDirectory() as folder:
        preferences = Preferences(Path(folder) / "window.ini")
        preferences.set("theme", theme)
        window = MainWindow(opened, preferences, Language(language))
        try:
            if text is not None:
                window.start_text(text)
            if steps:
                _train(window.workbench, steps)
            window.resize(*size)
            window.show_frame(window.workbench.frame)
            window.show()
            QCoreApplication.processEvents()
            write_bytes(out, _png(window.grab().toImage()))
            return _status(window.workbench, opened)
        finally:
            window.close()


def bench(what: str, *, note: Callable[[str], None], minutes: float = 0.0) -> dict[str, float]:
    """Figures of this machine by the keys of the command's documentation; ``note`` says what is under way.

    ``minutes`` above 2 adds the growth of memory from minute 2 to then.
    """
    figures = {} if what == "window" else bench_numbers(what, note=note)
    if what in ("window", "all"):
        figures |= bench_window(note=note, minutes=minutes)
    return figures


def _frame_of(source: str, text: str | None) -> Frame:
    workbench = Workbench(open_source(source, trained=True))
    try:
        return workbench.frame if text is None else workbench.set_text(text)
    finally:
        workbench.close()


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


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs take bytes, the library text
    return bytes(data.data())
