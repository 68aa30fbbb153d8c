"""What is known of a finished run of an experiment: a thinned curve and its result, as a small JSON file.

The bundled ones lie in resources/runs and are written by ``make_runs.py`` there; a person's own lie beside
their experiments.  A gallery shows them; nothing is ever drawn that was not run.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from rnnviz.engine.errors import UserError
from rnnviz.files.atomic import write_bytes
from rnnviz.files.container import strict_json
from rnnviz.files.resources import resource
from rnnviz.files.texts import read_limited
from rnnviz.tasks import PassMark
from rnnviz.training.curves import Curves
from rnnviz.training.spec import RunSpec

POINTS = 96  # of a thumbnail's curve
MAX_BYTES = 100_000
ENDING = ".run.json"


@dataclass(frozen=True)
class FinishedRun:
    """``step``, ``held_out`` (≤ 96,): the held-out loss over the run, finite numbers only.

    ``scores``, as long or empty: the held-out metric of the pass mark at the same steps, where it is known.
    ``score`` is what the task measured at the end; ``metric``, ``mark``, ``above`` its pass mark ("" without
    one); ``passed`` whether that and all that goes with it was reached, None where nobody knows; ``blew_up``
    says that it ended in numbers that are not finite, at the last step.
    """

    step: tuple[int, ...]
    held_out: tuple[float, ...]
    baseline: float
    score: Mapping[str, float]
    metric: str = ""
    mark: float = math.nan
    above: bool = False
    steps: int = 0
    seed: int = 0
    blew_up: bool = False
    scores: tuple[float, ...] = ()
    passed: bool | None = None


def finished_run(
    spec: RunSpec,
    curves: Curves,
    baseline: float,
    score: Mapping[str, float],
    pass_mark: PassMark | None,
    *,
    steps: int,
    blew_up: bool = False,
) -> FinishedRun:
    """The record of a run that has just ended; ``curves`` may be of any length."""
    kept = np.isfinite(curves.held_out)
    step, loss = curves.held_out_step[kept], curves.held_out[kept]
    places = np.unique(np.linspace(0, len(step) - 1, min(POINTS, len(step))).round().astype(int))
    scores = curves.held_out_score[kept][places]
    run = FinishedRun(
        tuple(int(s) for s in step[places]),
        tuple(float(f"{v:.4g}") for v in loss[places]),
        float(f"{baseline:.6g}"),
        {key: float(f"{value:.6g}") for key, value in score.items() if math.isfinite(value)},
        steps=steps,
        seed=spec.training.seed,
        blew_up=blew_up,
        scores=tuple(float(f"{v:.4g}") for v in scores) if np.isfinite(scores).all() else (),
    )
    if pass_mark is None:
        return run
    passed = pass_mark.passed(score) if score.keys() >= pass_mark.marks.keys() else None
    mark = float(f"{pass_mark.value:.6g}")
    return replace(run, metric=pass_mark.metric, mark=mark, above=pass_mark.above, passed=passed)


def save_finished(path: Path, run: FinishedRun) -> None:
    """Write ``run``.  Raises UserError "error.write-…"."""
    record = {key: value for key, value in asdict(run).items() if value == value and value is not None}
    write_bytes(path, json.dumps(record, ensure_ascii=False, allow_nan=False).encode() + b"\n")


def load_finished(path: Path) -> FinishedRun | None:
    """The run in a file; None where there is none or it is damaged: a gallery can do without."""
    try:
        return _checked(strict_json(read_limited(path, MAX_BYTES, "error.text-too-large").decode()))
    except (UserError, ValueError, TypeError, KeyError, RecursionError):
        return None


def bundled_run(key: str) -> FinishedRun | None:
    """The finished run that comes with a bundled experiment, if one does."""
    return load_finished(resource("runs", key + ENDING))


def _checked(record: Mapping[str, Any]) -> FinishedRun:
    """Raises ValueError, TypeError or KeyError for what no run can be."""
    step = tuple(int(s) for s in record["step"])
    held_out = tuple(float(v) for v in record["held_out"])
    if len(step) != len(held_out) or len(step) > POINTS or not np.isfinite(held_out).all():
        raise ValueError("curve")
    scores = tuple(float(v) for v in record.get("scores", ()))
    if scores and (len(scores) != len(step) or not np.isfinite(scores).all()):
        raise ValueError("scores")
    if any(later <= earlier for earlier, later in pairwise(step)):
        raise ValueError("step")
    return FinishedRun(
        step,
        held_out,
        float(record["baseline"]),
        {str(key): float(value) for key, value in dict(record["score"]).items()},
        str(record["metric"]),
        float(record.get("mark", math.nan)),
        bool(record["above"]),
        int(record["steps"]),
        int(record["seed"]),
        bool(record["blew_up"]),
        scores,
        None if "passed" not in record else bool(record["passed"]),
    )
