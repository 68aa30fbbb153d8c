"""CPU time of several contenders, measured in turns."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import process_time

import numpy as np
from numpy.typing import NDArray

Contender = Callable[[], object]
Seconds = NDArray[np.float64]


@dataclass(frozen=True)
class Effort:
    """``rounds`` turns for each contender, each of at least ``slice_s`` seconds."""

    rounds: int = 15
    slice_s: float = 0.03


def in_turns(contenders: Mapping[str, Contender], effort: Effort) -> dict[str, Seconds]:
    """CPU seconds of one call, (rounds,) for each contender; round by round they are neighbours in time.

    Who begins changes from round to round, because whoever follows finds a warmer or a fuller cache.
    """
    counts = {name: _count(call, effort.slice_s) for name, call in contenders.items()}
    found: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    with _undisturbed():
        for turn in range(effort.rounds):
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                found[name].append(_seconds(contenders[name], counts[name]))
    return {name: np.array(times) for name, times in found.items()}


def median_ratio(over: Seconds, under: Seconds) -> float:
    """Median of the ratios of the rounds."""
    return float(np.median(over / under))


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process on one core for a while, where the system lets us."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No garbage collection in between."""
    was = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _count(call: Contender, slice_s: float) -> int:
    """How many calls last ``slice_s``; warms the contender up on the way."""
    for _ in range(3):
        call()
    count = 1
    while (taken := _seconds(call, count) * count) < slice_s:
        count = max(2 * count, round(1.1 * count * slice_s / max(taken, 1e-6))) if taken > 1e-4 else 8 * count
    return count


def _seconds(call: Contender, count: int) -> float:
    began = process_time()
    for _ in range(count):
        call()
    return (process_time() - began) / count
