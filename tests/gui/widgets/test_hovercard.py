from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from rnnviz.engine.cells import CELLS
from rnnviz.gui.widgets.hovercard import HoverCard


@pytest.fixture
def room(qtbot: QtBot) -> QWidget:
    room = QWidget()
    qtbot.addWidget(room)
    room.resize(600, 400)
    room.show()
    return room


@pytest.mark.parametrize("x", [0, 300, 599])
@pytest.mark.parametrize("y", [0, 200, 399])
def test_it_stays_inside_and_off_the_pointer(room: QWidget, look, x: int, y: int) -> None:
    card = HoverCard(look, room)
    quantity = CELLS["lstm"].quantities[0]
    card.tell(QPoint(x, y), "“a” · t = 12 · unit 3", quantity, 0.5, None)
    assert card.isVisible()
    assert room.rect().contains(card.geometry())
    assert not card.geometry().contains(QPoint(x, y))
    assert card.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


def test_a_gate_has_no_sign_and_a_state_has_its_past(room: QWidget, look) -> None:
    card = HoverCard(look, room)
    gate, *_, state = CELLS["lstm"].quantities
    card.tell(QPoint(9, 9), "x", gate, 0.25, None)
    assert (card._value, card._past) == ("0.250", "")
    low = card.height()
    card.tell(QPoint(9, 9), "x", state, -0.25, 0.125)
    assert card._value == "−0.250"
    assert "+0.125" in card._past
    assert card.height() > low
    assert not card.grab().isNull()
