"""One forward run, led back from many numbers at once: each loss, or each output, by itself.

A backward run of a batch costs hardly more than that of one sequence.  So the run of one sequence is seen as
that of many equal ones, which costs nothing (their arrays are the same memory), and each is led back from a
number of its own.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.level import LevelSlopes
from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.numbers import Floats, Ints, doubles
from rnnviz.engine.run import ModelRun
from rnnviz.engine.trace import Trace
from rnnviz.engine.workspace import fresh

Array = NDArray[Any]

MOST_NUMBERS = 2**18
"""Bound on T·S·H: what is done at once, a few hundredths of a second."""


class Itemised:
    """The run of one sequence x (T, 1) or (T, 1, I) in float64, ready to be led back.

    ``trace`` is the run's record.  Raises UserError "error.distance-loss" for a model without readout.
    """

    def __init__(self, model: Model, parameters: Parameters, x: Array, targets: Array | None = None) -> None:
        spec = model.spec
        if not spec.outputs:
            raise UserError("error.distance-loss")
        self.model, self.parameters = model, doubles(model, parameters)
        self.steps = len(x)
        run = self._run = ModelRun(spec, self.steps, 1, np.dtype(np.float64), fresh)
        with np.errstate(all="ignore"):
            run.forward(self.parameters, x, targets, {}, (), None, None)
        assert run.head is not None  # there are outputs
        self._ways: tuple[int, list[LevelSlopes]] | None = None  # for so many numbers at once
        known = run.head.known
        self.trace = Trace(run.record, known, run.backward)
        self.counted: Ints = np.arange(self.steps) if known is None else np.flatnonzero(known)

    @property
    def at_once(self) -> int:
        """How many numbers may be led back at once."""
        spec = self.model.spec
        return max(1, MOST_NUMBERS // (self.steps * spec.layers * spec.top))

    def losses(self) -> Floats:
        """∂L_t/∂ what the readout sees at t, (T, D); zero where there is no target."""
        head = self._run.head
        assert head is not None  # there are outputs
        d_logits = np.empty(head.logits.shape)
        with np.errstate(all="ignore"):
            head.backward(None, d_logits)
            d_top: Floats = d_logits @ self.parameters[self._run.readout]
        return d_top

    def output(self, k: Ints) -> Floats:
        """∂ logit[k] / ∂ what the readout sees, (N, D) for outputs k (N,)."""
        rows: Floats = self.parameters[self._run.readout][k]
        return rows

    def back(
        self, steps: Ints, d_top: Floats, *, inputs_wanted: bool = False
    ) -> tuple[dict[str, Floats], Floats | None]:
        """Lead S numbers back; each depends on step ``steps[n]`` by ``d_top[n]`` (S, D).

        Gives "layer0/d_h" … (T, S, H) and, where wanted, the derivatives by the inputs (T, S, I): the one-hot
        vectors where inputs are symbols.  All of it is valid until the next call.
        """
        top = np.zeros((self.steps, len(steps), d_top.shape[1]))
        top[steps, np.arange(len(steps))] = d_top
        return self.back_from(top, inputs_wanted=inputs_wanted)

    def back_from(
        self, d_top: Floats, *, inputs_wanted: bool = False, shares: dict[int, Floats] | None = None
    ) -> tuple[dict[str, Floats], Floats | None]:
        """The same for numbers that depend on any step by ``d_top`` (T, S, D).

        ``shares`` receives, by layer, the derivatives (T, S, D) by what each gives on, the layers above being
        the only way.
        """
        count = d_top.shape[1]
        if self._ways is None or self._ways[0] != count:
            self._ways = count, [LevelSlopes(level.repeated(count), fresh) for level in self._run.levels]
        levels = self._ways[1]
        levels[-1].d_out[...] = d_top.reshape(levels[-1].d_out.shape)
        if shares is not None:
            shares[len(levels) - 1] = d_top
        with np.errstate(all="ignore"):
            for number in range(len(levels) - 1, 0, -1):
                level, lower = levels[number], levels[number - 1]
                level.backward(self.parameters, None)
                level.by_input(self.parameters, lower.d_out)
                if shares is not None:
                    shares[number - 1] = lower.d_out.reshape(self.steps, count, -1).copy()
            levels[0].backward(self.parameters, None)
            d_x = self._inputs(levels[0], count) if inputs_wanted else None
        found: dict[str, Floats] = {}
        for level in levels:
            found |= level.record()[0]
        return found, d_x

    def portions(self, count: int) -> Iterator[slice]:
        """Parts of ``count`` numbers, each small enough to be led back at once."""
        for start in range(0, count, self.at_once):
            yield slice(start, min(start + self.at_once, count))

    def _inputs(self, lowest: LevelSlopes, count: int) -> Floats:
        """Down to the inputs, through the embedding where there is one: embedded = Wᵀ x."""
        spec, rows = self.model.spec, self.steps * count
        d_x = np.empty((rows, spec.width(0)))
        lowest.by_input(self.parameters, d_x)
        if spec.embedding:
            d_x = d_x @ self.parameters["embedding/W"].T
        return d_x.reshape(self.steps, count, -1)
