"""The recurrent network whose units do not see each other."""

from collections.abc import Mapping

import numpy as np
from numpy import add, multiply

from rnnviz.engine.cells.base import Array, Call, Cell, Shape, Slopes, Slots
from rnnviz.engine.cells.rnn import relu
from rnnviz.engine.quantity import signed


class IndRNN(Cell):
    """Each unit sees its own past alone, through a single weight.

        a = W x_t + u * h_{t-1} + b              u a vector
        h = relu(a)

    Shapes: x (T, B, I), h (T, B, H), W (H, I), u = parameter U (H), b (H).
    Over k steps a unit's gradient is u^k while it is active: what it can keep is read off one number.
    Li, Li, Cook, Zhu, Gao 2018, arXiv 1803.04831.
    """

    key = "indrnn"
    equations = (r"h_t = \mathrm{relu}\left(W x_t + u \odot h_{t-1} + b\right)",)
    quantities = (signed("h", "h", bound=None),)
    gates = ("h",)
    scales = (1.0,)

    def shapes(self, inputs: int, hidden: int) -> dict[str, Shape]:
        """U is a vector."""
        return {**super().shapes(inputs, hidden), "U": (hidden,)}

    def initial(
        self, rng: np.random.Generator, inputs: int, hidden: int, initialiser: str = "usual"
    ) -> dict[str, Array]:
        """U uniform within 0 … 1, so that some units forget at once and others hardly ever."""
        fresh = super().initial(rng, inputs, hidden, initialiser)
        fresh["U"] = np.ones(hidden) if initialiser == "identity" else rng.uniform(0.0, 1.0, hidden)
        return fresh

    def forward(self, s: Slots, t: int) -> tuple[Call, ...]:
        """h = relu(W x + u * h_prev + b)."""
        return (
            (multiply, s.h[t], s.own["U"], s.a),
            (add, s.a, s.wx[t], s.a),
            (relu, s.a, s.h[t + 1]),
        )

    def local(self, s: Slots, k: Array) -> None:
        """∂h/∂a = [h > 0]."""
        k[:, 0] = s.h[1:] > 0

    def backward(self, s: Slots, d: Slopes, t: int) -> tuple[Call, ...]:
        """Undo the forward lines, last one first."""
        dh_prev, dh, da = d.d["h"][t], d.d["h"][t + 1], d.da[t]
        return (
            (multiply, dh, d.k[t, 0], da),  # h = relu(a)
            (multiply, da, s.own["U"], d.spare),  # a = … + u * h_prev
            (add, dh_prev, d.spare, dh_prev),
        )

    def recurrent_gradients(self, s: Slots, d: Slopes, grads: Mapping[str, Array]) -> None:
        """a = … + u * h_prev, by u."""
        np.einsum("tbh,tbh->h", d.da, s.h[:-1], out=grads["U"])
