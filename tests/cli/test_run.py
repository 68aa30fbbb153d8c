"""`run` trains, writes, goes on bit for bit, and fails with one sentence."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from rnnviz.files.session import load_session

KEYS = [
    "experiment", "cell", "task", "parameters", "seed", "steps", "loss", "accuracy", "baseline", "pass_mark",
    "passed", "steps_per_s",
]  # fmt: skip


def test_the_report_has_exactly_the_promised_keys(rnnviz: Any, tmp_path: Path) -> None:
    done = rnnviz("run", "hello-memory", "--steps", 40, "--seed", 3, "--out", tmp_path, "--json")
    assert done.status == 0
    assert done.err == ""
    report = json.loads(done.out)
    assert list(report) == KEYS
    assert report["experiment"] == "hello-memory"
    assert (report["cell"], report["task"], report["seed"], report["steps"]) == ("lstm", "characters", 3, 40)
    assert report["parameters"] == 4 * 16 * (29 + 16 + 1) + 29 * 17
    assert 0 < report["loss"] < report["baseline"]
    assert 0 < report["accuracy"] < 1
    assert list(report["pass_mark"]) == ["loss"]
    assert report["passed"] is (report["loss"] < report["pass_mark"]["loss"])
    assert report["steps_per_s"] > 0


def test_the_history_has_a_row_a_step(rnnviz: Any, tmp_path: Path) -> None:
    rnnviz("run", "hello-memory", "--steps", 12, "--set", "training.clip=0.25", "--out", tmp_path)
    header, *rows = (tmp_path / "history.csv").read_text(encoding="utf-8").splitlines()
    assert header == "step,loss,accuracy,grad_norm,clipped"
    table = [list(map(float, row.split(","))) for row in rows]
    assert [row[0] for row in table] == list(range(1, 13))
    assert {row[4] for row in table} == {float(row[3] > 0.25) for row in table} == {0.0, 1.0}
    assert [row[4] == 1 for row in table] == [row[3] > 0.25 for row in table]


def test_same_seed_same_bits_and_another_seed_others(rnnviz: Any, tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        rnnviz("run", "hello-memory", "--steps", 15, "--seed", seed, "--out", tmp_path / name)
    content = {name: (tmp_path / name / "session.rnnviz").read_bytes() for name in "abc"}
    assert content["a"] == content["b"] != content["c"]
    history = {name: (tmp_path / name / "history.csv").read_bytes() for name in "abc"}
    assert history["a"] == history["b"] != history["c"]


def test_a_session_goes_on_for_n_more_steps_bit_for_bit(rnnviz: Any, tmp_path: Path) -> None:
    rnnviz("run", "hello-memory", "--steps", 10, "--out", tmp_path / "k")
    further = rnnviz("run", tmp_path / "k/session.rnnviz", "--steps", 8, "--out", tmp_path / "kn", "--json")
    rnnviz("run", "hello-memory", "--steps", 18, "--out", tmp_path / "whole")
    assert json.loads(further.out)["steps"] == 18
    for folder in ("kn", "whole"):
        assert (tmp_path / folder / "session.rnnviz").exists()
    assert (tmp_path / "kn/session.rnnviz").read_bytes() == (tmp_path / "whole/session.rnnviz").read_bytes()
    whole = (tmp_path / "whole/history.csv").read_text(encoding="utf-8").splitlines()
    rest = (tmp_path / "kn/history.csv").read_text(encoding="utf-8").splitlines()
    assert rest == whole[:1] + whole[11:]


def test_settings_reach_the_run_and_keys_the_cell_lacks_are_dropped(rnnviz: Any, tmp_path: Path) -> None:
    done = rnnviz(
        "run", "hello-memory", "--set", "model.cell=gru", "--set", "model.hidden=8",
        "--set", "model.forget_bias=2", "--set", "training.learning_rate=0.02", "--steps", 2,
        "--out", tmp_path, "--json",
    )  # fmt: skip
    assert done.status == 0
    assert json.loads(done.out)["cell"] == "gru"
    spec = load_session(tmp_path / "session.rnnviz").spec
    assert (spec.hidden, spec.training.learning_rate, dict(spec.cell_options)) == (8, 0.02, {})


def test_a_text_of_the_users_and_an_experiment_of_the_users(rnnviz: Any, tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("abcd " * 60, encoding="utf-8")
    (tmp_path / "own.toml").write_text("[model]\nhidden = 3\n[training]\nsteps = 4\n", encoding="utf-8")
    done = rnnviz(
        "run", tmp_path / "own.toml", "--set", f"task.text={tmp_path / 'own.txt'}", "--set", "task.length=10",
        "--out", tmp_path / "out", "--json",
    )  # fmt: skip
    assert done.status == 0, done.err
    assert json.loads(done.out)["steps"] == 4
    text = load_session(tmp_path / "out/session.rnnviz").spec.text
    assert text is not None
    assert (text.name, text.origin) == ("own.txt", "user")


def test_a_blow_up_is_explained_and_the_last_sound_session_written(rnnviz: Any, tmp_path: Path) -> None:
    words = ("run", "hello-memory", "--set", "training.learning_rate=1000", "--set", "training.clip=0")
    done = rnnviz(*words, "--out", tmp_path, "--json")
    assert done.status == 1
    report = json.loads(done.out)
    assert report["passed"] is False
    assert len(done.err.splitlines()) == 1
    assert "1000" in done.err
    session = load_session(tmp_path / "session.rnnviz")  # refuses what is not finite
    assert session.state.step == report["steps"]
    chinese = rnnviz(*words, "--lang", "zh_CN")
    assert chinese.status == 1
    assert "学习率" in chinese.err


def test_a_run_that_is_meant_to_blow_up_is_done(rnnviz: Any, tmp_path: Path) -> None:
    done = rnnviz("run", "exploding-gradient", "--out", tmp_path, "--json")
    assert done.status == 0
    assert json.loads(done.out)["steps"] < 1600
    assert done.err != ""
    again = rnnviz("run", tmp_path / "session.rnnviz", "--steps", 400, "--json")
    assert again.status == 0


def test_a_run_below_its_pass_mark_is_done(rnnviz: Any) -> None:
    done = rnnviz("run", "hello-memory", "--steps", 0, "--json")
    assert done.status == 0
    report = json.loads(done.out)
    assert report["passed"] is False
    assert report["steps_per_s"] is None


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_words_for_people(rnnviz: Any, language: str) -> None:
    done = rnnviz("run", "hello-memory", "--steps", 3, "--lang", language)
    assert done.status == 0
    assert len(done.out.splitlines()) == 3
    assert ("验证损失" in done.out) is (language == "zh_CN")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["nosuch"], "nosuch"),
        (["absent.rnnviz"], "absent.rnnviz"),
        (["hello-memory", "--set", "model.hidden=0"], "hidden"),
        (["hello-memory", "--set", "model.hidden=10000"], "10000"),
        (["hello-memory", "--set", "training.learning_rate=nan"], "learning_rate"),
        (["hello-memory", "--set", "training.learning_rate=-1"], "learning_rate"),
        (["hello-memory", "--set", "model.nosuch=1"], "model.nosuch"),
        (["hello-memory", "--set", "nosuch"], "--set"),
        (["hello-memory", "--set", "task.text=absent.txt"], "absent.txt"),
        (["hello-memory", "--set", "task.length=512", "--set", "task.text=a.txt"], "a.txt"),
        (["hello-memory", "--steps", "-1"], "-1"),
        (["hello-memory", "--steps", "many"], "many"),
        (["hello-memory", "--seed", "-1"], "seed"),
        (["hello-memory", "--set", "training.steps=0"], "0"),
        (["hello-memory", "--steps", "1", "--out", "/dev/null/x"], "/dev/null/x"),
        (["hello-memory", "--wonders"], "--wonders"),
        (["hello-memory", "--set"], "--set"),
        ([], "EXPERIMENT"),
    ],
)
def test_bad_input_is_one_sentence_in_the_chosen_language(
    rnnviz: Any, words: list[str], named: str, language: str
) -> None:
    done = rnnviz("run", *words, "--lang", language)
    assert (done.status, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert named in done.err
    assert any("一" <= c <= "鿿" for c in done.err) is (language == "zh_CN")


def test_a_session_takes_live_settings_only(rnnviz: Any, trained: Path, tmp_path: Path) -> None:
    words = ("run", trained, "--steps", 2, "--out", tmp_path)
    assert rnnviz(*words, "--set", "training.learning_rate=0.5").status == 0
    assert load_session(tmp_path / "session.rnnviz").spec.training.learning_rate == 0.5
    for refused in (["--set", "model.hidden=8"], ["--seed", "1"]):
        done = rnnviz(*words, *refused)
        assert done.status == 2
        assert "reset" in done.err.lower()


def test_a_folder_that_cannot_be_written_is_found_before_training(
    rnnviz: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    done = rnnviz("run", "hello-memory", "--steps", 10**9, "--out", tmp_path)
    assert done.status == 2
    assert str(tmp_path) in done.err
