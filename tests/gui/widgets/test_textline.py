from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from rnnviz.gui.widgets.textline import TextLine
from rnnviz.workbench.workbench import TEXT_LIMIT

Ctrl = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def line(qtbot: QtBot, look) -> TextLine:
    line = TextLine(look)
    qtbot.addWidget(line)
    line.resize(740, 34)
    line.show()
    return line


def test_each_change_is_told(qtbot: QtBot, line: TextLine) -> None:
    seen: list[str] = []
    line.edited.connect(seen.append)
    qtbot.keyClicks(line.line, "abc")
    qtbot.keyClick(line.line, Qt.Key.Key_Backspace)
    assert seen == ["a", "ab", "abc", "ab"]


def test_a_text_from_elsewhere_is_shown_in_silence(qtbot: QtBot, line: TextLine, make_frame) -> None:
    with qtbot.assertNotEmitted(line.edited):
        line.render_frame(make_frame("hello gate"))
    assert line.line.text() == "hello gate"


def test_a_frame_of_the_same_text_leaves_caret_and_selection(line: TextLine, make_frame) -> None:
    line.render_frame(make_frame("hello gate"))
    line.line.setSelection(2, 3)
    line.render_frame(make_frame("hello gate"))
    assert line.line.selectedText() == "llo"
    assert line.line.cursorPosition() == 5


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=12), data=st.data())
def test_the_caret_counts_characters(line: TextLine, text: str, data: st.DataObject) -> None:
    line.line.setText(text)
    assert line.caret == len(line.line.text())
    place = data.draw(st.integers(0, len(text)))
    line.line.setCursorPosition(len(text[:place].encode("utf-16-le")) // 2)
    assert line.caret == place


def test_what_is_too_long_is_cut_and_told(qtbot: QtBot, line: TextLine) -> None:
    QGuiApplication.clipboard().setText("a" * (TEXT_LIMIT + 5))
    with qtbot.waitSignal(line.overflowed):
        qtbot.keyClick(line.line, Qt.Key.Key_V, Ctrl)
    assert len(line.line.text()) == TEXT_LIMIT
    with qtbot.waitSignal(line.overflowed):
        qtbot.keyClicks(line.line, "b")
    QGuiApplication.clipboard().clear()


def test_it_says_how_much_is_traced(line: TextLine, make_frame, look) -> None:
    line.render_frame(make_frame("hello"))
    assert line._hint.text() == look.text("text.traced-sorted", steps=5, units=6)
    line.render_frame(make_frame("hello", cell="rnn"))
    assert line._hint.text() == look.text("text.traced", steps=5, units=6)
    line.render_frame(make_frame("ab" * 400))
    assert line._hint.text() == look.text("text.traced-some", steps=512, total="800")
    line.render_frame(make_frame(""))
    assert not line._hint.isVisible()
    assert line.line.placeholderText()


def test_it_speaks_and_wears_the_look(line: TextLine, make_frame, make_look) -> None:
    line.render_frame(make_frame("hello"))
    dark = line.grab().toImage().pixelColor(200, 8)
    look = make_look("light", "zh_CN")
    line.set_look(look)
    assert line._hint.text() == look.text("text.traced-sorted", steps=5, units=6)
    assert line.line.accessibleName() == look.text("text.name")
    assert line.grab().toImage().pixelColor(200, 8).lightnessF() > dark.lightnessF() + 0.5
    assert line._hint.width() >= line._hint.sizeHint().width()


def test_the_frame_is_stronger_with_the_keyboard(qtbot: QtBot, line: TextLine) -> None:
    line.activateWindow()
    line.line.clearFocus()
    without = line.grab().toImage().pixelColor(300, 0)
    line.setFocus()
    qtbot.waitUntil(line.line.hasFocus)
    assert line.grab().toImage().pixelColor(300, 0) != without
