"""`run --markdown` writes docs/experiments.md."""

from pathlib import Path
from typing import Any

import pytest

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
