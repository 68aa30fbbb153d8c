"""Files in and out of the window: dropped, chosen, broken, saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from rnnviz.files.session import load_session
from rnnviz.gui.window import MainWindow

MakeWindow = Callable[..., MainWindow]


def drop(target: QWidget, *paths: Path) -> bool:
    """What a file manager does; whether somebody under the pointer takes it."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    mime.setText("\n".join(map(str, paths)))
    place, copy = QPoint(20, 12), Qt.DropAction.CopyAction
    left, bare = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(place, copy, mime, left, bare)
    QApplication.sendEvent(target, entering)
    if not entering.isAccepted():
        return False
    dropping = QDropEvent(QPointF(place), copy, mime, left, bare)
    QApplication.sendEvent(target, dropping)
    return dropping.isAccepted()


def everywhere(window: MainWindow) -> list[QWidget]:
    """Places where a person may let go of a file."""
    return [
        window.centre.canvas.viewport(),
        window.centre.text.line,
        window.inspector.values.viewport(),
        window.strip.loss.viewport(),
        window.toolbar,
        window.settings,
        window,
    ]


@pytest.mark.parametrize("place", range(7))
def test_a_text_dropped_anywhere_is_ready_to_train_on(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, place: int
) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("my own words, again and again. " * 20, encoding="utf-8")
    assert drop(everywhere(window)[place], path)
    banner = window.centre.banner
    assert banner.isVisible()
    assert "mine.txt" in banner.accessibleName()
    assert window.centre.text.line.text() == "hello memory"
    assert window.settings.rows["task.text"].control.value() == "mine.txt"
    assert window.settings.rows["task.text"].pending
    qtbot.mouseClick(banner._buttons[0], Qt.MouseButton.LeftButton)
    assert window.workbench.frame.spec.text.name == "mine.txt"
    assert not window.settings.rows["task.text"].pending
    assert not banner.isVisible()


def test_words_can_be_dropped_into_the_line(window: MainWindow) -> None:
    line, mime = window.centre.text.line, QMimeData()
    mime.setText("gate ")
    copy, left, bare = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(line, QDragEnterEvent(QPoint(0, 5), copy, mime, left, bare))
    QApplication.sendEvent(line, QDropEvent(QPointF(0, 5), copy, mime, left, bare))
    assert "gate " in window.workbench.frame.typed.text


def bad_files(folder: Path) -> list[Path]:
    found = {
        "missing.txt": None,
        "binary.txt": b"abc\0def",
        "latin.txt": "Füße".encode("latin-1"),
        "empty.txt": b"",
        "large.txt": b"ab" * 2_500_001,
        "cut.rnnviz": b"\x10\0\0\0\0\0\0\0{",
        "noise.rnnviz": bytes(range(256)) * 4,
        "bad.toml": b"[model\n",
        "huge.toml": b"[model]\nhidden = 100000\n",
    }
    for name, data in found.items():
        if data is not None:
            (folder / name).write_bytes(data)
    return [folder / name for name in found]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_bad_file_is_told_in_a_banner_and_changes_nothing(
    make_window: MakeWindow, tmp_path: Path, language: str
) -> None:
    window = make_window(language=language)
    run, typed = window.workbench.run, window.workbench.frame.typed
    before = run.parameters.flat.copy()
    told = set()
    for path in bad_files(tmp_path):
        assert drop(window, path)
        banner = window.centre.banner
        assert banner.isVisible(), path
        assert path.name in banner.accessibleName() + banner.accessibleDescription()
        assert "error." not in banner.accessibleName()
        told.add(banner.accessibleName().replace(path.name, ""))
        assert window.workbench.run is run
        assert window.workbench.frame.typed is typed
        assert not window.workbench.frame.pending
        banner.dismiss()
        assert window.workbench.frame.notice is None
    assert len(told) == 9
    np.testing.assert_array_equal(run.parameters.flat, before)
    assert window.toolbar.experiments.key != "hello-memory"


def test_an_experiment_file_is_opened(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[model]\ncell = "gru"\nhidden = 5\n[task]\ntext = "hello-memory"\n[view]\ntext = "hi"\n')
    assert drop(window, path)
    frame = window.workbench.frame
    assert (frame.spec.cell, frame.hidden, frame.typed.text) == ("gru", 5, "hi")
    assert window.centre.text.line.text() == "hi"
    assert [m.quantity.key for m in window.centre.panel.maps] == ["r", "z", "n", "h"]
    assert not window.centre.banner.isVisible()


def test_an_experiment_of_the_gallery_is_opened_from_the_toolbar(qtbot: QtBot, window: MainWindow) -> None:
    assert window.open("vanishing-gradient")
    assert window.toolbar.experiments.key == "vanishing-gradient"
    assert window.preferences.text("experiment") == "vanishing-gradient"
    assert window.workbench.frame.spec.cell == "rnn"
    assert not window.open("no such thing")
    assert window.toolbar.experiments.key == "vanishing-gradient"
    assert window.centre.banner.isVisible()


def test_a_session_is_saved_told_once_and_opened_again(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = str(tmp_path / "kept")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (chosen, ""))
    window.start_text("hello gate")
    window.save_session()
    path = tmp_path / "kept.rnnviz"
    assert load_session(path).view["text"] == "hello gate"
    assert window.toast.isVisible()
    assert "kept.rnnviz" in window.toast.accessibleName()
    window.toast.hide()
    window.toggle_theme()
    window.start_text("something else")
    assert not window.toast.isVisible()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(path), ""))
    window.open_file()
    assert window.centre.text.line.text() == "hello gate"


def test_a_refused_save_is_told(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = str(tmp_path / "no folder" / "kept.rnnviz")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (chosen, ""))
    window.save_session()
    assert window.centre.banner.isVisible()
    assert "no folder" in window.centre.banner.accessibleName()
    assert not window.toast.isVisible()


def test_a_file_dialog_put_away_does_nothing(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *a, **k: ("", ""))
    before = window.workbench.frame
    window.save_session()
    window.open_file()
    assert window.workbench.frame is before
