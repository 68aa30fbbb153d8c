"""The training loop: deterministic, without threads and without a clock."""

import math
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

import numpy as np

from rnnviz.engine.clip import clip, clip_values, global_norm
from rnnviz.engine.errors import UserError
from rnnviz.engine.model import MOST_NUMBERS, Model
from rnnviz.engine.optimisers import make_optimiser
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.blocks import block_norms, blocks_of
from rnnviz.engine.schedules import SCHEDULES
from rnnviz.engine.workspace import Workspace
from rnnviz.tasks import Batch, Task
from rnnviz.tasks.base import State
from rnnviz.training.curves import StepStats
from rnnviz.training.spec import LIVE, RunSpec, build
from rnnviz.training.state import Array, BlowUp, LoopState, generator_from

__all__ = ["BlowUp", "LoopState", "StepStats", "TrainingLoop"]

NAN = float("nan")
WILD = 100.0
"""A loss this many times that of guessing (at least 1 nat) has blown up, though it may never become infinite:
the errors of saturated gates are bounded, so Adam at a rate of 1000 jumps about for ever without an
overflow."""

EVALUATION_SHARE = (
    0.15  # of the sequences trained between two evaluations: a forward run is a third of a step
)
FEWEST_EVALUATED, MOST_EVALUATED = 16, 256  # sequences


def watched_metric(task: Task) -> str:
    """The score that is followed beside the loss: the task's own, accuracy where that is the loss itself."""
    return "accuracy" if task.metric == "loss" else task.metric


def first_parameters(model: Model, seed: int) -> Parameters:
    """Those of the untrained network with which a run of that seed begins."""
    return model.initial(np.random.default_rng([seed, 0]))


class TrainingLoop:
    """One run.  The same spec gives the same bits, from the start or from any state taken on the way.

    Weights and batches come from two generators of the same seed, so models of any size see the same batches.
    ``passed_at`` is the step of the first evaluation of this object's life that reached the pass mark.
    Raises UserError as `build`, or "error.state-damaged" for a state that does not belong to the spec.
    """

    def __init__(self, spec: RunSpec, state: LoopState | None = None) -> None:
        self.spec = spec
        self.task, self.model = build(spec)
        self._workspace = Workspace()
        self._rng = np.random.default_rng([spec.training.seed, 1])
        self._optimiser = make_optimiser(
            spec.training.optimiser,
            self.model.size,
            np.float32,
            {"momentum": spec.training.momentum, "weight_decay": spec.training.weight_decay},
            self.model.matrices,
        )
        self._stream = self.task.stream(spec.training.batch) if spec.training.carry else None
        self._carried: Mapping[str, Array] = {}
        if self._stream is not None:
            shape = spec.training.batch, spec.hidden
            self._carried = {name: np.zeros(shape, np.float32) for name in self.model.starts}
        self._budget = spec.training.steps
        self.step_count = 0
        self.parameters: Parameters = first_parameters(self.model, spec.training.seed)
        self._gradient = np.zeros(self.model.size, np.float32)
        self._blocks = blocks_of(self.model)
        self._last_norm = NAN  # of the last step's gradient before `clip`; NaN without a last step
        guess = self.task.baseline if math.isnan(self.task.uniform) else self.task.uniform
        self._wild = WILD * max(1.0, guess)
        self._watched: list[Batch] | None = None
        self.passed_at: int | None = None
        self._sound = self.state()
        if state is not None:
            self.restore(state)

    @cached_property
    def metric(self) -> str:
        """The score that is followed beside the loss."""
        mark = self.task.pass_mark  # may have to be counted on the whole text
        return "accuracy" if mark is None or mark.metric == "loss" else mark.metric

    @property
    def finished(self) -> bool:
        """Whether the budget of steps is used up."""
        return 0 < self.spec.training.steps <= self.step_count

    def step(self) -> StepStats:
        """Train on one batch.

        Raises `BlowUp` when the loss, the gradient's norm or the new parameters are not finite, or the loss
        is wild; the loop is then back at the last sound state and may go on, with other settings for example.
        """
        settings = self.spec.training
        number = self.step_count + 1
        rng = self._rng.bit_generator.state
        batch, state = self._next(number)
        trace = self.model.forward(
            self.parameters,
            batch.x,
            batch.y,
            state=state,
            workspace=self._workspace,
            dropout=self._dropout(number),
        )
        loss = trace.mean_loss
        if not loss <= self._wild:
            raise self._blown_up(number, "loss", loss)
        accuracy = self.task.accuracy(trace["logits"], batch)
        gradients = self.model.backward(self.parameters, trace, 1.0 / trace.counted)
        assert gradients.flat is not None  # wanted by default
        np.copyto(self._gradient, gradients.flat)
        norm = global_norm(self._gradient)
        if not math.isfinite(norm):
            raise self._blown_up(number, "gradient", norm)
        self._sound = self._with_rng(rng)
        clipped = clip_values(self._gradient, settings.clip_value)
        limited = global_norm(self._gradient) if clipped else norm
        clipped |= clip(self._gradient, limited, settings.clip)
        rate = settings.learning_rate * SCHEDULES[settings.schedule](number, self._budget)
        self._optimiser.update(self.parameters.flat, self._gradient, rate)
        size = global_norm(self.parameters.flat)
        if not math.isfinite(size):
            raise self._blown_up(number, "parameters", size)
        self.step_count, self._last_norm = number, limited
        if self._carried:
            self._carried = {name: array.copy() for name, array in trace.final.items()}
        held_out, score = self._look() if number % settings.evaluate_every == 0 else (NAN, NAN)
        return StepStats(number, loss, accuracy, norm, int(clipped), held_out, held_out_score=score)

    def _next(self, number: int) -> tuple[Batch, Mapping[str, Array] | None]:
        """The batch of a step, and the states it begins in; None: as the model begins.

        Nothing is differentiated through carried states: they are numbers, as inputs are.
        """
        if self._stream is None:
            return self.task.batch(self._rng, self.spec.training.batch), None
        fresh = (number - 1) % self._stream.windows == 0
        return self._stream.batch(number - 1), None if fresh else self._carried

    def _dropout(self, number: int) -> np.random.Generator | None:
        """What draws the masks of a step: its own generator, so the batches are the same without dropout."""
        if not self.model.spec.dropout:
            return None
        return np.random.default_rng([self.spec.training.seed, 2, number])

    def moved(self) -> Array:
        """What the last step did to each block of weights (see `blocks_of`), (2, K): norms of its gradient,
        clipped by value but not yet by the global norm, and of the update.  NaN when there was no step.
        """
        if math.isnan(self._last_norm):
            return np.full((2, len(self._blocks)), NAN)
        taken = global_norm(self._gradient)
        gradient = block_norms(self._blocks, self._gradient)
        update = self.parameters.flat - self._sound.parameters
        scale = self._last_norm / taken if taken > 0.0 else 1.0
        return np.stack([gradient * scale, block_norms(self._blocks, update)])

    def measure(self) -> StepStats:
        """A row with the held-out values alone, of the network as it is: before the first step, say."""
        loss, score = self._look()
        return StepStats(self.step_count, NAN, NAN, NAN, held_out=loss, held_out_score=score)

    def evaluate(self, limit: int | None = None) -> dict[str, float]:
        """The task's score on held-out data, all of it or ``limit`` sequences from all over it."""
        return {**self._score(self._chunks(limit)), **self.task.further(self._predict)}

    def _score(self, batches: list[Batch]) -> dict[str, float]:
        """The task's score: each metric a mean over all that it counts in the batches."""
        totals: dict[str, float] = {}
        counted: dict[str, int] = {}
        for batch in batches:
            trace = self.model.forward(self.parameters, batch.x, batch.y, workspace=self._workspace)
            with np.errstate(all="ignore"):
                score = self.task.score(trace["logits"], batch)
            for metric, value in score.items():
                cases = self.task.counted(metric, batch)
                counted[metric] = counted.get(metric, 0) + cases
                totals[metric] = totals.get(metric, 0.0) + (value * cases if cases else 0.0)
        return {metric: totals[metric] / cases if cases else NAN for metric, cases in counted.items()}

    def _predict(self, x: Array, state: State | None = None) -> tuple[Array, State]:
        """A run of the network as it is, for what the task wants to know besides."""
        trace = self.model.forward(self.parameters, x, state=state)
        return trace["logits"], trace.final

    def change(self, dotted: str, value: object) -> None:
        """Change a setting of `LIVE`; it applies from the next step on.

        Raises UserError "error.setting-needs-reset" for any other, "error.option-…" for a bad value.
        """
        if dotted not in LIVE:
            raise UserError("error.setting-needs-reset", key=dotted)
        self.spec = self.spec.with_value(dotted, value)

    def state(self) -> LoopState:
        """A copy of all that is needed to go on from here."""
        return self._with_rng(self._rng.bit_generator.state)

    def restore(self, state: LoopState) -> None:
        """Go (back) to a state of this very spec.  Raises UserError "error.state-damaged"."""
        try:
            self.parameters = self.model.parameters(np.array(state.parameters, np.float32))
            self._optimiser.restore(state.slots)
        except ValueError as error:
            raise UserError("error.state-damaged", reason=str(error)) from error
        carried = {name: np.array(array, np.float32) for name, array in state.carried.items()}
        if {k: v.shape for k, v in carried.items()} != {k: v.shape for k, v in self._carried.items()}:
            raise UserError("error.state-damaged", reason=", ".join(sorted(carried)) or "carried")
        self._rng = generator_from(state.rng)
        self._carried = carried
        self._budget = self.spec.training.steps if state.budget is None else state.budget
        self.step_count = state.step
        self._last_norm = NAN
        self._sound = self.state()

    def _with_rng(self, rng: object) -> LoopState:
        slots = {name: slot.copy() for name, slot in self._optimiser.slots.items()}
        assert isinstance(rng, dict)  # numpy types it loosely
        carried = {name: array.copy() for name, array in self._carried.items()}
        return LoopState(
            self.step_count,
            self.parameters.flat.copy(),
            MappingProxyType(slots),
            MappingProxyType(rng),
            self._budget,
            MappingProxyType(carried),
        )

    def _blown_up(self, step: int, quantity: str, value: float) -> BlowUp:
        self.restore(self._sound)
        settings = self.spec.training
        return BlowUp(step, quantity, value, settings.learning_rate, settings.clip)  # type: ignore[arg-type]

    def _look(self) -> tuple[float, float]:
        """Held-out loss and score; what seems to pass is looked at in full before it counts as passed."""
        score = self._watch()
        mark = self.task.pass_mark
        if (
            self.passed_at is None
            and mark is not None
            and mark.promises(score)
            and mark.passed(self.evaluate())
        ):
            self.passed_at = self.step_count
        return score["loss"], score.get(watched_metric(self.task), NAN)

    def _watch(self) -> dict[str, float]:
        """Score of the sequences that are looked at again and again; costs about 5 % of training."""
        if self._watched is None:
            training = self.spec.training
            wanted = round(EVALUATION_SHARE * training.evaluate_every * training.batch)
            self._watched = self._chunks(min(max(wanted, FEWEST_EVALUATED), MOST_EVALUATED))
        return self._score(self._watched)

    def _chunks(self, limit: int | None) -> list[Batch]:
        """Held-out batches, each as narrow as the engine's memory bound wants it."""
        chunks = []
        for batch in self.task.held_out(limit):
            width = max(1, MOST_NUMBERS // (len(batch.x) * self.model.spec.numbers_per_step))
            for k in range(0, batch.x.shape[1], width):
                chunks.append(Batch(batch.x[:, k : k + width], batch.y[:, k : k + width]))
        return chunks
