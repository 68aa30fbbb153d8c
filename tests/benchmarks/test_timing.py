"""Turns are fair, and ratios are those of neighbours."""

from __future__ import annotations

import gc
import os

import numpy as np
import pytest

from rnnviz.workbench.bench import timing
from rnnviz.workbench.bench.timing import Effort, in_turns, median_ratio, one_core


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that only moves when a contender moves it."""
    now = [0.0]
    monkeypatch.setattr(timing, "process_time", lambda: now[0])
    return now


def test_every_contender_gets_its_own_time(clock: list[float]) -> None:
    def spend(seconds: float) -> None:
        clock[0] += seconds

    times = in_turns({"slow": lambda: spend(0.5), "quick": lambda: spend(0.001)}, Effort(4, 0.1))
    np.testing.assert_allclose(times["slow"], [0.5] * 4)
    np.testing.assert_allclose(times["quick"], [0.001] * 4)
    assert median_ratio(times["slow"], times["quick"]) == pytest.approx(500)


def test_rounds_begin_with_another_contender_each_time(clock: list[float]) -> None:
    order: list[str] = []

    def call(name: str) -> None:
        order.append(name)
        clock[0] += 1.0

    in_turns({name: lambda name=name: call(name) for name in "abc"}, Effort(3, 0.5))  # type: ignore[misc]
    assert "".join(order[-9:]) == "abcbcacab"


def test_a_slice_lasts_as_long_as_asked(clock: list[float]) -> None:
    calls = [0]

    def call() -> None:
        calls[0] += 1
        clock[0] += 1e-4

    in_turns({"one": call}, Effort(1, 0.02))
    before = calls[0]
    in_turns({"one": call}, Effort(2, 0.02))
    assert (calls[0] - before) - before >= 200


def test_one_disturbed_round_does_not_move_the_ratio() -> None:
    over = np.array([2.0, 2.0, 40.0, 2.0, 2.0])
    under = np.array([1.0, 1.0, 1.0, 1.0, 1.0])
    assert median_ratio(over, under) == 2.0


def test_garbage_collection_is_as_before(clock: list[float]) -> None:
    collecting: list[bool] = []

    def call() -> None:
        collecting.append(gc.isenabled())
        clock[0] += 1.0

    assert gc.isenabled()
    in_turns({"one": call}, Effort(2, 0.5))
    assert collecting[-2:] == [False, False]
    assert gc.isenabled()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not pin processes")
def test_one_core_and_then_all_again() -> None:
    before = os.sched_getaffinity(0)
    with one_core():
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before
