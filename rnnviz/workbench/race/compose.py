"""From the runners' plain data to a frame: spread over the seeds, rows of the table, sentences.

The race itself and whoever needs a frame without one (tests of a window, a file read back) come this way.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnnviz.engine.probes.distance import Distance
from rnnviz.tasks.base import PassMark
from rnnviz.training.curves import CurveRecorder, Curves, StepStats
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.race.findings import findings
from rnnviz.workbench.race.frame import Floats, RaceFrame, Racer, RaceStatus, Row, Runner, Spread
from rnnviz.workbench.race.spec import RaceSpec, Words


@dataclass(frozen=True)
class Facts:
    """What is known of a configuration before it runs; fields as in `Racer`."""

    title: Words
    spec: RunSpec
    parameters: int
    baseline: float
    pass_mark: PassMark | None
    metric: str
    guess: float = math.nan


def make_frame(
    serial: int, spec: RaceSpec, slots: int, racers: Sequence[Racer], *, running: bool = False
) -> RaceFrame:
    """The frame of these racers; ``running`` also while one runner has ended and the next not yet begun."""
    status = _status(racers)
    status = "training" if running and status != "finished" else status
    frame = RaceFrame(serial, spec, status, slots, tuple(racers))
    return replace(frame, findings=findings(frame))


def make_racer(
    facts: Facts,
    runners: Sequence[Runner],
    untrained: Distance | None = None,
    trained: Distance | None = None,
    why_no_distance: str = "",
) -> Racer:
    """A configuration with its runners, one a seed; spread and row are computed."""
    return Racer(
        title=facts.title,
        spec=facts.spec,
        parameters=facts.parameters,
        baseline=facts.baseline,
        pass_mark=facts.pass_mark,
        metric=facts.metric,
        runners=tuple(runners),
        spread=make_spread(runners, _above(facts)),
        row=make_row(facts, runners, untrained),
        untrained=untrained,
        trained=trained,
        why_no_distance=why_no_distance,
        guess=facts.guess,
    )


def make_curves(held_out: Sequence[tuple[int, float, float]]) -> Curves:
    """Curves of (step, loss, score) on held-out data alone; step 0 first."""
    recorder = CurveRecorder()
    recorder.extend(
        StepStats(step, math.nan, math.nan, math.nan, held_out=loss, held_out_score=score)
        for step, loss, score in held_out
    )
    return recorder.curves()


def make_spread(runners: Sequence[Runner], above: bool = True) -> Spread:
    """Median and extremes over the seeds at every evaluated step; ``above``: larger scores are better."""
    begun = [runner for runner in runners if len(runner.curves.held_out_step)]
    steps = np.unique(np.concatenate([np.zeros(0, np.int64), *(r.curves.held_out_step for r in begun)]))
    worst = -math.inf if above else math.inf
    loss = np.stack([_at(steps, r, r.curves.held_out, math.inf) for r in begun] or [steps * math.nan])
    score = np.stack([_at(steps, r, r.curves.held_out_score, worst) for r in begun] or [steps * math.nan])
    return Spread(steps, *_over(loss), *(_finite(values) for values in _over(score)))


def make_row(facts: Facts, runners: Sequence[Runner], untrained: Distance | None) -> Row:
    """The configuration's line in the results table."""
    over = [runner for runner in runners if runner.over]
    steps = _median([_late(r, r.steps_to_pass) for r in over])
    seconds = _median([_late(r, r.seconds_to_pass) for r in over])
    speeds = [r.step / r.seconds for r in runners if r.step and r.seconds > 0.0]
    return Row(
        score=_median([r.score.get(facts.metric, math.nan) for r in over]),
        loss=_median([r.score.get("loss", math.nan) for r in over]),
        passed=sum(r.passed is True for r in runners),
        over=len(over),
        diverged=sum(r.status == "diverged" for r in runners),
        seeds=len(runners),
        steps_to_pass=round(steps) if math.isfinite(steps) else None,
        seconds_to_pass=seconds if math.isfinite(seconds) else None,
        parameters=facts.parameters,
        steps_per_s=_median(speeds),
        gradient=math.nan if untrained is None else untrained.reach,
        reach=0 if untrained is None else int(untrained.k[-1]),
    )


def _above(facts: Facts) -> bool:
    """Whether more of the score that is drawn is better; the pass mark may be of another."""
    mark = facts.pass_mark
    marks = () if mark is None else (mark, *mark.also)
    return next((one.above for one in marks if one.metric == facts.metric), facts.metric != "mse")


def _late(runner: Runner, when: float | None) -> float:
    """When it passed; infinitely late if it does not pass in the end."""
    return float(when) if runner.passed and when is not None else math.inf


def _status(racers: Sequence[Racer]) -> RaceStatus:
    runners = [runner for racer in racers for runner in racer.runners]
    if all(runner.over for runner in runners):
        return "finished"
    if any(runner.status == "training" for runner in runners):
        return "training"
    return "paused" if any(runner.over or runner.status == "paused" for runner in runners) else "ready"


def _at(steps: np.ndarray, runner: Runner, values: Floats, worst: float) -> Floats:
    """A runner's values at the common steps (N,): NaN where it has none, the worst after it diverged."""
    found = np.full(len(steps), math.nan)
    own = runner.curves.held_out_step
    found[np.searchsorted(steps, own)] = values
    if runner.status == "diverged":
        found[steps > own[-1]] = worst
    return found


def _over(rows: Floats) -> tuple[Floats, Floats, Floats]:
    """Median, smallest and largest over the seeds (S, N) → (N,), those without a value left out."""
    known = ~np.isnan(rows).all(axis=0)
    found = np.full((3, rows.shape[1]), math.nan)
    if known.any():
        with np.errstate(invalid="ignore"):  # the mean of two infinities of one sign is no fault
            found[0, known] = np.nanmedian(rows[:, known], axis=0)
        found[1, known] = np.nanmin(rows[:, known], axis=0)
        found[2, known] = np.nanmax(rows[:, known], axis=0)
    return found[0], found[1], found[2]


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, math.nan)


def _median(values: Sequence[float]) -> float:
    """The middle one (the upper of two where one is infinite), NaN of nothing or beside a NaN."""
    return float(np.median(values)) if len(values) else math.nan
