"""One training step, ours and the least that any would cost: what `engine/…` compares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from rnnviz.engine.cells import CELLS
from rnnviz.engine.clip import clip, global_norm
from rnnviz.engine.model import Model
from rnnviz.engine.optimisers import make_optimiser
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.trace import Gradients, Trace
from rnnviz.engine.workspace import Workspace

SYMBOLS = 64
RATE = 1e-6
"""So small that the network stays what it is: a step then costs the same from the first to the last round,
and no number shrinks into the slow range below the smallest normal one."""
CLIP = 1.0


@dataclass(frozen=True)
class Shape:
    """T steps, B sequences, H units; written 64x16x64."""

    steps: int
    batch: int
    hidden: int

    def __str__(self) -> str:
        return f"{self.steps}x{self.batch}x{self.hidden}"

    def codes(self, seed: int) -> np.ndarray:
        """Random symbols (T, B)."""
        rng = np.random.default_rng(seed)
        return rng.integers(0, SYMBOLS, (self.steps, self.batch), dtype=np.int32)


class TrainingStep:
    """Gather, recurrence, readout, loss, backpropagation, clip and Adam, on one batch again and again."""

    def __init__(self, cell: str, shape: Shape) -> None:
        self._model = Model(ModelSpec(cell, SYMBOLS, SYMBOLS, shape.hidden))
        self._parameters = self._model.initial(np.random.default_rng(0))
        self._workspace = Workspace()
        self._adam = make_optimiser("adam", self._model.size)
        self._x, self._y = shape.codes(1), shape.codes(2)

    def __call__(self) -> float:
        """One step; returns the mean loss."""
        return self.run()[0].mean_loss

    def run(self) -> tuple[Trace, Gradients]:
        """One step; what it leaves is valid until the next."""
        trace = self._model.forward(self._parameters, self._x, self._y, workspace=self._workspace)
        gradients = self._model.backward(self._parameters, trace, 1.0 / trace.counted)
        assert gradients.flat is not None  # wanted by default
        clip(gradients.flat, global_norm(gradients.flat), CLIP)
        self._adam.update(self._parameters.flat, gradients.flat, RATE)
        return trace, gradients


class WatchedStep(TrainingStep):
    """The same, handing out all that a reader may want: every quantity, and the states' gradients with norms.

    There is no step without a trace, since backpropagation needs it; what a reader costs is the copies.
    """

    def __call__(self) -> float:
        """One step; returns the mean loss."""
        trace, gradients = self.run()
        self.copies = {name: array.copy() for name, array in trace.items()}
        self.norms = {name: np.linalg.norm(d, axis=-1) for name, d in gradients.states.items()}
        return trace.mean_loss


class BareProducts:
    """The matrix products of a step and nothing else: no NumPy program of this shape can be faster.

    For each step of time h Uᵀ forward and da U backward; once for all steps dU, dW, the readout, its
    gradient and what goes down from it.
    """

    def __init__(self, cell: str, shape: Shape) -> None:
        wide, hidden, rows = len(CELLS[cell].gates) * shape.hidden, shape.hidden, shape.steps * shape.batch
        rng = np.random.default_rng(0)

        def new(*size: int) -> np.ndarray:
            return rng.standard_normal(size, dtype=np.float32)

        h, a, d_h = new(shape.batch, hidden), new(shape.batch, wide), new(shape.batch, hidden)
        all_h, all_da, one_hot = new(rows, hidden), new(rows, wide), new(rows, SYMBOLS)
        U, V, logits = new(hidden, wide), new(SYMBOLS, hidden), new(rows, SYMBOLS)
        forward = partial(np.dot, h, U, a)
        backward = partial(np.dot, a, U.T.copy(), d_h)
        whole: list[Callable[[], object]] = [
            partial(np.dot, all_da.T, all_h, new(wide, hidden)),
            partial(np.dot, all_da.T, one_hot, new(wide, SYMBOLS)),
            partial(np.dot, all_h, V.T, new(rows, SYMBOLS)),
            partial(np.dot, logits.T, all_h, new(SYMBOLS, hidden)),
            partial(np.dot, logits, V, new(rows, hidden)),
        ]
        self._calls = [forward] * shape.steps + [backward] * shape.steps + whole

    def __call__(self) -> None:
        """All products of one step."""
        for call in self._calls:
            call()
