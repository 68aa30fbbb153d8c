"""The gated recurrent unit as first published: the reset gate acts before the recurrent product."""

from collections.abc import Mapping

from numpy import add, matmul, multiply, subtract, tanh

from rnnviz.engine.cells.base import CHRONO, Array, Call, Cell, Slopes, Slots, sigma
from rnnviz.engine.quantity import gate, signed


class GRUBefore(Cell):
    """Two gates and a single state, part of which is hidden from the candidate.

        r, z = σ(a_r), σ(a_z)                        a_k = W_k x_t + U_k h_{t-1} + b_k
        n = tanh(W_n x_t + U_n (r * h_{t-1}) + b_n)
        h = n + z * (h_{t-1} - n)                    that is (1-z) * n + z * h_{t-1}

    Shapes: x (T, B, I); r, z, n, h (T, B, H); W (3H, I), U (3H, H), b (3H), gates in the order r z n.
    z keeps the old state, as everywhere in this program; the paper has 1-z there.  A second product has to
    wait for r, which is why most libraries reset after it.  Cho et al. 2014.
    """

    key = "gru-before"
    equations = (
        r"r_t = \sigma\left(W_r x_t + U_r h_{t-1} + b_r\right)",
        r"z_t = \sigma\left(W_z x_t + U_z h_{t-1} + b_z\right)",
        r"n_t = \tanh\left(W_n x_t + U_n \left(r_t \odot h_{t-1}\right) + b_n\right)",
        r"h_t = \left(1 - z_t\right) \odot n_t + z_t \odot h_{t-1}",
    )
    quantities = (gate("r", "o"), gate("z", "f"), signed("n", "g"), signed("h", "h"))
    gates = ("r", "z", "n")
    scales = (0.5, 0.5, 1.0)
    planes = ("r", "z", "n", "reset", "gap")  # reset = r * h_prev, gap = h_prev - n
    local_planes = 3
    options = (CHRONO,)
    keeps = "z"

    def forward(self, s: Slots, t: int) -> tuple[Call, ...]:
        """One product for the gates, another for the candidate."""
        h_prev, h, two = s.h[t], s.h[t + 1], 2 * s.hidden
        r, z, n, reset, gap = (s.new[name][t] for name in self.planes)
        pieces = s.a.reshape(-1)
        a_rz, a_n = pieces[: z.size * 2].reshape(-1, two), pieces[z.size * 2 :].reshape(-1, s.hidden)
        r_z = s.planes[t, 0:2]
        return (
            (matmul, h_prev, s.U[:, :two], a_rz),
            (add, a_rz, s.wx[t, :, :two], a_rz),
            *sigma(s.gates_of(a_rz), r_z, s.half),  # r, z = σ(W x + U h_prev + b)
            (multiply, r, h_prev, reset),
            (matmul, reset, s.U[:, two:], a_n),
            (add, a_n, s.wx[t, :, two:], n),
            (tanh, n, n),  # n = tanh(W x + U (r * h_prev) + b)
            (subtract, h_prev, n, gap),
            (multiply, z, gap, h),
            (add, h, n, h),  # h = n + z * (h_prev - n)
        )

    def local(self, s: Slots, k: Array) -> None:
        """By a_r from (r * h_prev), by a_z and a_n from h."""
        r, z, n, reset, gap = (s.new[name] for name in self.planes)
        k_r, k_z, k_n = k.swapaxes(0, 1)
        multiply(reset, r, k_r)
        subtract(reset, k_r, k_r)  # ∂(r * h_prev)/∂a_r = h_prev r(1-r)
        multiply(n, n, k_n)
        subtract(s.one, k_n, k_n)
        multiply(z, k_n, k_z)
        subtract(k_n, k_z, k_n)  # ∂h/∂a_n = (1-z) (1-n²)
        multiply(z, z, k_z)
        subtract(z, k_z, k_z)
        multiply(k_z, gap, k_z)  # ∂h/∂a_z = (h_prev - n) z(1-z)

    def backward(self, s: Slots, d: Slopes, t: int) -> tuple[Call, ...]:
        """Undo the forward lines, last one first."""
        dh_prev, dh, spare, two = d.d["h"][t], d.d["h"][t + 1], d.spare, 2 * s.hidden
        r, z, da = s.new["r"][t], s.new["z"][t], s.gates_of(d.da[t])
        return (
            (multiply, d.k[t, 1:3], dh, da[1:3]),  # h = n + z * (h_prev - n), by a_z and a_n
            (multiply, dh, z, spare),  # h = n + z * (h_prev - n), by h_prev
            (add, dh_prev, spare, dh_prev),
            (matmul, d.da[t, :, two:], d.U[two:], spare),  # n = tanh(… + U (r * h_prev)), by r * h_prev
            (multiply, spare, d.k[t, 0], da[0]),  # r * h_prev, by a_r
            (multiply, spare, r, spare),  # r * h_prev, by h_prev
            (add, dh_prev, spare, dh_prev),
            (matmul, d.da[t, :, :two], d.U[:two], spare),  # a_r, a_z = … + U h_prev
            (add, dh_prev, spare, dh_prev),
        )

    def recurrent_gradients(self, s: Slots, d: Slopes, grads: Mapping[str, Array]) -> None:
        """U_r and U_z see h_prev, U_n sees r * h_prev."""
        two, rows = 2 * s.hidden, d.da.reshape(-1, 3 * s.hidden)
        matmul(rows[:, :two].T, s.h[:-1].reshape(-1, s.hidden), grads["U"][:two])
        matmul(rows[:, two:].T, d.as_rows(s.new["reset"]), grads["U"][two:])
