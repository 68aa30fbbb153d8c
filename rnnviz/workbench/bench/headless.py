"""A program that trains with nobody watching: what the training beside a window is held against."""

from __future__ import annotations

from time import perf_counter

from rnnviz.training.loop import TrainingLoop
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.bench.children import request, tell

WARM_S = 1.0


def steps_per_s(loop: TrainingLoop, seconds: float) -> float:
    """Steps a second over so many seconds of wall time."""
    began = perf_counter()
    count = 0
    while (now := perf_counter()) - began < seconds:
        loop.step()
        count += 1
    return count / (now - began)


def main() -> None:
    """Asked {"spec": …, "seconds": …}, find {"steps_per_s": …}."""
    asked = request()
    loop = TrainingLoop(RunSpec.from_json(asked["spec"]))
    steps_per_s(loop, WARM_S)
    tell(figures={"steps_per_s": steps_per_s(loop, asked["seconds"])})


if __name__ == "__main__":
    main()
