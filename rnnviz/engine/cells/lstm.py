"""The long short-term memory."""

from collections.abc import Mapping

from numpy import add, multiply, subtract, tanh

from rnnviz.engine.cells.base import CHRONO, FORGET_BIAS, LAYER_NORM, Array, Call, Cell, Slopes, Slots
from rnnviz.engine.cells.peephole import ABLATIONS, Peephole
from rnnviz.engine.options import Value
from rnnviz.engine.quantity import gate, signed


class LSTM(Cell):
    """Three gates around a cell state that is only ever scaled and added to.

        a_k = W_k x_t + U_k h_{t-1} + b_k            k: i, f, g, o
        i, f, o = σ(a_i), σ(a_f), σ(a_o)
        g = tanh(a_g)
        c = f * c_{t-1} + i * g                      forget, then select and memorise
        h = o * tanh(c)                              output

    Shapes: x (T, B, I); i, f, g, o, c, h (T, B, H); W (4H, I), U (4H, H), b (4H), gates in the order i f g o.
    ∂c_t/∂c_{t-1} is f itself on the direct path: a gate held at 1 keeps value and gradient for any time.
    Hochreiter and Schmidhuber 1997; forget gate: Gers, Schmidhuber, Cummins 2000; its bias starts at +1 after
    Jozefowicz, Zaremba, Sutskever 2015.
    """

    key = "lstm"
    equations = (
        r"f_t = \sigma\left(W_f x_t + U_f h_{t-1} + b_f\right)",
        r"i_t = \sigma\left(W_i x_t + U_i h_{t-1} + b_i\right)",
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
        signed("c", "c", "select", bound=None),
        gate("o", "o", "output"),
        signed("h", "h", "output"),
    )
    gates = ("i", "f", "g", "o")
    scales = (0.5, 0.5, 1.0, 0.5)  # σ(a) = ½ + ½ tanh(a/2)
    planes = ("c", "i", "f", "g", "o", "kept", "added", "tanh_c")
    local_planes = 5
    options = (FORGET_BIAS, CHRONO, LAYER_NORM, *ABLATIONS)
    keeps, renews = "f", "i"

    def under(self, values: Mapping[str, Value]) -> Cell:
        """Whatever is taken out or added is the business of `Ablated`; this file stays the plain LSTM."""
        cell = type(self)(values)
        return Ablated(values) if any(cell.values[option.key] for option in ABLATIONS) else cell

    def forward(self, s: Slots, t: int) -> tuple[Call, ...]:
        """Planes lie so that both products of the cell state are one call."""
        h, now, c = s.h[t + 1], s.planes[t], s.planes[t + 1, 0]
        _c_prev, _i, _f, _g, o, kept, added, tanh_c = now
        i_f_g_o, c_i, f_g, kept_added = now[1:5], now[0:2], now[2:4], now[5:7]
        return (
            *s.recurrent(t),
            (add, s.a, s.wx[t], s.a),  # a = W x + b + U h_prev
            *s.squash(i_f_g_o),  # i, f, o = σ(a); g = tanh(a)
            (multiply, c_i, f_g, kept_added),
            (add, kept, added, c),  # c = f * c_prev + i * g
            (tanh, c, tanh_c),
            (multiply, o, tanh_c, h),  # h = o * tanh(c)
        )

    def local(self, s: Slots, k: Array) -> None:
        """σ' = σ(1-σ) and tanh' = 1-tanh², written with the products that are at hand."""
        now, h = s.planes[:-1], s.h[1:]
        i, g, o, added, tanh_c = now[:, 1], now[:, 3], now[:, 4], now[:, 6], now[:, 7]
        i_f, added_kept = now[:, 1:3], now[:, 6:4:-1]
        multiply(added_kept, i_f, k[:, 0:2])
        subtract(added_kept, k[:, 0:2], k[:, 0:2])  # ∂c/∂a_i = g i(1-i), ∂c/∂a_f = c_prev f(1-f)
        multiply(added, g, k[:, 2])
        subtract(i, k[:, 2], k[:, 2])  # ∂c/∂a_g = i (1-g²)
        multiply(h, o, k[:, 3])
        subtract(h, k[:, 3], k[:, 3])  # ∂h/∂a_o = tanh(c) o(1-o)
        multiply(h, tanh_c, k[:, 4])
        subtract(o, k[:, 4], k[:, 4])  # ∂h/∂c = o (1-tanh²c)

    def backward(self, s: Slots, d: Slopes, t: int) -> tuple[Call, ...]:
        """Undo the forward lines, last one first."""
        dh_prev, dh, dc_prev, dc = d.d["h"][t], d.d["h"][t + 1], d.d["c"][t], d.d["c"][t + 1]
        da, k, f, spare = s.gates_of(d.da[t]), d.k[t], s.planes[t, 2], d.spare
        return (
            (multiply, dh, k[4], spare),  # h = o * tanh(c), by c
            (add, dc, spare, dc),
            (multiply, k[3], dh, da[3]),  # h = o * tanh(c), by a_o
            (multiply, k[0:3], dc, da[0:3]),  # c = f * c_prev + i * g, by a_i, a_f, a_g
            (multiply, dc, f, dc_prev),  # c = f * c_prev + i * g, by c_prev
            *d.recurrent(t),  # a = … + U h_prev
            (add, dh_prev, spare, dh_prev),
        )


class Ablated(Peephole):
    """An LSTM that lacks a part, or whose gates are fed back: Greff's variants, without the peepholes."""

    key = LSTM.key
    options = LSTM.options
    peepholes = ()
