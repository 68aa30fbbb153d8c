"""The LSTM with just a forget gate."""

from numpy import add, multiply, positive, subtract, tanh

from rnnviz.engine.cells.base import CHRONO, FORGET_BIAS, Array, Call, Cell, Slopes, Slots, sigma
from rnnviz.engine.quantity import gate, signed


class JANET(Cell):
    """Just another network: one gate decides, a little in favour of the new.

        f = σ(s)                                     s = a_f = W_f x_t + U_f h_{t-1} + b_f
        i = 1 - σ(s - β) = σ(β - s)                  β = 1
        g = tanh(a_g)
        c = f * c_{t-1} + i * g
        h = c

    Shapes: x (T, B, I); f, i, g, c, h (T, B, H); W (2H, I), U (2H, H), b (2H), gates in the order f g.
    f + i is a little more than 1, so what comes in weighs more than what is let go.  Made for very long
    dependencies together with the option ``chrono``.  van der Westhuizen and Lasenby 2018, arXiv 1804.04849.
    """

    key = "janet"
    equations = (
        r"f_t = \sigma\left(W_f x_t + U_f h_{t-1} + b_f\right)",
        r"i_t = 1 - \sigma\left(W_f x_t + U_f h_{t-1} + b_f - 1\right)",
        r"g_t = \tanh\left(W_g x_t + U_g h_{t-1} + b_g\right)",
        r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
        r"h_t = c_t",
    )
    states = ("h", "c")
    quantities = (
        gate("f", "f", "forget"),
        gate("i", "i", "select"),
        signed("g", "g", "select"),
        signed("c", "c", "select", bound=None),
        signed("h", "h", "output", bound=None),
    )
    gates = ("f", "g")
    scales = (0.5, 1.0)
    planes = ("c", "f", "i", "g", "kept", "added")
    local_planes = 2
    options = (FORGET_BIAS, CHRONO)
    keeps = "f"

    def forward(self, s: Slots, t: int) -> tuple[Call, ...]:
        """Both weights of the mean come from one pre-activation, without the cancellation of 1 - σ."""
        c_prev, (f, i, g, c, h) = s.old["c"][t], (s.new[k][t] for k in "figch")
        kept, added = s.new["kept"][t], s.new["added"][t]
        half_s, a_g = s.gates_of(s.a)
        return (
            *s.recurrent(t),
            (add, s.a, s.wx[t], s.a),  # a = W x + U h_prev + b
            (subtract, s.half, half_s, i),  # (β - s) / 2
            *sigma(i, i, s.half),  # i = σ(β - s)
            *sigma(half_s, f, s.half),
            (tanh, a_g, g),
            (multiply, f, c_prev, kept),
            (multiply, i, g, added),
            (add, kept, added, c),  # c = f * c_prev + i * g
            (positive, c, h),
        )

    def local(self, s: Slots, k: Array) -> None:
        """s raises f and lowers i: ∂c/∂s = c_prev f(1-f) - g i(1-i)."""
        f, i, g, kept, added = (s.new[name] for name in ("f", "i", "g", "kept", "added"))
        k_f, k_g = k.swapaxes(0, 1)
        multiply(kept, f, k_f)
        subtract(kept, k_f, k_f)
        subtract(k_f, added, k_f)
        multiply(added, i, k_g)
        add(k_f, k_g, k_f)
        multiply(added, g, k_g)
        subtract(i, k_g, k_g)  # ∂c/∂a_g = i (1-g²)

    def backward(self, s: Slots, d: Slopes, t: int) -> tuple[Call, ...]:
        """Undo the forward lines, last one first."""
        dh_prev, dh, dc_prev, dc = d.d["h"][t], d.d["h"][t + 1], d.d["c"][t], d.d["c"][t + 1]
        return (
            (add, dc, dh, dc),  # h = c
            (multiply, d.k[t], dc, s.gates_of(d.da[t])),  # c = f * c_prev + i * g, by s and a_g
            (multiply, dc, s.new["f"][t], dc_prev),  # c = f * c_prev + i * g, by c_prev
            *d.recurrent(t),  # a = … + U h_prev
            (add, dh_prev, d.spare, dh_prev),
        )
