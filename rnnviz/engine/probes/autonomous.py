"""The network with its input held: a map F from joint states to joint states, and its Jacobian.

The joint state has all layers in it.  States that no output depends on (`Cell.gauge`) are held at 0, which
fixes the scale of those that they serve.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.jacobian import by_state_and_input
from rnnviz.engine.probes.numbers import Floats, doubles
from rnnviz.engine.probes.step import LayerStep, entered, joint
from rnnviz.engine.unroll import Edit

Array = NDArray[Any]


class Autonomous:
    """F for the input x, a code () or numbers (I,); ``size`` is D, the length of a joint state.

    ``parts`` names what it consists of, "layer0/h" … of H numbers each.

    Raises UserError "error.fixed-points-directions" for a network of two directions.
    """

    def __init__(self, model: Model, parameters: Parameters, x: Array) -> None:
        if model.spec.directions > 1:
            raise UserError("error.fixed-points-directions")
        self.model, self.parameters = model, doubles(model, parameters)
        self.names = joint(model.cell)
        self.block = len(self.names) * model.spec.hidden  # of one layer
        self.size = self.block * model.spec.layers
        self.parts = tuple(f"layer{n}/{name}" for n in range(model.spec.layers) for name in self.names)
        self._x = entered(model, self.parameters, np.asarray(x)[None])

    def step(self, points: Floats) -> Floats:
        """F of points (N, D)."""
        new, x = np.empty_like(points), self._inputs(len(points))
        for layer in range(self.model.spec.layers):
            one = LayerStep(self.model.cell, self._weights(layer), x, *self._states(points, layer))
            new[:, self._of(layer)] = np.concatenate([one.new[name] for name in self.names], axis=1)
            x = one.new["h"]
        return new

    def slopes(self, points: Floats) -> Floats:
        """∂F (N, D, D) at points (N, D): block triangular, as a layer sees those below it."""
        found, x = np.zeros((*points.shape, self.size)), self._inputs(len(points))
        below: Floats | None = None
        h = self.names.index("h") * self.model.spec.hidden
        for layer in range(self.model.spec.layers):
            at, pinned = self._states(points, layer)
            own, by_input = by_state_and_input(self.model.cell, self._weights(layer), x, at, pinned)
            rows = found[:, self._of(layer)]
            rows[:, :, self._of(layer)] = own
            if below is not None:
                rows += by_input @ below
            below = rows[:, h : h + self.model.spec.hidden]
            if layer + 1 < self.model.spec.layers:
                x = LayerStep(self.model.cell, self._weights(layer), x, at, pinned).new["h"]
        return found

    def visited(self, x: Array) -> Floats:
        """The joint states (T·B, D) that the network comes through in sequences x (T, B) or (T, B, I)."""
        spec, gauge = self.model.spec, self.model.cell.gauge
        held = np.zeros((x.shape[1], spec.hidden))
        edits = [
            Edit(layer, state, t, lambda values: values.fill(0.0))
            for layer in range(spec.layers)
            for state in gauge
            for t in range(len(x))
        ]
        start = {f"layer{layer}/{state}0": held for layer in range(spec.layers) for state in gauge}
        trace = self.model.forward(self.parameters, x, state=start, edits=edits)
        return np.concatenate([trace[part] for part in self.parts], axis=2).reshape(-1, self.size)

    def start(self) -> Floats:
        """The joint state (D,) that a text begins in; a learned start where there is one."""
        nothing = np.zeros(self.model.spec.hidden)
        return np.concatenate([self.parameters.get(f"{part}0", nothing) for part in self.parts])

    def _inputs(self, count: int) -> Floats:
        return np.repeat(self._x, count, axis=0)

    def _weights(self, layer: int) -> Mapping[str, Array]:
        return self.parameters.group(f"layer{layer}")

    def _of(self, layer: int) -> slice:
        return slice(layer * self.block, (layer + 1) * self.block)

    def _states(self, points: Floats, layer: int) -> tuple[dict[str, Floats], dict[str, Floats]]:
        wide = self.model.spec.hidden
        parts = points[:, self._of(layer)]
        at = {name: parts[:, n * wide : (n + 1) * wide] for n, name in enumerate(self.names)}
        pinned = {state: np.zeros((len(points), wide)) for state in self.model.cell.gauge}
        return {**at, **pinned}, pinned
