"""One layer over time: everything that all cells share.

What does not recur is taken out of the loop: W x_t + b of all steps is one product before it, dU, dW and db
are one product each after it, local derivatives are computed for all steps at once.  What is left of a step
is a short list of calls that the cell describes, made once for a shape and then only run.  With weights
scaled beforehand (σ(a) = 1 / (1 + exp(-a)), and the minus lives in the weights) a step of an LSTM is ten
NumPy calls forward and seven backward.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.cells.base import Call, Cell, Slopes, Slots
from rnnviz.engine.inputs import Inputs
from rnnviz.engine.options import Value
from rnnviz.engine.workspace import New

Array = NDArray[Any]
Tape = list[Callable[[], object]]


class Edit(NamedTuple):
    """An intervention: ``change`` alters quantity ``key`` of one step, (B, H), right after it is computed."""

    layer: int
    key: str
    step: int
    change: Callable[[Array], object]


class LayerRun:
    """The arrays of one layer for one shape, and the runs over them.

    ``weights`` are the layer's parameters by name; the arrays a run works on are its own, so parameters may
    live anywhere and change between runs.
    """

    def __init__(
        self,
        cell: Cell,
        options: Mapping[str, Value],
        inputs: Inputs,
        shape: tuple[int, int, int],
        parameters: Mapping[str, tuple[int, ...]],
        dtype: np.dtype[Any],
        new: New,
    ) -> None:
        """``shape`` is (T, B, H); ``parameters`` are the shapes of the layer's parameters."""
        steps, batch, hidden = shape
        width = len(cell.gates) * hidden
        self.matrix = len(parameters.get("U", ())) == 2  # a vector, or no U at all, needs no product
        own = [name for name in parameters if name not in ("W", "b") and not (name == "U" and self.matrix)]
        self.cell = cell
        self.inputs = inputs
        self._scale = np.repeat(np.array(cell.scales, dtype), hidden)  # (G·H,)
        self.slots = Slots(
            options=options,
            h=new((steps + 1, batch, hidden), dtype),
            planes=new((steps + 1, len(cell.planes), batch, hidden), dtype),
            wx=new((steps, batch, width), dtype),
            a=new((batch, width), dtype),
            U=new((hidden, width if self.matrix else 0), dtype),
            own={name: new(parameters[name], dtype) for name in own},
            one=np.ones((), dtype),
        )
        self._tape: Tape | None = None

    def quantity(self, key: str) -> Array:
        """(T, B, H), writable: the values that the steps computed."""
        return self._states(key)[1:] if key in self.cell.states else self.slots.planes[:-1, self._plane(key)]

    def initial(self, state: str) -> Array:
        """(B, H), writable: the state before the first step."""
        return np.asarray(self._states(state)[0])

    def forward(self, weights: Mapping[str, Array], edits: Iterable[Edit] = ()) -> None:
        """Run all steps from the initial states, which the caller has set."""
        s = self.slots
        if self.matrix:
            np.multiply(weights["U"].T, self._scale, s.U)
        for name, copy in s.own.items():
            copy[...] = weights[name]
        self.inputs.hoist(weights["W"], weights["b"], self._scale, s.wx.reshape(-1, len(self._scale)))
        if self._tape is None:
            self._tape = [call for t in range(len(s.wx)) for call in self._step(t)]
        tape = self._edited(list(edits)) or self._tape
        for call in tape:
            call()

    def _step(self, t: int, edits: Iterable[Edit] = ()) -> Tape:
        calls: list[Call] = list(self.cell.forward(self.slots, t))
        for edit in edits:
            target = self.quantity(edit.key)[t]
            last = max(n for n, call in enumerate(calls) if np.may_share_memory(call[-1], target))
            calls.insert(last + 1, (edit.change, target))
        return [_bound(call) for call in calls]

    def _edited(self, edits: list[Edit]) -> Tape:
        if not edits:
            return []
        steps = range(len(self.slots.wx))
        return [call for t in steps for call in self._step(t, [edit for edit in edits if edit.step == t])]

    def _states(self, state: str) -> Array:
        return self.slots.h if state == "h" else self.slots.planes[:, self._plane(state)]

    def _plane(self, key: str) -> int:
        return self.cell.planes.index(key)


class LayerSlopes:
    """The backward run of one layer: its arrays, and what to do with them.

    Put the share of the layers above into ``slopes.d["h"][1:]``; `backward` makes it total.
    """

    def __init__(self, run: LayerRun, new: New) -> None:
        self._run = run
        steps, batch, width = run.slots.wx.shape
        hidden, dtype, cell = run.slots.hidden, run.slots.h.dtype, run.cell
        self.slopes = Slopes(
            d={state: new((steps + 1, batch, hidden), dtype) for state in cell.states},
            da=run.slots.wx,
            k=new((steps, cell.local_planes, batch, hidden), dtype),
            U=new((width if run.matrix else 0, hidden), dtype),
            spare=new((batch, hidden), dtype),
        )
        self._ones = np.ones(steps * batch, dtype)
        self._tape: Tape | None = None

    @property
    def rows(self) -> Array:
        """``da`` as (T·B, G·H)."""
        da = self.slopes.da
        return da.reshape(-1, da.shape[2])

    def backward(self, weights: Mapping[str, Array]) -> None:
        """Backpropagate through time from ``d["h"][1:]``; all other entry values are taken as zero."""
        s, d = self._run.slots, self.slopes
        if self._run.matrix:
            d.U[...] = weights["U"]
        for state, slope in d.d.items():
            slope[0 : 1 if state == "h" else None].fill(0.0)
        self._run.cell.local(s, d.k)
        if self._tape is None:
            steps = reversed(range(len(s.wx)))
            self._tape = [_bound(call) for t in steps for call in self._run.cell.backward(s, d, t)]
        for call in self._tape:
            call()

    def gradients(self, grads: Mapping[str, Array] | None) -> None:
        """Write the parameters' gradients to ``grads`` if given; afterwards ``rows`` are by W x + b."""
        s, d, cell = self._run.slots, self.slopes, self._run.cell
        if grads is not None:
            cell.recurrent_gradients(s, d, grads)
        cell.input_side(s, d)
        if grads is not None:
            self._run.inputs.gradient(self.rows, grads["W"])
            np.dot(self._ones, self.rows, grads["b"])


def _bound(call: Call) -> Callable[[], object]:
    function, *operands = call
    return partial(function, *operands)
