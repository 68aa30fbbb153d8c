"""The gradient against distance of every runner, a little at a time so that nobody has to wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.distance import Distance, Magnitudes, magnitudes, pooled
from rnnviz.tasks.base import Batch, Task
from rnnviz.training.loop import first_parameters
from rnnviz.workbench.race.entry import Entry

Array = NDArray[Any]

SEQUENCES = 32
MOST_NUMBERS = 2**18  # in a run of the probe: a few hundredths of a second
FEWEST = 4


class Probes:
    """The probes of one configuration over its seeds, on held-out data, the same for every runner.

    ``work`` measures one network at a time while any is ``due``.  ``untrained`` is there when the fresh
    networks of all seeds have been measured, ``trained`` once any runner is over.  ``why_not`` is the key of
    the sentence where there is no such curve.
    """

    def __init__(self, task: Task, model: Model, entries: Sequence[Entry]) -> None:
        self.untrained: Distance | None = None
        self.trained: Distance | None = None
        self.why_not = ""
        self._model, self._entries = model, entries
        self._task = task
        self._fresh: list[list[Magnitudes]] = []  # by seed
        self._final: dict[int, list[Magnitudes]] = {}

    @property
    def due(self) -> bool:
        """Whether a network waits to be measured."""
        return not self.why_not and (len(self._fresh) < len(self._entries) or bool(self._over()))

    def work(self) -> None:
        """Measure one network."""
        try:
            if len(self._fresh) < len(self._entries):
                seed = self._entries[len(self._fresh)].spec.training.seed
                self._fresh.append(self._measure(first_parameters(self._model, seed)))
                if len(self._fresh) == len(self._entries):
                    self.untrained = _pooled(self._fresh)
            else:
                place, flat = self._over()[0]
                self._final[place] = self._measure(self._model.parameters(flat))
                self.trained = _pooled(self._final[n] for n in sorted(self._final))
        except UserError as error:
            self.why_not = error.key

    def _over(self) -> list[tuple[int, Array]]:
        """The trained networks that have not been measured: their place among the seeds, their parameters."""
        return [
            (n, entry.parameters)
            for n, entry in enumerate(self._entries)
            if entry.runner.over and entry.parameters is not None and n not in self._final
        ]

    def _measure(self, parameters: Parameters) -> list[Magnitudes]:
        return measured(self._task, self._model, parameters)


def measured(task: Task, model: Model, parameters: Parameters) -> list[Magnitudes]:
    """The top layer's gradient magnitudes on some held-out sequences.  Raises UserError as `magnitudes`."""
    top = model.spec.layers - 1
    return [magnitudes(model, parameters, b.x, b.y, layer=top) for b in narrow(task, model)]


def _pooled(networks: Iterable[list[Magnitudes]]) -> Distance:
    return pooled([part for parts in networks for part in parts])


def narrow(task: Task, model: Model) -> Iterator[Batch]:
    """Held-out sequences, fewer where they are long and wide."""
    left = SEQUENCES
    for batch in task.held_out(SEQUENCES):
        steps, width = batch.x.shape[:2]
        room = max(FEWEST, MOST_NUMBERS // (steps * model.spec.numbers_per_step))
        taken = min(left, room, width)
        if taken > 0:
            yield Batch(batch.x[:, :taken], batch.y[:, :taken])
        left -= width
