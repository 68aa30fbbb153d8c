from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rnnviz.gui.widgets.hintbar import Hint, HintBar, hint_of

Left = Qt.MouseButton.LeftButton


@pytest.fixture
def bar(qtbot: QtBot, look) -> HintBar:
    bar = HintBar(look)
    qtbot.addWidget(bar)
    bar.resize(700, 32)
    return bar


def test_what_matters_most_is_said(make_frame) -> None:
    assert hint_of(make_frame(""), ("go",)).starters == ("go",)
    assert hint_of(make_frame("ßa"), ()).title == "hint.unknown"
    untrained = make_frame("hello")
    assert hint_of(untrained, ()).title == "hint.untrained"
    assert hint_of(replace(untrained, run=replace(untrained.run, status="paused")), ()) is None


def test_many_unknown_characters_are_cut_short(make_frame) -> None:
    hint = hint_of(make_frame("ÄÖÜßÀÁÂÃÈÉ"), ())
    assert hint.values["count"] == 10
    assert hint.values["names"].endswith("…")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_hint_is_shown_in_the_chosen_language(bar: HintBar, make_frame, make_look, language: str) -> None:
    look = make_look("light", language)
    bar.set_look(look)
    bar.show_hint(hint_of(make_frame("hello"), ()))
    assert bar.isVisible()
    assert bar._title.text() == look.text("hint.untrained")
    assert bar._buttons[0].text() == look.text("action.train")


def test_actions_and_starters_tell_what_was_pressed(qtbot: QtBot, bar: HintBar, make_frame) -> None:
    bar.show_hint(hint_of(make_frame("hello"), ()))
    with qtbot.waitSignal(bar.acted) as caught:
        qtbot.mouseClick(bar._buttons[0], Left)
    assert caught.args == ["train"]
    bar.show_hint(hint_of(make_frame(""), ("one text", "another")))
    assert len(bar._buttons) == 2
    with qtbot.waitSignal(bar.started) as caught:
        qtbot.mouseClick(bar._buttons[1], Left)
    assert caught.args == ["another"]


def test_the_same_hint_keeps_its_buttons(bar: HintBar) -> None:
    hint = Hint("hint.empty", "hint.empty-start", starters=("one",))
    bar.show_hint(hint)
    button = bar._buttons[0]
    bar.show_hint(Hint("hint.empty", "hint.empty-start", starters=("one",)))
    assert bar._buttons[0] is button
    bar.show_hint(None)
    assert not bar.isVisible()
    bar.show_hint(hint)
    assert bar.isVisible()
