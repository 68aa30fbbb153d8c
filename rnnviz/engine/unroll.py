"""One layer over time, in one direction: everything that all cells share.

What does not recur is taken out of the loop: W x_t + b of all steps is one product before it, dU, dW and db
are one product each after it, local derivatives are computed for all steps at once.  What is left of a step
is a short list of calls that the cell describes, made once for a shape and then only run.  With weights
scaled beforehand (σ(a) = ½ + ½ tanh(a/2), and the half lives in the weights) a step of an LSTM is nine
NumPy calls forward and seven backward.  What is optional (edits, sequences of unequal length) adds calls to
that list when it is asked for, and nothing otherwise.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import replace
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.cells.base import Call, Cell, Shape, Slopes, Slots
from rnnviz.engine.inputs import Inputs
from rnnviz.engine.normalise import LayerNorm
from rnnviz.engine.tape import Tape, insert, play, tape_of
from rnnviz.engine.workspace import New

Array = NDArray[Any]


class Edit(NamedTuple):
    """An intervention: ``change`` alters quantity ``key`` of one step, (B, H), right after it is computed.

    ``step`` counts input time, also in the ``reverse`` direction of a layer.
    """

    layer: int
    key: str
    step: int
    change: Callable[[Array], object]
    reverse: bool = False


class LayerRun:
    """The arrays of one layer for one shape, and the runs over them.

    ``weights`` are the layer's parameters by name; the arrays a run works on are its own, so parameters may
    live anywhere and change between runs.
    """

    def __init__(
        self,
        cell: Cell,
        inputs: Inputs,
        shape: tuple[int, int, int],
        parameters: Mapping[str, Shape],
        dtype: np.dtype[Any],
        new: New,
    ) -> None:
        """``shape`` is (T, B, H); ``parameters`` are the shapes of the cell's parameters."""
        steps, batch, hidden = shape
        width = len(cell.gates) * hidden
        self.matrix = len(parameters.get("U", ())) == 2  # a vector, or no U at all, needs no product
        shared = ("W", "b", "gain_W", "gain_U", "U" if self.matrix else "W")
        self.cell = cell
        self.inputs = inputs
        self.masked = False  # whether the last run had a mask
        self._new = new
        self._scale = np.repeat(np.array(cell.scales, dtype), hidden)  # (G·H,)
        self._plain_scale = np.ones_like(self._scale)
        # Of both products, W x and U h; scale and bias then come after normalisation.
        self.norms = (
            tuple(LayerNorm(steps, batch, len(cell.gates), hidden, dtype, new) for _ in range(2))
            if cell.normalised
            else None
        )
        h = new((steps + 1, batch, hidden), dtype)
        planes = _planes((steps + 1, len(cell.planes), batch, hidden), dtype, new)
        whole = {"h": h, **{name: planes[:, n] for n, name in enumerate(cell.planes)}}
        self.slots = Slots(
            h=h,
            planes=planes,
            old={name: whole[name][:-1] for name in cell.states},
            new={name: p[1:] if name in cell.states else p[:-1] for name, p in whole.items()},
            wx=new((steps, batch, width), dtype),
            a=new((batch, width), dtype),
            U=new((hidden, width if self.matrix else 0), dtype),
            scale=self._scale,
            own={name: new(of, dtype) for name, of in parameters.items() if name not in shared},
            one=np.ones((), dtype),
            half=np.array(0.5, dtype),
            scratch=new((cell.scratch_planes, batch, hidden), dtype),
            norm=None if self.norms is None else self.norms[1],
        )
        self.single = self.slots  # the same run without repetition
        self._tape: Tape | None = None
        self._masked_tape: Tape | None = None
        self._held: Array | None = None

    @property
    def held(self) -> Array:
        """(T, B, 1), writable: where a sequence has no such step, so that its states are held."""
        if self._held is None:
            self._held = self._new((*self.slots.wx.shape[:2], 1), np.bool_)
        return self._held

    def quantity(self, key: str) -> Array:
        """(T, B, H), writable: the values that the steps computed."""
        return self.slots.new[key]

    def initial(self, state: str) -> Array:
        """(B, H), writable: the state before the first step."""
        return np.asarray(self.slots.old[state][0])

    def repeated(self, count: int) -> "LayerRun":
        """The run of one sequence as one of ``count`` equal ones, for backward runs only: nothing is copied.

        Each sequence can then be led back from a loss of its own.  Valid until the next forward run.
        """
        s, new = self.slots, self._new
        steps, one, width = s.wx.shape
        if one != 1 or self.masked:
            raise ValueError("only a run of one whole sequence can be repeated")
        twin = copy(self)
        twin._tape = twin._masked_tape = twin._held = None
        norms = None if self.norms is None else tuple(norm.repeated(count) for norm in self.norms)
        twin.norms = norms
        twin.slots = replace(
            s,
            h=_spread(s.h, count),
            planes=_spread(s.planes, count),
            old={name: _spread(plane, count) for name, plane in s.old.items()},
            new={name: _spread(plane, count) for name, plane in s.new.items()},
            wx=new((steps, count, width), s.wx.dtype),
            a=new((count, width), s.wx.dtype),
            scratch=new((len(s.scratch), count, s.hidden), s.wx.dtype),
            norm=None if norms is None else norms[1],
        )
        return twin

    def forward(
        self, weights: Mapping[str, Array], edits: Iterable[Edit] = (), mask: Array | None = None
    ) -> None:
        """`take` the weights, then `run`."""
        self.take(weights)
        self.run(edits, mask)

    def take(self, weights: Mapping[str, Array]) -> None:
        """Copy what a run needs of the weights, scaled; it may then serve any number of runs."""
        s, scale = self.slots, self._scale if self.norms is None else self._plain_scale
        if self.matrix:
            np.multiply(weights["U"].T, scale, s.U)
        for name, own in s.own.items():
            own[...] = weights[name]
        if self.norms is None:
            self.inputs.take(weights["W"], weights["b"], scale)
            return
        for norm, name in zip(self.norms, ("gain_W", "gain_U"), strict=True):
            norm.take(weights[name], self._scale)
        self.inputs.take(weights["W"], np.zeros_like(scale), scale)
        self._bias = weights["b"] * self._scale

    def run(self, edits: Iterable[Edit] = (), mask: Array | None = None) -> None:
        """Run all steps from the initial states, which the caller has set.

        ``mask`` (T, B), boolean, is false where a sequence has no such step; its states then stay, edits or
        not, and what the step computes besides means nothing.
        """
        wx = self.slots.wx
        self.inputs.hoist(wx.reshape(-1, wx.shape[2]))  # W x + b of all steps at once
        if self.norms is not None:
            play([self.norms[0].forward(slice(None), wx)])
            np.add(wx, self._bias, wx)
        self.masked = mask is not None
        if mask is not None:
            np.logical_not(mask[:, :, None], self.held)
        play(self._calls(list(edits)))

    def _calls(self, edits: list[Edit]) -> Tape:
        """The whole run; kept where nothing is edited."""
        if edits:
            return self._made(edits)
        if self.masked:
            self._masked_tape = self._masked_tape or self._made([])
            return self._masked_tape
        self._tape = self._tape or self._made([])
        return self._tape

    def _made(self, edits: list[Edit]) -> Tape:
        steps = range(len(self.slots.wx))
        each = (self._step(t, [edit for edit in edits if edit.step == t]) for t in steps)
        return tape_of(chain(self.cell.ahead(self.slots), *each))

    def _step(self, t: int, edits: Iterable[Edit]) -> list[Call]:
        calls: list[Call] = list(self.cell.forward(self.slots, t))
        for edit in edits:
            target = self.quantity(edit.key)[t]
            insert(calls, target, (edit.change, target))
        if self.masked:
            old, new = self.slots.old, self.slots.new
            calls += [(_hold, self.held[t], old[state][t], new[state][t]) for state in self.cell.states]
        return calls


class LayerSlopes:
    """The backward run of one layer: its arrays, and what to do with them.

    Put the share of the layers above into ``slopes.d["h"][1:]``; `backward` makes it total.
    """

    def __init__(self, run: LayerRun, new: New) -> None:
        self._run = run
        self._new = new
        steps, batch, width = run.slots.wx.shape
        hidden, dtype, cell = run.slots.hidden, run.slots.h.dtype, run.cell
        once = run.single.h.shape[1]
        k = self._k = _planes((steps, cell.local_planes, once, hidden), dtype, new)
        self.slopes = Slopes(
            d={state: new((steps + 1, batch, hidden), dtype) for state in cell.states},
            da=run.slots.wx,
            raw=run.slots.wx if run.norms is None else new((steps, batch, width), dtype),
            k=_spread(k, batch),
            U=new((width if run.matrix else 0, hidden), dtype),
            scratch=run.slots.scratch,
            norm=run.slots.norm,
        )
        self._tape: Tape | None = None
        self._masked_tape: Tape | None = None
        self._aside: dict[str, Array] = {}  # (T, B, H): what passes a step that a sequence has not

    @property
    def rows(self) -> Array:
        """``da`` as (T·B, G·H)."""
        return self.slopes.rows

    def backward(
        self,
        weights: Mapping[str, Array],
        ends: Mapping[str, Array] | None = None,
        arrived: Mapping[str, Array] | None = None,
    ) -> None:
        """Backpropagate through time from ``d["h"][1:]``; all other entry values are taken as zero.

        ``ends`` (B, H) by state is what comes from beyond the last step besides.  ``arrived`` (T, B, H) by
        state receives what has come to the states of each step from above and from later steps, before the
        step itself adds to it.
        """
        d = self.slopes
        if self._run.matrix:
            d.U[...] = weights["U"]
        for state, slope in d.d.items():
            slope[0 : 1 if state == "h" else None].fill(0.0)
            if ends is not None:
                np.add(slope[-1], ends.get(state, 0.0), slope[-1])
        self._run.cell.local(self._run.single, self._k)
        if self._run.masked:  # a state that was held is not what its step computed: nothing may come of it
            np.copyto(d.k, 0.0, where=self._run.held[:, None])
        play(self._calls() if arrived is None else self._watched(arrived))

    def _watched(self, arrived: Mapping[str, Array]) -> Tape:
        s, d, tape = self._run.slots, self.slopes, Tape()
        for t in reversed(range(len(s.wx))):
            tape += [(np.copyto, kept[t], d.d[state][t + 1]) for state, kept in arrived.items()]
            tape += self._run.cell.backward(s, d, t)
        return tape

    def _calls(self) -> Tape:
        s, d, cell = self._run.slots, self.slopes, self._run.cell
        steps = reversed(range(len(s.wx)))
        if not self._run.masked:
            self._tape = self._tape or tape_of(call for t in steps for call in cell.backward(s, d, t))
            return self._tape
        if self._masked_tape is None:
            self._aside = {
                state: self._new((len(s.wx), *slope.shape[1:]), slope.dtype) for state, slope in d.d.items()
            }
            self._masked_tape = tape_of(
                call
                for t in steps
                for call in (*self._set_aside(t), *cell.backward(s, d, t), *self._hand_on(t))
            )
        return self._masked_tape

    def _set_aside(self, t: int) -> Iterable[Call]:
        """Keep from the cell what belongs to sequences that lack step t."""
        for state, aside in self._aside.items():
            slope = self.slopes.d[state][t + 1]
            yield _only, slope, self._run.held[t], aside[t]
            yield np.subtract, slope, aside[t], slope

    def _hand_on(self, t: int) -> Iterable[Call]:
        """A state that is held passes its derivative on as it is."""
        for state, aside in self._aside.items():
            yield np.add, self.slopes.d[state][t], aside[t], self.slopes.d[state][t]

    def gradients(self, grads: Mapping[str, Array] | None) -> None:
        """Write the parameters' gradients to ``grads`` if given; afterwards ``rows`` are by W x."""
        run, s, d = self._run, self._run.slots, self.slopes
        if grads is not None:
            run.cell.recurrent_gradients(s, d, grads)
            if run.norms is not None:
                run.norms[1].gain_gradient(d.da, grads["gain_U"])
        run.cell.input_side(s, d)
        if run.masked:
            for state, aside in self._aside.items():
                np.add(d.d[state][1:], aside, d.d[state][1:])
        if grads is not None:
            np.dot(d.ones, d.rows, grads["b"])
        if run.norms is not None:
            if grads is not None:
                run.norms[0].gain_gradient(d.da, grads["gain_W"])
            play([run.norms[0].backward(slice(None), d.da, d.da)])
        if grads is not None:
            run.inputs.gradient(self.rows, grads["W"])


def _planes(shape: tuple[int, int, int, int], dtype: np.dtype[Any], new: New) -> Array:
    """(T, P, B, H).  A plane's steps are neighbours in memory, for what is done to all steps at once.

    With a batch of one a step's planes are: its calls are so short that what counts is how few they are.
    """
    steps, planes, batch, hidden = shape
    if batch == 1:
        return new(shape, dtype)
    return new((planes, steps, batch, hidden), dtype).swapaxes(0, 1)


def _spread(array: Array, count: int) -> Array:
    """The last axis but one, of length 1, as long as ``count``, without a copy."""
    if array.shape[-2] == count:
        return array
    return np.broadcast_to(array, (*array.shape[:-2], count, array.shape[-1]))


def _hold(held: Array, old: Array, new: Array) -> None:
    np.copyto(new, old, where=held)


def _only(slope: Array, held: Array, aside: Array) -> None:
    aside.fill(0.0)
    np.copyto(aside, slope, where=held)
