"""The minimal gated unit."""

from collections.abc import Mapping

from numpy import add, matmul, multiply, subtract, tanh

from rnnviz.engine.cells.base import CHRONO, Array, Call, Cell, Slopes, Slots, sigma
from rnnviz.engine.quantity import gate, signed


class MGU(Cell):
    """A GRU whose one gate both hides the old state from the candidate and puts the candidate in its place.

        f = σ(W_f x_t + U_f h_{t-1} + b_f)
        n = tanh(W_n x_t + U_n (f * h_{t-1}) + b_n)
        h = h_{t-1} + f * (n - h_{t-1})              that is (1-f) * h_{t-1} + f * n

    Shapes: x (T, B, I); f, n, h (T, B, H); W (2H, I), U (2H, H), b (2H), gates in the order f n.
    Mind the name: an open forget gate f replaces the old state here, where an LSTM's keeps it.
    Zhou, Wu, Zhang, Zhou 2016.
    """

    key = "mgu"
    equations = (
        r"f_t = \sigma\left(W_f x_t + U_f h_{t-1} + b_f\right)",
        r"n_t = \tanh\left(W_n x_t + U_n \left(f_t \odot h_{t-1}\right) + b_n\right)",
        r"h_t = \left(1 - f_t\right) \odot h_{t-1} + f_t \odot n_t",
    )
    quantities = (gate("f", "i"), signed("n", "g"), signed("h", "h"))
    gates = ("f", "n")
    scales = (0.5, 1.0)
    planes = ("f", "n", "shown", "gap", "step")  # shown = f * h_prev, gap = n - h_prev, step = f * gap
    local_planes = 3
    scratch_planes = 2
    options = (CHRONO,)
    renews = "f"

    def forward(self, s: Slots, t: int) -> tuple[Call, ...]:
        """One product for the gate, another for the candidate."""
        h_prev, h, one_h = s.h[t], s.h[t + 1], s.hidden
        f, n, shown, gap, step = (s.new[name][t] for name in self.planes)
        a_f, a_n = s.a.reshape(2, -1, one_h)  # the scratch as two blocks, as a product wants them
        return (
            (matmul, h_prev, s.U[:, :one_h], a_f),
            (add, a_f, s.wx[t, :, :one_h], a_f),
            *sigma(a_f, f, s.half),  # f = σ(W x + U h_prev + b)
            (multiply, f, h_prev, shown),
            (matmul, shown, s.U[:, one_h:], a_n),
            (add, a_n, s.wx[t, :, one_h:], n),
            (tanh, n, n),  # n = tanh(W x + U (f * h_prev) + b)
            (subtract, n, h_prev, gap),
            (multiply, f, gap, step),
            (add, h_prev, step, h),  # h = h_prev + f * (n - h_prev)
        )

    def local(self, s: Slots, k: Array) -> None:
        """f acts twice: by a_f from (f * h_prev) and from h."""
        f, n, shown, _gap, step = (s.new[name] for name in self.planes)
        k_shown, k_f, k_n = k.swapaxes(0, 1)
        for product, slope in ((shown, k_shown), (step, k_f)):
            multiply(product, f, slope)
            subtract(
                product, slope, slope
            )  # ∂(f * h_prev)/∂a_f = h_prev f(1-f), ∂h/∂a_f = (n - h_prev) f(1-f)
        multiply(n, n, k_n)
        subtract(s.one, k_n, k_n)
        multiply(f, k_n, k_n)  # ∂h/∂a_n = f (1-n²)

    def backward(self, s: Slots, d: Slopes, t: int) -> tuple[Call, ...]:
        """Undo the forward lines, last one first."""
        dh_prev, dh, one_h = d.d["h"][t], d.d["h"][t + 1], s.hidden
        spare, other = d.scratch
        f, da, k = s.new["f"][t], s.gates_of(d.da[t]), d.k[t]
        return (
            (multiply, k[1:3], dh, da),  # h = h_prev + f * (n - h_prev), by a_f and a_n
            (add, dh_prev, dh, dh_prev),  # h = h_prev + f * (n - h_prev), by h_prev
            (multiply, dh, f, spare),
            (subtract, dh_prev, spare, dh_prev),
            (matmul, d.da[t, :, one_h:], d.U[one_h:], spare),  # n = tanh(… + U (f * h_prev)), by f * h_prev
            (multiply, spare, k[0], other),  # f * h_prev, by a_f
            (add, da[0], other, da[0]),
            (multiply, spare, f, spare),  # f * h_prev, by h_prev
            (add, dh_prev, spare, dh_prev),
            (matmul, d.da[t, :, :one_h], d.U[:one_h], spare),  # a_f = … + U h_prev
            (add, dh_prev, spare, dh_prev),
        )

    def recurrent_gradients(self, s: Slots, d: Slopes, grads: Mapping[str, Array]) -> None:
        """U_f sees h_prev, U_n sees f * h_prev."""
        one_h, rows = s.hidden, d.da.reshape(-1, 2 * s.hidden)
        matmul(rows[:, :one_h].T, s.h[:-1].reshape(-1, one_h), grads["U"][:one_h])
        matmul(rows[:, one_h:].T, d.as_rows(s.new["shown"]), grads["U"][one_h:])
