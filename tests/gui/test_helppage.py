from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from rnnviz.gui.helppage import HelpPage
from rnnviz.gui.keys import SHORTCUTS


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_it_names_every_key_and_what_it_does(qtbot: QtBot, make_look, theme: str, language: str) -> None:
    look = make_look(theme, language)
    page = HelpPage(look)
    qtbot.addWidget(page)
    page.show()
    written = {label.text() for label in page.findChildren(QLabel)}
    for shortcut in SHORTCUTS:
        assert look.text(f"key.{shortcut.name}") in written
        native = QKeySequence(shortcut.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
        assert any(text.startswith(native) for text in written)
    assert page.windowTitle() == look.text("help.title")


def test_it_scrolls_where_it_does_not_fit_and_clips_nothing(qtbot: QtBot, look) -> None:
    page = HelpPage(look)
    qtbot.addWidget(page)
    page.resize(480, 320)
    page.show()
    area = page.findChild(QScrollArea)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    for label in page.findChildren(QLabel):
        assert label.geometry().right() <= area.viewport().width()
        if label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width())


def test_its_button_and_escape_close_it(qtbot: QtBot, look) -> None:
    for close in ("button", "key"):
        page = HelpPage(look)
        qtbot.addWidget(page)
        page.show()
        if close == "button":
            qtbot.mouseClick(page.findChild(QPushButton), Qt.MouseButton.LeftButton)
        else:
            qtbot.keyClick(page, Qt.Key.Key_Escape)
        assert not page.isVisible()
