import numpy as np
import pytest

from rnnviz.tasks import make_task
from rnnviz.tasks.recall import RecallTask


def make(gap: int = 28) -> RecallTask:
    task = make_task("recall", {"gap": gap}, None)
    assert isinstance(task, RecallTask)
    return task


@pytest.mark.parametrize("gap", [0, 1, 28, 60])
def test_a_sequence_is_symbol_distractors_query(gap: int) -> None:
    task = make(gap)
    batch = task.batch(np.random.default_rng(0), 2000)
    assert batch.x.shape == (gap + 2, 2000)
    lines = ["".join(task.vocabulary.decode(column.tolist())) for column in batch.x.T]
    assert all(line[0] in "ABCD" and line[-1] == "?" and set(line[1:-1]) <= set("wxyz") for line in lines)
    shares = np.bincount(batch.x[0], minlength=4) / 2000
    assert np.abs(shares - 0.25).max() < 0.05
    if gap:
        shares = np.bincount(batch.x[1:-1].ravel(), minlength=8)[4:] / (2000 * gap)
        assert np.abs(shares - 0.25).max() < 0.05


def test_only_the_query_has_a_target_and_it_is_the_first_symbol() -> None:
    batch = make().batch(np.random.default_rng(1), 50)
    assert (batch.y[:-1] == -1).all()
    np.testing.assert_array_equal(batch.y[-1], batch.x[0])


def test_the_baseline_is_what_guessing_scores() -> None:
    task = make()
    scores = [task.score(np.zeros((*b.x.shape, 4)), b)["loss"] for b in task.held_out()]
    assert np.mean(scores) == pytest.approx(task.baseline) == pytest.approx(np.log(4))
    always_a = np.zeros((30, 512, 4))
    always_a[..., 0] = 1
    hits = np.mean([task.accuracy(always_a[:, : b.x.shape[1]], b) for b in task.held_out()])
    assert hits == pytest.approx(0.25, abs=0.06)


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("Bwxyz?", "-----B"),
        ("B w\tx ?", "---B"),
        ("?", "-"),
        ("A?B??", "-A-BB"),
        ("wwCwDw?", "------D"),
        ("Aq?", "--A"),
        ("", ""),
    ],
)
def test_typed_queries_ask_for_the_latest_symbol(text: str, answers: str) -> None:
    task = make()
    typed = task.typed(text)
    said = "".join("-" if y < 0 else task.output_symbols[y] for y in typed.targets[:, 0])
    assert said == answers


def test_a_strange_symbol_is_explained() -> None:
    problem = make().typed("B wq?").problem
    assert problem is not None
    key, values = problem
    assert key == "problem.symbol"
    assert values == {"token": "q", "step": 3, "allowed": "A B C D w x y z ?"}
