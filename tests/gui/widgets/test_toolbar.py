from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from rnnviz.files.experiment import experiment_keys, load_experiment
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.toolbar import Toolbar


@pytest.fixture
def bar(qtbot: QtBot, look: Look) -> Toolbar:
    bar = Toolbar(look)
    qtbot.addWidget(bar)
    bar.set_experiment("hello-memory", "Hello, memory")
    bar.resize(1440, 48)
    bar.show()
    return bar


@pytest.mark.parametrize(
    ("button", "signal"),
    [
        ("experiments", "gallery"),
        ("train", "train_toggled"),
        ("step_button", "step"),
        ("reset_button", "reset"),
        ("export_button", "export"),
        ("theme_button", "theme_toggled"),
        ("help_button", "help"),
    ],
)
def test_buttons_tell_what_is_wanted(qtbot: QtBot, bar: Toolbar, button: str, signal: str) -> None:
    with qtbot.waitSignal(getattr(bar, signal)):
        qtbot.mouseClick(getattr(bar, button), Qt.MouseButton.LeftButton)


def test_choices_tell_their_values(qtbot: QtBot, bar: Toolbar) -> None:
    with qtbot.waitSignal(bar.speed_chosen) as caught:
        qtbot.mouseClick(bar.speed.segments()[2], Qt.MouseButton.LeftButton)
    assert caught.args == [0]
    with qtbot.waitSignal(bar.language_chosen) as caught:
        qtbot.mouseClick(bar.languages.segments()[0], Qt.MouseButton.LeftButton)
    assert caught.args == ["zh_CN"]


def test_train_becomes_pause_and_back(bar: Toolbar) -> None:
    bar.set_running(True)
    assert bar.train.text() == "Pause"
    bar.set_running(False)
    assert bar.train.text() == "Train"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_nothing_moves_when_train_becomes_pause(qtbot: QtBot, bar: Toolbar, make_look, language: str) -> None:
    bar.set_look(make_look("dark", language))
    found = []
    for running in (False, True):
        bar.set_running(running)
        bar.layout().activate()
        found.append([part.geometry() for part in (bar.train, bar.step_button, bar.speed, bar.views)])
    assert found[0] == found[1]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("key", experiment_keys())
def test_the_promise_of_every_experiment_can_be_read(
    bar: Toolbar, make_look, monkeypatch, key: str, language: str
) -> None:
    found: list[str] = []
    monkeypatch.setattr(
        QPainter, "drawText", lambda *given: found.extend(g for g in given if isinstance(g, str))
    )
    bar.set_look(make_look("dark", language))
    bar.layout().activate()
    promise = load_experiment(key).notes[language].promise
    bar.set_promise(promise)
    bar.promise.grab()
    assert 1 <= len(found) <= 2
    assert "".join("".join(found).split()) == "".join(promise.split())


def test_setters_are_silent(qtbot: QtBot, bar: Toolbar) -> None:
    with qtbot.assertNotEmitted(bar.speed_chosen), qtbot.assertNotEmitted(bar.gallery):
        bar.set_speed(0)
        bar.set_experiment("other", "Another one whose title is far too long for the button")
    assert bar.speed.value() == 0
    assert bar.experiments.key == "other"
    assert bar.experiments.accessibleName().endswith("far too long for the button")
    assert bar.experiments.toolTip().startswith("Another one")


def test_a_narrow_bar_shows_icons_and_the_drawer_button(qtbot: QtBot, bar: Toolbar) -> None:
    assert not bar.drawer.isVisible()
    with qtbot.waitSignal(bar.compact_changed) as caught:
        bar.resize(1024, 48)
    assert caught.args == [True]
    assert bar.drawer.isVisible()
    assert bar.reset_button.text() == ""
    assert bar.reset_button.accessibleName() == "Reset"
    with qtbot.waitSignal(bar.drawer_toggled):
        qtbot.mouseClick(bar.drawer, Qt.MouseButton.LeftButton)
    bar.set_drawer_open(True)
    assert bar.drawer.accessibleName() == "Hide settings"
    with qtbot.waitSignal(bar.compact_changed):
        bar.resize(1300, 48)
    assert bar.reset_button.text() == "Reset"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("width", [1000, 1024, 1200, 1440])
def test_everything_fits_in_every_language(
    qtbot: QtBot, bar: Toolbar, make_look, language: str, width: int
) -> None:
    bar.set_look(make_look("light", language))
    bar.resize(width, 48)
    qtbot.waitUntil(lambda: bar.width() == width)
    bar.layout().activate()
    shown = [w for w in bar.findChildren(QWidget) if w.parent() is bar and w.isVisible()]
    shown.sort(key=lambda w: w.x())
    for left, right in itertools.pairwise(shown):
        assert left.geometry().right() < right.x()
    assert shown[-1].geometry().right() <= width
    for button in bar.findChildren(QPushButton):
        assert button.width() >= button.minimumSizeHint().width() or not button.isVisible()


def test_the_look_reaches_every_part(bar: Toolbar, make_look) -> None:
    bar.set_look(make_look("light", "zh_CN"))
    assert bar.train.text() == "训练"
    assert bar.languages.value() == "zh_CN"
    assert bar.speed.segments()[2].text() == "最快"
    assert bar.theme_button.accessibleName() == "深色主题"
    assert not bar.grab().isNull()


def test_training_can_be_refused_with_a_reason(qtbot: QtBot, bar: Toolbar) -> None:
    bar.set_reasons("settings.pending", "compare.reason.whole")
    with qtbot.assertNotEmitted(bar.train_toggled):
        qtbot.mouseClick(bar.train, Qt.MouseButton.LeftButton)
    assert not bar.step_button.isEnabled()
    assert not bar.speed.isEnabled()
    assert "whole" in bar.speed.toolTip()
    assert "whole" in bar.step_button.toolTip()
    bar.set_reasons("", "")
    assert bar.train.isEnabled()
    assert bar.step_button.isEnabled()
    assert bar.speed.isEnabled()


def test_reduced_motion_stops_the_pills(bar: Toolbar) -> None:
    bar.set_reduced_motion(True)
    assert not bar.speed.animated
    assert not bar.languages.animated


def test_every_control_is_reached_by_the_tab_key_in_reading_order(qtbot: QtBot, bar: Toolbar) -> None:
    bar.activateWindow()
    qtbot.waitUntil(bar.isActiveWindow)
    bar.experiments.setFocus(Qt.FocusReason.TabFocusReason)
    places = []
    for _ in range(8):
        focus = bar.focusWidget()
        places.append(focus.mapTo(bar, focus.rect().center()).x())
        assert focus.accessibleName()
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert places == sorted(places)
    assert len(set(places)) == 8
