import numpy as np
import pytest

from rnnviz.tasks import make_task
from rnnviz.tasks.echo import EchoTask


def make(delay: int = 10, symbols: int = 4) -> EchoTask:
    task = make_task("echo", {"delay": delay, "symbols": symbols}, None)
    assert isinstance(task, EchoTask)
    return task


@pytest.mark.parametrize(("delay", "symbols"), [(0, 2), (1, 8), (10, 4), (40, 3)])
def test_every_symbol_is_due_again_after_the_delay(delay: int, symbols: int) -> None:
    batch = make(delay, symbols).batch(np.random.default_rng(0), 20)
    for b in range(20):
        queue: list[int] = []
        for t in range(len(batch.x)):
            queue.append(int(batch.x[t, b]))
            assert batch.y[t, b] == (queue.pop(0) if len(queue) > delay else -1)
    assert batch.counted == 20 * 20


def test_symbols_are_equally_likely() -> None:
    batch = make().batch(np.random.default_rng(1), 2000)
    assert np.bincount(batch.x.ravel()) / batch.x.size == pytest.approx(np.full(4, 0.25), abs=0.01)


@pytest.mark.parametrize("symbols", [2, 4, 8])
def test_the_baseline_is_what_guessing_scores(symbols: int) -> None:
    task = make(symbols=symbols)
    batch = task.held_out()[0]
    assert task.score(np.zeros((*batch.x.shape, symbols)), batch)["loss"] == pytest.approx(task.baseline)


def test_typed_symbols_echo_and_unknown_ones_do_not() -> None:
    typed = make(2).typed("ab?ca")
    assert typed.targets[:, 0].tolist() == [-1, -1, 0, 1, -1]
    assert typed.problem is not None
