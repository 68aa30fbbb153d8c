from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rnnviz.gui.language import Language


def save_button() -> str:
    return QCoreApplication.translate("QPlatformTheme", "Save")


def test_switching_there_and_back(qtbot: QtBot, qapp: QApplication) -> None:
    language = Language("en")
    assert language.catalogue.text("toolbar.train") == "Train"
    with qtbot.waitSignal(language.changed):
        language.set("zh_CN")
    assert language.code == "zh_CN"
    assert language.catalogue.text("toolbar.train") == "训练"
    assert save_button() == "保存"
    assert QLocale().language() == QLocale.Language.Chinese
    with qtbot.waitSignal(language.changed):
        language.set("en")
    assert save_button() == "Save"


def test_the_same_or_an_unknown_language_changes_nothing(qtbot: QtBot) -> None:
    language = Language("en")
    with qtbot.assertNotEmitted(language.changed):
        language.set("en")
        language.set("klingon")
    assert language.code == "en"


def test_an_unknown_language_at_the_start_is_english(qapp: QApplication) -> None:
    assert Language("xx").code == "en"
