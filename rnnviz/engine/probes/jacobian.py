"""The Jacobian of a step, ∂ state_t / ∂ state_{t-1}, and its eigenvalues.

The state is the joint one: h, and with it c and whatever else travels (not what changes no output).  The
inputs of a step are held, so this is the map of one layer; in a stack the whole network's Jacobian is block
triangular, and its eigenvalues are those of its layers taken together.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.cells.base import Cell
from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.numbers import Floats, Ints, at_once, doubles, sealed
from rnnviz.engine.probes.step import LayerStep, before, inputs_of, joint

Array = NDArray[Any]
Complexes = NDArray[np.complex128]

MOST_NUMBERS = 2**21
"""Bound on N·D·G·H: what is done at once."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Eigenvalues (N, D) of the joint Jacobian of N steps, largest modulus first; NaN where it is not finite.

    ``step`` (N,) counts from 0; ``states`` names the parts of the joint state, each of H units.
    """

    step: Ints
    values: Complexes
    states: tuple[str, ...]

    def __post_init__(self) -> None:
        sealed(self.step, self.values)

    @property
    def radius(self) -> Floats:
        """The largest modulus of each step, (N,): above 1 something grows."""
        return np.abs(self.values[:, 0])

    def columns(self) -> dict[str, Array]:
        """As a table: t counts from 1, D rows a step."""
        wide = self.values.shape[1]
        flat = self.values.reshape(-1)
        return {"t": np.repeat(self.step + 1, wide), "re": flat.real, "im": flat.imag}


def spectrum_in_turns(
    model: Model,
    parameters: Parameters,
    x: Array,
    steps: Sequence[int] | None = None,
    *,
    layer: str = "layer0",
) -> Generator[float, None, Spectrum]:
    """Of the steps given (all by default) of one sequence x (T, 1) or (T, 1, I).

    Yields the share that is done after each step.
    """
    wide = doubles(model, parameters)
    trace = model.forward(wide, x)
    chosen = np.arange(len(x)) if steps is None else np.asarray(steps, np.int64)
    rows = inputs_of(model, wide, trace, x, layer)
    states = before(model, trace, layer)
    found = []
    for n, t in enumerate(chosen):
        place = slice(int(t), int(t) + 1)
        at = {state: values[place] for state, values in states.items()}
        found.append(eigenvalues(jacobians(model.cell, wide.group(layer), rows[place], at))[0])
        yield (n + 1) / len(chosen)
    return Spectrum(chosen, np.array(found), joint(model.cell))


spectrum = at_once(spectrum_in_turns)
"""The same at once."""


def jacobians(
    cell: Cell,
    weights: Mapping[str, Array],
    x: Floats,
    at: Mapping[str, Array],
    pinned: Mapping[str, Array] | None = None,
) -> Floats:
    """∂ new / ∂ before (N, D, D) of N steps: x (N, I), ``at`` (N, H) by state; ``pinned`` as of `LayerStep`.

    Row i, column j: what state i after the step owes to state j before it.
    """
    return by_state_and_input(cell, weights, x, at, pinned)[0]


def by_state_and_input(
    cell: Cell,
    weights: Mapping[str, Array],
    x: Floats,
    at: Mapping[str, Array],
    pinned: Mapping[str, Array] | None = None,
) -> tuple[Floats, Floats]:
    """`jacobians`, and ∂ new / ∂x (N, D, I)."""
    names, (count, hidden) = joint(cell), at["h"].shape
    size = len(names) * hidden
    found, by_input = np.empty((count, size, size)), np.empty((count, size, x.shape[1]))
    portion = max(1, MOST_NUMBERS // (size * len(cell.gates) * hidden))
    for start in range(0, count, portion):
        part = slice(start, min(start + portion, count))
        wide = part.stop - part.start
        step = LayerStep(
            cell,
            weights,
            np.repeat(x[part], size, axis=0),
            {s: np.repeat(v[part], size, axis=0) for s, v in at.items()},
            {s: np.repeat(v[part], size, axis=0) for s, v in (pinned or {}).items()},
        )
        seeds = np.tile(np.eye(size), (wide, 1)).reshape(-1, len(names), hidden)
        back, _ = step.back({name: seeds[:, n] for n, name in enumerate(names)})
        found[part] = np.concatenate([back[name] for name in names], axis=1).reshape(wide, size, size)
        by_input[part] = step.by_input().reshape(wide, size, -1)
    return found, by_input


def eigenvalues(matrices: Floats) -> Complexes:
    """Of matrices (N, D, D), (N, D), largest modulus first; NaN for a matrix that is not finite."""
    found = np.full(matrices.shape[:2], np.nan + 0j, np.complex128)
    sound = np.isfinite(matrices).all(axis=(1, 2))
    if sound.any():
        values = np.linalg.eigvals(matrices[sound]).astype(np.complex128)
        order = np.argsort(-np.abs(values), axis=1, kind="stable")
        found[sound] = np.take_along_axis(values, order, axis=1)
    return found
