"""A network on its own: what it gives is fed back to it, beyond the end of what was typed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.stepper import Stepper
from rnnviz.tasks.base import TRACED_TOKENS, Task, Typed
from rnnviz.tasks.drawn import NumberTask

PERIODS = 3  # of a training sequence: one of them is run freely


def runs_on(task: Task, model: Model, typed: Typed) -> bool:
    """Whether there is something to run on: numbers that can be fed back, in a network of one direction."""
    fed = isinstance(task, NumberTask) and task.generates and model.spec.directions == 1
    return fed and bool(typed.tokens) and typed.problem is None


def run_on(task: Task, model: Model, parameters: Parameters, typed: Typed) -> Typed:
    """``typed`` and what the network makes of it: a third of a training sequence on its own outputs.

    The tokens added have no targets and no place in the text. They end early where numbers are not finite.
    """
    if not runs_on(task, model, typed):
        return typed
    assert isinstance(task, NumberTask)
    assert typed.numbers is not None
    trace = model.forward(parameters, typed.numbers)
    stepper = Stepper(model, parameters)
    stepper.reset(trace.final)
    outputs = trace["logits"][-1:]
    rows: list[np.ndarray] = []
    for _ in range(min(task.length // PERIODS, TRACED_TOKENS - len(typed.tokens))):
        x = np.array(task.feed(outputs), np.float32)
        if not np.isfinite(x).all():
            break
        rows.append(x)
        outputs = stepper.step(x[0])[None]
    if not rows:
        return typed
    numbers = np.concatenate([typed.numbers, *rows])
    end = len(typed.text)
    added = len(rows)
    return replace(
        typed,
        tokens=typed.tokens + tuple(task.write(row[0, 0]) for row in rows),
        codes=np.concatenate([typed.codes, np.zeros((added, 1), np.int32)]),
        targets=np.concatenate(
            [typed.targets, np.full((added, *typed.targets.shape[1:]), np.nan, np.float32)]
        ),
        numbers=numbers,
        spans=typed.spans + ((end, end),) * added,
    )
