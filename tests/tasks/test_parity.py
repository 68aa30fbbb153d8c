import numpy as np
import pytest

from rnnviz.tasks import make_task
from rnnviz.tasks.parity import ParityTask


def make(length: int = 20) -> ParityTask:
    task = make_task("parity", {"length": length}, None)
    assert isinstance(task, ParityTask)
    return task


def test_the_target_is_the_exclusive_or_of_all_bits_so_far() -> None:
    batch = make().batch(np.random.default_rng(0), 50)
    for b in range(50):
        parity = 0
        for t in range(20):
            parity ^= int(batch.x[t, b])
            assert batch.y[t, b] == parity


def test_bits_and_targets_are_balanced() -> None:
    batch = make().batch(np.random.default_rng(1), 5000)
    assert batch.x.mean() == pytest.approx(0.5, abs=0.01)
    assert batch.y.mean() == pytest.approx(0.5, abs=0.01)


def test_the_baseline_is_what_guessing_scores() -> None:
    task = make()
    batch = task.held_out()[0]
    score = task.score(np.zeros((*batch.x.shape, 2)), batch)
    assert score["loss"] == pytest.approx(task.baseline) == pytest.approx(np.log(2))


def test_typed_bits() -> None:
    assert make().typed("1 1 0 1 1").targets[:, 0].tolist() == [1, 0, 0, 1, 0]
    assert make().typed("1?1").problem is not None
