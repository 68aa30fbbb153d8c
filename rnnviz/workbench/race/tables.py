"""A race as tables: one row a runner, one row a point of a curve.

What the clock says stands in a table of its own, so that the others are the same whenever a race is run
again.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence

import numpy as np

from rnnviz.workbench.race.frame import RaceFrame, Racer, Runner
from rnnviz.workbench.summary import run_summary

Rows = Iterable[Sequence[object]]

WHO = ("configuration", "experiment", "cell", "seed")
RESULTS = (*WHO, "task", "parameters", "status", "steps", "passed", "steps_to_pass", "baseline")
TIMINGS = (*WHO, "steps_per_s", "seconds", "seconds_to_pass")
CURVES = (*WHO, "step", "loss", "accuracy", "grad_norm", "held_out_loss", "held_out_score")


def summaries(frame: RaceFrame) -> list[dict[str, object]]:
    """What `run` would print of each runner that is over, by configuration, then seed.

    "setting" is added where it takes more than the cell to tell configurations apart: what does, as
    `run --set` takes it.
    """
    found = []
    for n, racer in enumerate(frame.racers):
        for runner in racer.runners:
            if runner.over:
                found.append(_summary(frame, n, racer, runner))
    return found


def _summary(frame: RaceFrame, n: int, racer: Racer, runner: Runner) -> dict[str, object]:
    said = run_summary(
        frame.spec.experiments[n],
        frame.spec.run(n, runner.seed),
        parameters=racer.parameters,
        steps=runner.step,
        score=runner.score,
        baseline=racer.baseline,
        pass_mark=racer.pass_mark,
        steps_per_s=runner.steps_per_s,
    )
    spec = frame.spec
    by_cell = all(spec.name(k) == run.cell for k, run in enumerate(spec.configurations))
    return said if by_cell else {**said, "setting": spec.name(n)}


def results_csv(frame: RaceFrame) -> str:
    """One row a runner that is over; pass marks as mark_… and the metrics of its final score come last."""
    metrics = _keys(runner.score for racer in frame.racers for runner in racer.runners)
    marks = _keys(racer.pass_mark.marks if racer.pass_mark else {} for racer in frame.racers)
    header = (*RESULTS, *(f"mark_{key}" for key in marks), *metrics)
    rows = []
    for n, racer, runner in _over(frame):
        own = {} if racer.pass_mark is None else racer.pass_mark.marks
        end = (runner.status, runner.step, runner.passed, runner.steps_to_pass, racer.baseline)
        rows.append(
            (
                *_who(frame, n, runner),
                racer.spec.task,
                racer.parameters,
                *end,
                *(own.get(key) for key in marks),
                *(runner.score.get(key) for key in metrics),
            )
        )
    return _csv(header, rows)


def timings_csv(frame: RaceFrame) -> str:
    """One row a runner that is over: what the clock says of it."""
    return _csv(
        TIMINGS,
        [
            (*_who(frame, n, runner), runner.steps_per_s, runner.seconds, runner.seconds_to_pass)
            for n, _, runner in _over(frame)
        ],
    )


def curves_csv(frame: RaceFrame) -> str:
    """One row a point: the training loss and what belongs to it, and the held-out values where measured."""
    return _csv(
        CURVES,
        (
            (*_who(frame, n, runner), *point)
            for n, racer in enumerate(frame.racers)
            for runner in racer.runners
            for point in _points(runner)
        ),
    )


def _points(runner: Runner) -> Iterable[Sequence[object]]:
    curves = runner.curves
    steps = np.union1d(curves.step, curves.held_out_step)
    table = np.full((len(steps), 5), math.nan)
    trained = np.searchsorted(steps, curves.step)
    watched = np.searchsorted(steps, curves.held_out_step)
    table[trained, :3] = np.stack([curves.loss, curves.accuracy, curves.grad_norm], axis=1)
    table[watched, 3:] = np.stack([curves.held_out, curves.held_out_score], axis=1)
    return [(int(step), *map(float, row)) for step, row in zip(steps, table, strict=True)]


def _over(frame: RaceFrame) -> Iterable[tuple[int, Racer, Runner]]:
    for n, racer in enumerate(frame.racers):
        for runner in racer.runners:
            if runner.over:
                yield n, racer, runner


def _who(frame: RaceFrame, n: int, runner: Runner) -> tuple[object, ...]:
    return frame.spec.name(n), frame.spec.experiments[n], frame.spec.configurations[n].cell, runner.seed


def _keys(mappings: Iterable[Iterable[str]]) -> list[str]:
    """Every key once, in order of appearance."""
    return list(dict.fromkeys(key for mapping in mappings for key in mapping))


def _csv(header: Sequence[str], rows: Rows) -> str:
    """Commas and \\n; numbers in full precision, nothing where there is none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: object) -> object:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.17g}" if isinstance(value, float) else value
