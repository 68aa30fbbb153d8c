"""What is written as TOML reads back as it was, whatever a person has typed."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.files.experiment import Experiment, Notes, experiment_keys, load_experiment
from rnnviz.files.writing import experiment_toml
from rnnviz.training.spec import RunSpec

LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize("key", experiment_keys())
def test_every_bundled_experiment_survives(key: str, tmp_path: Path) -> None:
    experiment = load_experiment(key)
    text = experiment.spec.text
    path = tmp_path / f"{key}.toml"
    path.write_text(experiment_toml(experiment, "" if text is None else text.name), encoding="utf-8")
    again = load_experiment(path)
    assert again.spec == experiment.spec
    assert dict(again.view) == dict(experiment.view)
    assert dict(again.notes) == dict(experiment.notes)
    assert again.expect == experiment.expect
    assert again.race == experiment.race


@given(LETTERS, LETTERS, st.floats(1e-9, 1e5), st.integers(0, 2**32 - 1), st.booleans())
def test_any_words_and_numbers_survive(typed: str, title: str, rate: float, seed: int, whole: bool) -> None:
    spec = RunSpec().with_value("training.learning_rate", rate).with_value("training.seed", seed)
    view = {"text": typed, "whole_loss": whole}
    document = tomllib.loads(experiment_toml(Experiment("x", spec, view, {"en": Notes(title, typed)})))
    assert document["view"] == view
    assert document["training"]["learning_rate"] == rate
    assert document["training"]["seed"] == seed
    words = document.get("notes", {}).get("en", {})
    assert (words.get("title", ""), words.get("promise", "")) == (title, typed)


def test_options_are_written_and_half_an_emoji_does_no_harm(tmp_path: Path) -> None:
    spec = replace(RunSpec(cell="gru"), cell_options={"layer_norm": True}, text=None)
    assert "layer_norm = true" in experiment_toml(Experiment("x", spec))
    written = experiment_toml(Experiment("x", spec, {"text": "a\ud83d"}))
    assert tomllib.loads(written)["view"]["text"] == "a\ufffd"
