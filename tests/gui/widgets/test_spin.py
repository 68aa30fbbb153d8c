from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from rnnviz.gui.look import Look
from rnnviz.gui.widgets.spin import NumberField, NumberSpec

HIDDEN = NumberSpec(1, 512)
RATE = NumberSpec(0.0, 1e6, 0.001, whole=False, log=True)
BIAS = NumberSpec(-10, 10, 0.1, whole=False)


@pytest.fixture
def hidden(qtbot: QtBot, look: Look) -> NumberField:
    return field(qtbot, look, HIDDEN, 16)


def field(qtbot: QtBot, look: Look, spec: NumberSpec, value: float) -> NumberField:
    made = NumberField(look, "option.hidden", spec)
    qtbot.addWidget(made)
    made.set_value(value)
    made.show()
    return made


def enter(qtbot: QtBot, made: NumberField, text: str) -> None:
    made.entry.selectAll()
    if text:
        qtbot.keyClicks(made.entry, text)
    else:
        qtbot.keyClick(made.entry, Qt.Key.Key_Delete)
    qtbot.keyClick(made.entry, Qt.Key.Key_Return)


def test_a_typed_number_counts_at_enter(qtbot: QtBot, hidden: NumberField) -> None:
    hidden.entry.selectAll()
    with qtbot.assertNotEmitted(hidden.changed):
        qtbot.keyClicks(hidden.entry, "32")
    with qtbot.waitSignal(hidden.changed) as caught:
        qtbot.keyClick(hidden.entry, Qt.Key.Key_Return)
    assert caught.args == [32]
    assert isinstance(hidden.value(), int)


def test_it_counts_when_the_keyboard_goes_elsewhere(qtbot: QtBot, look: Look) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    made, other = NumberField(look, "option.hidden", HIDDEN), QLineEdit()
    row = QHBoxLayout(window)
    row.addWidget(made)
    row.addWidget(other)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    made.setFocus()
    made.entry.selectAll()
    qtbot.keyClicks(made.entry, "64")
    with qtbot.waitSignal(made.changed) as caught:
        other.setFocus()
    assert caught.args == [64]


def test_the_same_number_again_is_no_change(qtbot: QtBot, hidden: NumberField) -> None:
    with qtbot.assertNotEmitted(hidden.changed):
        enter(qtbot, hidden, "16")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("abc", "“abc” is not a number. The old value stays."),
        ("", "“” is not a number. The old value stays."),
        ("nan", "“nan” is not a number. The old value stays."),
        ("inf", "“inf” is not a number. The old value stays."),
        ("1e999", "“1e999” is not a number. The old value stays."),
        ("2.5", "“2.5” is not a whole number. The old value stays."),
        ("0", "“0” is out of range: from 1 to 512. The old value stays."),
        ("10000", "“10000” is out of range: from 1 to 512. The old value stays."),
        ("-3", "“-3” is out of range: from 1 to 512. The old value stays."),
        ("9" * 60, "“" + "9" * 23 + "…” is out of range: from 1 to 512. The old value stays."),
    ],
)
def test_bad_input_keeps_the_old_number_and_says_why(
    qtbot: QtBot, hidden: NumberField, typed: str, sentence: str
) -> None:
    said: list[str] = []
    hidden.rejected.connect(said.append)
    with qtbot.assertNotEmitted(hidden.changed):
        enter(qtbot, hidden, typed)
    assert said == [sentence]
    assert (hidden.value(), hidden.entry.text()) == (16, "16")
    assert hidden.toolTip() == sentence
    enter(qtbot, hidden, "17")
    assert said[-1] == ""
    assert hidden.toolTip() == ""


def test_the_reason_is_in_the_chosen_language(qtbot: QtBot, make_look) -> None:
    made = field(qtbot, make_look("light", "zh_CN"), HIDDEN, 16)
    with qtbot.waitSignal(made.rejected) as caught:
        enter(qtbot, made, "0")
    assert caught.args == ["“0”超出范围：应为 1 到 512，保留原值。"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
def test_no_text_whatever_raises_or_leaves_the_range(hidden: NumberField, text: str) -> None:
    hidden.entry.setText(text)
    hidden.entry.setModified(True)
    hidden.commit()
    assert isinstance(hidden.value(), int)
    assert 1 <= hidden.value() <= 512


def test_escape_takes_back_what_was_typed(qtbot: QtBot, hidden: NumberField) -> None:
    hidden.entry.selectAll()
    qtbot.keyClicks(hidden.entry, "99")
    qtbot.keyClick(hidden.entry, Qt.Key.Key_Escape)
    assert (hidden.value(), hidden.entry.text()) == (16, "16")


def test_arrow_keys_step_and_stop_at_the_limits(qtbot: QtBot, hidden: NumberField) -> None:
    seen: list[object] = []
    hidden.changed.connect(seen.append)
    qtbot.keyClick(hidden.entry, Qt.Key.Key_Up)
    qtbot.keyClick(hidden.entry, Qt.Key.Key_PageUp)
    for _ in range(4):
        qtbot.keyClick(hidden.entry, Qt.Key.Key_PageDown)
    assert seen == [17, 27, 17, 7, 1]


def test_a_click_on_the_arrows_steps(qtbot: QtBot, hidden: NumberField) -> None:
    up = hidden.arrows_at()
    qtbot.mouseClick(hidden, Qt.MouseButton.LeftButton, pos=up)
    assert hidden.value() == 17
    qtbot.mouseClick(hidden, Qt.MouseButton.LeftButton, pos=QPoint(up.x(), hidden.height() - up.y()))
    assert hidden.value() == 16


def wheel(made: NumberField, delta: int) -> bool:
    place = QPointF(10, 10)
    event = QWheelEvent(
        place,
        place,
        QPoint(0, 0),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    made.wheelEvent(event)
    return event.isAccepted()


def test_the_wheel_steps_only_under_the_keyboard(qtbot: QtBot, hidden: NumberField) -> None:
    hidden.entry.clearFocus()
    assert not wheel(hidden, 120)
    assert hidden.value() == 16
    hidden.activateWindow()
    hidden.setFocus()
    qtbot.waitUntil(hidden.entry.hasFocus)
    assert wheel(hidden, 60)
    assert hidden.value() == 16
    assert wheel(hidden, 60)
    assert hidden.value() == 17


def test_rates_step_through_one_two_five(qtbot: QtBot, look: Look) -> None:
    rate = field(qtbot, look, RATE, 0.004)
    seen: list[object] = []
    rate.changed.connect(seen.append)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down):
        qtbot.keyClick(rate.entry, key)
    assert seen == [0.005, 0.01, 0.005, 0.002, 0.001]


def test_a_rate_of_zero_can_leave_zero(qtbot: QtBot, look: Look) -> None:
    rate = field(qtbot, look, RATE, 0.0)
    qtbot.keyClick(rate.entry, Qt.Key.Key_Down)
    assert rate.value() == 0.0
    qtbot.keyClick(rate.entry, Qt.Key.Key_Up)
    assert rate.value() == 0.001


def test_tenths_add_up_without_dust(qtbot: QtBot, look: Look) -> None:
    bias = field(qtbot, look, BIAS, 0.1)
    for _ in range(2):
        qtbot.keyClick(bias.entry, Qt.Key.Key_Up)
    assert bias.value() == 0.3
    assert bias.entry.text() == "0.3"
    enter(qtbot, bias, "-2")
    assert bias.entry.text() == "−2.0"
    assert isinstance(bias.value(), float)


def test_showing_a_value_is_silent_and_spares_the_typist(qtbot: QtBot, hidden: NumberField) -> None:
    with qtbot.assertNotEmitted(hidden.changed):
        hidden.set_value(8)
    assert hidden.entry.text() == "8"
    hidden.activateWindow()
    hidden.setFocus()
    qtbot.waitUntil(hidden.entry.hasFocus)
    hidden.entry.selectAll()
    qtbot.keyClicks(hidden.entry, "12")
    hidden.set_value(9)
    assert hidden.entry.text() == "12"


def test_new_limits_count_at_once(qtbot: QtBot, hidden: NumberField) -> None:
    hidden.set_limits(1, 20)
    enter(qtbot, hidden, "21")
    assert hidden.value() == 16


def test_the_field_is_named_and_big_enough(hidden: NumberField) -> None:
    assert hidden.entry.accessibleName() == "Hidden units"
    assert min(hidden.width(), hidden.height()) >= 28


def test_a_word_may_stand_for_zero(qtbot: QtBot, make_look) -> None:
    clip = NumberSpec(0.0, 1e6, 0.1, whole=False, log=True, zero="field.off")
    made = field(qtbot, make_look("dark", "en"), clip, 0.0)
    assert made.entry.text() == "Off"
    enter(qtbot, made, "0.25")
    assert made.value() == 0.25
    enter(qtbot, made, "off")
    assert (made.value(), made.entry.text()) == (0.0, "Off")
    made.set_look(make_look("dark", "zh_CN"))
    assert made.entry.text() == "关"
    qtbot.keyClick(made.entry, Qt.Key.Key_Up)
    assert made.value() == 0.1
