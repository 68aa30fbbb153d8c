"""The gated recurrent unit, its reset gate applied after the recurrent product."""

from collections.abc import Mapping

from numpy import add, copyto, multiply, subtract, tanh

from rnnviz.engine.cells.base import CHRONO, LAYER_NORM, Array, Call, Cell, Shape, Slopes, Slots, sigma
from rnnviz.engine.quantity import gate, signed


class GRU(Cell):
    """Two gates and a single state.

        r, z = σ(a_r), σ(a_z)                        a_k = W_k x_t + U_k h_{t-1} + b_k
        q = U_n h_{t-1} + b_rec
        n = tanh(W_n x_t + b_n + r * q)
        h = n + z * (h_{t-1} - n)                    that is (1-z) * n + z * h_{t-1}

    Shapes: x (T, B, I); r, z, n, h (T, B, H); W (3H, I), U (3H, H), b (3H), b_rec (H), gates in the order r
    z n. z keeps the old state, as in PyTorch, Keras and ONNX; Cho's paper has 1-z there.  Resetting after
    the product lets one product serve all three gates.  Cho et al. 2014; this variant: cuDNN.
    """

    key = "gru"
    equations = (
        r"r_t = \sigma\left(W_r x_t + U_r h_{t-1} + b_r\right)",
        r"z_t = \sigma\left(W_z x_t + U_z h_{t-1} + b_z\right)",
        r"n_t = \tanh\left(W_n x_t + b_n + r_t \odot \left(U_n h_{t-1} + b'\right)\right)",
        r"h_t = \left(1 - z_t\right) \odot n_t + z_t \odot h_{t-1}",
    )
    quantities = (gate("r", "o"), gate("z", "f"), signed("n", "g"), signed("h", "h"))
    gates = ("r", "z", "n")
    scales = (0.5, 0.5, 1.0)  # σ(a) = ½ + ½ tanh(a/2)
    planes = ("r", "z", "n", "seen", "reset", "gap")  # seen = W_n x + b_n, reset = r * q, gap = h_prev - n
    local_planes = 4
    options = (CHRONO, LAYER_NORM)
    keeps = "z"

    def shapes(self, inputs: int, hidden: int) -> dict[str, Shape]:
        """The candidate has a second bias, inside the reset."""
        return {**super().shapes(inputs, hidden), "b_rec": (hidden,)}

    def ahead(self, s: Slots) -> tuple[Call, ...]:
        """b_rec takes the place of W_n x + b_n, so that one addition a step serves r, z and q."""
        wx_n = s.wx[:, :, 2 * s.hidden :]
        return (copyto, s.new["seen"], wx_n), (copyto, wx_n, s.own["b_rec"])

    def forward(self, s: Slots, t: int) -> tuple[Call, ...]:
        """One product serves r, z and q."""
        h_prev, h = s.h[t], s.h[t + 1]
        r, z, n, seen, reset, gap = s.planes[t]
        half_a, q = s.gates_of(s.a)[0:2], s.gates_of(s.a)[2]
        return (
            *s.recurrent(t),
            (add, s.a, s.wx[t], s.a),  # a = W x + b + U h_prev; q = U_n h_prev + b_rec
            *sigma(half_a, s.planes[t, 0:2], s.half),  # r, z = σ(a)
            (multiply, r, q, reset),
            (add, seen, reset, n),
            (tanh, n, n),  # n = tanh(W_n x + b_n + r * q)
            (subtract, h_prev, n, gap),
            (multiply, z, gap, h),
            (add, h, n, h),  # h = n + z * (h_prev - n)
        )

    def local(self, s: Slots, k: Array) -> None:
        """All by h, as h is the only way out of a step; k[:, 3] is ∂h/∂(W_n x), used after the loop."""
        r, z, n, _seen, reset, gap = s.planes[:-1].swapaxes(0, 1)
        k_r, k_z, k_q, k_n = k.swapaxes(0, 1)
        subtract(s.one, s.planes[:-1, 0:2], k[:, 0:2])  # 1-r, 1-z
        multiply(n, n, k_n)
        subtract(s.one, k_n, k_n)
        multiply(k_n, k_z, k_n)  # ∂h/∂a_n = (1-z) (1-n²)
        multiply(k_n, r, k_q)  # ∂h/∂q = ∂h/∂a_n r
        multiply(k_r, reset, k_r)
        multiply(k_r, k_n, k_r)  # ∂h/∂a_r = ∂h/∂a_n q r(1-r)
        multiply(k_z, z, k_z)
        multiply(k_z, gap, k_z)  # ∂h/∂a_z = (h_prev - n) z(1-z)

    def backward(self, s: Slots, d: Slopes, t: int) -> tuple[Call, ...]:
        """Undo the forward lines, last one first."""
        dh_prev, dh, z, spare = d.d["h"][t], d.d["h"][t + 1], s.planes[t, 1], d.spare
        return (
            (multiply, d.k[t, 0:3], dh, s.gates_of(d.da[t])),  # by a_r, a_z and q
            (multiply, dh, z, spare),  # h = n + z * (h_prev - n), by h_prev
            (add, dh_prev, spare, dh_prev),
            *d.recurrent(t),  # a_r, a_z, q = … + U h_prev
            (add, dh_prev, spare, dh_prev),
        )

    def recurrent_gradients(self, s: Slots, d: Slopes, grads: Mapping[str, Array]) -> None:
        """dU as ever; b_rec enters q alone."""
        super().recurrent_gradients(s, d, grads)
        grads["b_rec"][...] = d.ones.dot(d.rows)[2 * s.hidden :]

    def input_side(self, s: Slots, d: Slopes) -> None:
        """W_n x does not pass the reset gate: put da_n where dq was."""
        multiply(d.d["h"][1:], d.k[:, 3], d.da[:, :, 2 * s.hidden :])
