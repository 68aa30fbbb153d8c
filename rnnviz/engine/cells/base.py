"""What a cell is, and the arrays it works on.

Notation, everywhere in the engine: T steps, B sequences, H units, I inputs, G gates, P planes.  A letter
with a leading ``d`` is the total derivative of the loss by that letter.

A cell describes one time step as a tuple of calls, ``(function, operand, …, result)``, each writing into
its last element.  `unroll` asks for these tuples once for a shape and then merely runs them, so the
description may slice and name as it likes: clarity costs nothing in the loop.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.initialise import orthogonal, xavier
from rnnviz.engine.options import Option, Value
from rnnviz.engine.quantity import Quantity

Array = NDArray[Any]
Call = tuple[Any, ...]
Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Slots:
    """Where the forward run of one layer leaves its numbers.

    A plane that is named like a state holds at index t the value that *enters* step t, which leaves its new
    value at t + 1; every other plane holds at t what step t computed.  ``h`` follows the same rule.
    """

    options: Mapping[str, Value]
    h: Array  # (T+1, B, H)
    planes: Array  # (T+1, P, B, H)
    wx: Array  # (T, B, G·H): W x_t + b; the backward run puts da here
    a: Array  # (B, G·H): the pre-activations of one step, in rows as the matrix product leaves them
    U: Array  # (H, G·H): transposed and scaled
    own: Mapping[str, Array]  # copies of all other parameters, e.g. b_rec (H)
    one: Array  # (), a constant in the run's dtype (cheaper than a Python float)

    @property
    def hidden(self) -> int:
        """H."""
        return int(self.h.shape[2])

    def gates_of(self, row: Array) -> Array:
        """See rows (B, G·H) as planes (G, B, H), without a copy."""
        return row.reshape(len(row), -1, self.hidden).transpose(1, 0, 2)


@dataclass(frozen=True, eq=False)
class Slopes:
    """Where the backward run of one layer leaves its numbers.

    ``d[state][t + 1]`` is ∂L/∂state_t in total, ``d[state][0]`` that of the initial state.
    """

    d: Mapping[str, Array]  # each (T+1, B, H)
    da: Array  # (T, B, G·H): by the (unscaled) pre-activations
    k: Array  # (T, K, B, H): local derivatives
    U: Array  # (G·H, H)
    spare: Array = field(repr=False)  # (B, H)


class Cell(ABC):
    """The gate maths of one kind of cell, stateless: weights and states come in, results go into slots."""

    key: ClassVar[str]
    title: ClassVar[str]
    equations: ClassVar[tuple[str, ...]]
    states: ClassVar[tuple[str, ...]] = ("h",)
    quantities: ClassVar[tuple[Quantity, ...]]  # in drawing order
    gates: ClassVar[tuple[str, ...]]  # in storage order
    scales: ClassVar[tuple[float, ...]]  # what the pre-activations of each gate are multiplied by
    planes: ClassVar[tuple[str, ...]] = ()
    local_planes: ClassVar[int] = 1  # K
    options: ClassVar[tuple[Option, ...]] = ()

    def quantities_for(self, options: Mapping[str, Value]) -> tuple[Quantity, ...]:
        """The quantities under these options: ranges may depend on them, names do not."""
        return self.quantities

    def shapes(self, inputs: int, hidden: int) -> dict[str, Shape]:
        """Names and shapes of the parameters of one layer, in storage order."""
        rows = len(self.gates) * hidden
        return {"W": (rows, inputs), "U": (rows, hidden), "b": (rows,)}

    def initial(
        self, rng: np.random.Generator, inputs: int, hidden: int, options: Mapping[str, Value]
    ) -> dict[str, Array]:
        """Fresh float64 parameters: W Xavier-uniform and U orthogonal for each gate, biases zero."""
        fresh = {name: np.zeros(shape) for name, shape in self.shapes(inputs, hidden).items()}
        gates = range(len(self.gates))
        fresh["W"] = np.concatenate([xavier(rng, hidden, inputs) for _ in gates])
        fresh["U"] = np.concatenate([orthogonal(rng, hidden) for _ in gates])
        return fresh

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
        """Write the gradients of every parameter but W and b into ``grads`` (views of the flat vector).

        This is for cells whose only such parameter is a matrix U, or that have none.
        """
        if "U" in grads:
            rows, hidden = grads["U"].shape
            np.dot(d.da.reshape(-1, rows).T, s.h[:-1].reshape(-1, hidden), grads["U"])

    def input_side(self, s: Slots, d: Slopes) -> None:  # noqa: B027 - most cells have nothing to do
        """Turn ``d.da`` into the derivative by W x_t + b where that differs from the one by U h_{t-1}."""
