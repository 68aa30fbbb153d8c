"""The minimal LSTM: gates that do not look at the state, and share one between them."""

import numpy as np
from numpy import add, exp, logaddexp, multiply, positive, subtract

from rnnviz.engine.cells.base import CHRONO, FORGET_BIAS, Array, Call, Cell, Shape, Slopes, Slots, sigma
from rnnviz.engine.quantity import gate, signed


class MinLSTM(Cell):
    """A running mean of candidates, its weights two gates that are brought to sum to one.

        f̂, î = σ(a_f), σ(a_i)                        a_k = W_k x_t + b_k
        f = f̂ / (f̂ + î) = σ(log f̂ - log î)
        i = î / (f̂ + î) = σ(log î - log f̂)
        g = a_g
        h = f * h_{t-1} + i * g

    Shapes: x (T, B, I); f, i, g, h (T, B, H); W (3H, I), b (3H), gates in the order i f g; no U.
    The gates shown are those that act, f and i.  Computed from log σ(a) = -log(1 + exp(-a)), they are exact
    also where f̂ and î are both too small for a number and the quotient would be 0/0.  There is no tanh and no
    output gate.  Feng et al. 2024, arXiv 2410.01201.
    """

    key = "minlstm"
    equations = (
        r"\hat f_t = \sigma\left(W_f x_t + b_f\right), \quad \hat i_t = \sigma\left(W_i x_t + b_i\right)",
        r"f_t = \hat f_t / \left(\hat f_t + \hat i_t\right)",
        r"i_t = \hat i_t / \left(\hat f_t + \hat i_t\right)",
        r"g_t = W_g x_t + b_g",
        r"h_t = f_t \odot h_{t-1} + i_t \odot g_t",
    )
    quantities = (
        gate("f", "f", "forget"),
        gate("i", "i", "select"),
        signed("g", "g", "select", bound=None),
        signed("h", "h", "output", bound=None),
    )
    gates = ("i", "f", "g")
    scales = (-1.0, -1.0, 1.0)
    planes = ("i", "f", "g", "off_i", "off_f", "added")  # off_k = -log σ(-a_k) = log(1 + exp(a_k))
    local_planes = 3
    options = (FORGET_BIAS, CHRONO)
    keeps, renews = "f", "i"

    def shapes(self, inputs: int, hidden: int) -> dict[str, Shape]:
        """Nothing recurs but the state itself."""
        return {name: shape for name, shape in super().shapes(inputs, hidden).items() if name != "U"}

    def ahead(self, s: Slots) -> tuple[Call, ...]:
        """Both gates and the candidate of every step."""
        minus_a_i, minus_a_f, a_g = s.by_gate(s.wx)
        i, f, g, off_i, off_f, added = (s.new[name] for name in self.planes)
        zero = s.one - s.one
        return (
            (logaddexp, zero, minus_a_i, off_i),  # -log î
            (logaddexp, zero, minus_a_f, off_f),  # -log f̂
            (subtract, off_i, off_f, added),
            (multiply, added, s.half, added),  # u / 2, u = log f̂ - log î
            *sigma(added, f, s.half),
            (np.negative, added, added),
            *sigma(added, i, s.half),
            (subtract, off_i, minus_a_i, off_i),  # -log σ(-a) = -log σ(a) + a
            (subtract, off_f, minus_a_f, off_f),
            (positive, a_g, g),
        )

    def forward(self, s: Slots, t: int) -> tuple[Call, ...]:
        """h = f * h_prev + i * g."""
        i, f, g, _off_i, _off_f, added = (s.new[name][t] for name in self.planes)
        return (
            (multiply, f, s.h[t], s.h[t + 1]),
            (multiply, i, g, added),
            (add, s.h[t + 1], added, s.h[t + 1]),
        )

    def local(self, s: Slots, k: Array) -> None:
        """By u = log f̂ - log î: ∂h/∂u = (h_prev - g) f i, and ∂u/∂a_f = σ(-a_f), ∂u/∂a_i = -σ(-a_i)."""
        i, f, g, off_i, off_f, _added = (s.new[name] for name in self.planes)
        k_i, k_f, k_g = k.swapaxes(0, 1)
        subtract(s.old["h"], g, k_g)
        multiply(k_g, f, k_g)
        multiply(k_g, i, k_g)  # ∂h/∂u
        np.negative(off_f, k_f)
        exp(k_f, k_f)
        multiply(k_f, k_g, k_f)  # ∂h/∂a_f
        np.negative(off_i, k_i)
        exp(k_i, k_i)
        multiply(k_i, k_g, k_i)
        np.negative(k_i, k_i)  # ∂h/∂a_i
        positive(i, k_g)  # ∂h/∂a_g

    def backward(self, s: Slots, d: Slopes, t: int) -> tuple[Call, ...]:
        """Undo the forward line, by h_prev; a waits for `input_side`."""
        dh_prev, dh = d.d["h"][t], d.d["h"][t + 1]
        return (multiply, dh, s.new["f"][t], d.spare), (add, dh_prev, d.spare, dh_prev)

    def input_side(self, s: Slots, d: Slopes) -> None:
        """Undo the forward line, by a_i, a_f and a_g, for all steps at once."""
        for n, da in enumerate(s.by_gate(d.da)):
            multiply(d.d["h"][1:], d.k[:, n], da)
