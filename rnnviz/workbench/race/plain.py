"""A race frame from plain numbers, for whoever needs one without training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from rnnviz.engine.probes.distance import Distance, Theory
from rnnviz.tasks.base import PassMark
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.race.compose import Facts, make_curves, make_frame, make_racer
from rnnviz.workbench.race.frame import RaceFrame, Runner, RunnerStatus
from rnnviz.workbench.race.spec import RaceSpec, Words


@dataclass(frozen=True)
class PlainRacer:
    """A configuration: ``held_out[n]`` are (step, loss, score) of the n-th seed, none while it waits.

    ``statuses[n]`` is by default "finished" with curves and "waiting" without.  ``medians`` are the gradients
    against distance by state, "h" and "c", each from 1.0 at k = 0 on; the quartiles lie a tenth off.
    """

    cell: str
    title: Words
    held_out: Sequence[Sequence[tuple[int, float, float]]]
    parameters: int = 1000
    medians: Mapping[str, Sequence[float]] = field(default_factory=dict)
    theory: Theory | None = None
    statuses: Sequence[RunnerStatus] = ()
    seconds_per_step: float = 0.005


def plain_frame(
    racers: Sequence[PlainRacer],
    *,
    steps: int,
    baseline: float = float(np.log(4)),
    pass_mark: PassMark | None = PassMark("accuracy", 0.95, above=True),  # noqa: B008 - frozen
    metric: str = "accuracy",
    slots: int = 1,
    serial: int = 1,
) -> RaceFrame:
    """The frame of these racers; final scores are the last points of the curves."""
    runs = tuple(RunSpec(cell=racer.cell) for racer in racers)
    seeds = tuple(range(len(racers[0].held_out)))
    keys = tuple(racer.cell for racer in racers)
    spec = RaceSpec(runs, tuple(racer.title for racer in racers), seeds, steps, keys)
    made = []
    for racer, run in zip(racers, runs, strict=True):
        facts = Facts(racer.title, run, racer.parameters, baseline, pass_mark, metric)
        runners = [_runner(racer, seed, facts) for seed in seeds]
        made.append(make_racer(facts, runners, _distance(racer)))
    return make_frame(serial, spec, slots, made)


def _runner(racer: PlainRacer, seed: int, facts: Facts) -> Runner:
    points = racer.held_out[seed]
    status = racer.statuses[seed] if racer.statuses else "finished" if points else "waiting"
    step = points[-1][0] if points else 0
    scores = [(at, {facts.metric: score, "loss": loss}) for at, loss, score in points]
    mark = facts.pass_mark
    reached = [at for at, score in scores if mark is not None and mark.passed(score)]
    over = status in ("finished", "diverged", "stopped")
    final = scores[-1][1] if over and scores else {}
    return Runner(
        seed=seed,
        status=status,
        step=step,
        curves=make_curves(points),
        steps_per_s=1.0 / racer.seconds_per_step,
        seconds=step * racer.seconds_per_step,
        score=final,
        passed=mark.passed(final) if mark is not None and final else None,
        steps_to_pass=reached[0] if reached else None,
        seconds_to_pass=reached[0] * racer.seconds_per_step if reached else None,
    )


def _distance(racer: PlainRacer) -> Distance | None:
    if not racer.medians:
        return None
    medians = {state: np.array(values, np.float64) for state, values in racer.medians.items()}
    count = len(next(iter(medians.values())))
    return Distance(
        np.arange(count),
        medians,
        {state: values * 0.9 for state, values in medians.items()},
        {state: values * 1.1 for state, values in medians.items()},
        racer.theory,
    )
