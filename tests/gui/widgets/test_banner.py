from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from rnnviz.engine.errors import UserError
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.banner import Banner, Message, Notice, notice_of
from rnnviz.gui.widgets.toast import Toast

NOTICE = Notice(
    Message("field.not-number", {"typed": "x"}),
    Message("settings.pending"),
    (Message("toolbar.reset"), Message("toolbar.export")),
)


def test_a_banner_shows_cause_remedy_and_actions(qtbot: QtBot, look: Look) -> None:
    banner = Banner(look)
    qtbot.addWidget(banner)
    assert banner.isHidden()
    banner.show_notice(NOTICE)
    assert banner.isVisible()
    assert banner.accessibleName() == "“x” is not a number. The old value stays."
    assert banner.accessibleDescription() == "Takes effect after Reset"
    assert [button.text() for button in banner._buttons] == ["Reset", "Export"]
    assert not banner.grab().isNull()


def test_actions_and_closing_are_told(qtbot: QtBot, look: Look) -> None:
    banner = Banner(look)
    qtbot.addWidget(banner)
    banner.show_notice(NOTICE)
    with qtbot.waitSignal(banner.acted) as caught:
        qtbot.mouseClick(banner._buttons[1], Qt.MouseButton.LeftButton)
    assert caught.args == ["toolbar.export"]
    with qtbot.waitSignal(banner.closed):
        qtbot.mouseClick(banner._close, Qt.MouseButton.LeftButton)
    assert banner.isHidden()
    assert banner.notice is None
    with qtbot.assertNotEmitted(banner.closed):
        banner.dismiss()


def test_a_banner_follows_the_language_while_it_is_up(qtbot: QtBot, make_look) -> None:
    banner = Banner(make_look("dark", "en"))
    qtbot.addWidget(banner)
    banner.show_notice(NOTICE)
    banner.set_look(make_look("light", "zh_CN"))
    assert banner.accessibleName() == "“x”不是数字，保留原值。"
    assert [button.text() for button in banner._buttons] == ["重置", "导出"]


def test_a_second_notice_replaces_the_first(qtbot: QtBot, look: Look) -> None:
    banner = Banner(look)
    qtbot.addWidget(banner)
    banner.show_notice(NOTICE)
    banner.show_notice(notice_of(UserError("field.not-whole", typed="2.5")))
    assert banner._title.text() == "“2.5” is not a whole number."
    assert banner._text.text() == "The old value stays."
    assert banner._buttons == []


def test_a_long_cause_wraps_and_is_not_clipped(qtbot: QtBot, look: Look) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    banner = Banner(look)
    banner.setParent(window)
    banner.show_notice(Notice(Message("field.not-number", {"typed": "word " * 60})))
    banner.setFixedWidth(420)
    assert banner.heightForWidth(420) > banner.heightForWidth(2000) + 60


def test_a_toast_comes_stays_in_the_middle_and_goes(qtbot: QtBot, look: Look) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    toast = Toast(look, window)
    toast.say("Copied")
    assert toast.isVisible()
    assert toast.accessibleName() == "Copied"
    window.resize(400, 600)
    qtbot.waitUntil(lambda: abs(toast.geometry().center().x() - 200) <= 1)
    toast._timer.setInterval(1)
    qtbot.waitUntil(toast.isHidden)


def test_a_toast_longer_than_the_window_is_shortened(qtbot: QtBot, look: Look) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(300, 200)
    window.show()
    toast = Toast(look, window)
    toast.say("Exported to /a/very/long/path" * 8)
    assert toast.width() <= 300 - 32
    assert not toast.grab().isNull()


def test_a_lone_message_gives_its_cause_to_the_title(qtbot: QtBot, make_look) -> None:
    banner = Banner(make_look("dark", "en"))
    qtbot.addWidget(banner)
    banner.show_notice(Notice(Message("error.write-disk-full", {"path": "a.b c.png", "reason": "x"})))
    assert banner._title.text() == "The disk is full: a.b c.png could not be written (x)."
    banner.set_look(make_look("dark", "zh_CN"))
    assert banner._title.text() == "磁盘已满：无法写入 a.b c.png（x）。"
    assert banner._text.text() == "请腾出空间或换一个位置；原文件未受影响。"


def test_one_sentence_is_a_title_alone(qtbot: QtBot, look: Look) -> None:
    banner = Banner(look)
    qtbot.addWidget(banner)
    banner.show_notice(Notice(Message("settings.pending")))
    assert banner._text.isHidden()
    assert banner.accessibleDescription() == ""
