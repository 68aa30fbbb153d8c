"""Stacked recurrent layers and a readout: the one contract that tasks, training and window use."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnnviz.engine.cells.base import Cell
from rnnviz.engine.errors import UserError
from rnnviz.engine.initialise import one_hot_gain, within, xavier
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
"""Bound on T·B·(layers·H + E + V), H counted for each direction: about 1.5 GB for an LSTM in float32."""


class Model:
    """Forward and backward runs of a stack of equal cells; stateless: one object serves any number of users.

    ``shapes`` names the parameters, ``starts`` the initial states: "layer0/h0", "layer0_reverse/h0" …
    Raises UserError as `ModelSpec.check` for a spec that cannot be.
    """

    def __init__(self, spec: ModelSpec) -> None:
        spec.check()
        self.spec = spec
        self.cell: Cell = spec.cell_in_use
        self.shapes: Mapping[str, Shape] = spec.shapes()
        self.size = sum(int(np.prod(shape)) for shape in self.shapes.values())
        layers = (name for layer in range(spec.layers) for name in spec.names(layer))
        self.starts = tuple(f"{name}/{state}0" for name in layers for state in self.cell.states)

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What each layer's trace holds, in drawing order, with the ranges under the chosen options."""
        return self.cell.quantities

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
        spec = self.spec
        how = str(spec.values["initialiser"])
        fresh: dict[str, Array] = {}
        if spec.embedding:
            fresh["embedding/W"] = xavier(rng, spec.inputs, spec.embedding)
        for layer in range(spec.layers):
            for name in spec.names(layer):
                made = self.cell.initial(rng, spec.width(layer), spec.hidden, how)
                if layer == 0 and spec.symbols and not spec.embedding and how == "usual":
                    made["W"] *= one_hot_gain(spec.hidden, spec.inputs)
                fresh |= {f"{name}/{key}": value for key, value in made.items()}
        if how == "uniform":
            for name in ("readout/W", "readout/b"):
                fresh[name] = within(rng, spec.top, self.shapes.get(name, (0,)))
        else:
            fresh["readout/W"] = xavier(rng, spec.outputs, spec.top)
        parts = (fresh.get(name, np.zeros(shape)) for name, shape in self.shapes.items())
        return self.parameters(np.concatenate([part.ravel() for part in parts]).astype(dtype))

    def parameters(self, flat: Array) -> Parameters:
        """Named views of a flat vector (N,), which is not copied."""
        return Parameters(flat, self.shapes)

    def parameters_from(self, named: Mapping[str, Array], dtype: DTypeLike = np.float32) -> Parameters:
        """Parameters copied from arrays by their full names, checked one by one.

        Raises UserError "error.weights-missing", "error.weights-extra", "error.weights-shape" or
        "error.weights-not-finite", before anything is allocated.
        """
        for name in self.shapes:
            if name not in named:
                raise UserError("error.weights-missing", name=name)
        for name, array in named.items():
            if name not in self.shapes:
                raise UserError("error.weights-extra", name=name)
            if array.shape != self.shapes[name]:
                raise UserError("error.weights-shape", name=name, value=array.shape, wanted=self.shapes[name])
            if not np.isfinite(array).all():
                place = np.argwhere(~np.isfinite(array))[0].tolist()
                raise UserError("error.weights-not-finite", name=name, place=place, value=array[tuple(place)])
        return self.parameters(np.concatenate([named[name].ravel() for name in self.shapes]).astype(dtype))

    def forward(
        self,
        parameters: Parameters,
        x: Array,
        targets: Array | None = None,
        *,
        state: Mapping[str, Array] | None = None,
        mask: Array | None = None,
        dropout: np.random.Generator | None = None,
        workspace: Workspace | None = None,
        edits: Iterable[Edit] = (),
    ) -> Trace:
        """Run T steps of B sequences.

        ``x``: int (T, B) codes with -1 for unknown, or float (T, B, I).  ``targets``: int (T, B), -1 counts
        nowhere, or float (T, B, V) with NaN likewise, as the loss wants them.  ``state``: initial states
        (B, H) by name ("layer0/h0" …, see `Trace.final`), as the model begins where not given.  ``mask``:
        bool (T, B), false where a sequence has no such step: states are held, nothing counts.  ``dropout``
        draws what the option drops; without it nothing is dropped.  ``edits`` change quantities as they are
        computed.  Without a workspace every array is fresh.

        Raises UserError "error.shape", "error.state-unknown" or "error.model-memory" before anything is
        allocated; blow-ups are silent and show as losses that are not finite.
        """
        x = np.asarray(x)
        self._check(x, targets, state or {}, mask)
        steps, batch = x.shape[:2]
        numbers = steps * batch * self.spec.numbers_per_step
        if numbers > MOST_NUMBERS:
            raise UserError("error.model-memory", value=numbers, limit=MOST_NUMBERS)
        dtype = parameters.flat.dtype
        if workspace is None:
            run = ModelRun(self.spec, steps, batch, dtype, fresh)
        else:
            key = (self, steps, batch, dtype)
            run = workspace.run(key, lambda new: ModelRun(self.spec, steps, batch, dtype, new))
        if mask is not None and targets is not None:
            targets = _only(np.asarray(targets), mask)
        with np.errstate(all="ignore"):
            run.forward(parameters, x, targets, state or {}, edits, mask, dropout)
        known = np.zeros(steps * batch, np.bool_) if run.head is None else run.head.known
        return Trace(run.record, known, run.backward)

    def _check(self, x: Array, targets: Array | None, state: Mapping[str, Array], mask: Array | None) -> None:
        """Whether all shapes fit.  Raises UserError "error.shape"."""
        spec = self.spec
        runs = self.check_inputs(x)
        if targets is not None and spec.outputs:
            wanted = runs if spec.loss == "cross-entropy" else (*runs, spec.outputs)
            _fit("targets", np.shape(targets), wanted, np.shape(targets) == wanted)
        if mask is not None:
            _fit("mask", mask.shape, runs, mask.shape == runs and mask.dtype == np.bool_)
        self.check_states(state, runs[1])

    def check_inputs(self, x: Array, batch: int | None = None) -> tuple[int, int]:
        """T and B of inputs; with ``batch`` it must be that many.  Raises UserError "error.shape"."""
        spec = self.spec
        sequences = "B" if batch is None else batch
        form = f"(T, {sequences})" if spec.symbols else f"(T, {sequences}, {spec.inputs})"
        fits = x.ndim == (2 if spec.symbols else 3) and x.size > 0 and batch in (None, x.shape[1])
        _fit("x", x.shape, form, fits and (spec.symbols or x.shape[2] == spec.inputs))
        return x.shape[0], x.shape[1]

    def check_states(self, state: Mapping[str, Array], batch: int) -> None:
        """Whether states are the model's.  Raises UserError "error.state-unknown" or "error.shape"."""
        wanted = (batch, self.spec.hidden)
        for name, start in state.items():
            if name not in self.starts:
                raise UserError("error.state-unknown", name=name, allowed=", ".join(self.starts))
            _fit(name, start.shape, wanted, start.shape == wanted)

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


def _fit(name: str, shape: object, wanted: object, fits: bool) -> None:
    if not fits:
        raise UserError("error.shape", name=name, value=shape, wanted=wanted)


def _only(targets: Array, mask: Array) -> Array:
    """Targets that count nowhere outside the mask."""
    if targets.ndim == 2:
        return np.where(mask, targets, targets.dtype.type(-1))
    return np.where(mask[:, :, None], targets, np.nan)
