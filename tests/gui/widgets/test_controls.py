from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from rnnviz.gui.look import Look
from rnnviz.gui.widgets.controls import (
    Button,
    icon_button,
    link_button,
    primary_button,
    secondary_button,
    tool_button,
)
from rnnviz.gui.widgets.switch import Switch


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def near(one: QColor, other: QColor) -> bool:
    return all(abs(a - b) <= 3 for a, b in zip(one.getRgb(), other.getRgb(), strict=True))


def buttons(look: Look) -> list[Button]:
    return [
        primary_button(look, "toolbar.train", "play"),
        secondary_button(look, "toolbar.reset"),
        tool_button(look, "toolbar.export", "export"),
        icon_button(look, "toolbar.help", "help"),
        link_button(look, "toolbar.reset"),
    ]


@pytest.mark.parametrize("which", range(5))
def test_every_button_can_be_hit_named_pressed_and_reached(qtbot: QtBot, look: Look, which: int) -> None:
    button = buttons(look)[which]
    qtbot.addWidget(button)
    button.resize(button.sizeHint())
    assert min(button.width(), button.height()) >= 28
    interface = QAccessible.queryAccessibleInterface(button)
    assert interface is not None
    assert interface.text(QAccessible.Text.Name) == look.text(button._key)
    assert interface.role() == QAccessible.Role.Button
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert not button.focusPolicy() & Qt.FocusPolicy.ClickFocus
    with qtbot.waitSignal(button.clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, Qt.Key.Key_Space)


def test_a_compact_button_keeps_its_name(qtbot: QtBot, look: Look) -> None:
    button = tool_button(look, "toolbar.step", "step")
    qtbot.addWidget(button)
    wide = button.sizeHint().width()
    button.set_compact(True)
    assert button.sizeHint().width() < wide
    assert button.accessibleName() == "Step"
    assert "(.)" in button.toolTip()


def test_a_button_changes_words_icon_and_language(qtbot: QtBot, make_look) -> None:
    button = primary_button(make_look("dark", "en"), "toolbar.train", "play")
    qtbot.addWidget(button)
    button.set_content("toolbar.pause", "pause")
    assert button.text() == "Pause"
    button.set_look(make_look("light", "zh_CN"))
    assert button.text() == "暂停"
    assert button.accessibleName() == "暂停"
    assert button.toolTip() == "暂停（空格键）"


def test_a_disabled_button_says_why(qtbot: QtBot, look: Look) -> None:
    button = primary_button(look, "toolbar.train", "play")
    qtbot.addWidget(button)
    button.set_reason("settings.pending")
    assert not button.isEnabled()
    assert button.toolTip() == look.text("settings.pending")
    with qtbot.assertNotEmitted(button.clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    button.set_reason("")
    assert button.isEnabled()
    assert "Space" in button.toolTip()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_ring_shows_after_a_key_and_not_after_a_click(qtbot: QtBot, make_look, theme: str) -> None:
    look = make_look(theme, "en")
    window = QWidget()
    qtbot.addWidget(window)
    button = secondary_button(look, "toolbar.reset")
    button.setParent(window)
    button.setGeometry(10, 10, 90, 32)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    button.clearFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(button.hasFocus)
    assert near(picture(button).pixelColor(45, 1), look.theme.color("ink"))
    button.clearFocus()
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not near(picture(button).pixelColor(45, 1), look.theme.color("ink"))


def test_the_primary_button_is_ink(qtbot: QtBot, look: Look) -> None:
    button = primary_button(look, "toolbar.train")
    qtbot.addWidget(button)
    assert near(picture(button).pixelColor(6, 16), look.theme.color("pri"))


def test_a_switch_switches_by_mouse_and_key(qtbot: QtBot, look: Look) -> None:
    switch = Switch(look, "option.layers")
    qtbot.addWidget(switch)
    assert min(switch.width(), switch.height()) >= 28
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(2, 26))
    assert switch.isChecked()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert not switch.isChecked()
    interface = QAccessible.queryAccessibleInterface(switch)
    assert interface is not None
    assert interface.role() == QAccessible.Role.CheckBox
    assert interface.text(QAccessible.Text.Name) == "Layers"


def test_a_switch_looks_on_when_it_is_on(qtbot: QtBot, look: Look) -> None:
    switch = Switch(look, "option.layers")
    qtbot.addWidget(switch)
    off = picture(switch)
    switch.setChecked(True)
    on = picture(switch)
    assert near(on.pixelColor(8, 14), look.theme.color("pri"))
    assert near(off.pixelColor(24, 14), look.theme.color("bg3"))
