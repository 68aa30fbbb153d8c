"""The minimal GRU: gates that do not look at the state."""

from numpy import add, multiply, positive, subtract

from rnnviz.engine.cells.base import CHRONO, Array, Call, Cell, Shape, Slopes, Slots, sigma
from rnnviz.engine.quantity import gate, signed


class MinGRU(Cell):
    """A running mean of candidates, its weights decided by the input alone.

        z = σ(W_z x_t + b_z)
        n = W_n x_t + b_n
        h = h_{t-1} + z * (n - h_{t-1})              that is (1-z) * h_{t-1} + z * n

    Shapes: x (T, B, I); z, n, h (T, B, H); W (2H, I), b (2H), gates in the order z n; no U.
    As nothing but the last line needs the state, all else is computed for every step at once, and that line
    is linear in h.  z renews here, where a GRU's keeps.  Feng et al. 2024, arXiv 2410.01201.
    """

    key = "mingru"
    equations = (
        r"z_t = \sigma\left(W_z x_t + b_z\right)",
        r"n_t = W_n x_t + b_n",
        r"h_t = \left(1 - z_t\right) \odot h_{t-1} + z_t \odot n_t",
    )
    quantities = (gate("z", "i"), signed("n", "g", bound=None), signed("h", "h", bound=None))
    gates = ("z", "n")
    scales = (0.5, 1.0)
    planes = ("z", "n", "gap", "step")  # gap = n - h_prev, step = z * gap
    local_planes = 3
    options = (CHRONO,)
    renews = "z"

    def shapes(self, inputs: int, hidden: int) -> dict[str, Shape]:
        """Nothing recurs but the state itself."""
        return {name: shape for name, shape in super().shapes(inputs, hidden).items() if name != "U"}

    def ahead(self, s: Slots) -> tuple[Call, ...]:
        """Gate and candidate of every step."""
        half_a, a_n = s.by_gate(s.wx)
        return (*sigma(half_a, s.new["z"], s.half), (positive, a_n, s.new["n"]))

    def forward(self, s: Slots, t: int) -> tuple[Call, ...]:
        """h = h_prev + z * (n - h_prev)."""
        z, n, gap, step = (s.new[name][t] for name in self.planes)
        return (
            (subtract, n, s.h[t], gap),
            (multiply, z, gap, step),
            (add, s.h[t], step, s.h[t + 1]),
        )

    def local(self, s: Slots, k: Array) -> None:
        """All by h."""
        z, step = s.new["z"], s.new["step"]
        k_z, k_n, k_h = k.swapaxes(0, 1)
        multiply(step, z, k_z)
        subtract(step, k_z, k_z)  # ∂h/∂a_z = (n - h_prev) z(1-z)
        positive(z, k_n)  # ∂h/∂n
        subtract(s.one, z, k_h)  # ∂h/∂h_prev

    def backward(self, s: Slots, d: Slopes, t: int) -> tuple[Call, ...]:
        """Undo the forward line, by h_prev; a waits for `input_side`."""
        dh_prev, dh = d.d["h"][t], d.d["h"][t + 1]
        return (multiply, dh, d.k[t, 2], d.spare), (add, dh_prev, d.spare, dh_prev)

    def input_side(self, s: Slots, d: Slopes) -> None:
        """Undo the forward line, by a_z and n, for all steps at once."""
        for n, da in enumerate(s.by_gate(d.da)):
            multiply(d.d["h"][1:], d.k[:, n], da)
