"""One layer of a model: its one or two directions, and what it gives to the layer above.

The second direction is the same run over reversed arrays; outside, everything is indexed by input time.
Nothing is copied unless there is a second direction or dropout.
"""

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from typing import Any, NamedTuple

import numpy as np
from numpy import dot
from numpy.typing import NDArray

from rnnviz.engine.inputs import Codes, Inputs, Rows
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.trace import read_only
from rnnviz.engine.unroll import Edit, LayerRun, LayerSlopes
from rnnviz.engine.workspace import New

Array = NDArray[Any]


def input_rows(spec: ModelSpec, rows: int, width: int, dtype: np.dtype[Any], new: New) -> Inputs:
    """What takes in a model's x: codes or numbers; ``width`` is that of the product with them."""
    if spec.symbols:
        return Codes(rows, spec.inputs, width, dtype, new)
    return Rows(new((rows, spec.inputs), dtype), width, new)


class Direction(NamedTuple):
    """One direction of a layer: its name, its run, and which way its time flows."""

    name: str
    run: LayerRun
    reverse: bool
    starts: tuple[tuple[str, str, float | None], ...]  # state, its full name, where it begins; None: learned

    def turned(self, array: Array) -> Array:
        """``array`` (T, …) from input time to the run's own time, or back."""
        return array[::-1] if self.reverse else array


class Level:
    """The forward run of one layer.  ``out`` (T, B, D) is what the layer above, or the readout, sees."""

    def __init__(
        self,
        spec: ModelSpec,
        number: int,
        below: Array | None,
        shape: tuple[int, int],
        dtype: np.dtype[Any],
        new: New,
    ) -> None:
        """``below`` (T, B, I) is what the layer sees, None when it takes in the model's x itself."""
        self.number, self.below, self.shape, self.dtype = number, below, shape, dtype
        self.learned = spec.learned
        cell, size = spec.cell_in_use, (*shape, spec.hidden)
        shapes = cell.shapes(spec.width(number), spec.hidden)
        self.directions: list[Direction] = []
        for name in spec.names(number):
            reverse = bool(self.directions)
            run = LayerRun(cell, self._inputs(spec, reverse, shapes["W"][0], new), size, shapes, dtype, new)
            starts = tuple(
                (key, f"{name}/{key}0", None if key in spec.learned else cell.starts.get(key, 0.0))
                for key in cell.states
            )
            self.directions.append(Direction(name, run, reverse, starts))
        h = self.directions[0].run.quantity("h")
        self.joined = h if spec.directions == 1 else new((*shape, spec.top), dtype)
        self.dropout = spec.dropout if number < spec.layers - 1 else 0.0
        self.out = self.joined if not self.dropout else new(self.joined.shape, dtype)
        self.kept: Array | None = None  # what dropout multiplied by, None when it did not
        self.given: Collection[str] = ()  # the initial states that the caller of the last run gave

    def _inputs(self, spec: ModelSpec, reverse: bool, width: int, new: New) -> Inputs:
        rows = self.shape[0] * self.shape[1]
        if self.below is None:
            return input_rows(spec, rows, width, self.dtype, new)
        flat = self.below.reshape(rows, -1)
        return Rows(new(flat.shape, self.dtype) if reverse else flat, width, new)

    def repeated(self, count: int) -> "Level":
        """The run of one sequence as one of ``count`` equal ones: see `LayerRun.repeated`."""
        twin = copy(self)
        twin.shape = self.shape[0], count
        twin.directions = [way._replace(run=way.run.repeated(count)) for way in self.directions]
        twin.joined = np.broadcast_to(self.joined, (*twin.shape, self.joined.shape[2]))
        return twin

    def record(self) -> dict[str, Array]:
        """Every quantity and initial state by its full name, read-only."""
        named: dict[str, Array] = {}
        for way in self.directions:
            for quantity in way.run.cell.quantities:
                named[f"{way.name}/{quantity.key}"] = read_only(way.turned(way.run.quantity(quantity.key)))
            for key, name, _ in way.starts:
                named[name] = read_only(way.run.initial(key))
        return named

    def forward(
        self,
        parameters: Parameters,
        x: Array,
        state: Mapping[str, Array],
        edits: Iterable[Edit] = (),
        mask: Array | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        """Fill ``out``; ``rng`` draws what dropout drops, without it nothing is dropped."""
        self.given = state.keys()
        for way in self.directions:
            run, group = way.run, parameters.group(way.name)
            if self.below is None:
                run.inputs.fill(way.turned(x))
            elif way.reverse:
                run.inputs.fill(way.turned(self.below))
            for key, name, start in way.starts:
                run.initial(key)[...] = state.get(name, group[f"{key}0"] if start is None else start)
            own = [edit for edit in edits if (edit.layer, edit.reverse) == (self.number, way.reverse)]
            if way.reverse:
                own = [edit._replace(step=len(x) - 1 - edit.step) for edit in own]
            run.forward(group, own, None if mask is None else way.turned(mask))
        if len(self.directions) > 1:
            both = [way.turned(way.run.quantity("h")) for way in self.directions]
            np.concatenate(both, axis=2, out=self.joined)
        if self.dropout:
            self._drop(rng)

    def _drop(self, rng: np.random.Generator | None) -> None:
        """Inverted dropout: what is kept grows by 1 / (1 - p), so that running without it needs no factor."""
        self.kept = None
        if rng is None:
            np.copyto(self.out, self.joined)
            return
        keep = 1.0 - self.dropout
        self.kept = (rng.random(self.joined.shape, np.float32) < keep) * self.dtype.type(1.0 / keep)
        np.multiply(self.joined, self.kept, self.out)


class LevelSlopes:
    """The backward run of one layer.  Put ∂L/∂``out`` of the forward run into ``d_out`` (T·B, D) first."""

    def __init__(self, level: Level, new: New) -> None:
        self._level = level
        self._ways = [(way, LayerSlopes(way.run, new)) for way in level.directions]
        first = self._ways[0][1].slopes.d["h"][1:]
        self._joined = first if len(self._ways) == 1 else new(level.joined.shape, level.dtype)
        self.d_out = self._joined.reshape(-1, self._joined.shape[2])

    def record(self) -> tuple[dict[str, Array], dict[str, Array]]:
        """Total derivatives by the states at every step, and by the initial states; read-only."""
        states, initial = {}, {}
        for way, layer in self._ways:
            for state, slope in layer.slopes.d.items():
                states[f"{way.name}/d_{state}"] = read_only(way.turned(slope[1:]))
                initial[f"{way.name}/d_{state}0"] = read_only(slope[0])
        return states, initial

    def backward(self, parameters: Parameters, grads: Parameters | None) -> None:
        """Through dropout, the joint of the directions, and each direction's time."""
        if self._level.kept is not None:
            np.multiply(self._joined, self._level.kept, self._joined)
        for k, (way, layer) in enumerate(self._ways):
            if len(self._ways) > 1:
                d_h = layer.slopes.d["h"]
                hidden = d_h.shape[2]
                d_h[1:] = way.turned(self._joined)[:, :, k * hidden : (k + 1) * hidden]
            layer.backward(parameters.group(way.name))
            layer.gradients(None if grads is None else grads.group(way.name))
            if grads is not None:
                self._starts(way, layer, grads.group(way.name))

    def _starts(self, way: Direction, layer: LayerSlopes, grads: Mapping[str, Array]) -> None:
        """A learned start is every sequence's, unless the caller gave another."""
        for state in self._level.learned:
            if f"{way.name}/{state}0" in self._level.given:
                grads[f"{state}0"].fill(0.0)
            else:
                np.sum(layer.slopes.d[state][0], axis=0, out=grads[f"{state}0"])

    def by_input(self, parameters: Parameters, out: Array) -> None:
        """Write ∂L/∂ what the layer sees to ``out`` (T·B, I): a = W x + …"""
        (first, layer), *others = self._ways
        dot(layer.rows, parameters[f"{first.name}/W"], out)
        for way, layer in others:
            turned = dot(layer.rows, parameters[f"{way.name}/W"]).reshape(*self._level.shape, -1)
            out += way.turned(turned).reshape(out.shape)
