"""The gallery as a person uses it: seen, filtered, walked through, opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from rnnviz.files.experiment import RacePlan, experiment_keys, load_experiment
from rnnviz.gui.gallery.cardpaint import result_line
from rnnviz.gui.gallery.picker import GalleryPicker
from rnnviz.gui.window import MainWindow

Key = Qt.Key


def shown(window: MainWindow, qtbot: QtBot) -> GalleryPicker:
    picker = window.gallery.show_gallery()
    qtbot.waitUntil(picker.filter.hasFocus)
    return picker


def titles(picker: GalleryPicker) -> list[str]:
    return [card.title for card in picker.model.cards]


def press(qtbot: QtBot, picker: GalleryPicker, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(picker.filter, key)


def test_it_shows_every_experiment_and_starts_at_the_open_one(
    make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = make_window(opened=load_experiment("vanishing-gradient"))
    picker = shown(window, qtbot)
    assert {card.key for card in picker.model.cards} == set(experiment_keys())
    current = picker.current()
    assert current is not None
    assert current.key == "vanishing-gradient"


def test_arrows_walk_the_grid_and_enter_opens(window: MainWindow, qtbot: QtBot) -> None:
    picker = shown(window, qtbot)
    cards, across = picker.model.cards, picker.across()
    assert across > 1
    press(qtbot, picker, Key.Key_Left, Key.Key_Up)
    assert picker.current() == cards[0]
    press(qtbot, picker, Key.Key_Right)
    assert picker.current() == cards[1]
    press(qtbot, picker, Key.Key_Down)
    assert picker.current() == cards[1 + across]
    press(qtbot, picker, Key.Key_PageDown)
    assert cards.index(picker.current()) > 1 + across
    press(qtbot, picker, *[Key.Key_PageDown] * len(cards))
    assert picker.current() == cards[-1]
    press(qtbot, picker, *[Key.Key_PageUp] * len(cards))
    assert picker.current() == cards[0]
    press(qtbot, picker, Key.Key_Right, Key.Key_Return)
    assert window.workbench.frame.experiment == cards[1].key
    assert window.toolbar.experiments.key == cards[1].key
    assert not picker.isVisible()


def test_letters_filter_and_escape_goes_back_one_step_at_a_time(window: MainWindow, qtbot: QtBot) -> None:
    picker = shown(window, qtbot)
    everything = titles(picker)
    qtbot.keyClicks(picker.filter, "gradient vanish")
    assert titles(picker) == ["The gradient vanishes"]
    qtbot.keyClicks(picker.filter, "xyz")
    assert titles(picker) == []
    assert picker.nothing.isVisible()
    picker.layout().activate()
    assert picker.save.geometry().bottom() > picker.height() - 30  # the buttons stay at the foot
    press(qtbot, picker, Key.Key_Return)
    assert picker.isVisible()
    press(qtbot, picker, Key.Key_Escape)
    assert titles(picker) == everything
    before = window.workbench.frame
    press(qtbot, picker, Key.Key_Escape)
    assert not picker.isVisible()
    assert window.workbench.frame is before


@pytest.mark.parametrize(("language", "words"), [("en", "signal"), ("zh_CN", "信号")])
def test_an_experiment_is_found_by_its_task(
    make_window: Callable[..., MainWindow], qtbot: QtBot, language: str, words: str
) -> None:
    picker = shown(make_window(language=language), qtbot)
    picker.filter.setText(words)
    found = {card.key for card in picker.model.cards}
    assert {key for key in experiment_keys() if load_experiment(key).spec.task == "signals"} <= found


def test_a_click_opens_a_card(window: MainWindow, qtbot: QtBot) -> None:
    picker = shown(window, qtbot)
    where = picker.view.visualRect(picker.model.index(2)).center() - QPoint(20, 20)
    key = picker.model.cards[2].key
    qtbot.mouseClick(picker.view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert window.workbench.frame.experiment == key


def test_the_keys_open_the_gallery(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    assert window.findChild(GalleryPicker) is not None


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_curves_are_finished_runs_and_the_rest_says_so(
    make_window: Callable[..., MainWindow], qtbot: QtBot, language: str
) -> None:
    window = make_window(language=language)
    picker = shown(window, qtbot)
    for card in picker.model.cards:
        line = result_line(card, window.look)
        assert line
        if card.run is None:
            assert line == window.look.text("gallery.no-run")
    cards = {card.key: card for card in picker.model.cards}
    assert str(cards["exploding-gradient"].run.steps) in result_line(cards["exploding-gradient"], window.look)
    assert not picker.grab().isNull()


def test_one_saves_an_experiment_and_finds_it_in_the_gallery(window: MainWindow, qtbot: QtBot) -> None:
    window.set_value("model.hidden", 9)
    window.start_text("hello gate")
    dialog = window.gallery.save_experiment()
    assert not dialog.save.isEnabled()
    dialog.title.setText("Mine, truly")
    dialog.promise.setText("nine units")
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert "mine-truly.toml" in window.toast.accessibleName()
    picker = shown(window, qtbot)
    assert titles(picker)[-1] == "Mine, truly"
    picker.groups.set_value("own")
    picker._sift()
    assert titles(picker) == ["Mine, truly"]
    press(qtbot, picker, Key.Key_Return)
    frame = window.workbench.frame
    assert (frame.hidden, frame.typed.text, frame.spec.text.content) == (
        9,
        "hello gate",
        load_experiment(window.library.folder / "mine-truly.toml").spec.text.content,
    )
    assert window.toolbar.experiments.text() == "Mine, truly"
    assert window.preferences.text("experiment").endswith("mine-truly.toml")
    window.toggle_language()
    assert window.toolbar.promise.accessibleName() == "nine units"


def test_what_races_is_saved_as_far_as_the_settings_have_it(window: MainWindow) -> None:
    def saved(title: str) -> RacePlan | None:
        dialog = window.gallery.save_experiment()
        dialog.title.setText(title)
        assert dialog.write(None)
        return load_experiment(window.library.folder / f"{title}.toml").race

    assert window.open("forget-bias")
    window.set_value("task.gap", 29)
    assert saved("biases") == load_experiment("forget-bias").race
    window.set_value("model.cell", "gru")  # which has no forget bias to vary
    assert saved("none") is None


def test_a_run_of_ones_own_experiment_gives_its_card_a_curve(window: MainWindow, qtbot: QtBot) -> None:
    window.set_value("training.steps", 40)
    window.reset()
    dialog = window.gallery.save_experiment()
    dialog.title.setText("Short")
    assert dialog.write(None)
    assert window.open(str(window.library.folder / "short.toml"))
    assert window.library.cards("en")[-1].run is None
    window.set_speed(0)
    window.toggle_training()
    qtbot.waitUntil(lambda: window.workbench.frame.run.status == "finished", timeout=20_000)
    qtbot.waitUntil(lambda: window.library.cards("en")[-1].run is not None)
    run = window.library.cards("en")[-1].run
    assert (run.steps, run.step[0], run.step[-1]) == (40, 0, 40)


def test_saving_elsewhere_and_a_refusal(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = window.gallery.save_experiment()
    dialog.title.setText("Mine")
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *a, **k: (str(tmp_path / "window0.ini" / "x"), "")
    )
    (tmp_path / "window0.ini").write_text("")
    dialog.ask()
    assert dialog.isVisible()
    assert "window0.ini" in dialog.error.text()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(tmp_path / "there" / "x"), ""))
    dialog.ask()
    assert not dialog.isVisible()
    assert (tmp_path / "there" / "x.toml").exists()


def test_a_broken_file_stands_there_and_says_key_line_and_range(window: MainWindow, qtbot: QtBot) -> None:
    window.library.folder.mkdir()
    (window.library.folder / "bad.toml").write_text("[model]\nhidden = 100000\n")
    picker = shown(window, qtbot)
    card = picker.model.cards[-1]
    assert card.problem is not None
    before = window.workbench.run
    picker._take(len(picker.model.cards) - 1)
    banner = window.centre.banner
    told = banner.accessibleName() + banner.accessibleDescription()
    assert window.workbench.run is before
    for part in ("bad.toml", "2", "hidden", "512"):
        assert part in told
