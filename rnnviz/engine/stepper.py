"""One token at a time: what sampling and a network that feeds itself need."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy import add, copyto, dot
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.inputs import Codes, Inputs, Rows
from rnnviz.engine.model import MOST_NUMBERS, Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.trace import read_only
from rnnviz.engine.unroll import LayerRun
from rnnviz.engine.workspace import fresh

Array = NDArray[Any]


class Stepper:
    """A model that goes on step by step from its states, with parameters that stay as they were given.

    What depends on the parameters alone is done once: copied, scaled, transposed, and an embedding is
    multiplied into the first layer, so a step is a few calls a layer.  Nothing is dropped, and only the
    states are kept; who wants a trace or gradients runs the model.
    """

    def __init__(self, model: Model, parameters: Parameters, batch: int = 1) -> None:
        """Begins as the model begins.

        Raises UserError "error.step-bidirectional" for a model that also reads from the end, and
        "error.model-memory".
        """
        self.spec = model.spec
        if self.spec.directions > 1:
            raise UserError("error.step-bidirectional")
        if batch * self.spec.numbers_per_step > MOST_NUMBERS:
            numbers = batch * self.spec.numbers_per_step
            raise UserError("error.model-memory", value=numbers, limit=MOST_NUMBERS)
        self._model, self._batch = model, batch
        self._layers: list[LayerRun] = []
        with np.errstate(all="ignore"):
            for number in range(self.spec.layers):
                self._layers.append(self._layer(number, parameters))
        out = self._layers[-1].quantity("h")[0]  # (B, D)
        self._out, self._readout = out, None
        if self.spec.outputs:
            tied = "embedding/W" if self.spec.values["tied"] else "readout/W"
            self._readout = parameters[tied].T.copy(), parameters["readout/b"].copy()
            self._out = np.empty((batch, self.spec.outputs), parameters.flat.dtype)
        self._top, self._seen = out, read_only(self._out)
        self._states = {
            f"layer{number}/{state}0": (run.initial(state), run.quantity(state)[0])
            for number, run in enumerate(self._layers)
            for state in run.cell.states
        }
        usual = model.cell.starts
        learned = {name: parameters[name].copy() for name in self._states.keys() & parameters.keys()}
        self._starts: dict[str, Array | float] = {
            name: learned.get(name, usual.get(name.partition("/")[2][:-1], 0.0)) for name in self._states
        }
        self.reset()

    def _layer(self, number: int, parameters: Parameters) -> LayerRun:
        spec, dtype = self.spec, parameters.flat.dtype
        weights = dict(parameters.group(f"layer{number}"))
        if number == 0 and spec.embedding:
            weights["W"] = dot(weights["W"], parameters["embedding/W"].T)  # (G·H, V)
        width, seen = weights["W"].shape
        inputs: Inputs
        if number:
            inputs = Rows(self._layers[-1].quantity("h")[0], width, fresh)
        elif spec.symbols:
            inputs = Codes(self._batch, seen, width, dtype, fresh, lasting=True)
        else:
            inputs = Rows(np.empty((self._batch, seen), dtype), width, fresh)
        shapes = {name: array.shape for name, array in weights.items()}
        own = {name: shapes[name] for name in spec.cell_in_use.shapes(seen, spec.hidden)}
        run = LayerRun(spec.cell_in_use, inputs, (1, self._batch, spec.hidden), own, dtype, fresh)
        run.take(weights)
        return run

    @property
    def state(self) -> dict[str, Array]:
        """Copies of the states (B, H) by name ("layer0/h0" …), as `Model.forward` takes them."""
        return {name: old.copy() for name, (old, _) in self._states.items()}

    def reset(self, state: Mapping[str, Array] | None = None) -> None:
        """Begin from ``state``, where it names one, else as the model begins.

        Raises UserError "error.state-unknown" or "error.shape".
        """
        given = state or {}
        self._model.check_states(given, self._batch)
        for name, (old, _) in self._states.items():
            old[...] = given.get(name, self._starts[name])

    def step(self, x: Array) -> Array:
        """Read one step: codes (B,), -1 for unknown, or numbers (B, I).

        Returns the logits (B, V), or without a readout the top layer's h (B, H): read-only, valid until the
        next step.  Raises UserError "error.shape"; blow-ups are silent.
        """
        first = self._layers[0]
        with np.errstate(all="ignore"):
            self._model.check_inputs(x[None], self._batch)
            first.inputs.fill(x[None])
            for layer in self._layers:
                layer.run()
            for old, new in self._states.values():
                copyto(old, new)
            if self._readout is not None:
                W, b = self._readout
                dot(self._top, W, self._out)
                add(self._out, b, self._out)
        return self._seen
