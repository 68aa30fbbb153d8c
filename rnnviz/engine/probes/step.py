"""One step of one layer, many at a time: what all probes of a network's dynamics are made of.

Whatever is between two steps of a text is a map from states to states.  Here every step is a sequence of its
own, of length one, so all steps of a text (or all states that somebody wants to start from) go through the
cell's forward and backward pass together.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.cells.base import Cell
from rnnviz.engine.inputs import Rows
from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.numbers import Floats
from rnnviz.engine.trace import Trace
from rnnviz.engine.unroll import Edit, LayerRun, LayerSlopes
from rnnviz.engine.workspace import fresh

Array = NDArray[Any]

DOUBLE = np.dtype(np.float64)


def joint(cell: Cell) -> tuple[str, ...]:
    """The states that make up the joint state: all but those that no output depends on."""
    return tuple(state for state in cell.states if state not in cell.gauge)


def layer_run(
    cell: Cell, weights: Mapping[str, Array], x: Floats, before: Mapping[str, Array], steps: int
) -> LayerRun:
    """A layer by itself, run from the states ``before`` (B, H) over inputs x (T·B, I); all in float64."""
    hidden = before["h"].shape[1]
    shapes = cell.shapes(x.shape[1], hidden)
    rows = Rows(np.ascontiguousarray(x), shapes["W"][0], fresh)
    run = LayerRun(cell, rows, (steps, len(x) // steps, hidden), shapes, DOUBLE, fresh)
    for state in cell.states:
        run.initial(state)[...] = before[state]
    return run


class LayerStep:
    """A step of N sequences.  ``new`` (N, H) by state is what comes out of it.

    ``weights`` are the layer's in float64 by short name, x (N, I), ``before`` (N, H) by state.  ``pinned``
    holds states at values of the caller's: those by which nothing is differentiated (`Cell.gauge`).
    """

    def __init__(
        self,
        cell: Cell,
        weights: Mapping[str, Array],
        x: Floats,
        before: Mapping[str, Array],
        pinned: Mapping[str, Array] | None = None,
    ) -> None:
        self._weights = weights
        self._run = layer_run(cell, weights, x, before, 1)
        edits = [
            Edit(0, state, 0, lambda values, to=to: np.copyto(values, to))  # type: ignore[misc]
            for state, to in (pinned or {}).items()
        ]
        with np.errstate(all="ignore"):
            self._run.forward(weights, edits)
        self._slopes = LayerSlopes(self._run, fresh)
        self.new: dict[str, Floats] = {state: self._run.quantity(state)[0] for state in cell.states}

    def back(
        self, ends: Mapping[str, Array], weights: Mapping[str, Array] | None = None
    ) -> tuple[dict[str, Floats], dict[str, Floats]]:
        """From derivatives by ``new`` (N, H), missing ones 0, to those by the states before.

        Also gives those by ``new`` in total, as a state may act on another within a step.  ``weights`` to go
        back with may differ from those of the way there: a path is shut where they are 0.
        """
        run, d = self._run, self._slopes.slopes.d
        there = weights or self._weights
        for name, own in run.slots.own.items():
            own[...] = there[name]
        d["h"][1] = 0.0
        with np.errstate(all="ignore"):
            self._slopes.backward(there, ends)
        return {s: d[s][0].copy() for s in d}, {s: d[s][1].copy() for s in d}

    def by_input(self) -> Floats:
        """The derivatives by x (N, I) that belong to the last `back`."""
        with np.errstate(all="ignore"):
            self._slopes.gradients(None)
            found: Floats = self._slopes.rows @ self._weights["W"]
        return found


def inputs_of(model: Model, parameters: Parameters, trace: Trace, x: Array, layer: str) -> Floats:
    """What a layer saw at each step of a run of one sequence, (T, I) in input time."""
    number = int(layer.removeprefix("layer").removesuffix("_reverse"))
    if number:
        return np.concatenate([trace[f"{name}/h"][:, 0] for name in model.spec.names(number - 1)], axis=1)
    return entered(model, parameters, x[:, 0])


def entered(model: Model, parameters: Parameters, x: Array) -> Floats:
    """What the lowest layer sees of inputs x (N,) or (N, I): one-hot rows, embedded rows, or the numbers."""
    spec = model.spec
    rows = np.asarray(x, np.float64)
    if spec.symbols:
        rows = np.vstack([np.eye(spec.inputs), np.zeros(spec.inputs)])[x]  # -1 is the last, the zero vector
    return rows @ parameters["embedding/W"] if spec.embedding else rows


def before(model: Model, trace: Trace, layer: str) -> dict[str, Floats]:
    """The states (T, H) that entered each step of a run of one sequence; the second direction's from the
    right.
    """
    found = {}
    for state in model.cell.states:
        values, start = trace[f"{layer}/{state}"][:, 0], trace[f"{layer}/{state}0"]
        around = (values[1:], start) if layer.endswith("_reverse") else (start, values[:-1])
        found[state] = np.vstack(around)
    return found
