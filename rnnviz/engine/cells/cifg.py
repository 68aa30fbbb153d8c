"""The LSTM whose input gate is what the forget gate leaves."""

from numpy import add, multiply, subtract, tanh

from rnnviz.engine.cells.base import CHRONO, FORGET_BIAS, Array, Call, Cell, Slopes, Slots, sigma
from rnnviz.engine.quantity import gate, signed


class CIFG(Cell):
    """Coupled input and forget gate: as much comes in as is let go.

        f, o = σ(a_f), σ(a_o)                        a_k = W_k x_t + U_k h_{t-1} + b_k
        i = 1 - f
        g = tanh(a_g)
        c = f * c_{t-1} + i * g
        h = o * tanh(c)

    Shapes: x (T, B, I); f, i, g, o, c, h (T, B, H); W (3H, I), U (3H, H), b (3H), gates in the order f g o.
    The cell state is a running mean of candidates, hence within ±1.  A quarter fewer weights than the LSTM
    and about as good.  Greff et al. 2015, arXiv 1503.04069.
    """

    key = "cifg"
    equations = (
        r"f_t = \sigma\left(W_f x_t + U_f h_{t-1} + b_f\right)",
        r"i_t = 1 - f_t",
        r"g_t = \tanh\left(W_g x_t + U_g h_{t-1} + b_g\right)",
        r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
        r"o_t = \sigma\left(W_o x_t + U_o h_{t-1} + b_o\right)",
        r"h_t = o_t \odot \tanh\left(c_t\right)",
    )
    states = ("h", "c")
    quantities = (
        gate("f", "f", "forget"),
        gate("i", "i", "select"),
        signed("g", "g", "select"),
        signed("c", "c", "select"),
        gate("o", "o", "output"),
        signed("h", "h", "output"),
    )
    gates = ("f", "g", "o")
    scales = (0.5, 1.0, 0.5)
    planes = ("c", "i", "f", "g", "o", "kept", "added", "tanh_c")
    local_planes = 4
    options = (FORGET_BIAS, CHRONO)
    keeps = "f"

    def forward(self, s: Slots, t: int) -> tuple[Call, ...]:
        """One product serves the two gates and the candidate."""
        c_prev, (i, f, g, o, c, h) = s.old["c"][t], (s.new[k][t] for k in "ifgoch")
        kept, added, tanh_c = (s.new[k][t] for k in ("kept", "added", "tanh_c"))
        half_a_f, a_g, half_a_o = s.gates_of(s.a)
        return (
            *s.recurrent(t),
            (add, s.a, s.wx[t], s.a),  # a = W x + U h_prev + b
            *sigma(half_a_f, f, s.half),
            *sigma(half_a_o, o, s.half),
            (tanh, a_g, g),
            (subtract, s.one, f, i),  # i = 1 - f
            (multiply, f, c_prev, kept),
            (multiply, i, g, added),
            (add, kept, added, c),  # c = f * c_prev + i * g
            (tanh, c, tanh_c),
            (multiply, o, tanh_c, h),  # h = o * tanh(c)
        )

    def local(self, s: Slots, k: Array) -> None:
        """f stands in c twice: ∂c/∂a_f = (c_prev - g) f(1-f) = kept i - added f."""
        i, f, g, o, h = (s.new[name] for name in "ifgoh")
        kept, added, tanh_c = (s.new[name] for name in ("kept", "added", "tanh_c"))
        k_f, k_g, k_o, k_c = k.swapaxes(0, 1)
        multiply(kept, i, k_f)
        multiply(added, f, k_g)
        subtract(k_f, k_g, k_f)
        multiply(added, g, k_g)
        subtract(i, k_g, k_g)  # ∂c/∂a_g = i (1-g²)
        multiply(h, o, k_o)
        subtract(h, k_o, k_o)  # ∂h/∂a_o = tanh(c) o(1-o)
        multiply(h, tanh_c, k_c)
        subtract(o, k_c, k_c)  # ∂h/∂c = o (1-tanh²c)

    def backward(self, s: Slots, d: Slopes, t: int) -> tuple[Call, ...]:
        """Undo the forward lines, last one first."""
        dh_prev, dh, dc_prev, dc = d.d["h"][t], d.d["h"][t + 1], d.d["c"][t], d.d["c"][t + 1]
        da, k, spare = s.gates_of(d.da[t]), d.k[t], d.spare
        return (
            (multiply, dh, k[3], spare),  # h = o * tanh(c), by c
            (add, dc, spare, dc),
            (multiply, dh, k[2], da[2]),  # h = o * tanh(c), by a_o
            (multiply, k[0:2], dc, da[0:2]),  # c = f * c_prev + (1-f) * g, by a_f, a_g
            (multiply, dc, s.new["f"][t], dc_prev),  # c = f * c_prev + (1-f) * g, by c_prev
            *d.recurrent(t),  # a = … + U h_prev
            (add, dh_prev, spare, dh_prev),
        )
