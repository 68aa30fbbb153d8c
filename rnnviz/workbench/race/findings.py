"""What the numbers of a race say, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rnnviz.files.catalogue import plain
from rnnviz.workbench.race.frame import Finding, RaceFrame, Racer

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
STEADY = 0.02  # a factor this near 1 neither shrinks nor grows


def findings(frame: RaceFrame) -> tuple[Finding, ...]:
    """A sentence for each configuration's gradient, then one on who passed; nothing that is not known."""
    said: list[Finding] = []
    for racer in frame.racers:
        said += _gradient(racer)
    if frame.status == "finished":
        said += _outcome(frame)
    return tuple(said)


def _gradient(racer: Racer) -> Iterator[Finding]:
    """How the untrained gradient changes a step, and what is left of it at the far end."""
    probe = racer.untrained
    if probe is None or not math.isfinite(probe.per_step):
        return
    values = {
        "title": racer.title,
        "factor": probe.per_step,
        "left": short(probe.reach),
        "k": int(probe.k[-1]),
        "state": probe.main,
    }
    theory = probe.theory
    if theory is not None and theory.kind == "gate":
        yield Finding("race.finding.gate", {**values, "symbol": theory.symbol, "kept": theory.factor})
    elif probe.per_step < 1.0 - STEADY:
        yield Finding("race.finding.shrinks", values)
    elif probe.per_step > 1.0 + STEADY:
        yield Finding("race.finding.grows", values)
    else:
        yield Finding("race.finding.holds", values)


def short(value: float) -> str:
    """Two digits: 0.54, or 9.7×10⁻⁵ where that is easier to read."""
    if value == 0.0 or not math.isfinite(value) or 0.01 <= abs(value) < 1000.0:
        return plain(float(f"{value:.2g}"))
    digits, _, power = f"{value:.1e}".partition("e")
    return f"{digits}×10{str(int(power)).translate(RAISED)}"


def _outcome(frame: RaceFrame) -> Iterator[Finding]:
    """Who passed first, and who never did."""
    if any(racer.pass_mark is None for racer in frame.racers):
        return
    passed = [racer for racer in frame.racers if racer.row.steps_to_pass is not None]
    if passed:
        first = min(passed, key=lambda racer: (racer.row.steps_to_pass or 0, racer.parameters))
        yield Finding("race.finding.first", {"title": first.title, "steps": first.row.steps_to_pass})
    else:
        yield Finding("race.finding.none", {"steps": frame.spec.steps})
    for racer in frame.racers:
        if racer.row.diverged:
            yield Finding(
                "race.finding.diverged",
                {"title": racer.title, "count": racer.row.diverged, "seeds": racer.row.seeds},
            )
