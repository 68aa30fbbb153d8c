"""Inputs that are not typed: keys, bars and dots; whatever a person does, the text line says it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rnnviz.files.experiment import Experiment
from rnnviz.gui.figure import Figure, natural_size
from rnnviz.gui.panels import PANELS
from rnnviz.gui.window import MainWindow
from rnnviz.tasks import Text
from rnnviz.training.spec import RunSpec

Left = Qt.MouseButton.LeftButton


def experiment(task: str, text: str = "", **options: object) -> Experiment:
    spec = RunSpec(hidden=5, task=task, task_options=options).with_value("training.batch", 4)
    return Experiment("small", spec, {"text": text})


@pytest.fixture
def adding(make_window: Callable[..., MainWindow]) -> MainWindow:
    return make_window(opened=experiment("adding", "0.31 0.72* 0.05 0.44 0.91* 0.13", length=12))


@pytest.fixture
def recall(make_window: Callable[..., MainWindow]) -> MainWindow:
    return make_window(opened=experiment("recall", "Bwx?", gap=6))


def place(window: MainWindow, step: int, share: float) -> QPoint:
    """A place in the input strip: `share` of the bars' height above their foot; above 1 lie the dots."""
    strip = window.centre.panel.tokens
    top, bottom, _, _ = strip._band(strip.frame, 0)
    y = bottom - share * (bottom - top) if share <= 1 else top - 6
    return QPoint(round(strip.columns.centre(step)), round(strip.y() + y))


def numbers(window: MainWindow) -> np.ndarray:
    return window.workbench.frame.typed.numbers[:, 0]


def test_a_drag_sets_the_values_of_the_bars_it_passes(adding: MainWindow, qtbot: QtBot) -> None:
    canvas = adding.centre.canvas.viewport()
    qtbot.mousePress(canvas, Left, pos=place(adding, 2, 0.5))
    assert numbers(adding)[2, 0] == pytest.approx(0.5, abs=0.03)
    send_move(adding, place(adding, 5, 0.9))
    qtbot.mouseRelease(canvas, Left, pos=place(adding, 5, 0.9))
    values = numbers(adding)
    assert values[5, 0] == pytest.approx(0.9, abs=0.03)
    assert (np.diff(values[2:6, 0]) > 0).all()
    assert values[[1, 4], 1].all()
    assert adding.centre.text.line.text() == adding.workbench.frame.typed.text
    assert adding.centre.text.line.text().startswith("0.31 0.72* ")
    assert adding.workbench.frame.view.cursor == 5


def send_move(window: MainWindow, where: QPoint) -> None:
    """A drag: qtbot's own moves carry no pressed button."""
    viewport = window.centre.canvas.viewport()
    bare = Qt.KeyboardModifier.NoModifier
    spot = QPointF(where)
    event = QMouseEvent(QMouseEvent.Type.MouseMove, spot, viewport.mapToGlobal(spot), Left, Left, bare)
    QApplication.sendEvent(viewport, event)


def test_a_click_on_a_dot_marks_a_value_or_frees_it(adding: MainWindow, qtbot: QtBot) -> None:
    canvas = adding.centre.canvas.viewport()
    qtbot.mouseClick(canvas, Left, pos=place(adding, 3, 2))
    assert adding.centre.text.line.text() == "0.31 0.72* 0.05 0.44* 0.91* 0.13"
    qtbot.mouseClick(canvas, Left, pos=place(adding, 4, 2))
    assert adding.centre.text.line.text() == "0.31 0.72* 0.05 0.44* 0.91 0.13"
    assert adding.workbench.frame.typed_run.target_values[-1, 0] == pytest.approx(0.72 + 0.44)


def test_what_was_drawn_can_be_undone(adding: MainWindow, qtbot: QtBot) -> None:
    before = adding.centre.text.line.text()
    qtbot.mouseClick(adding.centre.canvas.viewport(), Left, pos=place(adding, 3, 2))
    assert adding.centre.text.line.text() != before
    adding.centre.text.line.undo()
    assert adding.centre.text.line.text() == before
    assert adding.workbench.frame.typed.text == before


def test_a_drag_over_the_maps_still_moves_the_cursor(adding: MainWindow, qtbot: QtBot) -> None:
    text = adding.centre.text.line.text()
    heat_map = adding.centre.panel.maps[0]
    where = QPoint(round(heat_map.columns.centre(1)), round(heat_map.y() + 5))
    qtbot.mousePress(adding.centre.canvas.viewport(), Left, pos=where)
    send_move(adding, place(adding, 4, 0.5))
    assert adding.workbench.frame.view.cursor == 4
    assert adding.centre.text.line.text() == text


def test_keys_type_symbols_and_the_last_one_takes_them_back(recall: MainWindow, qtbot: QtBot) -> None:
    keys = recall.centre.inputs.keys()
    assert [key.text() for key in keys] == list("ABCDwxyz?")
    recall.centre.text.line.end(False)
    qtbot.mouseClick(keys[2], Left)
    assert recall.centre.text.line.text() == "Bwx?C"
    assert recall.workbench.frame.typed.tokens[-1] == "C"
    qtbot.mouseClick(recall.centre.inputs.buttons["erase"], Left)
    assert recall.workbench.frame.typed.text == "Bwx?"
    assert recall.centre.text.line.hasFocus()


def test_keys_are_reached_from_the_keyboard(recall: MainWindow, qtbot: QtBot) -> None:
    keys = recall.centre.inputs.keys()
    recall.centre.text.setFocus()
    for _ in range(12):
        focus = QApplication.focusWidget()
        if focus is keys[0]:
            break
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is keys[0]
    qtbot.keyClick(keys[0], Qt.Key.Key_Space)
    assert "A" in recall.workbench.frame.typed.text


def test_an_unknown_symbol_is_explained(recall: MainWindow) -> None:
    recall.start_text("Bw#?")
    told = recall.centre.hint.accessibleName()
    assert "#" in told
    assert "A B C D" in told


def test_a_fresh_example_and_a_blank(adding: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(adding, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    first = adding.workbench.frame.typed
    assert len(first.tokens) == 12
    assert first.problem is None
    qtbot.mouseClick(adding.centre.inputs.buttons["example"], Left)
    assert adding.workbench.frame.typed.text != first.text
    qtbot.mouseClick(adding.centre.inputs.buttons["blank"], Left)
    assert not numbers(adding).any()


def test_text_tasks_have_no_input_bar(window: MainWindow) -> None:
    assert not window.centre.inputs.isVisible()
    assert window.centre.panel.outputs is not None
    assert not window.centre.panel.outputs.isVisible()
    assert window.centre.panel.predictions.isVisible()


def test_numbers_are_answered_by_outputs_against_targets(adding: MainWindow) -> None:
    panel = adding.centre.panel
    assert panel.outputs.isVisible()
    assert not panel.predictions.isVisible()
    frame = adding.workbench.frame
    assert PANELS["outputs"].applies(frame)
    assert not PANELS["predictions"].applies(frame)
    columns = PANELS["outputs"](adding.look).table(frame).columns
    np.testing.assert_array_equal(columns["sum"], frame.typed_run.outputs[:, 0])
    assert columns["sum target"][-1] == pytest.approx(0.72 + 0.91)
    listed = PANELS["distribution"](adding.look).table(frame).columns
    assert listed["output"] == ["sum"]
    assert listed["target"][0] == pytest.approx(0.72 + 0.91)


@pytest.mark.parametrize(("theme", "language"), [("dark", "en"), ("light", "zh_CN")])
@pytest.mark.parametrize("task", ["adding", "recall", "flip-flop", "signals", "france", "brackets"])
def test_every_input_is_drawn_in_every_look(
    make_window: Callable[..., MainWindow], theme: str, language: str, task: str
) -> None:
    for size in ((1440, 900), (1024, 700)):
        window = make_window(opened=experiment(task), theme=theme, language=language, size=size)
        assert not window.grab().isNull()
        window.inputs.fresh_example()
        assert not window.grab().isNull()
        window.toggle_theme()
        assert (
            not Figure("explore", window.workbench.frame, window.look, natural_size("explore"))
            .image(96)
            .isNull()
        )


def test_another_task_changes_keys_and_strips(recall: MainWindow) -> None:
    recall.set_value("task.key", "adding")
    recall.reset()
    assert recall.centre.inputs.keys() == ()
    assert recall.centre.inputs.buttons["blank"].isVisible()
    recall.inputs.fresh_example()
    assert recall.centre.panel.tokens.height > 50


def test_pulses_are_turned_by_clicks(make_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = make_window(opened=experiment("flip-flop", "... +.. ...", length=8))
    strip = window.centre.panel.tokens
    where = QPoint(round(strip.columns.centre(2)), round(strip.y() + 17 + 1.5 * 17))
    seen = []
    for _ in range(3):
        qtbot.mouseClick(window.centre.canvas.viewport(), Left, pos=where)
        seen.append(window.centre.text.line.text())
    assert seen == ["... +.. .+.", "... +.. .-.", "... +.. ..."]


def test_a_curve_is_drawn_and_trained_on(make_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = make_window(opened=experiment("signals", "", period=12))
    qtbot.mouseClick(window.centre.inputs.buttons["blank"], Left)
    frame = window.workbench.frame
    typed = frame.steps - frame.free
    assert (typed, frame.free) == (36, 12)
    canvas = window.centre.canvas.viewport()
    qtbot.mousePress(canvas, Left, pos=curve_place(window, 0, -0.5))
    send_move(window, curve_place(window, 30, 0.5))
    qtbot.mouseRelease(canvas, Left, pos=curve_place(window, 30, 0.5))
    drawn = numbers(window)[:31, 0]
    np.testing.assert_allclose(drawn, np.linspace(drawn[0], drawn[-1], 31), atol=2e-3)
    assert drawn[-1] - drawn[0] == pytest.approx(1.0, abs=0.1)
    qtbot.mouseClick(window.centre.inputs.buttons["train-curve"], Left)
    assert {"task.wave", "task.text"} <= window.workbench.frame.pending
    qtbot.mouseClick(window.centre.banner._buttons[0], Left)
    spec = window.workbench.frame.spec
    assert spec.task_options["wave"] == "drawn"
    assert len(spec.text.content.splitlines()) == 36


def curve_place(window: MainWindow, step: int, value: float) -> QPoint:
    strip = window.centre.panel.tokens
    top, bottom, low, high = strip._band(strip.frame, 0)
    y = top + (high - value) / (high - low) * (bottom - top)
    return QPoint(round(strip.columns.centre(step)), round(strip.y() + y))


def test_what_the_network_says_on_its_own_cannot_be_drawn_on(
    make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = make_window(opened=experiment("signals", "0.1 0.2 0.3", period=8))
    text = window.centre.text.line.text()
    qtbot.mouseClick(window.centre.canvas.viewport(), Left, pos=curve_place(window, 6, 0.9))
    assert window.centre.text.line.text() == text
    assert window.workbench.frame.view.cursor == 6


def test_rows_of_a_table_are_drawn_in_the_tables_own_numbers(
    make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    lines = ["a,b", *(f"{100 + k % 7},{k % 5}" for k in range(120))]
    spec = RunSpec(
        hidden=5, task="csv", task_options={"length": 8}, text=Text("t.csv", "\n".join(lines), "user")
    )
    window = make_window(opened=Experiment("small", spec, {"text": "103,2 104,1 102,0"}))
    strip = window.centre.panel.tokens
    top, bottom, _, _ = strip._band(strip.frame, 1)
    where = QPoint(round(strip.columns.centre(1)), round(strip.y() + (top + bottom) / 2))
    qtbot.mouseClick(window.centre.canvas.viewport(), Left, pos=where)
    first, second, third = window.centre.text.line.text().split()
    assert (first, third) == ("103,2", "102,0")
    assert second.startswith("104,")
    assert float(second.split(",")[1]) == pytest.approx(2.0, abs=0.2)
