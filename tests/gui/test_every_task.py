"""Every task can be opened, typed into and exported; what a panel cannot draw it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from rnnviz.files.experiment import Experiment
from rnnviz.gui.figure import Figure, natural_size
from rnnviz.gui.look import Look
from rnnviz.gui.panels import PANELS
from rnnviz.gui.window import MainWindow
from rnnviz.tasks import TASKS, Text, make_task
from rnnviz.training.spec import RunSpec

STORY = Text("story", "the gate keeps a little, the gate drops a little. " * 30, "user")
ROWS = "\n".join(f"{k % 7},{k * k % 11},{k % 5}" for k in range(300))
TABLE = Text("table", f"a,b,c\n{ROWS}\n", "user")


def experiment(key: str) -> Experiment:
    given = TABLE if key == "csv" else STORY
    spec = RunSpec(hidden=6, task=key, text=given)
    text = make_task(key, {}, given).examples()[0]
    return Experiment("small", spec, {"text": text})


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("key", TASKS)
def test_a_window_opens_on_it(key: str, language: str, make_window: Callable[..., MainWindow]) -> None:
    opened = experiment(key)
    window = make_window(opened=opened, language=language)
    frame = window.workbench.frame
    assert frame.typed.problem is None
    assert frame.typed_run is not None
    assert window.settings.rows["task.key"].isVisible()
    window.centre.text.line.setText("§ 7 q")
    assert window.workbench.frame.typed.text == "§ 7 q"
    assert window.workbench.frame.typed.step_at(5) == window.workbench.frame.view.cursor
    assert window.centre.hint._hint is not None
    assert not window.grab().isNull()


@pytest.mark.parametrize("key", TASKS)
def test_every_panel_can_be_exported(
    key: str, make_window: Callable[..., MainWindow], make_look: Callable[[str, str], Look], tmp_path: Path
) -> None:
    frame = make_window(opened=experiment(key)).workbench.frame
    for panel in (panel for panel in PANELS if PANELS[panel].applies(frame)):
        figure = Figure(panel, frame, make_look("light", "en"), natural_size(panel))
        figure.write(tmp_path / f"{panel}.png", 96)
        figure.write(tmp_path / f"{panel}.csv")
        assert not QImage(str(tmp_path / f"{panel}.png")).isNull()
