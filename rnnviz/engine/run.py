"""One run of a whole model for one shape: layer upon layer, the readout on top."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy import dot
from numpy.typing import NDArray

from rnnviz.engine.level import Level, LevelSlopes, input_rows
from rnnviz.engine.losses import LOSSES
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.trace import Gradients, read_only
from rnnviz.engine.unroll import Edit
from rnnviz.engine.workspace import New, fresh

Array = NDArray[Any]


class ModelRun:
    """The arrays of a forward run, and the way back through them.

    On fresh memory every backward run gets arrays of its own, so that several gradients of one trace can be
    kept; in a workspace they all share one set.
    """

    def __init__(self, spec: ModelSpec, steps: int, batch: int, dtype: np.dtype[Any], new: New) -> None:
        self.steps, self.batch, self.spec, self.dtype = steps, batch, spec, dtype
        self._new = new
        self.readout = "embedding/W" if spec.values["tied"] else "readout/W"
        self.embedded: Array | None = None  # (T, B, E)
        if spec.embedding:
            rows = steps * batch
            self.embedding = input_rows(spec, rows, spec.embedding, dtype, new)
            self.embedded = new((steps, batch, spec.embedding), dtype)
            self._plain = np.ones(spec.embedding, dtype), np.zeros(spec.embedding, dtype)
        self.levels: list[Level] = []
        below = self.embedded
        for number in range(spec.layers):
            self.levels.append(Level(spec, number, below, (steps, batch), dtype, new))
            below = self.levels[-1].out
        self.top = _rows(self.levels[-1].out)  # (T·B, D)
        self.head = None
        if spec.outputs:
            self.head = LOSSES[spec.loss](steps * batch, spec.top, spec.outputs, dtype, new)
        self.record = self._record()
        self._kept: ModelSlopes | None = None

    def _record(self) -> dict[str, Array]:
        record: dict[str, Array] = {}
        for level in self.levels:
            record |= level.record()
        if self.head is not None:
            record["logits"] = read_only(self.head.logits.reshape(self.steps, self.batch, -1))
            record["loss"] = read_only(self.head.losses.reshape(self.steps, self.batch))
        return record

    def forward(
        self,
        parameters: Parameters,
        x: Array,
        targets: Array | None,
        state: Mapping[str, Array],
        edits: Iterable[Edit],
        mask: Array | None,
        dropout: np.random.Generator | None,
    ) -> None:
        """Fill every array of the record."""
        changes = tuple(edits)
        if self.embedded is not None:
            self.embedding.fill(x)
            ones, zeros = self._plain
            self.embedding.take(parameters["embedding/W"].T, zeros, ones)
            self.embedding.hoist(_rows(self.embedded))
        for level in self.levels:
            level.forward(parameters, x, state, changes, mask, dropout)
        if self.head is not None:
            W, b = parameters[self.readout], parameters["readout/b"]
            self.head.forward(self.top, W, b, targets)

    def backward(
        self,
        parameters: Parameters,
        weights: Array | float | None,
        parameters_wanted: bool,
        inputs_wanted: bool,
    ) -> Gradients:
        """See `Model.backward`."""
        slopes = self._kept or ModelSlopes(self, parameters)
        if self._new is not fresh:
            self._kept = slopes
        return slopes.backward(parameters, weights, parameters_wanted, inputs_wanted)


class ModelSlopes:
    """The arrays of a backward run through a `ModelRun`."""

    def __init__(self, run: ModelRun, parameters: Parameters) -> None:
        if run.head is None:
            raise ValueError("a model without readout has no loss to differentiate")
        new = run._new
        self._run = run
        self._head = run.head
        self._levels = [LevelSlopes(level, new) for level in run.levels]
        self._d_logits = new(run.head.logits.shape, run.dtype)
        self._d_embedded = None if run.embedded is None else new(_rows(run.embedded).shape, run.dtype)
        self._ones = np.ones(len(run.top), run.dtype)
        self._grads = Parameters(new(parameters.flat.shape, run.dtype), run.spec.shapes())
        self._states: dict[str, Array] = {}
        self._initial: dict[str, Array] = {}
        for level in self._levels:
            states, initial = level.record()
            self._states |= states
            self._initial |= initial

    def backward(
        self,
        parameters: Parameters,
        weights: Array | float | None,
        parameters_wanted: bool,
        inputs_wanted: bool,
    ) -> Gradients:
        """Top down: readout, then each layer through time, then the embedding."""
        run = self._run
        grads = self._grads if parameters_wanted else None
        self._head.backward(self._weights(weights), self._d_logits)
        if grads is not None:
            dot(self._d_logits.T, run.top, grads[run.readout])
            dot(self._ones, self._d_logits, grads["readout/b"])
        dot(self._d_logits, parameters[run.readout], self._levels[-1].d_out)  # logits = h Wᵀ + b
        for level, lower in zip(self._levels[:0:-1], self._levels[-2::-1], strict=True):
            level.backward(parameters, grads)
            level.by_input(parameters, lower.d_out)
        self._levels[0].backward(parameters, grads)
        d_x = self._entry(parameters, grads, inputs_wanted)
        return Gradients(None if grads is None else grads.flat, self._states, self._initial, d_x)

    def _entry(self, parameters: Parameters, grads: Parameters | None, inputs_wanted: bool) -> Array | None:
        """Through the embedding, and to the inputs where they are wanted."""
        run, lowest = self._run, self._levels[0]
        d_x: Array | None = None
        if self._d_embedded is not None:
            if grads is None and not inputs_wanted:
                return None
            table = parameters["embedding/W"]
            lowest.by_input(parameters, self._d_embedded)
            if grads is not None:
                d_table = np.empty(table.T.shape, run.dtype)
                run.embedding.gradient(self._d_embedded, d_table)
                self._add_table(grads["embedding/W"], d_table.T)
            if inputs_wanted:
                d_x = dot(self._d_embedded, table.T)  # embedded = Wᵀ x
        elif inputs_wanted:
            d_x = np.empty((len(run.top), run.spec.inputs), run.dtype)
            lowest.by_input(parameters, d_x)
        return None if d_x is None else read_only(d_x.reshape(run.steps, run.batch, -1))

    def _add_table(self, grad: Array, d_table: Array) -> None:
        if self._run.readout == "embedding/W":  # the readout's share is there already
            np.add(grad, d_table, grad)
        else:
            np.copyto(grad, d_table)

    def _weights(self, weights: Array | float | None) -> Array | None:
        if weights is None:
            return None
        given = np.asarray(weights, self._run.dtype)
        return given if given.ndim == 0 else given.reshape(-1)


def _rows(array: Array) -> Array:
    """(T, B, D) as (T·B, D), without a copy."""
    return array.reshape(-1, array.shape[2])
