"""Runs the text that is coloured: the typed one, or a stretch of what the network is trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.workspace import Workspace
from rnnviz.tasks.base import Task, Typed
from rnnviz.workbench.colouring.features import Feature, features, joined, telling
from rnnviz.workbench.colouring.tracks import Track, order_of, tracks_of
from rnnviz.workbench.probe import layer_names
from rnnviz.workbench.ranges import symmetric_reach

if TYPE_CHECKING:
    from rnnviz.workbench.frame import Floats, Frame, Ints

STRETCH = 1536  # characters of the corpus that are shown at once
SAMPLES, SAMPLE_SETS = 12, 64  # fresh inputs of a task without a text, and how often one can turn the page
SHARE = 0.2  # of the time, at most, goes into running a stretch while training runs


@dataclass(frozen=True)
class ColourView:
    """What is wanted: the quantity by its key, the typed text or a stretch of the corpus, and which one."""

    quantity: str = "h"
    corpus: bool = False
    stretch: int = 0


@dataclass(frozen=True)
class Colouring:
    """Tokens (T) and one quantity of every unit, `values` (T, H), in the colours' range `low` … `high`.

    `starts` are the tokens with which a sequence begins. `tracks` says of each unit what it follows in the
    stretch of the corpus (`compared` properties over `steps` steps), `order` (H,) sorts units by that;
    `stretches` is how many stretches there are.
    """

    view: ColourView
    tokens: tuple[str, ...]
    starts: tuple[int, ...]
    values: Floats
    low: float
    high: float
    tracks: tuple[Track, ...]
    order: Ints
    stretches: int
    compared: int
    steps: int


@dataclass(frozen=True, eq=False)
class _Ran:
    """A run over sequences that need not be done again."""

    sequences: tuple[Typed, ...]
    layer: int
    model: Model
    parameters: Parameters
    values: Mapping[str, Floats]

    def of(
        self, sequences: tuple[Typed, ...], layer: int, model: Model, parameters: Parameters | None
    ) -> bool:
        """Whether it is a run over these sequences, in this layer of this model; None: of any age."""
        same = self.sequences is sequences and self.layer == layer and self.model is model
        return same and (parameters is None or self.parameters is parameters)


class Colourist:
    """Keeps what need not be computed again: the corpus as far as it is shown, and the run over it."""

    def __init__(self) -> None:
        self.view: ColourView | None = None
        self._workspace = Workspace()
        self._read: tuple[object, tuple[Typed, ...], tuple[Feature, ...]] = (None, (), ())
        self._ran: _Ran | None = None
        self._next = 0.0

    def colour(self, frame: Frame, task: Task, model: Model, parameters: Parameters) -> Colouring | None:
        """The colouring wanted for `frame`; None where none is wanted or nothing is typed."""
        view = self.view
        if view is None or (not view.corpus and frame.typed_run is None):
            return None
        keys = [q.key for q in model.quantities]
        count = stretches_of(frame)
        quantity = view.quantity if view.quantity in keys else keys[-1]
        view = replace(view, quantity=quantity, stretch=view.stretch % count)
        sequences, found = self._sequences(frame, task, view.stretch)
        all_values = self._run(frame, sequences, model, parameters)[quantity]
        tracks = tracks_of(all_values, found)
        if view.corpus:
            values, tokens = all_values, tuple(token for s in sequences for token in s.tokens)
            starts = tuple(accumulate((len(s.tokens) for s in sequences[:-1]), initial=0))
        else:
            assert frame.typed_run is not None
            values, tokens, starts = frame.typed_run.values[quantity], frame.typed.tokens, (0,)
        low, high = _range(model, quantity, values)
        order, steps = order_of(tracks), len(all_values)
        return Colouring(view, tokens, starts, values, low, high, tracks, order, count, len(found), steps)

    def _sequences(
        self, frame: Frame, task: Task, stretch: int
    ) -> tuple[tuple[Typed, ...], tuple[Feature, ...]]:
        key = (task, stretch)
        if self._read[0] != key:
            sequences = sequences_of(frame, task, stretch)
            self._read = key, sequences, telling(joined([features_of(s, task) for s in sequences]))
        return self._read[1], self._read[2]

    def _run(
        self, frame: Frame, sequences: tuple[Typed, ...], model: Model, parameters: Parameters
    ) -> Mapping[str, Floats]:
        """Every quantity (T, H) of the layer in view; while training runs, not anew for every frame."""
        layer, began, before = frame.view.layer, monotonic(), self._ran
        early = frame.run.running and began < self._next
        if before is not None and before.of(sequences, layer, model, None if early else parameters):
            return before.values
        name = layer_names(model)[layer]
        runs = [self._values(model, parameters, sequence, name) for sequence in sequences]
        joint = {q.key: np.concatenate([run[q.key] for run in runs]) for q in model.quantities}
        self._ran = _Ran(sequences, layer, model, parameters, joint)
        now = monotonic()
        self._next = now + (now - began) / SHARE
        return joint

    def _values(self, model: Model, parameters: Parameters, typed: Typed, name: str) -> dict[str, Floats]:
        trace = model.forward(parameters, typed.x, workspace=self._workspace)
        return {q.key: trace[f"{name}/{q.key}"][:, 0].copy() for q in model.quantities}


def stretches_of(frame: Frame) -> int:
    """How many stretches the corpus has, one at least."""
    text = frame.spec.text
    return SAMPLE_SETS if text is None else max(1, -(-len(text.content) // STRETCH))


def sequences_of(frame: Frame, task: Task, number: int) -> tuple[Typed, ...]:
    """A stretch of the text trained on, or fresh inputs of a task that makes its own."""
    text = frame.spec.text
    if text is not None and task.key == "characters":
        assert task.vocabulary is not None
        tokens = tuple(text.content[number * STRETCH : (number + 1) * STRETCH])
        codes = task.vocabulary.encode(tokens)[:, None]
        return (Typed("", tokens, codes, np.full_like(codes, -1)),)
    rng = np.random.default_rng(number)
    return tuple(task.typed(task.sample_text(rng)) for _ in range(SAMPLES))


def features_of(typed: Typed, task: Task) -> tuple[Feature, ...]:
    """The properties of one sequence."""
    rows = None if typed.numbers is None else typed.numbers[:, 0]
    return features(typed.tokens, rows, task.channels)


def _range(model: Model, key: str, values: Floats) -> tuple[float, float]:
    quantity = next(q for q in model.quantities if q.key == key)
    reach = symmetric_reach(values)
    low = -reach if quantity.low is None else quantity.low
    return low, reach if quantity.high is None else quantity.high
