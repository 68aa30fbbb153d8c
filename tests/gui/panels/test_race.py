"""The pictures of a race: what they write and where, and the numbers behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from rnnviz.files.catalogue import LANGUAGES
from rnnviz.gui.figure import Size
from rnnviz.gui.look import Look
from rnnviz.gui.panels import PANELS
from rnnviz.gui.panels.race_curves import axes_of
from rnnviz.gui.widgets import racecard
from rnnviz.gui.widgets.racecard import median_runner
from rnnviz.tasks.base import PassMark
from rnnviz.workbench.race.frame import RaceFrame, RaceView
from rnnviz.workbench.race.plain import PlainRacer, plain_frame

Written = Callable[..., list[str]]
OF_RACES = [key for key, panel in PANELS.items() if panel.of_kind is RaceFrame]
NAME = dict.fromkeys(LANGUAGES, "LSTM")


def racer(*curves: list[tuple[int, float, float]], **more: object) -> PlainRacer:
    return PlainRacer("lstm", NAME, curves, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("key", OF_RACES)
def test_a_run_is_no_race_and_a_race_no_run(race_frame: RaceFrame, make_frame, key: str) -> None:
    assert PANELS[key].applies(race_frame)
    assert not PANELS[key].applies(make_frame())
    assert not PANELS["gates"].applies(race_frame)


def test_cards_say_who_passed_and_when(race_frame: RaceFrame, written: Written) -> None:
    words = written("race-curves", race_frame)
    assert "Never passed, 2 of 2 seeds" in words
    rows = [racer.row.steps_to_pass for racer in race_frame.racers]
    for steps in rows[1:]:
        assert f"Passed at step {steps}, 2 of 2 seeds" in words
    assert words.count("95 % accuracy") == 2


def test_all_cards_have_the_same_axes(race_frame: RaceFrame) -> None:
    axes = axes_of(race_frame)
    losses = [runner.curves.held_out for racer in race_frame.racers for runner in racer.runners]
    logs = np.log10(np.concatenate(losses))
    assert axes.low <= logs.min() <= logs.max() <= axes.high
    assert axes.steps == 400


def test_the_bold_seed_is_the_one_in_the_middle() -> None:
    early, late, never = (
        [(0, 1.4, 0.2), (100, 0.1, 1.0)],
        [(0, 1.4, 0.2), (200, 0.1, 1.0)],
        [(0, 1.4, 0.2), (200, 1.4, 0.3)],
    )
    frame = plain_frame([racer(never, late, early), racer(early, early, early)], steps=200)
    found = median_runner(frame.racers[0])
    assert found is not None
    assert found.seed == 1
    waiting = plain_frame([racer([], []), racer([], [])], steps=200)
    assert median_runner(waiting.racers[0]) is None


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("training", "Seed 0, step 200 · 0 of 1 done"),
        ("paused", "Paused: seed 0, step 200 · 0 of 1 done"),
        ("diverged", "Diverged with 1 of 1 seeds, passed with 0"),
        ("stopped", "The process of seed 0 was lost at step 200"),
    ],
)
def test_every_state_is_told(written: Written, status: str, words: str) -> None:
    points = [(0, 1.4, 0.2), (200, 1.3, 0.3)]
    waiting = PlainRacer("rnn", dict.fromkeys(LANGUAGES, "RNN"), [[]])
    frame = plain_frame([racer(points, statuses=(status,)), waiting], steps=400)
    found = written("race-curves", frame)
    assert words in found
    assert "Waits for a free core" in found
    assert "Queued" in found


def test_the_table_is_drawn_as_it_is_exported(race_frame: RaceFrame, written: Written, look: Look) -> None:
    words = written("race-results", race_frame, Size(120, 120))
    columns = PANELS["race-results"](look).table(race_frame).columns
    assert columns["configuration"] == ["RNN", "GRU", "LSTM"]
    assert [f"{passed} / 2" for passed in columns["passed"]] == [
        word for word in words if word.endswith("/ 2")
    ]
    assert "Result after 400 steps" in words
    for finding in race_frame.findings:
        sentence = finding.words(look.catalogue)
        assert all(part in " ".join(words) for part in sentence.split())


def test_the_gradient_plot_names_lines_and_theories(race_frame: RaceFrame, written: Written) -> None:
    words = written("gradient-distance", race_frame)
    assert {"LSTM  ", "GRU  ", "RNN  "} <= set(words)
    assert {"(ρ·φ′)", "f", "z"} <= set(words)
    assert " = 0.87" in words
    assert "c" in words
    of_h = written("gradient-distance", replace(race_frame, view=RaceView(state="h")))
    assert " = 0.87" not in of_h  # that theory is of c
    assert "c" not in of_h


def test_where_there_is_little_room_the_lines_keep_their_names(
    race_frame: RaceFrame, written: Written
) -> None:
    words = written("gradient-distance", race_frame, Size(120, 42))
    assert {"LSTM  ", "GRU  ", "RNN  "} <= set(words)


def test_trained_networks_that_are_not_there_yet_are_explained(
    race_frame: RaceFrame, written: Written
) -> None:
    words = written("gradient-distance", replace(race_frame, view=RaceView(trained=True)))
    assert "no trained network yet" in " ".join(words)


def test_the_gradients_of_a_race_and_of_one_network_as_numbers(race_frame: RaceFrame, look: Look) -> None:
    panel = PANELS["gradient-distance"](look)
    columns = panel.table(race_frame).columns
    assert list(columns) == ["configuration", "k", "h", "c"]
    lstm = [n for n, name in enumerate(columns["configuration"]) if name == "LSTM"]
    probe = race_frame.racers[2].untrained
    assert probe is not None
    np.testing.assert_array_equal(np.asarray(columns["c"])[lstm], probe.median["c"])
    alone = replace(race_frame, racers=race_frame.racers[2:])
    assert list(panel.table(alone).columns) == ["k", "h", "c"]


def test_the_score_has_its_marks_and_its_spread(race_frame: RaceFrame, written: Written, look: Look) -> None:
    words = written("race-score", race_frame)
    assert "pass mark" in words
    assert "95 %" in words
    assert "guessing" not in words  # nobody knows what guessing gets
    racers = tuple(replace(racer, guess=0.25) for racer in race_frame.racers)
    words = written("race-score", replace(race_frame, racers=racers))
    assert {"guessing", "25 %"} <= set(words)
    columns = PANELS["race-score"](look).table(race_frame).columns
    assert np.all(columns["score_low"] <= columns["score"])
    assert np.all(columns["score"] <= columns["score_high"])


def test_a_race_has_one_row_for_every_runner(race_frame: RaceFrame, look: Look) -> None:
    columns = PANELS["race"](look).table(race_frame).columns
    assert len(columns["seed"]) == 6
    assert columns["status"] == ["finished"] * 6


def test_the_name_of_a_mark_that_is_a_loss_stands_where_no_curve_is(
    painted: Callable[..., QImage], monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = PassMark("mse", 0.05, above=False)
    tops: dict[str, float] = {}
    for place, loss in (("below", 0.035), ("above", 0.07)):
        falls = [(0, 0.9, 0.9), (50, loss, loss), (1000, loss, loss)]
        frame = plain_frame(
            [racer(falls), racer(falls)], steps=1000, baseline=0.97, pass_mark=mark, metric="mse"
        )

        def note(painter: QPainter, rect: QRectF, text: str, *rest: object, place: str = place) -> None:
            if text == "squared error below 0.05":
                tops[place] = rect.top()

        monkeypatch.setattr(racecard, "write", note)
        painted("race-curves", frame, Size(140, 60))
    assert tops["above"] - tops["below"] > 15  # under the mark's line where the curve is above it


@pytest.mark.parametrize("width", [376, 300])
def test_long_names_can_be_read_in_the_table(written: Written, width: int) -> None:
    names = ["LSTM", "No forget gate", "No input gate", "No output gate"]
    points = [(0, 0.9, 0.9), (100, 0.002, 0.002)]
    racers = [PlainRacer("lstm", dict.fromkeys(LANGUAGES, name), [points]) for name in names]
    words = written("race-results", plain_frame(racers, steps=100, metric="mse"), Size(width * 0.2646, 100))
    assert set(" ".join(names).split()) <= set(" ".join(words).split())


@pytest.mark.parametrize("key", OF_RACES)
def test_a_look_changes_what_is_painted(
    race_frame: RaceFrame, painted: Callable[..., QImage], key: str
) -> None:
    half = replace(race_frame, racers=race_frame.racers[:2])
    assert painted(key, race_frame) == painted(key, race_frame)
    assert painted(key, race_frame) != painted(key, half)
