"""One run of a whole model for one shape: layer upon layer, the readout on top."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy import dot
from numpy.typing import NDArray

from rnnviz.engine.cells import CELLS
from rnnviz.engine.head import SoftmaxRun
from rnnviz.engine.inputs import Codes, Inputs, Rows
from rnnviz.engine.options import Value
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.trace import Gradients, read_only
from rnnviz.engine.unroll import Edit, LayerRun, LayerSlopes
from rnnviz.engine.workspace import New, fresh

Array = NDArray[Any]


class ModelRun:
    """The arrays of a forward run, and the way back through them.

    On fresh memory every backward run gets arrays of its own, so that several gradients of one trace can be
    kept; in a workspace they all share one set.
    """

    def __init__(
        self,
        spec: ModelSpec,
        options: Mapping[str, Value],
        steps: int,
        batch: int,
        dtype: np.dtype[Any],
        new: New,
    ) -> None:
        self.steps, self.batch, self.spec, self.dtype = steps, batch, spec, dtype
        self._new = new
        cell = CELLS[spec.cell]
        self.layers: list[LayerRun] = []
        for layer in range(spec.layers):
            shapes = spec.layer_shapes(layer)
            inputs = self._inputs(layer, shapes["W"][0])
            shape = (steps, batch, spec.hidden)
            self.layers.append(LayerRun(cell, options, inputs, shape, shapes, dtype, new))
        self.top = _rows(self.layers[-1].slots.h[1:])  # (T·B, H)
        self.head = SoftmaxRun(steps * batch, spec.hidden, spec.outputs, dtype, new)
        self.record = self._record()
        self._kept: ModelSlopes | None = None

    def _inputs(self, layer: int, width: int) -> Inputs:
        rows, new = self.steps * self.batch, self._new
        if layer > 0:
            return Rows(_rows(self.layers[layer - 1].slots.h[1:]), width, new)
        if self.spec.symbols:
            return Codes(rows, self.spec.inputs, width, self.dtype, new)
        return Rows(new((rows, self.spec.inputs), self.dtype), width, new)

    def _record(self) -> dict[str, Array]:
        record = {}
        for number, layer in enumerate(self.layers):
            for quantity in layer.cell.quantities:
                record[f"layer{number}/{quantity.key}"] = read_only(layer.quantity(quantity.key))
            for state in layer.cell.states:
                record[f"layer{number}/{state}0"] = read_only(layer.initial(state))
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
    ) -> None:
        """Fill every array of the record."""
        changes = tuple(edits)
        self.layers[0].inputs.fill(x)
        for number, layer in enumerate(self.layers):
            for name in layer.cell.states:
                layer.initial(name)[...] = state.get(f"layer{number}/{name}0", 0.0)
            group = parameters.group(f"layer{number}")
            layer.forward(group, [edit for edit in changes if edit.layer == number])
        readout = parameters.group("readout")
        flat = None if targets is None else np.asarray(targets).reshape(-1)
        self.head.forward(self.top, readout["W"], readout["b"], flat)

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
        new = run._new
        self._run = run
        self._layers = [LayerSlopes(layer, new) for layer in run.layers]
        self._d_logits = new(run.head.logits.shape, run.dtype)
        self._ones = np.ones(len(run.top), run.dtype)
        self._grads = Parameters(new(parameters.flat.shape, run.dtype), run.spec.shapes())
        self._states, self._initial = self._named()

    def _named(self) -> tuple[dict[str, Array], dict[str, Array]]:
        states, initial = {}, {}
        for number, layer in enumerate(self._layers):
            for state, slope in layer.slopes.d.items():
                states[f"layer{number}/d_{state}"] = read_only(slope[1:])
                initial[f"layer{number}/d_{state}0"] = read_only(slope[0])
        return states, initial

    def backward(
        self,
        parameters: Parameters,
        weights: Array | float | None,
        parameters_wanted: bool,
        inputs_wanted: bool,
    ) -> Gradients:
        """Top down: readout, then each layer through time."""
        run, readout = self._run, parameters.group("readout")
        grads = self._grads if parameters_wanted else None
        run.head.backward(self._weights(weights), self._d_logits)
        if grads is not None:
            dot(self._d_logits.T, run.top, grads["readout/W"])
            dot(self._ones, self._d_logits, grads["readout/b"])
        dot(self._d_logits, readout["W"], self._from_above(-1))  # logits = h Wᵀ + b
        d_x = None
        for number in reversed(range(len(self._layers))):
            layer, group = self._layers[number], parameters.group(f"layer{number}")
            layer.backward(group)
            layer.gradients(None if grads is None else grads.group(f"layer{number}"))
            if number > 0:
                dot(layer.rows, group["W"], self._from_above(number - 1))  # a = W x + …
            elif inputs_wanted:
                d_x = read_only(dot(layer.rows, group["W"]).reshape(run.steps, run.batch, -1))
        return Gradients(None if grads is None else grads.flat, self._states, self._initial, d_x)

    def _from_above(self, layer: int) -> Array:
        return _rows(self._layers[layer].slopes.d["h"][1:])

    def _weights(self, weights: Array | float | None) -> Array | None:
        if weights is None:
            return None
        given = np.asarray(weights, self._run.dtype)
        return given if given.ndim == 0 else given.reshape(-1)


def _rows(array: Array) -> Array:
    """(T, B, H) as (T·B, H), without a copy."""
    return array.reshape(-1, array.shape[2])
