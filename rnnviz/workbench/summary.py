"""What is said of a run that has ended; the same words for `run`, the race, and whoever else trains."""

from __future__ import annotations

import math
from collections.abc import Mapping

from rnnviz.tasks.base import PassMark
from rnnviz.training.spec import RunSpec


def run_summary(
    experiment: str,
    spec: RunSpec,
    *,
    parameters: int,
    steps: int,
    score: Mapping[str, float],
    baseline: float,
    pass_mark: PassMark | None,
    steps_per_s: float,
) -> dict[str, object]:
    """The keys of `run --json`, in their order; NaN and None where something does not apply.

    ``score`` is that of `TrainingLoop.evaluate`, on all held-out data.
    """
    return {
        "experiment": experiment,
        "cell": spec.cell,
        "task": spec.task,
        "parameters": parameters,
        "seed": spec.training.seed,
        "steps": steps,
        "loss": score.get("loss", math.nan),
        "accuracy": score.get("accuracy", math.nan),
        "baseline": baseline,
        "pass_mark": None if pass_mark is None else dict(pass_mark.marks),
        "passed": None if pass_mark is None else pass_mark.passed(score),
        "steps_per_s": steps_per_s,
    }
