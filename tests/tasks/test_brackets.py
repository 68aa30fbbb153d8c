import numpy as np
import pytest

from rnnviz.tasks import Batch, make_task
from rnnviz.tasks.brackets import BracketsTask


def make(kinds: int = 2, depth: int = 4, length: int = 32) -> BracketsTask:
    task = make_task("brackets", {"kinds": kinds, "depth": depth, "length": length}, None)
    assert isinstance(task, BracketsTask)
    return task


def strings(task: BracketsTask, seed: int, size: int) -> list[str]:
    x = task.batch(np.random.default_rng(seed), size).x
    return ["".join(task.vocabulary.decode(column.tolist())) for column in x.T]


def reduced(string: str) -> str:
    """A string with every pair that stands side by side taken out again and again; "" if it is balanced."""
    before = None
    while before != string:
        before = string
        for pair in ("()", "[]", "{}"):
            string = string.replace(pair, "")
    return string


def depth_of(string: str) -> int:
    heights = np.cumsum([1 if symbol in "([{" else -1 for symbol in string])
    return int(heights.max())


@pytest.mark.parametrize(("kinds", "depth", "length"), [(1, 1, 2), (2, 4, 32), (3, 8, 64), (2, 2, 7)])
def test_strings_are_balanced_and_not_too_deep(kinds: int, depth: int, length: int) -> None:
    found = strings(make(kinds, depth, length), 0, 400)
    assert all(reduced(string) == "" for string in found)
    assert {len(string) for string in found} == {length - length % 2}
    depths = [depth_of(string) for string in found]
    assert max(depths) <= depth
    assert max(depths) == min(depth, length // 2)


def test_the_next_bracket_is_due() -> None:
    batch = make().batch(np.random.default_rng(1), 30)
    np.testing.assert_array_equal(batch.y[:-1], batch.x[1:])
    assert (batch.y[-1] == -1).all()


@pytest.mark.parametrize(("kinds", "length"), [(1, 2), (2, 32), (3, 64)])
def test_the_baseline_is_what_the_shares_of_the_brackets_score(kinds: int, length: int) -> None:
    task = make(kinds, 4, length)
    batch = task.batch(np.random.default_rng(2), 3000)
    shares = np.bincount(batch.y[batch.known], minlength=2 * kinds) / batch.counted
    logits = np.broadcast_to(np.log(shares.clip(1e-12)), (*batch.x.shape, 2 * kinds))
    assert task.score(logits, batch)["loss"] == pytest.approx(task.baseline, rel=0.01, abs=1e-9)


def test_closings_are_judged_among_the_closing_brackets_alone() -> None:
    task = make(2, 4, 6)
    codes = task.vocabulary.encode("([()])")[:, None]
    batch_y = task.targets(codes)
    logits = np.zeros((6, 1, 4))
    logits[:, 0, 0] = 9  # an opening bracket is always likelier
    logits[[2, 3, 4], 0, [2, 3, 2]] = 5
    batch = Batch(codes, batch_y)
    assert task.score(logits, batch)["closings"] == 1.0
    logits[3, 0, 2] = 6
    assert task.score(logits, batch)["closings"] == pytest.approx(2 / 3)
    assert task.counted("closings", batch) == 3


def test_guessing_closes_one_of_two() -> None:
    task = make()
    batch = task.held_out()[0]
    always = np.zeros((*batch.x.shape, 4))
    always[..., 2] = 1
    assert task.score(always, batch)["closings"] == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(("text", "step"), [("([])", 0), ("(((((", 0), ("([)]", 3), (")", 1), ("()]", 3)])
def test_a_bracket_that_closes_nothing_is_explained(text: str, step: int) -> None:
    problem = make().typed(text).problem
    assert problem == (("problem.bracket", {"token": text[step - 1], "step": step}) if step else None)
