"""`run --markdown` writes docs/experiments.md, and the page in the tree is about the experiments of today."""

import re
from pathlib import Path
from typing import Any

import pytest

from rnnviz.files.experiment import experiment_keys, load_experiment
from rnnviz.tasks import make_task

PAGE = Path(__file__).parents[2] / "docs" / "experiments.md"
TINY = """
[model]
hidden = 4
[task]
key = "parity"
length = 3
[training]
steps = 6
evaluate_every = 2
[race]
vary = "model.cell"
values = ["lstm", "gru"]
[notes.en]
promise = "Hardly anything."
"""


def rows(markdown: str) -> list[list[str]]:
    """The cells of every line of a table."""
    return [line.strip("| ").split(" | ") for line in markdown.splitlines() if line.startswith("| ")]


@pytest.mark.parametrize(("language", "said"), [("en", "seed"), ("zh_CN", "种子")])
def test_every_seed_has_its_line(rnnviz: Any, tmp_path: Path, language: str, said: str) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY, encoding="utf-8")
    done = rnnviz("run", path, "--markdown", "--lang", language)
    assert (done.status, done.err) == (0, "")
    assert "## tiny" in done.out
    assert "**`model.cell = gru`**" in done.out
    assert "`hidden = 4`" in done.out
    assert [row[0] for row in rows(done.out) if row[0].isdigit()] == ["0", "1", "2", "3", "4"] * 2
    assert sum(row[0] == said for row in rows(done.out)) == 2


def test_what_the_page_says_is_what_run_prints(rnnviz: Any, tmp_path: Path) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY, encoding="utf-8")
    table = rows(rnnviz("run", path, "--markdown").out)
    loss = next(row for row in table if row[0] == "3")[5]
    done = rnnviz("run", path, "--seed", 3)
    assert f"loss {loss}," in done.out


@pytest.mark.parametrize("words", [["--steps", "3"], ["--set", "model.hidden=3"], ["--seed", "1"]])
def test_nothing_else_goes_with_it(rnnviz: Any, words: list[str]) -> None:
    done = rnnviz("run", "hello-memory", "--markdown", *words)
    assert done.status == 2
    assert "--markdown" in done.err


def test_the_page_in_the_tree_has_every_experiment_and_its_marks() -> None:
    """Where it has not: rnnviz --lang en run all --markdown > docs/experiments.md"""
    table = {row[0]: row for row in rows(PAGE.read_text(encoding="utf-8")) if row[0].startswith("[")}
    assert set(table) == {f"[{key}](#{key})" for key in experiment_keys()}
    for key in experiment_keys():
        experiment = load_experiment(key)
        spec = experiment.spec
        mark = make_task(spec.task, spec.task_options, spec.text).pass_mark
        row = table[f"[{key}](#{key})"]
        assert mark is not None
        if spec.text is None or spec.text.origin != "machine":  # that text is another on every Python
            assert row[6] == f"{'≥' if mark.above else '<'} {mark.value:.4g}"


def test_experiments_pass_from_four_seeds_of_five_and_most_within_a_minute() -> None:
    table = {row[0]: row for row in rows(PAGE.read_text(encoding="utf-8")) if row[0].startswith("[")}
    for key in experiment_keys():
        passed = re.fullmatch(r"(\d) / 5", table[f"[{key}](#{key})"][1])
        assert (passed is None) == bool(load_experiment(key).expect)
        assert passed is None or int(passed[1]) >= 4, key
    seconds = [float(row[3]) for row in table.values()]
    assert sum(second <= 60 for second in seconds) > 0.9 * len(seconds)
