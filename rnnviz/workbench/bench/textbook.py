"""The training step as a textbook writes it in NumPy: what the engine is held against besides libraries.

One-hot inputs, a loop over time in which every line makes a new array, gradients added up step by step, Adam
with temporaries.  Correct and readable, and what one would write first.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Record = tuple[Array, ...]


def sigma(a: Array) -> Array:
    """The logistic function."""
    return np.asarray(1 / (1 + np.exp(-a)))


class RNN:
    """h = tanh(W x + U h + b)."""

    gates, states = 1, 1

    @staticmethod
    def forward(a: Array, u: Array, old: Record) -> tuple[Record, Record]:
        """From W x + b, U h and the old states to the new states and what backward needs."""
        h = np.tanh(a + u)
        return (h,), (h,)

    @staticmethod
    def backward(d: Record, kept: Record) -> tuple[Array, Array, Record]:
        """From the states' gradients to those of W x + b, of U h, and of the old states."""
        da = d[0] * (1 - kept[0] ** 2)
        return da, da, (np.zeros_like(d[0]),)


class LSTM:
    """c = f c + i g; h = o tanh(c)."""

    gates, states = 4, 2

    @staticmethod
    def forward(a: Array, u: Array, old: Record) -> tuple[Record, Record]:
        """See `RNN.forward`."""
        i, f, g, o = np.split(a + u, 4, axis=1)
        i, f, g, o = sigma(i), sigma(f), np.tanh(g), sigma(o)
        c = f * old[1] + i * g
        return (o * np.tanh(c), c), (i, f, g, o, c, old[1])

    @staticmethod
    def backward(d: Record, kept: Record) -> tuple[Array, Array, Record]:
        """See `RNN.backward`."""
        i, f, g, o, c, c_prev = kept
        dc = d[1] + d[0] * o * (1 - np.tanh(c) ** 2)
        di, df, dg, do = dc * g, dc * c_prev, dc * i, d[0] * np.tanh(c)
        da = np.concatenate([di * i * (1 - i), df * f * (1 - f), dg * (1 - g**2), do * o * (1 - o)], axis=1)
        return da, da, (np.zeros_like(d[0]), dc * f)


class GRU:
    """n = tanh(W x + r U h); h = (1 - z) n + z h."""

    gates, states = 3, 1

    @staticmethod
    def forward(a: Array, u: Array, old: Record) -> tuple[Record, Record]:
        """See `RNN.forward`."""
        (a_r, a_z, a_n), (u_r, u_z, u_n) = np.split(a, 3, axis=1), np.split(u, 3, axis=1)
        r, z = sigma(a_r + u_r), sigma(a_z + u_z)
        n = np.tanh(a_n + r * u_n)
        return ((1 - z) * n + z * old[0],), (r, z, n, u_n, old[0])

    @staticmethod
    def backward(d: Record, kept: Record) -> tuple[Array, Array, Record]:
        """See `RNN.backward`."""
        r, z, n, u_n, h_prev = kept
        dn = d[0] * (1 - z) * (1 - n**2)
        dr, dz = dn * u_n * r * (1 - r), d[0] * (h_prev - n) * z * (1 - z)
        return np.concatenate([dr, dz, dn], axis=1), np.concatenate([dr, dz, dn * r], axis=1), (d[0] * z,)


CELLS: dict[str, type[RNN | LSTM | GRU]] = {"rnn": RNN, "lstm": LSTM, "gru": GRU}


class TextbookStep:
    """A whole training step; a call returns the mean loss."""

    def __init__(
        self, cell: str, x: Array, y: Array, symbols: int, hidden: int, rate: float, clip: float
    ) -> None:
        """``x`` and ``y`` are codes (T, B)."""
        self._cell, self._rate, self._clip, self._hidden = CELLS[cell], rate, clip, hidden
        rng, wide = np.random.default_rng(0), self._cell.gates * hidden
        shapes = {
            "W": (wide, symbols),
            "U": (wide, hidden),
            "b": (wide,),
            "V": (symbols, hidden),
            "c": (symbols,),
        }
        reach = hidden**-0.5
        self.parameters = {
            k: rng.uniform(-reach, reach, shape).astype(np.float32) for k, shape in shapes.items()
        }
        self._m = {k: np.zeros_like(p) for k, p in self.parameters.items()}
        self._v = {k: np.zeros_like(p) for k, p in self.parameters.items()}
        self._x, self._y = np.eye(symbols, dtype=np.float32)[x], np.eye(symbols, dtype=np.float32)[y]
        self._count = 0

    def __call__(self) -> float:
        """Forward, backward, clip, Adam."""
        loss, grads = self.gradients()
        norm = float(np.sqrt(sum(float((g**2).sum()) for g in grads.values())))
        self._count += 1
        shrink = np.float32(min(1.0, self._clip / norm))
        for k, gradient in grads.items():
            g = gradient * shrink
            self._m[k] = 0.9 * self._m[k] + 0.1 * g
            self._v[k] = 0.999 * self._v[k] + 0.001 * g**2
            mean, square = self._m[k] / (1 - 0.9**self._count), self._v[k] / (1 - 0.999**self._count)
            self.parameters[k] = self.parameters[k] - self._rate * mean / (np.sqrt(square) + 1e-8)
        return loss

    def gradients(self) -> tuple[float, dict[str, Array]]:
        """The mean loss and its gradient by every parameter."""
        p, cell, (steps, batch, _) = self.parameters, self._cell, self._x.shape
        state: Record = (np.zeros((batch, self._hidden), np.float32),) * cell.states
        olds, news, kept, probabilities, loss = [], [], [], [], 0.0
        for x, y in zip(self._x, self._y, strict=True):
            olds.append(state)
            state, record = cell.forward(x @ p["W"].T + p["b"], state[0] @ p["U"].T, state)
            news.append(state)
            kept.append(record)
            logits = state[0] @ p["V"].T + p["c"]
            powers = np.exp(logits - logits.max(axis=1, keepdims=True))
            probabilities.append(powers / powers.sum(axis=1, keepdims=True))
            loss -= float((y * np.log(probabilities[-1])).sum())
        grads = {k: np.zeros_like(v) for k, v in p.items()}
        d: Record = tuple(np.zeros_like(s) for s in state)
        for t in reversed(range(steps)):
            d_logits = (probabilities[t] - self._y[t]) / np.float32(steps * batch)
            grads["V"] += d_logits.T @ news[t][0]
            grads["c"] += d_logits.sum(axis=0)
            da, du, d_old = cell.backward((d[0] + d_logits @ p["V"], *d[1:]), kept[t])
            grads["W"] += da.T @ self._x[t]
            grads["b"] += da.sum(axis=0)
            grads["U"] += du.T @ olds[t][0]
            d = (d_old[0] + du @ p["U"], *d_old[1:])
        return loss / (steps * batch), grads
