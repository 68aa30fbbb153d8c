"""Stacked recurrent layers and a softmax readout: the one contract that tasks, training and window use."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnnviz.engine.cells import CELLS
from rnnviz.engine.cells.base import Cell
from rnnviz.engine.errors import UserError
from rnnviz.engine.initialise import one_hot_gain, xavier
from rnnviz.engine.options import Value, complete
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.quantity import Quantity
from rnnviz.engine.run import ModelRun
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.trace import Gradients, Trace
from rnnviz.engine.unroll import Edit
from rnnviz.engine.workspace import Workspace, fresh

Array = NDArray[Any]
Shape = tuple[int, ...]

MOST_NUMBERS = 2**24
"""Bound on T·B·(layers·H + V): about 1.5 GB for an LSTM in float32."""


class Model:
    """Forward and backward runs of a stack of equal cells; stateless: one object serves any number of users.

    Raises UserError "error.cell-unknown", "error.option-…" or "error.setting-unknown" for a spec that
    cannot be.
    """

    def __init__(self, spec: ModelSpec) -> None:
        spec.check()
        self.spec = spec
        self.cell: Cell = CELLS[spec.cell]
        self.options: Mapping[str, Value] = complete(self.cell.options, spec.options)
        self.shapes: Mapping[str, Shape] = spec.shapes()
        self.size = sum(int(np.prod(shape)) for shape in self.shapes.values())

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What each layer's trace holds, in drawing order, with the ranges under the chosen options."""
        return self.cell.quantities_for(self.options)

    @property
    def matrices(self) -> tuple[slice, ...]:
        """Where in the flat vector the weight matrices lie: what weight decay acts on."""
        found, start = [], 0
        for shape in self.shapes.values():
            end = start + int(np.prod(shape))
            if len(shape) == 2:
                found.append(slice(start, end))
            start = end
        return tuple(found)

    def initial(self, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Parameters:
        """Fresh parameters; a seed gives the same network in every dtype, up to rounding."""
        parts: list[Array] = []
        for layer in range(self.spec.layers):
            fresh_layer = self.cell.initial(rng, self.spec.width(layer), self.spec.hidden, self.options)
            if layer == 0 and self.spec.symbols:
                fresh_layer["W"] *= one_hot_gain(self.spec.hidden, self.spec.inputs)
            parts += [fresh_layer[name].ravel() for name in self.spec.layer_shapes(layer)]
        parts += [xavier(rng, self.spec.outputs, self.spec.hidden).ravel(), np.zeros(self.spec.outputs)]
        return self.parameters(np.concatenate(parts).astype(dtype))

    def parameters(self, flat: Array) -> Parameters:
        """Named views of a flat vector (N,), which is not copied."""
        return Parameters(flat, self.shapes)

    def forward(
        self,
        parameters: Parameters,
        x: Array,
        targets: Array | None = None,
        *,
        state: Mapping[str, Array] | None = None,
        workspace: Workspace | None = None,
        edits: Iterable[Edit] = (),
    ) -> Trace:
        """Run T steps of B sequences.

        ``x``: int (T, B) codes with -1 for unknown, or float (T, B, I).  ``targets``: int (T, B), -1 counts
        nowhere. ``state``: initial states (B, H) by name ("layer0/h0" …), zero where not given.  ``edits``
        change quantities as they are computed.  Without a workspace every array is fresh. Raises UserError
        "error.model-memory" before anything is allocated; blow-ups are silent and show as losses that are
        not finite.
        """
        x = np.asarray(x)
        if x.ndim != (2 if self.spec.symbols else 3) or x.size == 0:
            raise ValueError(f"x has the wrong shape {x.shape}")
        steps, batch = x.shape[:2]
        numbers = steps * batch * (self.spec.layers * self.spec.hidden + self.spec.outputs)
        if numbers > MOST_NUMBERS:
            raise UserError("error.model-memory", value=numbers, limit=MOST_NUMBERS)
        dtype = parameters.flat.dtype
        if workspace is None:
            run = ModelRun(self.spec, self.options, steps, batch, dtype, fresh)
        else:
            key = (self, steps, batch, dtype)
            run = workspace.run(key, lambda new: ModelRun(self.spec, self.options, steps, batch, dtype, new))
        with np.errstate(all="ignore"):
            run.forward(parameters, x, targets, state or {}, edits)
        return Trace(run.record, run.head.known, run.backward)

    def backward(
        self,
        parameters: Parameters,
        trace: Trace,
        weights: Array | float | None = None,
        *,
        parameters_wanted: bool = True,
        inputs_wanted: bool = False,
    ) -> Gradients:
        """Backpropagate L = Σ weights · loss through the whole trace.

        ``weights``: () or (T, B), by default 1: the summed loss in nats; steps without target never count.
        ``parameters`` must be those of the forward run.
        """
        with np.errstate(all="ignore"):
            return trace.way_back(parameters, weights, parameters_wanted, inputs_wanted)
