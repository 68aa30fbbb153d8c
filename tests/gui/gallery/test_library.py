from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rnnviz.files.experiment import load_experiment
from rnnviz.files.finished import FinishedRun
from rnnviz.gui.gallery.cardpaint import result_line
from rnnviz.gui.gallery.library import Card, Library, finished_of
from rnnviz.tasks import TASKS

RUN = FinishedRun((0, 20), (3.0, 1.0), 2.8, {"loss": 1.0, "accuracy": 0.987}, "accuracy", 0.95, True, 20, 7)
CARD = Card("x", "x", "Title", "Promise", "lstm", 8, "recall", run=RUN)


def test_results_are_said_in_the_unit_of_the_mark(look) -> None:
    assert result_line(CARD, look) == "accuracy 98.7 %"
    assert result_line(replace(CARD, run=replace(RUN, metric="loss", above=False)), look) == "loss 3 → 1"
    assert result_line(replace(CARD, run=replace(RUN, blew_up=True, steps=94)), look) == "blew up at step 94"
    assert result_line(replace(CARD, run=None), look) == "no finished run yet"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_card_has_words_and_every_metric_a_name(make_look, tmp_path, language: str) -> None:
    look = make_look("dark", language)
    for card in Library(tmp_path).cards(language):
        assert card.title
        assert card.promise
        assert card.task in TASKS
        if card.run is not None and card.run.metric:
            assert f"metric.{card.run.metric}" in look.catalogue


def test_the_frame_of_a_run_gives_its_record(make_frame: Callable[..., object]) -> None:
    frame = make_frame("hello")
    run = finished_of(frame)
    assert run.step == (0,)
    assert run.held_out[0] == pytest.approx(frame.run.held_out, rel=1e-3)
    assert run.score["loss"] == pytest.approx(frame.run.held_out, rel=1e-3)


def test_notes_are_found_in_every_language(tmp_path) -> None:
    library = Library(tmp_path)
    experiment = load_experiment("hello-memory")
    for language in ("en", "zh_CN"):
        assert library.notes("hello-memory", language) == experiment.notes[language]
    assert library.notes("no such thing", "en") is None
