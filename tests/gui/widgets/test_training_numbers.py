from __future__ import annotations

import math

import pytest
from PySide6.QtGui import QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rnnviz.gui import fonts
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.numbers import STATES, Progress, TrainingNumbers

RUN = Progress("training", 640, 1600, 0.188, 0.1953, 143.2, 12)


@pytest.fixture
def strip(qtbot: QtBot, look: Look) -> TrainingNumbers:
    strip = TrainingNumbers(look)
    qtbot.addWidget(strip)
    strip.resize(232, 148)
    strip.show()
    return strip


def test_numbers_are_written_as_agreed(strip: TrainingNumbers) -> None:
    strip.show_progress(RUN)
    assert strip.rows() == [
        ("Step", "640 / 1,600"),
        ("Train loss", "0.188 nats"),
        ("Held-out loss", "0.195 nats"),
        ("Steps / s", "143"),
        ("Clipped", "12 (1.9 %)"),
    ]
    assert strip.time_left() == "7 s left"


def test_nothing_is_known_before_the_first_step(strip: TrainingNumbers) -> None:
    assert [value for _, value in strip.rows()] == ["0", "–", "–", "–", "0"]
    assert strip.time_left() == ""
    strip.show_progress(Progress(held_out_loss=math.nan, train_loss=math.nan))
    assert strip.rows()[1][1] == "–"


def test_a_blow_up_shows_what_happened(strip: TrainingNumbers) -> None:
    strip.show_progress(Progress("diverged", 312, 0, math.nan, math.inf, 0.0, 0))
    assert [value for _, value in strip.rows()][1:3] == ["NaN", "∞"]
    assert strip.pill.text() == "Diverged"
    assert not strip.grab().isNull()


@pytest.mark.parametrize(
    ("budget", "speed", "words"),
    [
        (1600, 100.0, "16 s left"),
        (100_000, 100.0, "17 min left"),
        (10_000_000, 10.0, "278 h left"),
        (0, 100.0, ""),
    ],
)
def test_time_left(strip: TrainingNumbers, budget: int, speed: float, words: str) -> None:
    strip.show_progress(Progress("training", 0, budget, steps_per_s=speed))
    assert strip.time_left() == words


def test_only_a_running_training_has_time_left(strip: TrainingNumbers) -> None:
    strip.show_progress(Progress("paused", 640, 1600, steps_per_s=143.0))
    assert strip.time_left() == ""


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("status", STATES)
def test_state_time_and_title_have_room(
    strip: TrainingNumbers, make_look, language: str, status: str
) -> None:
    strip.set_look(make_look("light", language))
    strip.show_progress(Progress(status, 1, 100_000, 3.0, 3.0, 30.0, 1))
    assert strip.accessibleDescription() in ("", strip.pill.text())
    assert strip.pill.geometry().right() < strip.width()
    title = 20 + QFontMetricsF(fonts.ui(13, 600)).horizontalAdvance(strip.accessibleName())
    left = strip.pill.x() - 8 - QFontMetricsF(fonts.ui(11)).horizontalAdvance(strip.time_left())
    assert title < left


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_labels_and_values_do_not_meet(strip: TrainingNumbers, make_look, language: str) -> None:
    strip.set_look(make_look("dark", language))
    strip.show_progress(Progress("training", 99_999, 100_000, 0.00012, 12.345, 12_345.0, 12_345))
    for label, value in strip.rows():
        wide = QFontMetricsF(fonts.ui(12)).horizontalAdvance(label)
        wide += QFontMetricsF(fonts.mono(12)).horizontalAdvance(value)
        assert wide < strip.width() - 2 * 20 - 4, (label, value)


class Counting(TrainingNumbers):
    painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted += 1
        super().paintEvent(event)


def test_the_same_numbers_are_not_drawn_again(qtbot: QtBot, qapp: QApplication, look: Look) -> None:
    strip = Counting(look)
    qtbot.addWidget(strip)
    with qtbot.waitExposed(strip):
        strip.show()
    strip.show_progress(RUN)
    qapp.processEvents()
    before = strip.painted
    strip.show_progress(Progress("training", 640, 1600, 0.188, 0.1953, 143.2, 12))
    qapp.processEvents()
    assert strip.painted == before
    strip.show_progress(Progress("training", 641, 1600, 0.188, 0.1953, 143.2, 12))
    qtbot.waitUntil(lambda: strip.painted > before)
