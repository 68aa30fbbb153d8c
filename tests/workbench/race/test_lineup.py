"""What a person chooses for a race, and what comes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.errors import UserError
from rnnviz.files.experiment import Experiment, load_experiment
from rnnviz.tasks import TASKS
from rnnviz.training.spec import RunSpec, build
from rnnviz.workbench.race.choose import race_planned
from rnnviz.workbench.race.guessing import guessing
from rnnviz.workbench.race.lineup import Lineup, varied
from rnnviz.workbench.race.seeds import parse_seeds, written_seeds

HELLO = load_experiment("hello-memory")


@given(st.lists(st.integers(0, 300), min_size=1, max_size=20, unique=True))
def test_seeds_are_written_as_they_are_read(seeds: list[int]) -> None:
    assert parse_seeds(written_seeds(seeds)) == tuple(seeds)


@pytest.mark.parametrize(("words", "seeds"), [("０-２", (0, 1, 2)), ("0–2", (0, 1, 2)), ("1、4", (1, 4))])
def test_seeds_may_come_from_a_chinese_keyboard(words: str, seeds: tuple[int, ...]) -> None:
    assert parse_seeds(words) == seeds


def test_values_may_come_from_a_chinese_keyboard() -> None:
    lineup = Lineup.of(HELLO).with_value("race.kind", "setting").with_value("race.vary", "training.clip")
    runs = lineup.with_value("race.values", "０.５，１、2").spec().configurations
    assert [run.training.clip for run in runs] == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("key", ["hello-memory", "recall", "forget-bias", "lstm-ablations"])
def test_it_begins_with_what_the_command_would_race(key: str) -> None:
    experiment = load_experiment(key)
    ours, theirs = Lineup.of(experiment).spec(), race_planned(experiment)
    assert ours.configurations == theirs.configurations
    assert (ours.seeds, ours.steps) == (theirs.seeds, theirs.steps)


def test_a_cell_of_its_own_takes_part() -> None:
    own = replace(HELLO, spec=HELLO.spec.with_value("model.cell", "mgu"))
    assert Lineup.of(own).cells == ("rnn", "gru", "lstm", "mgu")


@pytest.mark.parametrize(
    "name", ["hello-memory", "own-csv", "temporal-order-3", "sine", "exploding-gradient"]
)
def test_every_setting_on_offer_races_with_the_values_it_begins_with(name: str) -> None:
    experiment = load_experiment(name)
    keys = varied(experiment)
    assert {"model.hidden", "training.learning_rate", "training.optimiser"} <= set(keys)
    for key in keys:
        lineup = Lineup.of(experiment).with_value("race.kind", "setting").with_value("race.vary", key)
        assert key not in lineup.settings()
        runs = lineup.spec().configurations
        assert 2 <= len({run.value(key) for run in runs}) == len(runs) <= 4


def test_what_is_given_stays_what_it_is_when_others_are_looked_at() -> None:
    given_one = Lineup.of(load_experiment("lstm-ablations"))
    assert given_one.kinds == ("cells", "setting", "given")
    assert not {"model.nfg", "model.nig", "model.nog"} & given_one.settings().keys()
    back = given_one.with_value("race.kind", "cells").with_value("race.kind", "given")
    assert back.spec() == given_one.spec()


def test_choices_that_cannot_be_leave_everything_as_it_was() -> None:
    lineup = Lineup.of(HELLO)
    for key, value in (
        ("race.cells", "rnn"),
        ("race.seeds", ""),
        ("model.hidden", -1),
        ("race.vary", "no.such"),
    ):
        with pytest.raises(UserError):
            lineup.with_value(key, value)


def test_differences_are_named() -> None:
    lineup = Lineup.of(HELLO)
    assert lineup.unlike(lineup) == frozenset()
    assert lineup.with_value("model.hidden", 9).unlike(lineup) == {"model.hidden"}
    assert "race.cells" in lineup.with_value("race.cells", "rnn,lstm").unlike(lineup)
    assert "race.kind" in lineup.with_value("race.kind", "setting").unlike(lineup)


def test_another_task_brings_what_it_can_read() -> None:
    for key in TASKS:
        lineup = Lineup.of(HELLO).with_value("task.key", key)
        build(lineup.spec().configurations[0])


@pytest.mark.parametrize(("task", "guess"), [("recall", 0.25), ("parity", 0.5), ("temporal-order", 0.25)])
def test_guessing_among_equals_is_one_in_so_many(task: str, guess: float) -> None:
    made, _ = build(RunSpec(task=task))
    assert guessing(made) == pytest.approx(guess)


def test_guessing_letters_is_naming_the_most_frequent() -> None:
    task, _ = build(HELLO.spec)
    symbols = [int(code) for batch in task.held_out() for code in batch.y[batch.known]]
    most = max(symbols.count(code) for code in set(symbols))
    assert guessing(task) == pytest.approx(most / len(symbols))


def test_an_error_is_guessed_as_the_baseline() -> None:
    task, _ = build(RunSpec(task="adding"))
    assert guessing(task) == task.baseline


def test_a_line_up_needs_an_experiment_only() -> None:
    bare = Experiment("bare", RunSpec(task="recall"))
    assert len(Lineup.of(bare).spec().configurations) == 3
