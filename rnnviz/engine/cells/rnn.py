"""The simple recurrent network of Elman."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy import add, multiply, subtract, tanh

from rnnviz.engine.cells.base import LAYER_NORM, Array, Call, Cell, Slopes, Slots
from rnnviz.engine.options import Option, Value
from rnnviz.engine.quantity import signed


def relu(a: Array, h: Array) -> None:
    """Write max(a, 0) to ``h``."""
    np.maximum(a, 0.0, out=h)  # numpy takes no positional result here


class RNN(Cell):
    """One layer of units that see their own last output.

        a = W x_t + U h_{t-1} + b
        h = φ(a)                      φ: tanh, relu or identity

    Shapes: x (T, B, I), h (T, B, H), W (H, I), U (H, H), b (H).
    The plainest memory there is: everything it keeps must pass through U at every step, which is why its
    gradients vanish or explode (Pascanu, Mikolov, Bengio 2013).  Elman 1990, Finding structure in time.
    """

    key = "rnn"
    equations = (r"h_t = \varphi\left(W x_t + U h_{t-1} + b\right)",)
    quantities = (signed("h", "h"),)
    gates = ("h",)
    scales = (1.0,)
    options: ClassVar[tuple[Option, ...]] = (
        Option("activation", "tanh", choices=("tanh", "relu", "identity")),
        LAYER_NORM,
    )

    def __init__(self, values: Mapping[str, Value] | None = None) -> None:
        super().__init__(values)
        self.activation = self.values.get("activation", "relu")
        if self.activation != "tanh":  # only tanh bounds h
            self.quantities = (signed("h", "h", bound=None),)

    def forward(self, s: Slots, t: int) -> tuple[Call, ...]:
        """h = φ(W x + U h_prev + b)."""
        h, a = s.h[t + 1], s.a
        activate: dict[Value, tuple[Call, ...]] = {
            "tanh": ((add, a, s.wx[t], a), (tanh, a, h)),
            "relu": ((add, a, s.wx[t], a), (relu, a, h)),
            "identity": ((add, a, s.wx[t], h),),
        }
        return (*s.recurrent(t), *activate[self.activation])

    def local(self, s: Slots, k: Array) -> None:
        """φ'(a), from h alone: 1 - h², [h > 0] or 1."""
        h, slope = s.h[1:], k[:, 0]
        if self.activation == "tanh":
            multiply(h, h, slope)
            subtract(s.one, slope, slope)
        elif self.activation == "relu":
            slope[...] = h > 0
        else:
            slope.fill(1.0)

    def backward(self, s: Slots, d: Slopes, t: int) -> tuple[Call, ...]:
        """Undo the two lines of the forward step, last one first."""
        dh_prev, dh, da = d.d["h"][t], d.d["h"][t + 1], d.da[t]
        return (
            (multiply, dh, d.k[t, 0], da),  # h = φ(a)
            *d.recurrent(t),  # a = … + U h_prev
            (add, dh_prev, d.spare, dh_prev),
        )
