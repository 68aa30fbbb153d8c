from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rnnviz.gui.look import Look
from rnnviz.gui.widgets.segmented import SegmentedControl

CHOICES = [(1, "1×"), (10, "10×"), (0, "Max")]


@pytest.fixture
def control(qtbot: QtBot, look: Look) -> SegmentedControl:
    control = SegmentedControl(look, "toolbar.speed")
    qtbot.addWidget(control)
    control.set_choices(CHOICES)
    control.set_value(1)
    control.show()
    return control


def test_a_click_chooses_and_tells_once(qtbot: QtBot, control: SegmentedControl) -> None:
    with qtbot.waitSignal(control.chosen) as caught:
        qtbot.mouseClick(control.segments()[1], Qt.MouseButton.LeftButton)
    assert caught.args == [10]
    assert control.value() == 10
    with qtbot.assertNotEmitted(control.chosen):
        qtbot.mouseClick(control.segments()[1], Qt.MouseButton.LeftButton)


def test_exactly_one_is_on(qtbot: QtBot, control: SegmentedControl) -> None:
    for segment in control.segments():
        qtbot.mouseClick(segment, Qt.MouseButton.LeftButton)
        assert [each.isChecked() for each in control.segments()].count(True) == 1
        assert segment.isChecked()


def test_setting_a_value_is_silent(qtbot: QtBot, control: SegmentedControl) -> None:
    with qtbot.assertNotEmitted(control.chosen):
        control.set_value(0)
        control.set_value("unknown")
    assert control.value() == 0


def test_arrow_keys_move_the_choice_and_stop_at_the_ends(qtbot: QtBot, control: SegmentedControl) -> None:
    seen: list[object] = []
    control.chosen.connect(seen.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        chosen = next(segment for segment in control.segments() if segment.isChecked())
        qtbot.keyClick(chosen, key)
    assert seen == [10, 0, 10]


def test_the_tab_key_meets_the_chosen_segment_only(control: SegmentedControl) -> None:
    control.set_value(10)
    policies = [segment.focusPolicy() for segment in control.segments()]
    assert policies == [Qt.FocusPolicy.NoFocus, Qt.FocusPolicy.TabFocus, Qt.FocusPolicy.NoFocus]


def test_the_pill_slides_to_the_choice(qtbot: QtBot, control: SegmentedControl) -> None:
    start = control._pill.x()
    control.set_value(0)
    end = control.segments()[2].geometry().x()
    assert control._pill.x() < end
    qtbot.waitUntil(lambda: control._pill.x() == end)
    assert end > start


def test_the_pill_jumps_under_reduced_motion(control: SegmentedControl) -> None:
    control.animated = False
    control.set_value(0)
    assert control._pill.toRect() == control.segments()[2].geometry()


def test_new_labels_keep_the_choice_and_the_widgets(control: SegmentedControl) -> None:
    control.set_value(10)
    before = control.segments()
    control.set_choices([(1, "1×"), (10, "10×"), (0, "最快")])
    assert control.value() == 10
    assert control.segments() == before
    assert control.segments()[2].text() == "最快"


def test_other_choices_replace_the_old(control: SegmentedControl) -> None:
    control.set_choices([("rnn", "RNN"), ("lstm", "LSTM")])
    assert control.value() is None
    assert len(control.segments()) == 2
    control.set_value("lstm")
    assert control.value() == "lstm"


def test_segments_are_named_and_big_enough(control: SegmentedControl) -> None:
    control.resize(control.sizeHint())
    assert control.accessibleName() == "Speed"
    for segment in control.segments():
        assert segment.accessibleName()
        assert min(segment.width(), segment.height()) >= 28
