import numpy as np
import pytest

from rnnviz.tasks import make_task
from rnnviz.tasks.copying import CopyTask


def make(items: int = 5, gap: int = 20) -> CopyTask:
    task = make_task("copy", {"items": items, "gap": gap}, None)
    assert isinstance(task, CopyTask)
    return task


@pytest.mark.parametrize(("items", "gap"), [(1, 1), (5, 20), (10, 3)])
def test_a_sequence_is_letters_blanks_delimiter_blanks(items: int, gap: int) -> None:
    task = make(items, gap)
    batch = task.batch(np.random.default_rng(0), 500)
    lines = ["".join(task.vocabulary.decode(column.tolist())) for column in batch.x.T]
    for line in lines:
        assert len(line) == task.length == gap + 2 * items
        assert set(line[:items]) <= set("abcdefgh")
        assert line[items:] == "-" * (gap - 1) + ">" + "-" * items
    shares = np.bincount(batch.x[:items].ravel(), minlength=10) / (500 * items)
    assert shares[:8] == pytest.approx(np.full(8, 1 / 8), abs=0.05)


def say(line: str) -> str:
    """What is due after each symbol of a line, by walking through it with pencil and paper."""
    memory, due, telling = "", "", False
    for symbol in line:
        if telling:
            due += memory[0] if memory else "-"
            memory = memory[1:]
        else:
            due += "-"
            memory += symbol if symbol in "abcdefgh" else ""
            telling = symbol == ">"
    return due


def test_targets_are_the_letters_in_their_order() -> None:
    task = make()
    batch = task.batch(np.random.default_rng(1), 60)
    for b in range(60):
        line = "".join(task.vocabulary.decode(batch.x[:, b].tolist()))
        assert "".join(task.output_symbols[y] for y in batch.y[:, b]) == say(line)


@pytest.mark.parametrize("line", ["abc-->---", "ab>", "a-b>--c--", ">--", "h", "a>>-b-", "abcdefgh>-"])
def test_typed_lines_have_targets_too(line: str) -> None:
    task = make()
    assert "".join(task.output_symbols[y] for y in task.typed(line).targets[:, 0]) == say(line)


@pytest.mark.parametrize(("items", "gap"), [(5, 20), (10, 50)])
def test_the_baseline_counts_steps_and_guesses_letters(items: int, gap: int) -> None:
    task = make(items, gap)
    batch = task.held_out()[0]
    logits = np.full((*batch.x.shape, 9), -50.0)
    logits[: items + gap, :, 8] = 50.0  # a blank, for certain
    logits[items + gap :, :, :8] = 50.0  # any letter
    score = task.score(logits, batch)
    assert score["loss"] == pytest.approx(task.baseline, rel=1e-6)
    assert score["recall"] == pytest.approx(1 / 8, abs=0.05)


def test_recall_counts_the_letters_alone() -> None:
    task = make(2, 3)
    batch = task.batch(np.random.default_rng(0), 10)
    blanks = np.zeros((*batch.x.shape, 9))
    blanks[..., 8] = 1
    assert task.score(blanks, batch)["recall"] == 0
    assert task.score(blanks, batch)["accuracy"] == pytest.approx(5 / 7)
    assert (task.counted("recall", batch), task.counted("loss", batch)) == (20, 70)


def test_both_marks_must_be_passed() -> None:
    mark = make().pass_mark
    assert dict(mark.marks) == {"recall": 0.99, "loss": pytest.approx(make().baseline / 10)}
    assert mark.passed({"recall": 0.995, "loss": 0.01})
    assert not mark.passed({"recall": 0.995, "loss": 0.1})
    assert not mark.passed({"recall": 0.9, "loss": 0.01})
