"""What a reader of a race may show: frozen records, arrays read-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.probes.distance import Distance
from rnnviz.files.catalogue import Catalogue
from rnnviz.tasks.base import PassMark
from rnnviz.training.curves import Curves
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.race.spec import RaceSpec, Words

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RunnerStatus = Literal["waiting", "training", "paused", "finished", "diverged", "stopped"]
RaceStatus = Literal["ready", "training", "paused", "finished"]


@dataclass(frozen=True, eq=False)
class Runner:
    """One configuration with one seed.

    ``status``: "waiting" for a free core, "training", "paused", "finished", "diverged" (the loss, the
    gradient or the parameters were no longer finite) or "stopped" (its process was lost).  ``step`` steps are
    done.
    ``curves`` as of any run: training loss and accuracy, and at every evaluation the loss
    (``curves.held_out``) and the score (``curves.held_out_score``) on held-out data, that of step 0 being the
    untrained network's.  ``seconds`` counts training alone: no queue, no start of a process, no pause.
    ``score`` is the task's final score on all held-out data, by metric, exactly as `run` prints it; empty
    before the end.  ``passed`` says whether it reaches the pass mark, None before the end or without a mark.
    ``steps_to_pass`` and ``seconds_to_pass`` are those of the first evaluation that reached the mark, None
    while there is none.
    """

    seed: int
    status: RunnerStatus
    step: int
    curves: Curves
    steps_per_s: float = float("nan")
    seconds: float = 0.0
    score: Mapping[str, float] = field(default_factory=dict)
    passed: bool | None = None
    steps_to_pass: int | None = None
    seconds_to_pass: float | None = None

    @property
    def over(self) -> bool:
        """Whether it will not move any more."""
        return self.status in ("finished", "diverged", "stopped")


@dataclass(frozen=True, eq=False)
class Spread:
    """Held-out curves of several seeds as one.

    ``step`` (N,), the evaluations; ``loss``, ``loss_low``, ``loss_high``, ``score``, ``score_low``,
    ``score_high`` (N,): median, smallest and largest over the seeds that have come so far.  A seed that
    diverged counts from then on as the worst there is, so the median may be infinite (loss) or NaN (score).
    """

    step: Ints
    loss: Floats
    loss_low: Floats
    loss_high: Floats
    score: Floats
    score_low: Floats
    score_high: Floats

    def __post_init__(self) -> None:
        for column in fields(self):
            getattr(self, column.name).flags.writeable = False


@dataclass(frozen=True)
class Row:
    """One configuration in the results table: medians over the seeds that are over (NaN or None before).

    ``score`` and ``loss`` are final, on all held-out data.  ``steps_to_pass`` and ``seconds_to_pass`` count a
    seed that does not pass in the end as infinitely late: None when half of the seeds or more do not.
    ``passed`` of ``seeds`` runners passed, ``over`` are over, ``diverged`` diverged.  ``gradient`` is the
    untrained network's gradient at the greatest distance ``reach`` relative to distance 0, NaN (and 0)
    without a probe.
    """

    score: float
    loss: float
    passed: int
    over: int
    diverged: int
    seeds: int
    steps_to_pass: int | None
    seconds_to_pass: float | None
    parameters: int
    steps_per_s: float
    gradient: float
    reach: int


@dataclass(frozen=True, eq=False)
class Racer:
    """One configuration with all its seeds.

    ``title`` by language; ``spec`` with the experiment's own seed; ``baseline`` is the loss of the trivial
    predictor; ``metric`` names the score that is drawn (a key of ``Runner.score``, "accuracy" …),
    ``pass_mark`` may be of that metric or of "loss", None where the task has none.  ``untrained`` and
    ``trained`` are the gradient against distance, pooled over the seeds (trained: those that are over); None
    while not known, or where the network has no single direction (``why_no_distance`` is then the key of the
    sentence).  ``guess`` is the score of whoever guesses, NaN where that is not known.
    """

    title: Words
    spec: RunSpec
    parameters: int
    baseline: float
    pass_mark: PassMark | None
    metric: str
    runners: tuple[Runner, ...]
    spread: Spread
    row: Row
    untrained: Distance | None = None
    trained: Distance | None = None
    why_no_distance: str = ""
    guess: float = float("nan")

    @property
    def cell(self) -> str:
        """The key of its cell: gives hue and mark."""
        return self.spec.cell

    @property
    def active(self) -> Runner:
        """The runner to speak of: the one that trains, else the last that has begun, else the first."""
        training = [runner for runner in self.runners if runner.status in ("training", "paused")]
        begun = [runner for runner in self.runners if runner.status != "waiting"]
        return (training or begun[-1:] or self.runners[:1])[0]


@dataclass(frozen=True)
class RaceView:
    """Where the reader looks: at the gradients of the fresh networks or the ``trained`` ones, of the state
    that carries the "memory" (c where there is one) or of "h".
    """

    trained: bool = False
    state: Literal["memory", "h"] = "memory"


@dataclass(frozen=True)
class Finding:
    """A sentence about the numbers: a message key and its values, among them names by language."""

    key: str
    values: Mapping[str, object]

    def words(self, catalogue: Catalogue) -> str:
        """The sentence in the catalogue's language."""
        values = {
            name: value[catalogue.language] if isinstance(value, Mapping) else value
            for name, value in self.values.items()
        }
        return catalogue.text(self.key, **values)


@dataclass(frozen=True, eq=False)
class RaceFrame:
    """All that may be shown of a race at one moment.

    ``serial`` grows with every change.  ``status``: "ready" (nothing has run), "training", "paused",
    "finished" (every runner is over).  ``slots`` is how many runners may train at once.  ``findings`` are the
    sentences under the results table, said of the numbers there are; empty before the probes have run.
    """

    serial: int
    spec: RaceSpec
    status: RaceStatus
    slots: int
    racers: tuple[Racer, ...]
    findings: tuple[Finding, ...] = ()
    view: RaceView = RaceView()

    def probe_of(self, racer: Racer) -> Distance | None:
        """The gradient against distance that is in view."""
        return racer.trained if self.view.trained else racer.untrained

    @property
    def running(self) -> bool:
        """Whether anything trains now."""
        return self.status == "training"

    @property
    def done(self) -> int:
        """How many runners are over, of ``len(racers) * len(spec.seeds)``."""
        return sum(runner.over for racer in self.racers for runner in racer.runners)

    @property
    def progress(self) -> float:
        """Share of all steps that are done, 0 … 1; a runner that is over has done its share."""
        shares = [
            1.0 if runner.over else runner.step / max(self.spec.steps, 1)
            for racer in self.racers
            for runner in racer.runners
        ]
        return sum(shares) / max(len(shares), 1)
