"""The recurrent network of rectified units that begins as a perfect memory."""

import numpy as np

from rnnviz.engine.cells.base import Array
from rnnviz.engine.cells.rnn import RNN


class IRNN(RNN):
    """Elman's network with relu, its recurrent weights begun at the identity.

        h = relu(W x_t + U h_{t-1} + b)          U begins as the identity, b at 0

    Shapes: x (T, B, I), h (T, B, H), W (H, I), U (H, H), b (H).
    Before any training a unit adds up what it is shown and keeps the sum: gradients neither vanish nor
    explode until learning moves U.  W begins small, as sums grow.  Le, Jaitly, Hinton 2015, arXiv 1504.00941.
    """

    key = "irnn"
    equations = (r"h_t = \mathrm{relu}\left(W x_t + U h_{t-1} + b\right), \quad U_0 = I",)
    options = ()

    def initial(
        self, rng: np.random.Generator, inputs: int, hidden: int, initialiser: str = "usual"
    ) -> dict[str, Array]:
        """W normal with the paper's deviation of 0.001, U the identity, unless another rule is asked for."""
        fresh = super().initial(rng, inputs, hidden, initialiser)
        if initialiser == "usual":
            fresh["W"] = 0.001 * rng.standard_normal(fresh["W"].shape)
            fresh["U"] = np.eye(hidden)
        return fresh
