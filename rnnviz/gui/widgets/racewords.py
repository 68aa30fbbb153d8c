"""What the panels of a race say in words and numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from rnnviz.gui import numbers
from rnnviz.gui.look import Look
from rnnviz.tasks import TASKS
from rnnviz.workbench.race.frame import RaceFrame, Racer

NO_SHARES = ("loss", "mse")  # scores that are errors: smaller is better, and there is no 100 %


def is_share(racer: Racer) -> bool:
    """Whether the score that is drawn is a share, 0 … 1."""
    return racer.metric not in NO_SHARES


def title(look: Look, racer: Racer) -> str:
    """The configuration's name in the look's language."""
    return racer.title[look.catalogue.language]


def short_titles(look: Look, racers: Sequence[Racer]) -> list[str]:
    """The names without the words that all begin with: 0, 1, 3 of Forget bias 0, Forget bias 1, …"""
    names = [title(look, racer) for racer in racers]
    first, last = min(names), max(names)  # what these two begin with, all do
    same = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    cut = first.rfind(" ", 0, same) + 1 if len(names) > 1 else 0
    return [name[cut:] for name in names]


def metric_name(look: Look, metric: str) -> str:
    """A score's name: "accuracy"."""
    key = f"metric.{metric}"
    return look.text(key) if key in look.catalogue else metric


def capital(words: str) -> str:
    """Words as the beginning of a heading."""
    return words[:1].upper() + words[1:]


def score(racer: Racer, value: float) -> str:
    """A score as it is written: 25.8 %, or an error as losses are; a dash where there is none."""
    if math.isnan(value):
        return numbers.NOTHING
    return share(value) if is_share(racer) else numbers.loss(value)


def share(value: float) -> str:
    """0.258 → 25.8 %, 1.0 → 100 %."""
    return f"{100 * value:.1f}".removesuffix(".0") + " %"


def mark_name(look: Look, racer: Racer) -> str:
    """The pass mark in words: "95 % accuracy", "MSE below 0.01"; empty without one."""
    mark = racer.pass_mark
    if mark is None:
        return ""
    name = metric_name(look, mark.metric)
    if mark.above:
        return look.text("compare.mark-above", value=share(mark.value), metric=name)
    return look.text("compare.mark-below", value=f"{mark.value:.3g}", metric=name)


def baseline_name(look: Look, racer: Racer) -> str:
    """What the trivial predictor is called, with its loss."""
    of_text = TASKS[racer.spec.task].input == "text"
    name = look.text("loss.baseline" if of_text else "loss.baseline-task")
    return f"{name} {numbers.loss(racer.baseline)}"


def live_score(racer: Racer) -> float:
    """The score to show: final where all runners are over, else the newest median; NaN before the first."""
    if racer.row.over == racer.row.seeds and math.isfinite(racer.row.score):
        return racer.row.score
    known = racer.spread.score[np.isfinite(racer.spread.score)]
    return float(known[-1]) if known.size else math.nan


def pill(look: Look, frame: RaceFrame, racer: Racer, *, brief: bool = False) -> str:
    """The result in two words, or (``brief``) the number alone; empty before there is any."""
    row = racer.row
    if row.over == row.seeds and 2 * row.diverged >= row.seeds:
        return look.text("status.diverged")
    if frame.status == "ready":
        return ""
    value = live_score(racer)
    if all(runner.status == "waiting" for runner in racer.runners) or math.isnan(value):
        return look.text("compare.queued")
    if brief:
        return score(racer, value)
    return look.text("compare.pill", score=score(racer, value), metric=metric_name(look, racer.metric))


def foot(look: Look, frame: RaceFrame, racer: Racer) -> str:
    """How a configuration stands, in a sentence."""
    row, active = racer.row, racer.active
    seeds = row.seeds
    if row.over == seeds:
        return _outcome(look, racer)
    if frame.status == "ready":
        return look.text("compare.foot.ready", seeds=seeds, steps=numbers.count(frame.spec.steps))
    if all(runner.status == "waiting" for runner in racer.runners):
        return look.text("compare.foot.waiting")
    values = {"seed": active.seed, "step": numbers.count(active.step), "over": row.over, "seeds": seeds}
    if active.status == "training":
        return look.text("compare.foot.training", **values)
    if active.status == "paused":
        return look.text("compare.foot.paused", **values)
    return look.text("compare.foot.between", over=row.over, seeds=seeds)


def _outcome(look: Look, racer: Racer) -> str:
    row, mark = racer.row, racer.pass_mark
    lost = [runner for runner in racer.runners if runner.status == "stopped"]
    values = {"passed": row.passed, "seeds": row.seeds}
    if lost:
        return look.text("compare.foot.stopped", seed=lost[0].seed, step=numbers.count(lost[0].step))
    if row.diverged:
        return look.text("compare.foot.diverged", diverged=row.diverged, **values)
    if mark is None:
        return look.text("compare.foot.over", loss=numbers.loss(row.loss), **values)
    if row.steps_to_pass is not None:
        return look.text("compare.foot.passed", step=numbers.count(row.steps_to_pass), **values)
    return look.text("compare.foot.some" if row.passed else "compare.foot.never", **values)
