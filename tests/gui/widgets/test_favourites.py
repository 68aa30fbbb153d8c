"""The chooser that keeps favourites at hand and the rest in a menu."""

import pytest
from pytestqt.qtbot import QtBot

from rnnviz.files.catalogue import Catalogue
from rnnviz.gui.look import Look
from rnnviz.gui.theme import load_theme
from rnnviz.gui.widgets.favourites import MORE, FavouriteControl

CHOICES = [("rnn", "RNN"), ("mgu", "MGU"), ("lstm", "LSTM"), ("janet", "JANET"), ("gru", "GRU")]


@pytest.fixture
def control(qtbot: QtBot) -> FavouriteControl:
    made = FavouriteControl(Look(load_theme("dark"), Catalogue("en")), "option.cell", ("rnn", "lstm", "gru"))
    qtbot.addWidget(made)
    made.set_choices(CHOICES)
    made.set_value("lstm")
    made.show()
    return made


def labels(control: FavouriteControl) -> list[str]:
    return [segment.text() for segment in control.segments()]


def test_favourites_are_segments_and_the_rest_is_behind_the_last(control: FavouriteControl) -> None:
    assert labels(control) == ["RNN", "LSTM", "GRU", MORE]
    assert [action.text() for action in control.menu().actions()] == ["MGU", "JANET"]
    assert control.value() == "lstm"


def test_without_others_there_is_no_menu(control: FavouriteControl) -> None:
    control.set_choices([("rnn", "RNN"), ("lstm", "LSTM")])
    assert labels(control) == ["RNN", "LSTM"]


def test_a_choice_of_the_menu_is_named_and_announced(control: FavouriteControl, qtbot: QtBot) -> None:
    with qtbot.waitSignal(control.chosen) as told:
        control.menu().actions()[1].trigger()
    assert told.args == ["janet"]
    assert (control.value(), labels(control)) == ("janet", ["RNN", "LSTM", "GRU", "JANET"])
    assert [action.isChecked() for action in control.menu().actions()] == [False, True]


def test_going_back_to_a_favourite_frees_the_last_segment(control: FavouriteControl, qtbot: QtBot) -> None:
    control.set_value("mgu")
    with qtbot.waitSignal(control.chosen) as told:
        control.segments()[2].click()
    assert told.args == ["gru"]
    assert (control.value(), labels(control)) == ("gru", ["RNN", "LSTM", "GRU", MORE])


def test_opening_the_menu_chooses_nothing(control: FavouriteControl) -> None:
    heard: list[object] = []
    control.chosen.connect(heard.append)
    control.segments()[3].click()
    assert (control.value(), heard) == ("lstm", [])
    assert control.segments()[1].isChecked()


def test_a_setter_is_silent_and_passes_over_the_unknown(control: FavouriteControl) -> None:
    heard: list[object] = []
    control.chosen.connect(heard.append)
    control.set_value("mgu")
    control.set_value("nothing of the kind")
    assert (control.value(), heard) == ("mgu", [])
