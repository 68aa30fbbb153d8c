"""The view Compare as a person uses it: choosing, racing, pausing, looking, leaving."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from rnnviz.files.experiment import Experiment, load_experiment
from rnnviz.gui import dialogs
from rnnviz.gui.compare.controller import RaceCommands
from rnnviz.gui.preferences import Preferences
from rnnviz.gui.window import MainWindow
from rnnviz.workbench.race.frame import RaceFrame

MakeWindow = Callable[..., MainWindow]
Left = Qt.MouseButton.LeftButton
Control = Qt.KeyboardModifier.ControlModifier
STEPS = 40


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    """A window in the view Compare, on a race of three small cells with two seeds."""
    window = make_window(steps=STEPS, evaluate_every=10)
    window.show_view("compare")
    window.race.set_value("race.seeds", "0-1")
    return window


def frame(window: MainWindow) -> RaceFrame:
    assert window.race.frame is not None
    return window.race.frame


def measured(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.race.busy, timeout=20_000)


def pids(race: RaceCommands) -> list[int]:
    assert race._race is not None
    return [entry.pid for entry in race._race.entries if entry.pid is not None]


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_the_view_is_found_by_key_and_remembered(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.ini"
    window = make_window(preferences=kept)
    assert not window.compare.isVisible()
    assert window.race.frame is None  # nothing is made before somebody looks
    qtbot.keyClick(window, Qt.Key.Key_4, Control)
    assert window.comparing
    assert window.compare.isVisible()
    assert not window.inspector.isVisible()
    assert window.toolbar.views.value() == "compare"
    assert [racer.cell for racer in frame(window).racers] == ["rnn", "gru", "lstm"]
    qtbot.keyClick(window, Qt.Key.Key_1, Control)
    assert not window.comparing
    assert window.inspector.isVisible()
    window.show_view("compare")
    window.close()
    assert Preferences(kept).text("view") == "compare"


def test_an_experiment_made_for_comparing_opens_in_the_view(make_window: MakeWindow) -> None:
    window = make_window()
    assert window.open("forget-bias")
    assert window.comparing
    titles = [racer.title["en"] for racer in frame(window).racers]
    assert titles == ["Forget bias 0", "Forget bias 1", "Forget bias 3"]
    assert window.compare.settings.rows["race.values"].control.value() == "0, 1, 3"
    assert window.compare.centre.header.accessibleName() == load_experiment("forget-bias").notes["en"].title


def test_a_race_is_run_paused_and_over(qtbot: QtBot, window: MainWindow) -> None:
    measured(qtbot, window)
    assert window.compare.centre.hint.isVisible()
    assert all(racer.untrained is not None for racer in frame(window).racers)
    assert not window.toolbar.step_button.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert window.race.running
    qtbot.waitUntil(lambda: not window.compare.centre.hint.isVisible())
    qtbot.waitUntil(lambda: frame(window).done > 0, timeout=30_000)
    qtbot.mouseClick(window.toolbar.train, Left)
    qtbot.waitUntil(lambda: frame(window).status == "paused" and not window.race.busy, timeout=20_000)
    qtbot.waitUntil(lambda: "Train" in window.toolbar.train.text())
    before = frame(window).progress
    assert 0 < before < 1
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: frame(window).status == "finished" and not window.race.busy, timeout=60_000)
    qtbot.waitUntil(lambda: not window.clock.isActive() and not window.toolbar.train.isEnabled())
    assert all(racer.row.over == 2 and racer.trained is not None for racer in frame(window).racers)
    canvas = window.compare.centre.results.canvas
    qtbot.waitUntil(lambda: "pass mark" in canvas.accessibleDescription())
    said = canvas.accessibleDescription()
    assert all(racer.title["en"] in said for racer in frame(window).racers)
    window.reset()
    assert frame(window).status == "ready"
    assert window.toolbar.train.isEnabled()


def test_one_trains_at_a_time(qtbot: QtBot, window: MainWindow) -> None:
    window.show_view("explore")
    window.set_value("training.steps", 100_000)
    window.toggle_training()
    assert window.workbench.frame.run.running
    window.show_view("compare")
    assert "Train" in window.toolbar.train.text()
    window.toggle_training()
    assert window.race.running
    assert not window.workbench.frame.run.running
    window.show_view("explore")
    assert "Train" in window.toolbar.train.text()
    window.toggle_training()
    qtbot.waitUntil(lambda: not window.race.running)
    assert window.workbench.frame.run.running


def test_closing_ends_every_runner(qtbot: QtBot, window: MainWindow) -> None:
    window.race.set_value("training.steps", 100_000)
    window.toggle_training()
    qtbot.waitUntil(lambda: frame(window).progress > 0, timeout=30_000)
    running = pids(window.race)
    assert running
    window.close()
    qtbot.waitUntil(lambda: all(gone(pid) for pid in running), timeout=10_000)


def test_another_experiment_ends_the_race(qtbot: QtBot, window: MainWindow) -> None:
    window.race.set_value("training.steps", 100_000)
    window.toggle_training()
    qtbot.waitUntil(lambda: frame(window).progress > 0, timeout=30_000)
    running = pids(window.race)
    window.open("recall")
    assert frame(window).status == "ready"
    assert frame(window).spec.configurations[0].task == "recall"
    qtbot.waitUntil(lambda: all(gone(pid) for pid in running), timeout=10_000)


def test_what_races_follows_what_is_explored_until_somebody_chooses(window: MainWindow) -> None:
    window.show_view("explore")
    window.set_value("model.hidden", 5)
    window.show_view("compare")
    assert frame(window).spec.configurations[0].hidden == 6
    window.race.set_value("model.hidden", 9)
    assert {run.hidden for run in frame(window).spec.configurations} == {9}
    assert window.workbench.frame.wanted.hidden == 5


def test_explored_settings_are_taken_along(make_window: MakeWindow) -> None:
    window = make_window()
    window.set_value("model.hidden", 5)
    window.show_view("compare")
    assert {run.hidden for run in frame(window).spec.configurations} == {5}
    window.show_view("explore")
    window.set_value("model.hidden", 7)
    window.show_view("compare")
    assert {run.hidden for run in frame(window).spec.configurations} == {7}


def test_one_setting_is_varied(window: MainWindow) -> None:
    rows = window.compare.settings.rows
    assert rows["race.cells"].isVisible()
    window.race.set_value("race.kind", "setting")
    assert not rows["race.cells"].isVisible()
    assert rows["model.cell"].isVisible()
    window.race.set_value("race.vary", "model.forget_bias")
    assert rows["race.values"].control.value() == "0, 1, 3"
    assert not rows["model.forget_bias"].isVisible()
    assert [run.value("model.forget_bias") for run in frame(window).spec.configurations] == [0.0, 1.0, 3.0]
    window.race.set_value("race.values", "0, 2")
    assert len(frame(window).racers) == 2


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("race.seeds", "some", "0-4"),
        ("race.seeds", "0-90", "0-4"),
        ("race.cells", "lstm", "2"),
        ("race.cells", "rnn,lstm,gru,mgu,janet", "4"),
        ("model.hidden", 100_000, "512"),
    ],
)
def test_what_cannot_race_is_explained_at_its_field(
    window: MainWindow, key: str, value: object, word: str
) -> None:
    before = window.race.lineup
    window.race.set_value(key, value)
    assert window.race.lineup == before
    row = window.compare.settings.rows[key]
    assert row.error.isVisible()
    assert word in row.error.text()
    assert row.control.value() == before.settings()[key]


def test_a_race_under_way_keeps_its_settings_until_reset(qtbot: QtBot, window: MainWindow) -> None:
    window.toggle_training()
    window.race.set_value("model.hidden", 9)
    assert {run.hidden for run in frame(window).spec.configurations} == {6}
    assert window.compare.settings.rows["model.hidden"].pending
    window.reset()
    assert {run.hidden for run in frame(window).spec.configurations} == {9}
    assert not window.compare.settings.rows["model.hidden"].pending


def test_gradients_of_trained_networks_and_of_h(qtbot: QtBot, window: MainWindow) -> None:
    measured(qtbot, window)
    centre = window.compare.centre
    qtbot.waitUntil(centre.state.isVisible)
    qtbot.mouseClick(centre.trained.segments()[1], Left)
    assert frame(window).view.trained
    qtbot.mouseClick(centre.state.segments()[1], Left)
    assert frame(window).view.state == "h"
    assert centre.distance.canvas.panel.frame is frame(window)


def test_results_are_copied_shown_and_exported(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.mouseClick(window.compare.centre.copy, Left)
    copied = QGuiApplication.clipboard().text()
    assert copied.splitlines()[0].startswith("configuration,")
    assert [line.split(",")[0] for line in copied.splitlines()[1:]] == ["RNN", "GRU", "LSTM"]
    dialog = dialogs.export(window, "race")
    assert dialog.frame is frame(window)
    dialog.reject()
    page = dialogs.number_page(window, "gradient-distance")
    page.reject()
    assert not dialogs.picture_of(window, "race-curves").isNull()
    QGuiApplication.clipboard().clear()


def test_a_theme_and_a_language_reach_the_view(window: MainWindow) -> None:
    title = window.compare.settings.rows["race.seeds"].label
    assert title.text() == "Seeds"
    before = window.compare.grab().toImage().pixelColor(600, 30)
    window.toggle_language()
    window.toggle_theme()
    assert title.text() == "种子"
    assert window.compare.grab().toImage().pixelColor(600, 30) != before


def test_the_settings_are_a_drawer_where_it_is_narrow(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: window.toolbar.compact)
    assert not window.compare.settings.isVisible()
    window.toggle_drawer()
    assert window.compare.settings.isVisible()
    window.show_view("explore")
    assert not window.settings.isVisible()
    assert not window.compare.settings.isVisible()
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: not window.toolbar.compact)
    assert window.settings.isVisible()


def test_every_control_of_the_view_has_a_name(window: MainWindow) -> None:
    for part in window.compare.findChildren(QWidget):
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible():
            named = part.accessibleName() or part.parent().accessibleName()
            assert named, part


def test_a_race_that_cannot_be_is_a_banner(make_window: MakeWindow, small: Callable[..., Experiment]) -> None:
    window = make_window(steps=0)  # without an end
    window.show_view("compare")
    assert window.race.frame is None
    assert window.compare.centre.banner.isVisible()
    window.race.set_value("training.steps", 20)
    assert window.race.frame is not None
    assert not window.compare.centre.banner.isVisible()
