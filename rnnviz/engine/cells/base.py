"""What a cell is, and the arrays it works on.

Notation, everywhere in the engine: T steps, B sequences, H units, I inputs, G gates, P planes.  A letter
with a leading ``d`` is the total derivative of the loss by that letter.

A cell describes one time step as a tuple of calls, ``(function, operand, …, result)``, each writing into
its last element.  `unroll` asks for these tuples once for a shape and then merely runs them, so the
description may slice and name as it likes: clarity costs nothing in the loop.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from numpy import add, dot, multiply, tanh
from numpy.typing import NDArray

from rnnviz.engine.cells.slots import Call, Slopes, Slots
from rnnviz.engine.initialise import INITIALISERS, chrono, constant
from rnnviz.engine.options import Option, Value, complete
from rnnviz.engine.quantity import Quantity

__all__ = ["Array", "Call", "Cell", "Shape", "Slopes", "Slots", "Value", "sigma"]

Array = NDArray[Any]
Shape = tuple[int, ...]

FORGET_BIAS = Option("forget_bias", 1.0, -10.0, 10.0)
CHRONO = Option("chrono", 0, 0, 100_000, advanced=True)
"""The longest dependency, in steps, that the first biases of the gates are spread for; 0: as usual."""
LAYER_NORM = Option("layer_norm", False, advanced=True)
"""Normalise both products of each gate, W x and U h, over the layer's units.  See `normalise`."""


class Cell(ABC):
    """The gate maths of one kind of cell, stateless: weights and states come in, results go into slots.

    What is declared here may depend on the options; `under` gives the cell that they make.
    """

    key: ClassVar[str]
    options: ClassVar[tuple[Option, ...]] = ()
    equations: tuple[str, ...]
    states: tuple[str, ...] = ("h",)
    quantities: tuple[Quantity, ...]  # in drawing order; every state is one
    gates: tuple[str, ...]  # in storage order
    scales: tuple[float, ...]  # what the pre-activations of each gate are multiplied by
    planes: tuple[str, ...] = ()
    local_planes: int = 1  # K
    scratch_planes: int = 1  # S
    keeps: str = ""  # the gate that holds on to the old state,
    renews: str = ""  # and the one that lets the new in: what `forget_bias` and `chrono` act on
    starts: Mapping[str, float] = MappingProxyType({})  # where a state begins when not at 0
    learnable: tuple[str, ...] = ("h", "c")  # those among the states whose start can be learned
    gauge: tuple[str, ...] = ()  # states by which the total derivative is zero, as they change no output

    def __init__(self, values: Mapping[str, Value] | None = None) -> None:
        """Raises UserError "error.setting-unknown" or "error.option-…" for ``values`` that cannot be."""
        self.values: Mapping[str, Value] = complete(self.options, values or {})

    def under(self, values: Mapping[str, Value]) -> "Cell":
        """The cell as these options make it."""
        return type(self)(values)

    @property
    def memories(self) -> tuple[str, ...]:
        """The states that a reader follows: h, and c where there is one; not what serves the arithmetic."""
        return tuple(state for state in self.states if state in ("h", "c"))

    @property
    def normalised(self) -> bool:
        """Whether the products are layer-normalised."""
        return bool(self.values.get("layer_norm", False))

    def shapes(self, inputs: int, hidden: int) -> dict[str, Shape]:
        """Names and shapes of the parameters of one layer, in storage order."""
        rows = len(self.gates) * hidden
        shapes: dict[str, Shape] = {"W": (rows, inputs), "U": (rows, hidden), "b": (rows,)}
        return {**shapes, "gain_W": (rows,), "gain_U": (rows,)} if self.normalised else shapes

    def initial(
        self, rng: np.random.Generator, inputs: int, hidden: int, initialiser: str = "usual"
    ) -> dict[str, Array]:
        """Fresh float64 parameters: W and U gate by gate as the initialiser says, biases zero, gains one.

        The bias of the gate that keeps begins at the option ``forget_bias``, or spread by ``chrono``.
        """
        fresh = {name: np.zeros(shape) for name, shape in self.shapes(inputs, hidden).items()}
        draw = INITIALISERS[initialiser]
        for name, size in (("W", inputs), ("U", hidden)):
            if fresh.get(name, np.zeros(0)).ndim == 2:
                how = getattr(draw, name)
                fresh[name] = np.concatenate([how(rng, hidden, size) for _ in self.gates])
        if draw.b is not None:
            fresh["b"] = np.concatenate([draw.b(rng, hidden, 1)[:, 0] for _ in self.gates])
        for name in fresh.keys() & {"gain_W", "gain_U"}:
            fresh[name].fill(1.0)
        self._remember(rng, fresh["b"].reshape(-1, hidden))
        return fresh

    def _remember(self, rng: np.random.Generator, b: Array) -> None:
        """Set the first biases (G, H) of the gates that decide how long a state is kept."""
        longest = int(self.values.get("chrono", 0))
        if longest:
            spread = chrono(rng, b.shape[1], longest)
        else:
            spread = constant(b.shape[1], float(self.values.get("forget_bias", 0.0)))
        if self.keeps in self.gates:
            b[self.gates.index(self.keeps)] += spread
        if self.renews in self.gates and longest:
            b[self.gates.index(self.renews)] -= spread

    def ahead(self, s: Slots) -> tuple[Call, ...]:
        """Calls before the loop, over all steps at once: whatever does not need the state."""
        return ()

    @abstractmethod
    def forward(self, s: Slots, t: int) -> tuple[Call, ...]:
        """Calls from ``s.wx[t]`` and the states at t to the planes at t and the states at t + 1."""

    @abstractmethod
    def local(self, s: Slots, k: Array) -> None:
        """Fill the local derivatives ``k`` (T, K, B, H) of all steps at once, from the planes."""

    @abstractmethod
    def backward(self, s: Slots, d: Slopes, t: int) -> tuple[Call, ...]:
        """Calls that undo step t.

        On entry ``d.d[·][t + 1]`` holds all that later steps and other layers contribute; on leaving, the
        totals of step t are complete, ``d.da[t]`` is filled, and ``d.d[·][t]`` has received step t's share.
        ``d.d["h"][t]`` is added to, as it already holds the share of the layers above.
        """

    def recurrent_gradients(self, s: Slots, d: Slopes, grads: Mapping[str, Array]) -> None:
        """Write the gradients of the cell's parameters but W, b and gains into ``grads`` (flat's views).

        This is for cells whose only such parameter is a matrix U that h passes through, or that have none.
        """
        if "U" in grads:
            rows, hidden = grads["U"].shape
            dot(d.raw.reshape(-1, rows).T, s.h[:-1].reshape(-1, hidden), grads["U"])

    def input_side(self, s: Slots, d: Slopes) -> None:  # noqa: B027 - most cells have nothing to do
        """Turn ``d.da`` into the derivative by W x_t + b where that differs from the one by U h_{t-1}."""


def sigma(half_a: Array, gate: Array, half: Array) -> tuple[Call, ...]:
    """Calls for gate = σ(a) = ½ + ½ tanh(a/2), from a/2; see also `Slots.squash`."""
    return (tanh, half_a, gate), (multiply, gate, half, gate), (add, gate, half, gate)
