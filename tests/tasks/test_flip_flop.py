import numpy as np
import pytest

from rnnviz.tasks import make_task
from rnnviz.tasks.flip_flop import FlipFlopTask


def make(bits: int = 3, length: int = 100) -> FlipFlopTask:
    task = make_task("flip-flop", {"bits": bits, "length": length}, None)
    assert isinstance(task, FlipFlopTask)
    return task


@pytest.mark.parametrize("bits", [1, 3, 6])
def test_outputs_are_the_last_signs(bits: int) -> None:
    batch = make(bits).batch(np.random.default_rng(0), 10)
    for b in range(10):
        kept = [0.0] * bits
        for t in range(100):
            for bit in range(bits):
                if batch.x[t, b, bit]:
                    kept[bit] = float(batch.x[t, b, bit])
            assert batch.y[t, b].tolist() == kept


def test_pulses_are_of_both_signs_and_rare() -> None:
    batch = make().batch(np.random.default_rng(1), 1000)
    values, counts = np.unique(batch.x, return_counts=True)
    assert values.tolist() == [-1, 0, 1]
    assert counts / batch.x.size == pytest.approx([0.125, 0.75, 0.125], abs=0.005)


@pytest.mark.parametrize("length", [10, 100, 500])
def test_the_baseline_is_what_predicting_nothing_scores(length: int) -> None:
    task = make(length=length)
    batch = task.batch(np.random.default_rng(2), 3000 if length < 200 else 500)
    score = task.score(np.zeros(batch.y.shape, np.float32), batch)
    assert score["mse"] == pytest.approx(task.baseline, rel=0.02)
    assert make(length=500).baseline == pytest.approx(1, abs=0.01)


def test_typed_pulses() -> None:
    typed = make().typed("... +.- .+. -..")
    assert typed.x[:, 0].tolist() == [[0, 0, 0], [1, 0, -1], [0, 1, 0], [-1, 0, 0]]
    assert typed.targets[:, 0].tolist() == [[0, 0, 0], [1, 0, -1], [1, 1, -1], [-1, 1, -1]]


@pytest.mark.parametrize("token", ["++", "++++", "+0-", "x"])
def test_what_is_no_set_of_pulses_is_explained(token: str) -> None:
    typed = make().typed(f"+.. {token}")
    assert typed.problem is not None
    assert typed.problem == ("problem.pulses", {"token": token, "step": 2, "bits": 3, "example": "+.."})


def test_a_pulse_that_cannot_be_read_leaves_a_bit_unknown_until_the_next() -> None:
    typed = make_task("flip-flop", {}, None).typed("+.. what -.. .++")
    nan = np.nan
    wanted = [[1, 0, 0], [nan, nan, nan], [-1, nan, nan], [-1, 1, 1]]
    np.testing.assert_array_equal(typed.targets[:, 0], np.float32(wanted))
