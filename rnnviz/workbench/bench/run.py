"""`bench engine` and `bench typing`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from rnnviz.workbench.bench.keystroke import Keystroke
from rnnviz.workbench.bench.peers import peers
from rnnviz.workbench.bench.probes import bench_probes
from rnnviz.workbench.bench.steps import BareProducts, Shape, TrainingStep, WatchedStep
from rnnviz.workbench.bench.timing import Contender, Effort, in_turns, median_ratio, one_core

SHAPES = (
    Shape(25, 1, 32),
    Shape(25, 1, 100),
    Shape(32, 16, 32),
    Shape(64, 16, 64),
    Shape(64, 32, 128),
    Shape(100, 32, 256),
)
BENCHED = ("rnn", "lstm", "gru")  # the cells that other libraries have as well
TYPED = (32, 100, 256)
TRACED = Shape(64, 16, 64)
EFFORT = Effort()

Note = Callable[[str], None]


def bench_numbers(what: str, *, note: Note) -> dict[str, float]:
    """The figures of "engine", "typing", or both for anything else."""
    figures: dict[str, float] = {}
    with one_core():
        if what != "typing":
            figures |= bench_engine(note=note)
            figures |= bench_probes(note=note, effort=EFFORT)
        if what != "engine":
            figures |= bench_typing(note=note)
    return figures


def bench_engine(
    *, note: Note, shapes: Iterable[Shape] = SHAPES, traced: Shape = TRACED, effort: Effort = EFFORT
) -> dict[str, float]:
    """``…/ms`` of a step, ``…/vs_floor``, ``…/vs_<peer>`` (its time over ours), ``…/trace_cost``.

    ``engine/trace_cost`` is the LSTM's at ``traced``.
    """
    figures: dict[str, float] = {}
    for shape in shapes:
        for cell in BENCHED:
            name = f"engine/{cell}/{shape}"
            note(name)
            figures |= {f"{name}/{key}": value for key, value in _one(cell, shape, effort).items()}
    note("engine/trace_cost")
    pair: dict[str, Contender] = {
        "plain": TrainingStep("lstm", traced),
        "watched": WatchedStep("lstm", traced),
    }
    times = in_turns(pair, effort)
    figures["engine/trace_cost"] = median_ratio(times["watched"], times["plain"])
    return figures


def bench_typing(*, note: Note, hidden: Iterable[int] = TYPED, effort: Effort = EFFORT) -> dict[str, float]:
    """``typing/<cell>/H<units>_us``: a key's way through the network, in microseconds."""
    figures: dict[str, float] = {}
    for units in hidden:
        note(f"typing/H{units}")
        times = in_turns({cell: Keystroke(cell, units) for cell in BENCHED}, effort)
        figures |= {f"typing/{cell}/H{units}_us": float(np.median(t)) * 1e6 for cell, t in times.items()}
    return figures


def _one(cell: str, shape: Shape, effort: Effort) -> dict[str, float]:
    others = peers(cell, shape)
    contenders: dict[str, Contender] = {
        "ours": TrainingStep(cell, shape),
        "floor": BareProducts(cell, shape),
        "watched": WatchedStep(cell, shape),
    }
    contenders |= {f"{peer}{k}": step for peer, steps in others.items() for k, step in enumerate(steps)}
    times = in_turns(contenders, effort)
    ours = times["ours"]
    figures = {
        "ms": float(np.median(ours)) * 1e3,
        "vs_floor": median_ratio(ours, times["floor"]),
        "trace_cost": median_ratio(times["watched"], ours),
    }
    for peer, steps in others.items():
        figures[f"vs_{peer}"] = min(median_ratio(times[f"{peer}{k}"], ours) for k in range(len(steps)))
    return figures
