"""`race`: the same bits every time, what `run` prints, and one sentence for what cannot be raced."""

import json
import multiprocessing
import signal
from pathlib import Path
from typing import Any

import pytest

from rnnviz.cli import race
from rnnviz.cli.race import progress_of
from rnnviz.engine.errors import UserError
from rnnviz.workbench.race.frame import RaceFrame
from rnnviz.workbench.race.seeds import parse_seeds

RACE = ("race", "hello-memory", "--vary", "model.cell=rnn,lstm", "--seeds", "3,5", "--steps", 30)


def report(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def timeless(one: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key != "steps_per_s"}


def test_twice_the_same_race_is_bit_identical(rnnviz: Any, tmp_path: Path) -> None:
    done = [rnnviz(*RACE, "--out", tmp_path / name, "--json") for name in "ab"]
    assert [one.status for one in done] == [0, 0]
    assert done[0].err == ""
    first, second = (list(map(timeless, report(one.out))) for one in done)
    assert first == second
    assert [(one["cell"], one["seed"]) for one in first] == [("rnn", 3), ("rnn", 5), ("lstm", 3), ("lstm", 5)]
    for name in ("results.csv", "curves.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert (tmp_path / "a/timings.csv").exists()
    assert multiprocessing.active_children() == []


def test_every_runner_says_what_run_says(rnnviz: Any) -> None:
    raced = report(rnnviz(*RACE, "--json").out)
    for one in raced:
        words = ("--set", f"model.cell={one['cell']}", "--seed", one["seed"], "--steps", 30, "--json")
        alone = json.loads(rnnviz("run", "hello-memory", *words).out)
        assert list(one) == list(alone)
        assert timeless(one) == timeless(alone)


def test_a_person_reads_a_table_and_sentences(rnnviz: Any) -> None:
    words = ("race", "hello-memory", "--vary", "model.forget_bias=0,3", "--seeds", "1", "--steps", 20)
    english, chinese = rnnviz(*words), rnnviz(*words, "--lang", "zh_CN")
    header, first, second, *said = english.out.splitlines()
    assert "passed" in header
    assert first.startswith("Forget bias 0")
    assert second.startswith("Forget bias 3")
    assert len(said) == 3
    assert "gradient" in said[0]
    assert "梯度" in chinese.out


def test_a_run_that_blows_up_fails_unless_it_is_meant_to(rnnviz: Any) -> None:
    wild = (
        "--set",
        "training.optimiser=sgd",
        "--set",
        "training.learning_rate=10000",
        "--set",
        "training.clip=0",
    )
    words = ("race", "hello-memory", "--vary", "model.hidden=8,9", "--seeds", "1", "--steps", 40, "--json")
    done = rnnviz(*words, *wild)
    assert done.status == 1
    assert len(report(done.out)) == 2
    assert len(done.err.splitlines()) == 2
    assert rnnviz("race", "exploding-gradient", "--vary", "model.hidden=64,65", *words[4:]).status == 0


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("hello-memory", "--vary", "model.hidden"), "KEY=A,B,C"),
        (("hello-memory", "--vary", "model.hidden=8"), "2 to 4"),
        (("hello-memory", "--vary", "model.nothing=8,9"), "model.nothing"),
        (("hello-memory", "--vary", "training.seed=8,9"), "--seeds"),
        (("hello-memory", "--vary", "model.activation=relu,tanh"), "lstm"),
        (("hello-memory", "python-code"), "task.text"),
        (("hello-memory", "vanishing-gradient", "--vary", "model.hidden=8,9"), "--vary"),
        (("hello-memory", "--seeds", "4-1"), "0-4"),
        (("hello-memory", "--seeds", "0-99999"), "1 to 20 different seeds, not 0-99999"),
        (("hello-memory", "--seeds", "1,1"), "different seeds"),
        (("hello-memory", "--steps", "0"), "steps"),
        (("no-such",), "no-such"),
    ],
)
def test_what_cannot_race_is_said_in_one_sentence(rnnviz: Any, words: tuple[str, ...], part: str) -> None:
    done = rnnviz("race", *words)
    assert done.status == 2
    assert done.out == ""
    assert len(done.err.splitlines()) == 1
    assert part in done.err


def test_seeds_are_lists_and_ranges() -> None:
    assert parse_seeds("0-4") == (0, 1, 2, 3, 4)
    assert parse_seeds("7") == (7,)
    assert parse_seeds("1, 3-4") == (1, 3, 4)
    for word in ("", "a", "1-", "-1", "1--2", "1;2"):
        with pytest.raises(UserError, match=r"cli-seeds"):
            parse_seeds(word)


def test_an_interrupt_reports_what_is_over_and_leaves_no_process(
    rnnviz: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(frame: RaceFrame) -> dict[str, object]:
        if frame.done == 1 and frame.running:
            signal.raise_signal(signal.SIGINT)
            monkeypatch.setattr(race, "progress_of", progress_of)  # a second one would end it at once
        return progress_of(frame)

    monkeypatch.setattr(race, "progress_of", interrupted)
    words = ("--vary", "model.cell=rnn,lstm", "--seeds", "3-9", "--steps", 50)
    done = rnnviz("race", "hello-memory", *words, "--out", tmp_path, "--json")
    assert done.status == 130
    assert len(report(done.out)) >= 1
    assert len(report(done.out)) < 14
    assert (tmp_path / "results.csv").read_text(encoding="utf-8").count("\n") == len(report(done.out)) + 1
    assert multiprocessing.active_children() == []
