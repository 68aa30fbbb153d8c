from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QApplication

from rnnviz.engine.errors import UserError
from rnnviz.gui import app
from rnnviz.gui.preferences import Preferences
from rnnviz.gui.window import MainWindow


@pytest.fixture
def kept(tmp_path: Path, qapp: QApplication) -> Iterator[Preferences]:
    yield Preferences(tmp_path / "window.ini")
    qapp.setStyleSheet("")
    qapp.setPalette(qapp.style().standardPalette())


def opened(window: MainWindow) -> str:
    window.close()
    return window.workbench.frame.experiment


def test_there_is_one_application_and_it_is_ours(qapp: QApplication) -> None:
    assert app.make_application() is qapp is app.make_application()
    assert qapp.applicationName() == "rnnviz"
    assert qapp.style().objectName().lower() == "fusion"
    assert not qapp.windowIcon().isNull()
    assert pg.getConfigOption("imageAxisOrder") == "row-major"


def test_the_language_is_asked_remembered_or_the_systems(
    kept: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    for system, expected in (("zh_CN", "zh_CN"), ("en_GB", "en"), ("fr_FR", "en")):
        monkeypatch.setattr(QLocale, "system", lambda system=system: QLocale(system))
        assert app.chosen_language(kept, None) == expected
    kept.set("language", "zh_CN")
    assert app.chosen_language(kept, None) == "zh_CN"
    assert app.chosen_language(kept, "en") == "en"


def test_a_first_start_opens_the_small_trained_example(kept: Preferences) -> None:
    window = app.make_window(preferences=kept, language="en")
    frame = window.workbench.frame
    assert opened(window) == "hello-memory"
    assert frame.run.status == "finished"
    assert frame.run.held_out < frame.run.pass_mark.value < frame.run.baseline
    assert frame.typed_run is not None


def test_what_was_open_last_is_opened_again(kept: Preferences) -> None:
    kept.set("experiment", "vanishing-gradient")
    assert opened(app.make_window(preferences=kept, language="en")) == "vanishing-gradient"
    kept.set("experiment", "gone since")
    assert opened(app.make_window(preferences=kept, language="en")) == "hello-memory"


def test_what_is_asked_for_must_be_there(kept: Preferences) -> None:
    assert opened(app.make_window("vanishing-gradient", "en", kept)) == "vanishing-gradient"
    with pytest.raises(UserError):
        app.make_window("no such thing", "en", kept)


def test_the_program_runs_until_its_window_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: Preferences
) -> None:
    monkeypatch.setattr(app, "default_path", lambda: tmp_path / "run.ini")
    path = tmp_path / "mine.txt"
    path.write_text("my own words, again and again. " * 20, encoding="utf-8")
    seen: list[str] = []

    def close() -> None:
        (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()]
        seen.append(window.workbench.frame.wanted.text.name)
        seen.append(window.workbench.frame.experiment)
        window.close()

    QTimer.singleShot(0, close)
    before = signal.getsignal(signal.SIGINT)
    try:
        assert app.main([str(path)], "en") == 0
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen == ["mine.txt", "hello-memory"]
    assert (tmp_path / "run.ini").exists()
