"""Theme and language switched while everything is on screen: nothing keeps the old words or colours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from rnnviz.engine.errors import UserError
from rnnviz.files.catalogue import LANGUAGES
from rnnviz.gui import dialogs
from rnnviz.gui.figure import Figure, natural_size
from rnnviz.gui.panels import PANELS
from rnnviz.gui.theme import THEMES, load_theme
from rnnviz.gui.widgets import ink
from rnnviz.gui.window import MainWindow

MakeWindow = Callable[..., MainWindow]
# Names that are the same in every language: of cells, optimisers, formats, keys, units, and our own.
NAMES = frozenset(
    [
        "rnnviz",
        "RNN",
        "LSTM",
        "GRU",
        *("IRNN", "IndRNN", "CIFG", "MGU", "JANET", "minGRU", "minLSTM", "sLSTM"),
        "Adam",
        "AdamW",
        "Xavier",
        "chrono",
        "BPTT",
        "Reber",
        "Dyck",
        "Sinc",
        "SGD",
        "RMSprop",
        "Nesterov",
        "Adagrad",
        "ReLU",
        "tanh",
        "Python",
        "English",
        "dpi",
        "nats",
        "txt",
        "PNG",
        "SVG",
        "PDF",
        "CSV",
        "UTF",
        "Ctrl",
        "Shift",
        "Return",
        "Space",
        "Left",
        "Right",
        "Down",
        "Home",
        "End",
        "Esc",
    ]
)
EXPERIMENT = "small"  # as the fixture names it: an experiment without a title is called by its key
KEY = re.compile(r"^[a-z]+(-[a-z]+)*\.[a-z][a-z.-]+$")


def words(widget: QWidget) -> Iterator[str]:
    """All that a widget says, to the eye, on hover and to a screen reader."""
    yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip())
    if widget.isWindow():
        yield widget.windowTitle()
    if isinstance(widget, (QLabel, QAbstractButton)):
        yield widget.text()
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    if isinstance(widget, QComboBox):
        for k in range(widget.count()):
            yield widget.itemText(k)


def all_words(top: QWidget) -> dict[str, QWidget]:
    return {text: w for w in (top, *top.findChildren(QWidget)) for text in words(w) if text.strip()}


def english(text: str) -> list[str]:
    """Words of more than two Latin letters that are no names."""
    return [w for w in re.findall(r"[A-Za-z]{3,}", text) if w not in NAMES | {EXPERIMENT}]


def assert_chinese(texts: Iterator[str] | list[str], typed: str) -> None:
    for text in texts:
        assert not KEY.match(text), text
        left = [w for w in english(text) if w not in typed]
        assert not left, (text, left)


def test_chinese_leaves_no_english_and_no_key_behind(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window("hello ßworld", layers=2)
    before = all_words(window)
    assert not [text for text in before if KEY.match(text)]
    window.set_value("model.hidden", 9)
    window.toggle_language()
    assert_chinese(list(all_words(window)), "hello ßworld story")
    window.toggle_language()
    window.set_value("model.hidden", 6)
    assert all_words(window).keys() == before.keys()


def test_every_word_on_screen_changes(make_window: MakeWindow) -> None:
    window = make_window("hello ßworld", layers=2)

    def shown() -> dict[QWidget, str]:
        kinds = (QLabel, QAbstractButton)
        return {w: w.text() for w in window.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible()}

    before = shown()
    window.toggle_language()
    after = shown()
    same = [text for w, text in before.items() if english(text) and after.get(w) == text]
    assert not same
    assert len(before) > 30


@pytest.mark.parametrize(
    "notice",
    ["diverged", "stopped", "bad-file", "empty", "untrained"],
)
def test_every_state_speaks_chinese(qtbot: QtBot, make_window: MakeWindow, notice: str) -> None:
    window = make_window("hello", language="zh_CN")
    bench = window.workbench
    if notice == "diverged":
        window.set_value("training.learning_rate", 1e5)
        window.set_value("training.clip", 0.0)
        bench.run._status = "diverged"
        bench._notice = bench._trouble()
        window.show_frame(bench._compose())
    elif notice == "stopped":
        bench.run._status = "stopped"
        bench._notice = bench._trouble()
        window.show_frame(bench._compose())
    elif notice == "bad-file":
        window.do(lambda: bench.report(UserError("error.text-binary", path="/x/story", position=3)))
    elif notice == "empty":
        window.start_text("")
    shown = [t for t, w in all_words(window).items() if w.isVisible() or w is window]
    assert_chinese([t for t in shown if "/x/" not in t], "hello story")
    if notice in ("diverged", "stopped", "bad-file"):
        assert window.centre.banner.isVisible()
        banner = window.centre.banner
        old = banner.accessibleName()
        window.toggle_language()
        assert banner.accessibleName() != old
        assert english(banner.accessibleName())


def open_dialogs(window: MainWindow) -> list[QWidget]:
    return [
        dialogs.export(window, "explore"),
        dialogs.help_page(window),
        dialogs.number_page(window, "values"),
        dialogs.panel_menu(window, "explore", window.pos()),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", THEMES)
def test_every_dialog_opens_in_every_language_and_theme(
    qtbot: QtBot, make_window: MakeWindow, language: str, theme: str
) -> None:
    window = make_window(theme=theme, language=language)
    ground = load_theme(theme).color("bg1")
    for dialog in open_dialogs(window):
        texts = list(all_words(dialog)) + [a.text() for a in dialog.actions()]
        assert len(texts) >= 3
        assert not [text for text in texts if KEY.match(text)]
        if language == "zh_CN":
            assert_chinese([t for t in texts if not t.startswith(("norm", "t", "top"))], "hello memory")
        if isinstance(dialog, QDialog):
            assert dialog.windowTitle()
            corner = dialog.grab().toImage().pixelColor(2, 2)
            assert abs(corner.lightnessF() - ground.lightnessF()) < 0.15
        dialog.close()


@pytest.mark.parametrize(
    ("key", "cell"),
    [(key, cell) for key in PANELS for cell in ("lstm", "gru", "rnn") if (key, cell) != ("gates", "rnn")],
)
def test_panels_write_chinese_only(
    frame_for, make_look, monkeypatch: pytest.MonkeyPatch, key: str, cell: str
) -> None:
    """What is painted has no widget to ask; figures write letters one place only."""
    written: list[str] = []

    def note(painter: QPainter, place: object, text: str, font: QFont) -> None:
        written.append(text)

    frame = frame_for(key, cell=cell)
    monkeypatch.setattr(ink, "_fill_text", note)
    Figure(key, frame, make_look("light", "zh_CN"), natural_size(key)).svg()
    assert len(written) > 3
    assert_chinese(written, "hello memory")


def colours(window: MainWindow) -> list[QColor]:
    """Grounds of the window's parts, as painted."""
    parts = (window.toolbar, window.settings, window.centre, window.inspector, window.strip.loss)
    return [part.grab().toImage().pixelColor(1, part.height() - 2) for part in parts]


def test_the_theme_reaches_every_part(qtbot: QtBot, window: MainWindow) -> None:
    assert all(c.lightnessF() < 0.2 for c in colours(window))
    window.toggle_theme()
    assert all(c.lightnessF() > 0.85 for c in colours(window))
    window.toggle_theme()
    assert all(c.lightnessF() < 0.2 for c in colours(window))


def test_a_look_keeps_what_is_chosen(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window("hello gate", layers=2)
    window.workbench.set_cursor(4)
    window.workbench.set_unit(3)
    window.do(lambda: window.workbench.set_layer(1))
    before = window.workbench.frame
    window.toggle_theme()
    window.toggle_language()
    assert window.workbench.frame.view == before.view
    assert window.centre.text.line.text() == "hello gate"
    assert window.inspector.units.value() == 3
    assert window.inspector.layers.value() == 1
    qtbot.mouseClick(window.toolbar.languages.segments()[1], Qt.MouseButton.LeftButton)
    assert window.language.code == "en"
