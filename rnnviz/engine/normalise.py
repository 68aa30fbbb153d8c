"""Layer normalisation of pre-activations.  Ba, Kiros, Hinton 2016.

    a_k = γ_k * norm(W_k x_t) + δ_k * norm(U_k h_{t-1}) + b_k        norm(v) = (v - mean v) / √(var v + ε)

Mean and variance are taken over the H units of one gate, so that every gate of every sequence has numbers of
its own.  γ is the parameter gain_W, δ is gain_U.  The cell state is left as it is: its linear path stays one.
"""

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.workspace import New

Array = NDArray[Any]
Call = tuple[Any, ...]

EPSILON = 1e-5


class LayerNorm:
    """Rows of products (…, G·H), all steps of one layer, and the way back through their normalisation."""

    def __init__(
        self, steps: int, batch: int, gates: int, hidden: int, dtype: np.dtype[Any], new: New
    ) -> None:
        self._hat = new((steps, batch, gates, hidden), dtype)  # normalised, before the gain
        self._rate = new((steps, batch, gates, 1), dtype)  # 1 / √(var + ε)
        self._gain = new((gates * hidden,), dtype)
        self._scaled = new((gates * hidden,), dtype)

    def repeated(self, count: int) -> "LayerNorm":
        """What was normalised for one sequence as that of ``count`` equal ones, without a copy."""
        twin = copy(self)
        steps, _, *row = self._hat.shape
        twin._hat = np.broadcast_to(self._hat, (steps, count, *row))
        twin._rate = np.broadcast_to(self._rate, (steps, count, row[0], 1))
        return twin

    def take(self, gain: Array, scale: Array) -> None:
        """Use these gains (G·H,); what leaves `forward` is multiplied by ``scale`` (G·H,) besides."""
        self._gain[...] = gain
        np.multiply(gain, scale, self._scaled)

    def forward(self, t: int | slice, a: Array) -> Call:
        """The call that normalises ``a``, the products of step t or of all steps, in place."""
        return _normalise, self._scaled, self._hat[t], self._rate[t], a

    def backward(self, t: int | slice, da: Array, raw: Array) -> Call:
        """The call that turns ``da``, by the normalised products, into ``raw``, by the products."""
        return _undo, self._gain, self._hat[t], self._rate[t], da, raw

    def gain_gradient(self, da: Array, d_gain: Array) -> None:
        """Write Σ da * norm over all steps and sequences to ``d_gain`` (G·H,)."""
        np.einsum("tbk,tbk->k", da, self._hat.reshape(da.shape), out=d_gain)


def _normalise(gain: Array, hat: Array, rate: Array, a: Array) -> None:
    values = a.reshape(hat.shape)
    np.subtract(values, values.mean(axis=-1, keepdims=True), hat)
    variance = np.square(hat).mean(axis=-1, keepdims=True)
    np.divide(1.0, np.sqrt(variance + variance.dtype.type(EPSILON)), rate)
    np.multiply(hat, rate, hat)
    np.multiply(hat.reshape(a.shape), gain, a)


def _undo(gain: Array, hat: Array, rate: Array, da: Array, raw: Array) -> None:
    """With u = γ da: (u - mean u - norm · mean(u norm)) / √(var + ε); ``raw`` may be ``da`` itself."""
    u = (da * gain).reshape(hat.shape)
    along = (u * hat).mean(axis=-1, keepdims=True)
    u -= u.mean(axis=-1, keepdims=True)
    u -= hat * along
    np.multiply(u, rate, raw.reshape(hat.shape))
