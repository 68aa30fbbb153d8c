from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from pytestqt.qtbot import QtBot

from rnnviz.gui.look import Look
from rnnviz.gui.widgets.combo import ComboField

CHOICES = [("a", "Alpha"), ("b", "A label that is much longer than its field")]
ACTION = "settings.open-file"


@pytest.fixture
def combo(qtbot: QtBot, look: Look) -> ComboField:
    combo = ComboField(look, "option.text", wide=124)
    qtbot.addWidget(combo)
    combo.set_choices(CHOICES, [ACTION])
    combo.set_value("a")
    combo.show()
    return combo


def pick(qtbot: QtBot, combo: ComboField, row: int) -> None:
    combo.showPopup()
    view = combo.view()
    qtbot.waitUntil(view.isVisible)
    place = view.visualRect(combo.model().index(row, 0)).center()
    qtbot.mouseMove(view.viewport(), place)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_picking_a_row_tells_its_value(qtbot: QtBot, combo: ComboField) -> None:
    with qtbot.waitSignal(combo.chosen) as caught:
        pick(qtbot, combo, 1)
    assert caught.args == ["b"]
    assert combo.value() == "b"


def test_an_action_row_acts_and_leaves_the_choice(qtbot: QtBot, combo: ComboField) -> None:
    with qtbot.waitSignal(combo.action) as caught, qtbot.assertNotEmitted(combo.chosen):
        pick(qtbot, combo, 3)
    assert caught.args == [ACTION]
    assert combo.value() == "a"
    assert combo.currentText() == "Alpha"


def test_keys_choose_and_never_land_on_the_line(qtbot: QtBot, combo: ComboField) -> None:
    with qtbot.waitSignal(combo.chosen) as caught:
        qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert caught.args == ["b"]
    assert combo.value() == "b"


def test_setting_is_silent_and_keeps_the_choice_over_new_labels(qtbot: QtBot, combo: ComboField) -> None:
    with qtbot.assertNotEmitted(combo.chosen):
        combo.set_value("b")
        combo.set_choices([("a", "甲"), ("b", "乙")], [ACTION])
        combo.set_value("unknown")
    assert (combo.value(), combo.currentText()) == ("b", "乙")


def test_a_long_label_is_on_the_tooltip(combo: ComboField) -> None:
    assert combo.toolTip() == ""
    combo.set_value("b")
    assert combo.toolTip() == CHOICES[1][1]


def test_the_action_follows_the_language(combo: ComboField, make_look) -> None:
    combo.set_look(make_look("light", "zh_CN"))
    assert combo.itemText(3) == "打开 .txt 文件…"
    assert combo.accessibleName() == "训练文本"


def test_the_wheel_belongs_to_the_column(combo: ComboField) -> None:
    place = QPointF(10, 10)
    event = QWheelEvent(
        place,
        place,
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    combo.wheelEvent(event)
    assert not event.isAccepted()
    assert combo.value() == "a"


def test_the_list_is_wide_enough_for_its_labels(qtbot: QtBot, combo: ComboField) -> None:
    combo.showPopup()
    qtbot.waitUntil(combo.view().isVisible)
    assert combo.view().width() > combo.width()
    assert not combo.view().grab().isNull()
    combo.hidePopup()
