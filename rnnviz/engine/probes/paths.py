"""By which ways a gradient came: straight through the memory, or back through each of the gates.

The part of ∂L/∂c_{t-1} that a gate k answers for is what passes U_k (and a peephole or a
feedback of that gate) on the way from step t to step t - 1; the direct part is what is left when all of
these are shut, in an LSTM f * ∂L/∂c_t.  Paths are opened one after the other, the gates that a step computes
last first, and each answers for what it adds; so a path through two gates (in a GRU that resets before the
product) counts for the one by which it leaves the step, and the parts always sum to the whole.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.cells.base import Cell
from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.itemised import Itemised
from rnnviz.engine.probes.numbers import Floats, at_once, norms, sealed
from rnnviz.engine.probes.step import LayerStep, before, inputs_of, layer_run
from rnnviz.engine.unroll import LayerSlopes
from rnnviz.engine.workspace import fresh

Array = NDArray[Any]
Weights = Mapping[str, Array]

DIRECT, ABOVE = "direct", "above"
LISTED = "figo"  # the order of an LSTM's gates in tables and legends


@dataclass(frozen=True, eq=False)
class PathSplit:
    """∂L/∂m_{t-1} of the ``state`` m that carries the memory, c where there is one; arrays are read-only.

    ``total`` (T, H), from the model's own backward run: row t, from 0, is by the state that enters step t.
    ``parts`` (T, H) sum to it: "direct", "via_f" … for each gate, and "above": what reaches L from the
    readout or the layers above at step t - 1, without passing step t.  ``step`` (from 0) is the one whose
    loss L is, None for the summed loss.
    """

    state: str
    total: Floats
    parts: Mapping[str, Floats]
    step: int | None

    def __post_init__(self) -> None:
        sealed(self.total, *self.parts.values())

    @property
    def norms(self) -> dict[str, Floats]:
        """‖part‖ by part, (T,)."""
        return {name: norms(part) for name, part in self.parts.items()}

    @property
    def shares(self) -> dict[str, Floats]:
        """The parts' projections on the total over its length, (T,): they sum to 1, and may be below 0.

        NaN where the total is zero.
        """
        with np.errstate(all="ignore"):
            length = norms(self.total)[:, None]
            along = self.total / length
            return {name: ((part / length) * along).sum(axis=1) for name, part in self.parts.items()}

    def columns(self) -> dict[str, Array]:
        """As a table: t counts from 1, units from 0; up to the step whose loss L is."""
        steps = len(self.total) if self.step is None else self.step + 1
        hidden = self.total.shape[1]
        flat = {name: part[:steps].reshape(-1) for name, part in self.parts.items()}
        known = {"t": np.repeat(np.arange(steps) + 1, hidden), "unit": np.tile(np.arange(hidden), steps)}
        return {**known, "total": self.total[:steps].reshape(-1), **flat}


def splits(cell: Cell) -> bool:
    """Whether a cell has a gate that decides what is kept, so that there is a direct way."""
    return bool(cell.keeps or cell.renews)


def path_split_in_turns(
    model: Model, parameters: Parameters, x: Array, targets: Array, *, layer: int = 0, step: int | None = None
) -> Generator[float, None, PathSplit]:
    """Of one sequence x (T, 1) and the loss of a step, or the summed loss.

    Raises UserError "error.paths-cell" for a cell without such a gate, "error.paths-directions" for a network
    of two directions, "error.distance-loss" without a loss.
    """
    cell, name = model.cell, f"layer{layer}"
    if not splits(cell):
        raise UserError("error.paths-cell", cell=cell.key)
    if model.spec.directions > 1:
        raise UserError("error.paths-directions")
    run = Itemised(model, parameters, x, targets)
    if not run.counted.size or (step is not None and step not in run.counted):
        raise UserError("error.distance-loss")
    yield 0.3
    top = run.losses()
    if step is not None:
        top = np.where(np.arange(run.steps)[:, None] == step, top, 0.0)
    shares: dict[int, Floats] = {}
    slopes, _ = run.back_from(top[:, None], shares=shares)
    above = shares[layer][:, 0]  # (T, H)
    yield 0.6
    weights = run.parameters.group(name)
    rows = inputs_of(model, run.parameters, run.trace, x, name)
    entering = before(model, run.trace, name)
    arrived = _arrived(cell, weights, rows, entering, above)
    one = LayerStep(cell, weights, rows, entering)
    parts = _across(cell, weights, one, arrived)
    parts[ABOVE] = {"h": np.vstack([np.zeros_like(above[:1]), above[:-1]])}
    state = "c" if "c" in cell.states else "h"
    found = {part: _completed(one, slopes, state) for part, slopes in parts.items()}
    first, _ = one.back(arrived)
    total = np.vstack([first[state][:1], slopes[f"{name}/d_{state}"][:-1, 0]])
    return PathSplit(state, total, _ordered(found), step)


path_split = at_once(path_split_in_turns)
"""The same at once."""


def _arrived(
    cell: Cell, weights: Weights, rows: Floats, entering: Weights, above: Floats
) -> dict[str, Floats]:
    """What has come to the states that leave each step, (T, H), before that step adds to it."""
    layer = layer_run(cell, weights, rows, {s: values[:1] for s, values in entering.items()}, len(rows))
    with np.errstate(all="ignore"):
        layer.forward(weights)
        back = LayerSlopes(layer, fresh)
        back.slopes.d["h"][1:, 0] = above
        kept = {state: np.empty_like(back.slopes.d[state][1:]) for state in cell.states}
        back.backward(weights, arrived=kept)
    return {state: values[:, 0] for state, values in kept.items()}


def _across(cell: Cell, weights: Weights, one: LayerStep, arrived: Weights) -> dict[str, dict[str, Floats]]:
    """By part, what it brings to the states that enter each step."""
    opened: set[str] = set()
    last, _ = one.back(arrived, only(cell, weights, opened))
    found = {DIRECT: last}
    for gate in reversed(cell.gates):
        opened.add(gate)
        now, _ = one.back(arrived, only(cell, weights, opened))
        found[f"via_{gate}"] = {state: now[state] - last[state] for state in now}
        last = now
    return found


def only(cell: Cell, weights: Weights, gates: set[str]) -> dict[str, Array]:
    """The weights with nothing recurrent but what enters these gates.  A vector U is each unit's own way."""
    kept = dict(weights)
    hidden = len(weights["b"]) // len(cell.gates)
    fed = [gate for gate in cell.gates if gate in cell.states]  # with full gate recurrence
    for name, blocks in (("U", cell.gates), ("R", fed)):
        if np.ndim(kept.get(name, 0.0)) == 2:
            rows = np.repeat([gate in gates for gate in blocks], hidden)
            kept[name] = np.where(rows[:, None], kept[name], 0.0)
    for gate in cell.gates:
        if f"p_{gate}" in kept and gate not in gates:
            kept[f"p_{gate}"] = np.zeros_like(kept[f"p_{gate}"])
    return kept


def _completed(one: LayerStep, slopes: Mapping[str, Floats], state: str) -> Floats:
    """From what a part brings to all states that leave step t - 1 to its whole at ``state``, (T, H).

    Within a step h hangs on c, and so on; the initial state hangs on nothing.
    """
    later = {key: np.vstack([values[1:], np.zeros_like(values[:1])]) for key, values in slopes.items()}
    _, total = one.back(later)
    first = slopes.get(state, np.zeros_like(total[state]))[:1]
    return np.vstack([first, total[state][:-1]])


def _ordered(parts: Mapping[str, Floats]) -> dict[str, Floats]:
    """Direct first, gates in the order of legends, what comes from above last."""
    gates = [name for name in parts if name.startswith("via_")][::-1]
    if all(name[-1] in LISTED for name in gates):
        gates.sort(key=lambda name: LISTED.index(name[-1]))
    return {name: parts[name] for name in (DIRECT, *gates, ABOVE)}
