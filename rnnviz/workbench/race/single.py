"""One network as a race of itself: what panels of a race show of a session or an experiment alone."""

from __future__ import annotations

import math

from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.distance import Distance, gradient_distance, pooled
from rnnviz.files.session import Session
from rnnviz.tasks import Task
from rnnviz.training.curves import CurveRecorder
from rnnviz.training.loop import TrainingLoop, watched_metric
from rnnviz.workbench.race.choose import Opened, key_of, title_of
from rnnviz.workbench.race.compose import Facts, make_frame, make_racer
from rnnviz.workbench.race.frame import RaceFrame, Runner
from rnnviz.workbench.race.probes import measured
from rnnviz.workbench.race.spec import RaceSpec


def single_frame(opened: Opened, text: str | None = None) -> RaceFrame:
    """A frame of one configuration with one runner that is over (a session) or has not begun.

    ``untrained`` is the gradient against distance of the fresh network, ``trained`` that of a session's, on
    held-out data or on ``text`` as the one sequence.  Raises UserError as `TrainingLoop`, and
    "error.distance-…" where there is no such curve.
    """
    loop = TrainingLoop(opened.spec)
    task, model = loop.task, loop.model
    mark, title = task.pass_mark, title_of("model.cell", opened.spec)
    facts = Facts(title, opened.spec, model.size, task.baseline, mark, watched_metric(task))
    untrained, trained = _curve(task, model, loop.parameters, text), None
    recorder = CurveRecorder(opened.curves if isinstance(opened, Session) else None)
    if isinstance(opened, Session):
        loop.restore(opened.state)
        trained = _curve(task, model, loop.parameters, text)
    else:
        recorder.extend([loop.measure()])
    score = loop.evaluate() if loop.step_count else {}
    runner = Runner(
        seed=opened.spec.training.seed,
        status="finished" if loop.step_count else "waiting",
        step=loop.step_count,
        curves=recorder.curves(),
        steps_per_s=math.nan,
        score=score,
        passed=mark.passed(score) if mark is not None and score else None,
    )
    steps = max(opened.spec.training.steps, 1)
    spec = RaceSpec((opened.spec,), (title,), (runner.seed,), steps, (key_of(opened),))
    return make_frame(1, spec, 1, [make_racer(facts, [runner], untrained, trained)])


def _curve(task: Task, model: Model, parameters: Parameters, text: str | None) -> Distance:
    if text is None:
        return pooled(measured(task, model, parameters))
    typed = task.typed(text)
    if not typed.tokens:
        raise UserError("error.distance-loss")
    return gradient_distance(model, parameters, typed.x, typed.targets, layer=model.spec.layers - 1)
