"""The window as a person uses it: typing, walking, training, settings."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from time import monotonic

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from rnnviz.gui.widgets.spin import NumberField
from rnnviz.gui.window import MainWindow
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.workbench import TEXT_LIMIT

Left = Qt.MouseButton.LeftButton
MakeWindow = Callable[..., MainWindow]


def frame(window: MainWindow) -> Frame:
    return window.workbench.frame


def press(qtbot: QtBot, button: QWidget) -> None:
    qtbot.mouseClick(button, Left)


def commit(line: QWidget, text: str) -> None:
    """What an input method does when a word is chosen."""
    composing = QInputMethodEvent("pinyin", [])
    QCoreApplication.sendEvent(line, composing)
    chosen = QInputMethodEvent()
    chosen.setCommitString(text)
    QCoreApplication.sendEvent(line, chosen)


def test_it_opens_on_the_experiments_text_with_the_keyboard_in_the_line(window: MainWindow) -> None:
    assert window.centre.text.line.text() == "hello memory"
    assert window.centre.text.line.hasFocus()
    assert window.windowTitle()
    assert [m.quantity.key for m in window.centre.panel.maps] == ["f", "i", "g", "c", "o", "h"]
    assert not window.clock.isActive()


def test_every_key_is_traced_at_once(qtbot: QtBot, window: MainWindow) -> None:
    line = window.centre.text.line
    for k, letter in enumerate(". go", 13):
        before = frame(window).typed_run.probabilities[-1]
        qtbot.keyClicks(line, letter)
        assert frame(window).steps == k
        assert frame(window).view.cursor == k - 1
        assert frame(window).typed.tokens[-1] == letter
        assert np.abs(frame(window).typed_run.probabilities[-1] - before).max() > 0
        qtbot.waitUntil(lambda: window.centre.panel.maps[0].frame is frame(window))
        assert letter.replace(" ", "space") in window.inspector.head.accessibleName()


def test_deleting_selecting_and_retyping(qtbot: QtBot, window: MainWindow) -> None:
    line = window.centre.text.line
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    assert frame(window).typed.text == "hello memor"
    qtbot.keyClick(line, Qt.Key.Key_Home)
    qtbot.keyClick(line, Qt.Key.Key_Delete)
    assert frame(window).typed.text == "ello memor"
    qtbot.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(line, Qt.Key.Key_Delete)
    assert frame(window).steps == 0
    assert window.centre.hint.isVisible()
    qtbot.keyClicks(line, "a")
    assert frame(window).steps == 1


def test_the_caret_is_the_cursor(qtbot: QtBot, window: MainWindow) -> None:
    line = window.centre.text.line
    qtbot.keyClick(line, Qt.Key.Key_Left)
    assert frame(window).view.cursor == 10
    qtbot.keyClick(line, Qt.Key.Key_Home)
    qtbot.keyClick(line, Qt.Key.Key_Right)
    assert frame(window).view.cursor == 0
    qtbot.keyClicks(line, "x")
    assert frame(window).typed.text == "hxello memory"
    assert frame(window).view.cursor == 1


def test_the_caret_counts_characters_as_people_do(qtbot: QtBot, window: MainWindow) -> None:
    window.start_text("😀😀abc")  # Qt counts an emoji as two
    line = window.centre.text.line
    assert frame(window).view.cursor == 4
    qtbot.keyClick(line, Qt.Key.Key_Left)
    assert frame(window).typed.tokens[frame(window).view.cursor] == "b"
    qtbot.keyClick(line, Qt.Key.Key_Backspace)
    qtbot.keyClicks(line, "x")
    assert frame(window).typed.text == "😀😀axc"
    assert frame(window).view.cursor == 3


def test_an_input_method_types_chinese(make_window: MakeWindow) -> None:
    window = make_window("", content="门控记忆，遗忘一点，保留一点。" * 10)
    line = window.centre.text.line
    commit(line, "记忆")
    assert frame(window).typed.text == "记忆"
    assert not frame(window).unknown
    commit(line, "中文")
    assert frame(window).typed.text == "记忆中文"
    assert frame(window).unknown == ("中", "文")
    assert frame(window).view.cursor == 3


def test_an_unfinished_word_of_an_input_method_is_not_traced(window: MainWindow) -> None:
    before = frame(window)
    QCoreApplication.sendEvent(window.centre.text.line, QInputMethodEvent("zhong", []))
    assert frame(window).typed is before.typed


def test_return_types_a_line_break_where_the_text_has_them(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window("a", content="one line\nand another\n" * 20)
    qtbot.keyClick(window.centre.text.line, Qt.Key.Key_Return)
    assert frame(window).typed.tokens == ("a", "\n")
    assert not frame(window).unknown
    other = make_window("a")
    qtbot.keyClick(other.centre.text.line, Qt.Key.Key_Return)
    assert frame(other).typed.tokens == ("a",)


def test_a_paste_of_ten_megabytes_is_cut_and_said(qtbot: QtBot, window: MainWindow) -> None:
    line = window.centre.text.line
    line.clear()
    QGuiApplication.clipboard().setText("hello\n" * 1_700_000)
    begun = monotonic()
    qtbot.keyClick(line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert monotonic() - begun < 5
    assert len(frame(window).typed.text) == TEXT_LIMIT
    assert frame(window).steps == 512
    assert frame(window).typed.dropped == TEXT_LIMIT - 512
    assert window.toast.isVisible()
    assert "10,000" in window.toast.accessibleName()
    assert "512" in window.centre.text._hint.text()
    QGuiApplication.clipboard().clear()


def test_a_starter_and_the_removal_of_unknown_characters(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window("", content="The gate keeps. Hello world. Memory, hello memory. " * 10)
    hint = window.centre.hint
    assert "The gate keeps" in hint._buttons[0].text()
    press(qtbot, hint._buttons[0])
    assert frame(window).typed.text == "The gate keeps"
    qtbot.keyClicks(window.centre.text.line, "ßxÜ")
    assert frame(window).unknown == ("ß", "x", "Ü")
    assert hint.isVisible()
    press(qtbot, hint._buttons[0])
    assert frame(window).typed.text == "The gate keeps"
    assert not frame(window).unknown


def test_the_hint_follows_what_is_typed_whatever_the_text(make_window: MakeWindow) -> None:
    window = make_window("hßllo", content="no place here where one could begin anew " * 20)  # no starters
    assert window.centre.hint._hint.title == "hint.unknown"
    window.start_text("")
    assert window.centre.hint._hint.title == "hint.empty"


def test_click_and_drag_move_the_cursor_and_choose_a_unit(qtbot: QtBot, window: MainWindow) -> None:
    canvas, panel = window.centre.canvas, window.centre.panel
    heat_map = panel.maps[2]
    row = 3
    y = heat_map.y() + heat_map.rows.heights[:row].sum() + 1

    def at(step: int, height: float) -> object:
        return QPointF(panel.columns.centre(step), height).toPoint()

    qtbot.mouseClick(canvas.viewport(), Left, pos=at(4, y))
    assert frame(window).view.cursor == 4
    assert frame(window).view.unit == heat_map.rows.units[row]
    unit = frame(window).view.unit
    qtbot.mousePress(canvas.viewport(), Left, pos=at(6, panel.tokens.y() + 20))
    assert frame(window).view.cursor == 6
    for step in (7, 9):
        qtbot.mouseMove(canvas.viewport(), at(step, y + 30))
        assert frame(window).view.cursor == step
    qtbot.mouseRelease(canvas.viewport(), Left, pos=at(9, y))
    assert frame(window).view.unit == unit
    qtbot.mouseMove(canvas.viewport(), at(2, y))
    assert frame(window).view.cursor == 9


def test_the_hover_card_tells_the_number_under_the_pointer(qtbot: QtBot, window: MainWindow) -> None:
    canvas, panel = window.centre.canvas, window.centre.panel
    heat_map = panel.maps[3]
    y = heat_map.y() + 1
    unit = int(heat_map.rows.units[0])
    qtbot.mouseMove(canvas.viewport(), QPointF(panel.columns.centre(7), y).toPoint())
    card = window.centre.card
    assert card.isVisible()
    assert panel.cursor.hovered == 7
    value = frame(window).typed_run.values["c"][7, unit]
    assert card._value == f"{value:+.3f}".replace("-", "−")
    assert str(unit) in card._title
    assert canvas.viewport().rect().contains(card.geometry())
    qtbot.mouseMove(canvas.viewport(), QPointF(4, 4).toPoint())
    assert not card.isVisible()
    QCoreApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert panel.cursor.hovered is None


def test_buttons_train_pause_step_and_reset(qtbot: QtBot, window: MainWindow) -> None:
    bar = window.toolbar
    start = window.workbench.run.parameters.flat.copy()
    press(qtbot, bar.step_button)
    qtbot.waitUntil(lambda: frame(window).run.step == 1 and not frame(window).run.running, timeout=30_000)
    shown = frame(window).typed_run.probabilities
    press(qtbot, bar.train)
    assert bar.train.text() == "Pause"
    qtbot.waitUntil(lambda: frame(window).run.step > 15, timeout=30_000)
    assert window.clock.isActive()
    assert np.abs(frame(window).typed_run.probabilities - shown).max() > 0
    qtbot.waitUntil(lambda: window.centre.panel.maps[0].frame is frame(window))
    press(qtbot, bar.train)
    assert bar.train.text() == "Train"
    assert not window.clock.isActive()
    stopped = frame(window).run.step
    assert window.workbench.pull() is None
    press(qtbot, bar.reset_button)
    assert frame(window).run.step == 0 < stopped
    np.testing.assert_array_equal(window.workbench.run.parameters.flat, start)


def test_typing_goes_on_while_it_trains(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window("", steps=0)
    window.toggle_training()
    for k, letter in enumerate("hello", 1):
        qtbot.keyClicks(window.centre.text.line, letter)
        assert frame(window).steps == k
        at = frame(window).run.step
        qtbot.waitUntil(lambda at=at: frame(window).run.step > at, timeout=30_000)
        assert frame(window).typed.text == "hello"[:k]
        assert window.centre.text.line.cursorPosition() == k


def test_settings_apply_or_wait(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(steps=0)
    rows = window.settings.rows

    def enter(key: str, text: str) -> None:
        field = rows[key].control
        assert isinstance(field, NumberField)
        field.entry.selectAll()
        qtbot.keyClicks(field.entry, text)
        qtbot.keyClick(field.entry, Qt.Key.Key_Return)

    window.toggle_training()
    qtbot.waitUntil(lambda: frame(window).run.step > 3, timeout=30_000)
    enter("training.learning_rate", "0.05")
    assert frame(window).spec.training.learning_rate == 0.05
    enter("training.clip", "2.5")
    assert frame(window).run.clip == 2.5
    assert not frame(window).pending
    assert frame(window).run.running
    enter("model.hidden", "9")
    assert rows["model.hidden"].pending
    assert frame(window).hidden == 6
    enter("model.hidden", "10000")
    assert rows["model.hidden"].error.isVisible()
    assert frame(window).wanted.hidden == 9
    press(qtbot, window.settings._pending.button)
    assert frame(window).hidden == 9
    assert not rows["model.hidden"].pending
    assert window.inspector.units.count() == 9


@pytest.mark.parametrize(("place", "steps"), [(0, 1), (1, 10), (2, 0)])
def test_speed_is_chosen_and_remembered(qtbot: QtBot, window: MainWindow, place: int, steps: int) -> None:
    press(qtbot, window.toolbar.speed.segments()[place])
    assert window.workbench.speed == steps
    assert window.preferences.number("speed") == steps


def test_the_loss_of_gradients_is_switched_in_the_strip(qtbot: QtBot, window: MainWindow) -> None:
    switch = window.centre.switch
    assert switch.isVisible()
    assert "11" in switch.segments()[0].text()  # the last step has no loss; the one before it has
    press(qtbot, switch.segments()[1])
    assert frame(window).view.whole_loss
    assert frame(window).typed_run.gradient.loss_step is None
    window.start_text("h")
    assert not switch.isVisible()


def test_a_killed_worker_is_told_and_restarted_from_the_banner(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(steps=0)
    window.toggle_training()
    qtbot.waitUntil(lambda: frame(window).run.step > 3, timeout=30_000)
    os.kill(window.workbench.run.worker, signal.SIGKILL)
    banner = window.centre.banner
    qtbot.waitUntil(banner.isVisible, timeout=30_000)
    assert frame(window).run.status == "stopped"
    assert not window.clock.isActive()
    press(qtbot, banner._buttons[0])
    assert not banner.isVisible()
    at = frame(window).run.step
    qtbot.waitUntil(lambda: frame(window).run.step > at, timeout=30_000)


def test_a_blow_up_is_told_with_a_remedy_that_works(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(
        cell="rnn", activation="relu", optimiser="sgd", learning_rate=1e5, clip=0.0, momentum=0.0
    )
    window.toggle_training()
    banner = window.centre.banner
    qtbot.waitUntil(banner.isVisible, timeout=30_000)
    assert frame(window).run.status == "diverged"
    press(qtbot, banner._buttons[0])
    assert not banner.isVisible()
    assert frame(window).spec.training.learning_rate == 0.1
    window.toggle_training()
    qtbot.waitUntil(lambda: frame(window).run.step > 5, timeout=30_000)


def test_reduced_motion_redraws_four_times_a_second(qtbot: QtBot, window: MainWindow) -> None:
    window.toggle_motion()
    assert window.clock.interval() >= 250
    window.toggle_motion()
    assert 16 < window.clock.interval() < 34
