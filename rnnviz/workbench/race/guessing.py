"""What score somebody gets who only guesses."""

from __future__ import annotations

import math

import numpy as np

from rnnviz.tasks import Task
from rnnviz.training.loop import watched_metric

NAN = math.nan


def guessing(task: Task) -> float:
    """The score that goes with ``task.baseline``, in `watched_metric`; NaN where nothing simple is known.

    Where the baseline guesses among all outputs alike it is one in so many; where it knows how frequent the
    symbols are, always naming the most frequent one.
    """
    metric = watched_metric(task)
    if task.loss == "mse":
        return task.baseline if metric in ("mse", "loss") else NAN
    even = 2 if task.loss == "binary" else task.outputs
    if math.isclose(task.baseline, math.log(even), rel_tol=1e-9):
        return 1 / even
    if task.loss != "cross-entropy" or metric != "accuracy":
        return NAN
    found = np.concatenate([batch.y[batch.known] for batch in task.held_out()])
    return float(np.bincount(found).max() / len(found)) if len(found) else NAN
