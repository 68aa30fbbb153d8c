"""The page on which the network writes: by keys, by its settings, while training, and out of it again."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rnnviz.files.experiment import Experiment
from rnnviz.gui.figure import Figure, natural_size
from rnnviz.gui.window import MainWindow
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.workbench import Workbench
from rnnviz.workbench.writer import WriteSettings

Left = Qt.MouseButton.LeftButton


def finished(window: MainWindow, qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: window.workbench.frame.written and not window.workbench.frame.written.running)
    return "".join(window.workbench.frame.written.tokens)


def test_a_key_lets_it_write(window: MainWindow, qtbot: QtBot) -> None:
    window.leave_text()
    qtbot.keyClick(window.centre.canvas, Qt.Key.Key_S)
    page = window.centre.colours.page
    assert page.isVisible()
    assert not window.centre.colours.canvas.isVisible()
    assert len(finished(window, qtbot)) == 400
    assert page.go.text() == "Write"
    qtbot.mouseClick(window.centre.colours.sources.segments()[0], Left)
    assert not page.isVisible()
    assert window.centre.colours.canvas.isVisible()


def test_the_settings_count_and_the_same_seed_writes_the_same(window: MainWindow, qtbot: QtBot) -> None:
    window.show_writing()
    page = window.centre.colours.page
    one = finished(window, qtbot)
    page.seed.set_value(5)
    qtbot.mouseClick(page.go, Left)
    other = finished(window, qtbot)
    page.seed.set_value(0)
    qtbot.mouseClick(page.go, Left)
    assert finished(window, qtbot) == one != other
    page.stop.setText("e")
    qtbot.keyClick(page.stop, Qt.Key.Key_Return)
    assert finished(window, qtbot).index("e") == len(window.workbench.frame.written.tokens) - 1


def test_it_can_be_stopped_and_what_it_wrote_typed(window: MainWindow, qtbot: QtBot) -> None:
    window.show_writing()
    page = window.centre.colours.page
    page.length.set_value(4000)
    window.writing.write_on()
    qtbot.waitUntil(lambda: page.go.text() == "Stop")
    qtbot.waitUntil(lambda: len(window.workbench.frame.written.tokens) > 0)
    qtbot.mouseClick(page.go, Left)
    text = "".join(window.workbench.frame.written.tokens)
    assert not window.workbench.frame.written.running
    qtbot.mouseClick(page.take, Left)
    assert window.workbench.frame.typed.text == "hello memory" + text
    assert window.centre.text.line.text() == "hello memory" + text


def test_while_training_it_writes_again_and_again(window: MainWindow, qtbot: QtBot) -> None:
    window.show_writing()
    window.centre.colours.page.length.set_value(40)
    window.writing.write_on()
    finished(window, qtbot)
    window.set_speed(0)
    window.toggle_training()
    qtbot.waitUntil(lambda: window.workbench.frame.run.status == "finished", timeout=30_000)
    qtbot.waitUntil(lambda: window.workbench.frame.written.steps[:1].sum() == 1600, timeout=20_000)


def test_a_task_that_cannot_write_says_why(make_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = make_window(opened=Experiment("small", RunSpec(hidden=5, task="recall"), {"text": "Bx?"}))
    window.show_writing()
    assert window.workbench.frame.written.problem is not None
    assert not window.grab().isNull()
    assert not window.centre.colours.page.take.isEnabled()


@pytest.mark.parametrize(("theme", "language"), [("dark", "en"), ("light", "zh_CN")])
def test_it_fits_in_every_look(make_window: Callable[..., MainWindow], theme: str, language: str) -> None:
    window = make_window(theme=theme, language=language, size=(1024, 700))
    window.show_writing()
    page = window.centre.colours.page
    parts = [page.temperature, page.seed, page.length, page.stop, page.go]
    for left, right in itertools.pairwise(parts):
        assert left.geometry().right() < right.x()
    for label in page.labels:
        assert label.width() >= label.sizeHint().width()
    assert page.go.geometry().right() <= page.width()
    assert not window.grab().isNull()


def test_it_is_exported(make_frame, make_look, tmp_path: Path) -> None:
    def change(bench: Workbench) -> None:
        bench.write(WriteSettings(length=30))
        bench.write_more(10.0)

    frame = make_frame("hello gate", change)
    figure = Figure("written", frame, make_look("light", "zh_CN"), natural_size("written"))
    for ending in ("png", "svg", "pdf", "csv"):
        figure.write(tmp_path / f"x.{ending}")
    lines = (tmp_path / "x.csv").read_text().splitlines()
    assert lines[0] == "token,probability,step"
    assert len(lines) == 31
