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
        self._workspace = Workspace()
        self._x, self._y = shape.codes(1), shape.codes(2)
        self._restart()

    def _restart(self) -> None:
        self._parameters = self._model.initial(np.random.default_rng(0))
        self._adam = make_optimiser("adam", self._model.size)

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
    """The same with a reader of the full trace: every quantity, and the norm of each state's gradient.

    There is no step without a trace, since backpropagation needs it; what a reader costs is its copies, into
    arrays that it keeps.
    """

    def __init__(self, cell: str, shape: Shape) -> None:
        super().__init__(cell, shape)
        trace, gradients = self.run()
        names = [f"layer0/{quantity.key}" for quantity in self._model.quantities]
        self.copies = {name: np.empty_like(trace[name]) for name in names}
        self.norms = {name: np.empty(d.shape[:-1], d.dtype) for name, d in gradients.states.items()}
        self._restart()

    def __call__(self) -> float:
        """One step; returns the mean loss."""
        trace, gradients = self.run()
        for name, copy in self.copies.items():
            np.copyto(copy, trace[name])
        for name, norm in self.norms.items():
            d = gradients.states[name]
            np.sqrt(np.einsum("tbh,tbh->tb", d, d, out=norm), out=norm)
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
