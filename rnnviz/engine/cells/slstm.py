"""The LSTM with exponential gates, kept within the range of numbers by a stabiliser."""

from types import MappingProxyType

import numpy as np
from numpy import add, divide, exp, logaddexp, multiply, subtract, tanh

from rnnviz.engine.cells.base import CHRONO, FORGET_BIAS, Array, Call, Cell, Slopes, Slots, sigma
from rnnviz.engine.quantity import Quantity, gate, signed


def _larger(a: Array, b: Array, into: Array) -> None:
    np.maximum(a, b, out=into)  # numpy takes no positional result here


class SLSTM(Cell):
    """A weighted mean of candidates whose weights may grow exponentially: late input can overrule the past.

        carried = log σ(a_f) + stab_{t-1}            a_k = W_k x_t + U_k h_{t-1} + b_k
        stab = max(a_i, carried)
        i, f = exp(a_i - stab), exp(carried - stab)
        c = f * c_{t-1} + i * tanh(a_g)
        norm = f * norm_{t-1} + i
        h = σ(a_o) * c / norm

    Shapes: x (T, B, I); all quantities (T, B, H); W (4H, I), U (4H, H), b (4H), gates in the order i f g o.
    True weights are exp(stab) times those stored, which cancels in c / norm: the larger of i and f is always
    1, nothing overflows, and no output depends on stab.  So its total derivative is zero at every step (that
    of the initial one is not, if c and norm start elsewhere than at 0).  At the start stab is -∞, which makes
    f = 0 in the first step.  Beck et al. 2024, arXiv 2405.04517.
    """

    key = "slstm"
    equations = (
        r"m_t = \max\left(\tilde i_t, \log\sigma\left(\tilde f_t\right) + m_{t-1}\right)",
        r"f_t = \exp\left(\log\sigma\left(\tilde f_t\right) + m_{t-1} - m_t\right)",
        r"i_t = \exp\left(\tilde i_t - m_t\right)",
        r"g_t = \tanh\left(\tilde g_t\right)",
        r"c_t = f_t \odot c_{t-1} + i_t \odot g_t, \quad n_t = f_t \odot n_{t-1} + i_t",
        r"h_t = \sigma\left(\tilde o_t\right) \odot c_t / n_t",
    )
    states = ("h", "c", "norm", "stab")
    quantities = (
        Quantity("stab", "m", "signed", None, None, "forget", "norm"),
        gate("f", "f", "forget"),
        gate("i", "i", "select"),
        signed("g", "g", "select"),
        signed("c", "c", "select", bound=None),
        Quantity("norm", "n", "signed", 0.0, None, "select", "norm"),
        gate("o", "o", "output"),
        signed("h", "h", "output"),
    )
    gates = ("i", "f", "g", "o")
    scales = (1.0, -1.0, 1.0, 0.5)
    planes = ("c", "norm", "stab", "i", "f", "g", "o", "kept", "mean", "off_f")
    local_planes = 3
    scratch_planes = 2
    options = (FORGET_BIAS, CHRONO)
    keeps, renews = "f", "i"
    starts = MappingProxyType({"stab": -np.inf})
    learnable = ("h",)  # f is 0 in the first step: no other start is ever looked at
    gauge = ("stab",)

    def forward(self, s: Slots, t: int) -> tuple[Call, ...]:
        """The gates come out of logarithms; zero stands for the one in log(1 + exp(-a))."""
        c_prev, norm_prev, stab_prev = (s.old[k][t] for k in ("c", "norm", "stab"))
        c, norm, stab, i, f, g, o, kept, mean, off_f = (s.new[k][t] for k in self.planes)
        a_i, minus_a_f, a_g, half_a_o = s.gates_of(s.a)
        carried, zero = s.scratch[0], s.one - s.one
        return (
            *s.recurrent(t),
            (add, s.a, s.wx[t], s.a),  # a = W x + U h_prev + b
            (logaddexp, zero, minus_a_f, carried),  # -log σ(a_f)
            (subtract, minus_a_f, carried, off_f),  # log σ(-a_f)
            (subtract, stab_prev, carried, carried),
            (_larger, a_i, carried, stab),
            (subtract, a_i, stab, i),
            (exp, i, i),  # i = exp(a_i - stab)
            (subtract, carried, stab, f),
            (exp, f, f),  # f = exp(log σ(a_f) + stab_prev - stab)
            (tanh, a_g, g),
            (multiply, f, c_prev, kept),
            (multiply, i, g, c),
            (add, kept, c, c),  # c = f * c_prev + i * g
            (multiply, f, norm_prev, norm),
            (add, norm, i, norm),  # norm = f * norm_prev + i
            *sigma(half_a_o, o, s.half),
            (divide, c, norm, mean),
            (multiply, o, mean, s.h[t + 1]),  # h = o * c / norm
        )

    def local(self, s: Slots, k: Array) -> None:
        """∂h/∂a_o, ∂h/∂c, and ∂(i g)/∂a_g."""
        o, g, i, h = (s.new[name] for name in "ogih")
        k_o, k_c, k_g = k.swapaxes(0, 1)
        multiply(h, o, k_o)
        subtract(h, k_o, k_o)  # c / norm o(1-o)
        divide(o, s.new["norm"], k_c)
        multiply(g, g, k_g)
        subtract(s.one, k_g, k_g)
        multiply(k_g, i, k_g)  # i (1-g²)

    def backward(self, s: Slots, d: Slopes, t: int) -> tuple[Call, ...]:
        """Undo the forward lines, last one first; stab, which no output depends on, is held fixed."""
        dh, dc, dnorm, dstab = (d.d[name][t + 1] for name in self.states)
        dh_prev, dc_prev, dnorm_prev, dstab_prev = (d.d[name][t] for name in self.states)
        c_prev, norm_prev = s.old["c"][t], s.old["norm"][t]
        i, f, g, mean, off_f = (s.new[name][t] for name in ("i", "f", "g", "mean", "off_f"))
        k_o, k_c, k_g = d.k[t]
        da_i, da_f, da_g, da_o = s.gates_of(d.da[t])
        spare, other = d.scratch
        return (
            (multiply, dh, k_o, da_o),  # h = o * c / norm, by a_o
            (multiply, dh, k_c, spare),
            (add, dc, spare, dc),  # h = o * c / norm, by c
            (multiply, spare, mean, spare),
            (subtract, dnorm, spare, dnorm),  # h = o * c / norm, by norm
            (multiply, dc, k_g, da_g),  # c = f * c_prev + i * g, by a_g
            (multiply, dc, g, spare),  # c = f * c_prev + i * g, by i
            (add, spare, dnorm, spare),  # norm = f * norm_prev + i, by i
            (multiply, spare, i, da_i),  # i = exp(a_i - stab)
            (multiply, dc, c_prev, spare),  # c = f * c_prev + i * g, by f
            (multiply, dnorm, norm_prev, other),  # norm = f * norm_prev + i, by f
            (add, spare, other, spare),
            (multiply, spare, f, dstab_prev),  # f = exp(log σ(a_f) + stab_prev - stab)
            (exp, off_f, other),
            (multiply, dstab_prev, other, da_f),  # log σ(a_f), by a_f
            (multiply, dstab, s.one - s.one, dstab),  # what f and i of this step add is just that, negative
            (multiply, dc, f, dc_prev),  # c = f * c_prev + i * g, by c_prev
            (multiply, dnorm, f, dnorm_prev),  # norm = f * norm_prev + i, by norm_prev
            *d.recurrent(t),  # a = … + U h_prev
            (add, dh_prev, spare, dh_prev),
        )
