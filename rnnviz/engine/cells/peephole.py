"""The LSTM whose gates look at the cell state, and what is left when a part of it is taken away."""

from collections.abc import Mapping

import numpy as np
from numpy import add, multiply, positive, subtract, tanh

from rnnviz.engine.cells.base import CHRONO, FORGET_BIAS, Array, Call, Cell, Shape, Slopes, Slots, sigma
from rnnviz.engine.cells.feedback import Feedback
from rnnviz.engine.options import Option, Value
from rnnviz.engine.quantity import gate, signed

ABLATIONS = tuple(Option(key, False, advanced=True) for key in ("nig", "nfg", "nog", "niaf", "noaf", "fgr"))
SOURCE = {"i": "c", "f": "c", "o": "h"}  # what a gate acts on


class Peephole(Cell):
    """The vanilla LSTM of Greff et al.: peepholes, and by options what they took away from it.

        a_k = W_k x_t + U_k h_{t-1} + b_k + R_k [i f o]_{t-1}    k: i, f, g, o; R with fgr only, not for g
        i, f = σ(a_i + p_i * c_{t-1}), σ(a_f + p_f * c_{t-1})    nig: i = 1; nfg: f = 1
        g = tanh(a_g)                                            niaf: g = a_g
        c = f * c_{t-1} + i * g
        o = σ(a_o + p_o * c)                                     the NEW c; nog: o = 1
        h = o * tanh(c)                                          noaf: h = o * c

    Shapes: W (G·H, I), U (G·H, H), b (G·H), the gates that there are in the order i f g o; p_i, p_f, p_o (H);
    R (n·H, n·H) between the n logistic gates, which then travel as states.  Their finding: none of the eight
    beats the plain LSTM, and forget gate and output activation matter most.
    Gers and Schmidhuber 2000; Greff et al. 2015, arXiv 1503.04069.
    """

    key = "peephole"
    options = (FORGET_BIAS, CHRONO, *ABLATIONS)
    keeps, renews = "f", "i"
    peepholes: tuple[str, ...] = ("i", "f", "o")
    planes = ("c", "i", "f", "g", "o", "kept", "added", "out")
    local_planes = 5

    def __init__(self, values: Mapping[str, Value] | None = None) -> None:
        super().__init__(values)
        on = self.values
        self.linear_g, self.linear_c = bool(on["niaf"]), bool(on["noaf"])
        self.gates = tuple(k for k in "ifgo" if k == "g" or not on[f"n{k}g"])
        self.logistic = tuple(k for k in self.gates if k != "g")
        self.fed = Feedback(self.logistic if on["fgr"] else ())
        self.peepholes = tuple(k for k in self.peepholes if k in self.gates)
        self.states = ("h", "c", *self.fed.gates)
        self.scales = tuple(1.0 if k == "g" else 0.5 for k in self.gates)
        self.scratch_planes = 1 + self.fed.scratch_planes
        self.quantities = (
            gate("f", "f", "forget"),
            gate("i", "i", "select"),
            signed("g", "g", "select", bound=None if self.linear_g else 1.0),
            signed("c", "c", "select", bound=None),
            gate("o", "o", "output"),
            signed("h", "h", "output", bound=None if self.linear_c else 1.0),
        )
        a_g = r"W_g x_t + U_g h_{t-1} + b_g"
        self.equations = (
            self._gate("f"),
            self._gate("i"),
            f"g_t = {a_g}" if self.linear_g else rf"g_t = \tanh\left({a_g}\right)",
            r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
            self._gate("o"),
            r"h_t = o_t \odot c_t" if self.linear_c else r"h_t = o_t \odot \tanh\left(c_t\right)",
        )

    def _gate(self, k: str) -> str:
        if k not in self.gates:
            return f"{k}_t = 1"
        peep = rf" + p_{k} \odot c_{{{'t' if k == 'o' else 't-1'}}}" if k in self.peepholes else ""
        gates = r"\; ".join(self.fed.gates)
        fed = rf" + R_{k} \left[{gates}\right]_{{t-1}}" if gates else ""
        return rf"{k}_t = \sigma\left(W_{k} x_t + U_{k} h_{{t-1}}{peep}{fed} + b_{k}\right)"

    def shapes(self, inputs: int, hidden: int) -> dict[str, Shape]:
        """A vector for each peephole, a matrix between the gates with fgr."""
        peepholes = {f"p_{k}": (hidden,) for k in self.peepholes}
        return {**super().shapes(inputs, hidden), **peepholes, **self.fed.shapes(hidden)}

    def ahead(self, s: Slots) -> tuple[Call, ...]:
        """A gate that is not there stays open."""
        return tuple((positive, s.one, s.new[k]) for k in "ifo" if k not in self.gates)

    def forward(self, s: Slots, t: int) -> tuple[Call, ...]:
        """As the LSTM's; the output gate waits for the cell state that it looks at."""
        c_prev, (i, f, g, o, c, h) = s.old["c"][t], (s.new[k][t] for k in "ifgoch")
        kept, added, out = (s.new[k][t] for k in ("kept", "added", "out"))
        a = dict(zip(self.gates, s.gates_of(s.a), strict=True))  # of g: a itself
        return (
            *s.recurrent(t),
            (add, s.a, s.wx[t], s.a),  # a = W x + U h_prev + b
            *self.fed.forward(s, t, a),  # a += R [i f o]_prev
            *self._open(s, "i", a, c_prev, i),
            *self._open(s, "f", a, c_prev, f),
            (positive if self.linear_g else tanh, a["g"], g),
            (multiply, f, c_prev, kept),
            (multiply, i, g, added),
            (add, kept, added, c),  # c = f * c_prev + i * g
            *self._open(s, "o", a, c, o),
            (positive if self.linear_c else tanh, c, out),
            (multiply, o, out, h),  # h = o * tanh(c)
        )

    def _open(self, s: Slots, k: str, halves: Mapping[str, Array], c: Array, into: Array) -> tuple[Call, ...]:
        """Calls for one gate, σ(a_k + p_k * c)."""
        if k not in self.gates:
            return ()
        spare, half_a = s.scratch[0], halves[k]
        peep: tuple[Call, ...] = ()
        if k in self.peepholes:
            peep = (
                (multiply, c, s.own[f"p_{k}"], spare),
                (multiply, spare, s.half, spare),
                (add, half_a, spare, half_a),  # (a + p c) / 2
            )
        return (*peep, *sigma(half_a, into, s.half))

    def local(self, s: Slots, k: Array) -> None:
        """As the LSTM's; with fgr the first three are σ' alone, as what a gate acts on comes in later."""
        new = s.new
        for n, (name, product) in enumerate({"i": "added", "f": "kept", "o": "h"}.items()):
            acts = new[name if name in self.fed.gates else product]
            multiply(acts, new[name], k[:, n])
            subtract(acts, k[:, n], k[:, n])  # ∂/∂a = … (1-σ)
        for n, (outer, inner, product, linear) in enumerate(
            (("i", "g", "added", self.linear_g), ("o", "out", "h", self.linear_c)), start=3
        ):
            multiply(new[product], new[inner], k[:, n])
            subtract(new[outer], 0.0 if linear else k[:, n], k[:, n])  # ∂c/∂a_g = i (1-g²), ∂h/∂c likewise

    def backward(self, s: Slots, d: Slopes, t: int) -> tuple[Call, ...]:
        """Undo the forward lines, last one first."""
        dh, dc, dc_prev, dh_prev = d.d["h"][t + 1], d.d["c"][t + 1], d.d["c"][t], d.d["h"][t]
        k, spare, f = d.k[t], d.spare, s.new["f"][t]
        da = dict(zip(self.gates, s.gates_of(d.da[t]), strict=True))
        return (
            (multiply, dh, k[4], spare),  # h = o * tanh(c), by c
            (add, dc, spare, dc),
            *self._shut(s, d, t, "o", s.new["out"][t], da),  # h = o * tanh(c), by o
            *self._peeped(s, d, "o", da, dc),  # a_o = … + p_o * c
            (multiply, dc, f, dc_prev),  # c = f * c_prev + i * g, by c_prev
            (multiply, dc, k[3], da["g"]),  # c = f * c_prev + i * g, by a_g
            *self._shut(s, d, t, "f", s.old["c"][t], da),  # c = f * c_prev + i * g, by f
            *self._shut(s, d, t, "i", s.new["g"][t], da),  # c = f * c_prev + i * g, by i
            *self._peeped(s, d, "f", da, dc_prev),  # a_f = … + p_f * c_prev
            *self._peeped(s, d, "i", da, dc_prev),  # a_i = … + p_i * c_prev
            *self.fed.backward(s, d, t, da),  # a += R [i f o]_prev
            *d.recurrent(t),  # a = … + U h_prev
            (add, dh_prev, spare, dh_prev),
        )

    def _shut(
        self, s: Slots, d: Slopes, t: int, gate: str, other: Array, da: Mapping[str, Array]
    ) -> tuple[Call, ...]:
        """Undo a gate = σ(a); with fgr the gate is a state, and later steps have their share in it."""
        if gate not in self.gates:
            return ()
        source, slope = d.d[SOURCE[gate]][t + 1], d.k[t, "ifo".index(gate)]
        if not self.fed.gates:
            return ((multiply, source, slope, da[gate]),)
        d_gate = d.d[gate][t + 1]
        return (
            (multiply, source, other, d.spare),
            (add, d_gate, d.spare, d_gate),
            (multiply, d_gate, slope, da[gate]),
        )

    def _peeped(self, s: Slots, d: Slopes, gate: str, da: Mapping[str, Array], dc: Array) -> tuple[Call, ...]:
        if gate not in self.peepholes:
            return ()
        return (multiply, da[gate], s.own[f"p_{gate}"], d.spare), (add, dc, d.spare, dc)

    def recurrent_gradients(self, s: Slots, d: Slopes, grads: Mapping[str, Array]) -> None:
        """U as ever; each peephole by the state it looks at, R by the gates of the step before."""
        super().recurrent_gradients(s, d, grads)
        da = dict(zip(self.gates, s.by_gate(d.da), strict=True))
        for k in self.peepholes:
            seen = s.new["c"] if k == "o" else s.old["c"]
            np.einsum("tbh,tbh->h", da[k], seen, out=grads[f"p_{k}"])
        self.fed.gradients(s, da, grads)
