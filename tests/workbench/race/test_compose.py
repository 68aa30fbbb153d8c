"""What a frame of a race says of its runners' numbers."""

import math

import numpy as np
import pytest

from rnnviz.engine.probes.distance import Theory
from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.tasks.base import PassMark
from rnnviz.workbench.race.frame import RaceFrame
from rnnviz.workbench.race.plain import PlainRacer, plain_frame

RNN = {"en": "RNN", "zh_CN": "RNN"}
LSTM = {"en": "LSTM", "zh_CN": "LSTM"}
STEPS = 200
FLAT = [(0, 1.4, 0.25), (100, 1.39, 0.26), (200, 1.38, 0.24)]
EARLY = [(0, 1.4, 0.25), (100, 0.2, 0.97), (200, 0.1, 0.99)]
LATE = [(0, 1.4, 0.25), (100, 0.9, 0.50), (200, 0.2, 0.96)]


def frame(
    lstm: tuple[list[tuple[int, float, float]], ...] = (EARLY, LATE, EARLY), **changes: object
) -> RaceFrame:
    halves = [0.5**k for k in range(30)]
    plain = PlainRacer(
        "rnn", RNN, [FLAT] * len(lstm), 684, {"h": halves}, Theory("spectral", "ρ·φ'", 0.5, "h")
    )
    keeps = {"h": halves, "c": [0.9**k for k in range(30)]}
    gated = PlainRacer("lstm", LSTM, lstm, 2484, keeps, Theory("gate", "f", 0.87, "c"), **changes)  # type: ignore[arg-type]
    return plain_frame([plain, gated], steps=STEPS)


def test_the_middle_seed_speaks_for_all() -> None:
    plain, gated = frame().racers
    assert gated.spread.step.tolist() == [0, 100, 200]
    assert gated.spread.loss.tolist() == [1.4, 0.2, 0.1]
    assert gated.spread.loss_low.tolist() == [1.4, 0.2, 0.1]
    assert gated.spread.loss_high.tolist() == [1.4, 0.9, 0.2]
    assert gated.spread.score.tolist() == [0.25, 0.97, 0.99]
    assert (gated.row.passed, gated.row.seeds, gated.row.steps_to_pass) == (3, 3, 100)
    assert gated.row.seconds_to_pass == pytest.approx(0.5)
    assert (gated.row.score, gated.row.loss) == (0.99, 0.1)
    assert (plain.row.passed, plain.row.steps_to_pass, plain.row.seconds_to_pass) == (0, None, None)
    assert plain.row.gradient == pytest.approx(0.5**29)
    assert plain.row.reach == 29
    assert gated.row.gradient == pytest.approx(0.9**29)  # of c, which carries the memory


def test_a_seed_that_never_passes_is_infinitely_late() -> None:
    assert frame((EARLY, FLAT, EARLY)).racers[1].row.steps_to_pass == 100
    assert frame((EARLY, FLAT, FLAT)).racers[1].row.steps_to_pass is None
    assert frame((EARLY, FLAT)).racers[1].row.steps_to_pass is None
    lost = [*EARLY[:2], FLAT[2]]  # it knew once
    racer = frame((lost, lost, EARLY)).racers[1]
    assert racer.runners[0].steps_to_pass == 100
    assert (racer.row.passed, racer.row.steps_to_pass) == (1, None)


def test_a_seed_that_passes_untrained_is_not_late() -> None:
    known = [(0, 0.1, 0.99), (100, 0.1, 0.99)]
    row = frame((known, known, EARLY)).racers[1].row
    assert (row.passed, row.steps_to_pass, row.seconds_to_pass) == (3, 0, 0.0)


def test_a_seed_that_diverged_counts_as_the_worst_and_stays() -> None:
    blown = [(0, 1.4, 0.25), (100, 9.0, 0.1)]
    racer = frame((EARLY, blown, blown), statuses=("finished", "diverged", "diverged")).racers[1]
    assert racer.spread.loss[-1] == math.inf
    assert math.isnan(racer.spread.score[-1])
    assert racer.spread.loss_low[-1] == 0.1
    assert (racer.row.diverged, racer.row.over) == (2, 3)


@pytest.mark.parametrize(
    ("metric", "mark", "worst"),
    [
        ("accuracy", PassMark("loss", 0.5, above=False), 0.25),
        ("accuracy", PassMark("accuracy", 0.95, above=True), 0.25),
        ("accuracy", None, 0.25),
        ("mse", PassMark("mse", 0.05, above=False), 0.96),
        ("mse", None, 0.96),
    ],
)
def test_the_worst_score_is_the_worst_of_what_is_drawn(
    metric: str, mark: PassMark | None, worst: float
) -> None:
    """Whatever the pass mark is of: a text is judged by its loss, and its accuracy is drawn."""
    blown = [(0, 1.4, 0.25)]
    held_out = [blown, [(0, 1.4, 0.25), (200, 0.2, 0.25)], [(0, 1.4, 0.25), (200, 0.1, 0.96)]]
    racer = PlainRacer("rnn", RNN, held_out, statuses=("diverged", "finished", "finished"))
    spread = plain_frame([racer], steps=STEPS, metric=metric, pass_mark=mark).racers[0].spread
    assert spread.score[-1] == worst
    assert spread.loss[-1] == 0.2


def test_seeds_that_wait_are_left_out_of_the_spread() -> None:
    ready = frame(([], [], []))
    assert ready.racers[1].spread.step.size == 0
    assert math.isnan(ready.racers[1].row.loss)
    half = frame((EARLY, LATE[:2], []), statuses=("finished", "training", "waiting"))
    assert half.status == "training"
    assert half.racers[1].spread.loss.tolist() == pytest.approx([1.4, 0.55, 0.1])
    assert half.racers[1].active.seed == 1
    assert half.progress == pytest.approx((3 + 1 + 0.5) / 6)
    assert half.done == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentences_say_the_numbers(language: str) -> None:
    said = [finding.words(Catalogue(language)) for finding in frame().findings]
    assert "0.50" in said[0]
    assert "1.9×10⁻⁹" in said[0]
    assert "RNN" in said[0]
    assert "0.87" in said[1]
    assert "0.90" in said[1]
    assert "LSTM" in said[2]
    assert "100" in said[2]


def test_nothing_is_said_of_an_outcome_before_the_end() -> None:
    half = frame((EARLY, LATE[:2], []), statuses=("finished", "training", "waiting"))
    assert all("first" not in finding.key for finding in half.findings)


def test_arrays_of_a_frame_cannot_be_written() -> None:
    racer = frame().racers[0]
    for array in (racer.spread.loss, racer.untrained.median["h"], racer.runners[0].curves.held_out):  # type: ignore[union-attr]
        with pytest.raises(ValueError, match="read-only"):
            np.put(array, 0, 0.0)
