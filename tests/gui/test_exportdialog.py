from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from rnnviz.gui.exportdialog import ExportDialog
from rnnviz.gui.panels import PANELS

MakeDialog = Callable[..., ExportDialog]
Left = Qt.MouseButton.LeftButton


@pytest.fixture
def make_dialog(qtbot: QtBot, make_look, make_frame, tmp_path: Path) -> MakeDialog:
    def make(
        key: str = "states", theme: str = "dark", language: str = "en", **settings: object
    ) -> ExportDialog:
        frame = make_frame("hello ßate", **settings)
        dialog = ExportDialog(make_look(theme, language), frame, key, str(tmp_path))
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make


def choose(qtbot: QtBot, dialog: ExportDialog, control: QWidget, place: int) -> None:
    """Press a segment and wait for the preview that follows."""
    before = dialog.preview.image.cacheKey()
    qtbot.mouseClick(control.segments()[place], Left)
    qtbot.waitUntil(lambda: dialog.preview.image.cacheKey() != before)


def button(dialog: ExportDialog, text: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text() == text)


def test_it_opens_on_the_panel_in_the_windows_look(make_dialog: MakeDialog) -> None:
    dialog = make_dialog("states", "light", "zh_CN")
    assert dialog.panels.value() == "states"
    assert dialog.theme.value() == "light"
    assert dialog.language.value() == "zh_CN"
    assert dialog.format.value() == "png"
    assert not dialog.preview.image.isNull()
    assert not dialog.error.isVisible()


@pytest.mark.parametrize("cell", ["lstm", "rnn"])
def test_it_offers_the_panels_that_the_model_has(make_dialog: MakeDialog, cell: str) -> None:
    dialog = make_dialog("loss", cell=cell)
    offered = [dialog.panels.itemText(k) for k in range(dialog.panels.count())]
    names = {key: dialog.look.text(f"panel.{key}") for key in PANELS}
    assert offered == [names[key] for key, panel in PANELS.items() if panel.applies(dialog.frame)]
    assert (names["gates"] in offered) == (cell != "rnn")


def test_every_choice_is_previewed(qtbot: QtBot, make_dialog: MakeDialog) -> None:
    dialog = make_dialog()
    dark = dialog.preview.image.pixelColor(1, 1)
    choose(qtbot, dialog, dialog.theme, 1)
    light = dialog.preview.image.pixelColor(1, 1)
    assert light.lightnessF() > 0.8 > 0.3 > dark.lightnessF()
    before = dialog.preview.image.copy()
    choose(qtbot, dialog, dialog.language, 1)
    assert dialog.preview.image != before
    shape = dialog.preview.image.width() / dialog.preview.image.height()
    dialog.wide.entry.selectAll()
    qtbot.keyClicks(dialog.wide.entry, "90")
    qtbot.keyClick(dialog.wide.entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.preview.image.width() / dialog.preview.image.height() < 0.6 * shape)
    assert dialog.figure().size.width == 90


@pytest.mark.parametrize("place", [0, 1, 2])
def test_it_promises_the_pixels_that_the_file_has(
    qtbot: QtBot, make_dialog: MakeDialog, tmp_path: Path, place: int
) -> None:
    dialog = make_dialog("loss")
    dialog.wide.set_value(73)
    dialog.high.set_value(31)
    dpi = (150, 300, 600)[place]
    if dialog.dpi.value() != dpi:
        choose(qtbot, dialog, dialog.dpi, place)
    dialog.refresh()
    assert dialog.write(tmp_path / "x.png")
    image = QImage(str(tmp_path / "x.png"))
    assert f"{image.width():,}" in dialog.facts.text()
    assert f"{image.height():,}" in dialog.facts.text()
    assert str(dpi) in dialog.facts.text()


def test_a_vector_file_has_no_density(qtbot: QtBot, make_dialog: MakeDialog) -> None:
    dialog = make_dialog()
    for place, raster in ((1, False), (2, False), (3, False), (0, True)):
        choose(qtbot, dialog, dialog.format, place)
        assert dialog.dpi.isEnabled() == raster
        assert ("dpi" in dialog.facts.text()) == raster


def test_another_panel_brings_its_own_size(qtbot: QtBot, make_dialog: MakeDialog) -> None:
    dialog = make_dialog("explore")
    before = dialog.figure().size
    dialog.panels.setFocus()
    qtbot.keyClick(dialog.panels, Qt.Key.Key_Down)
    assert dialog.figure().key != "explore"
    assert dialog.figure().size != before


@pytest.mark.parametrize("ending", ["png", "svg", "pdf", "csv"])
def test_it_writes_what_was_chosen(
    qtbot: QtBot, make_dialog: MakeDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    dialog = make_dialog("unit")
    dialog.format.set_value(ending)
    asked: list[str] = []

    def ask(parent: QWidget, title: str, name: str, kinds: str) -> tuple[str, str]:
        asked.append(name)
        return str(tmp_path / "picture"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    with qtbot.waitSignal(dialog.written) as caught:
        qtbot.mouseClick(button(dialog, "Export"), Left)
    assert asked == [str(tmp_path / f"rnnviz-unit.{ending}")]
    assert caught.args == [str(tmp_path / f"picture.{ending}")]
    assert (tmp_path / f"picture.{ending}").stat().st_size > 100
    assert not dialog.isVisible()


def test_a_question_put_away_leaves_the_dialog(
    qtbot: QtBot, make_dialog: MakeDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = make_dialog()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: ("", ""))
    qtbot.mouseClick(button(dialog, "Export"), Left)
    assert dialog.isVisible()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_cannot_be_written_is_said_in_the_dialog_and_the_old_file_stays(
    qtbot: QtBot, make_dialog: MakeDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    dialog = make_dialog(language=language)
    kept = tmp_path / "kept.png"
    kept.write_bytes(b"old")
    with qtbot.assertNotEmitted(dialog.written):
        assert not dialog.write(tmp_path / "no folder" / "x.png")
        assert dialog.error.isVisible()
        assert "no folder" in dialog.error.text()
        assert not dialog.write(tmp_path / "x.jpeg")
        assert "x.jpeg" in dialog.error.text()

        def full(handle: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", full)
        assert not dialog.write(kept)
    assert dialog.isVisible()
    assert "kept.png" in dialog.error.text()
    assert "error." not in dialog.error.text()
    assert kept.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["kept.png"]
    monkeypatch.undo()
    assert dialog.write(kept)
    assert QImage(str(kept)).width() > 100


def test_it_copies_the_picture(qtbot: QtBot, make_dialog: MakeDialog) -> None:
    dialog = make_dialog()
    QGuiApplication.clipboard().clear()
    with qtbot.waitSignal(dialog.copied):
        qtbot.mouseClick(button(dialog, "Copy to clipboard"), Left)
    copied = QGuiApplication.clipboard().image()
    assert copied.size() == dialog.figure().image(300).size()
    assert copied.pixelColor(0, 0) == dialog.figure().image(300).pixelColor(0, 0)
    QGuiApplication.clipboard().clear()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_no_word_is_clipped(qtbot: QtBot, make_dialog: MakeDialog, language: str) -> None:
    dialog = make_dialog(language=language)
    for control in dialog.findChildren(QPushButton):
        if control.isVisible():
            assert control.width() >= control.minimumSizeHint().width()
    assert dialog.facts.width() >= dialog.facts.sizeHint().width()
