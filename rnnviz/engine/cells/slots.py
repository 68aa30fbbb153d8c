"""The arrays of one layer's run, forward and backward, as a cell sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy import add, multiply, tanh
from numpy.typing import NDArray

from rnnviz.engine.normalise import LayerNorm

Array = NDArray[Any]
Call = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Slots:
    """Where the forward run of one layer leaves its numbers.

    A plane that is named like a state holds at index t the value that *enters* step t, which leaves its new
    value at t + 1; every other plane holds at t what step t computed.  ``h`` follows the same rule.  ``old``
    and ``new`` hide the difference.
    """

    h: Array  # (T+1, B, H)
    planes: Array  # (T+1, P, B, H)
    old: Mapping[str, Array]  # each state (T, B, H), as it enters each step
    new: Mapping[str, Array]  # h and each plane (T, B, H), as each step computes it
    wx: Array  # (T, B, G·H): W x_t + b; the backward run puts da here
    a: Array  # (B, G·H): the pre-activations of one step, in rows as the matrix product leaves them
    U: Array  # (H, G·H): transposed and scaled
    scale: Array  # (G·H,): what U and W x + b have been multiplied by
    own: Mapping[str, Array]  # copies of all other parameters, e.g. b_rec (H)
    one: Array  # (), a constant in the run's dtype (cheaper than a Python float)
    half: Array  # (), likewise
    scratch: Array  # (S, B, H), for use within a step
    norm: LayerNorm | None  # of U h_{t-1}, where layers are normalised

    @property
    def hidden(self) -> int:
        """H."""
        return int(self.h.shape[2])

    def gates_of(self, row: Array) -> Array:
        """See rows (B, G·H) as planes (G, B, H), without a copy."""
        return row.reshape(len(row), -1, self.hidden).transpose(1, 0, 2)

    def by_gate(self, rows: Array) -> Array:
        """See rows (T, B, G·H) as planes (G, T, B, H), without a copy."""
        return rows.reshape(*rows.shape[:2], -1, self.hidden).transpose(2, 0, 1, 3)

    def recurrent(self, t: int) -> tuple[Call, ...]:
        """Calls for a = U h_{t-1}, normalised where asked for."""
        product = (self.h[t].dot, self.U, self.a)  # the method: `numpy.dot` looks for overrides first
        return (product,) if self.norm is None else (product, self.norm.forward(t, self.a))

    def squash(self, gates: Array) -> tuple[Call, ...]:
        """Calls from all of ``a`` to ``gates`` (G, B, H): σ(a) where the scale is ½, tanh(a) where it is 1.

        Both are scale · tanh(scale · a) + 1 - scale.  The step from rows into planes rides on the addition.
        """
        scale, rest = self._squashing
        return (
            (tanh, self.a, self.a),
            (multiply, self.a, scale, self.a),
            (add, self.gates_of(self.a), rest, gates),
        )

    @cached_property
    def _squashing(self) -> tuple[Array, Array]:
        """The scale like ``a``, and 1 minus it like gates: in full, as broadcasting costs more."""
        scale = np.repeat(self.scale[None], len(self.a), axis=0)
        return scale, np.ascontiguousarray(self.gates_of(1 - scale))


@dataclass(frozen=True, eq=False)
class Slopes:
    """Where the backward run of one layer leaves its numbers.

    ``d[state][t + 1]`` is ∂L/∂state_t in total, ``d[state][0]`` that of the initial state.
    """

    d: Mapping[str, Array]  # each (T+1, B, H)
    da: Array  # (T, B, G·H): by the (unscaled) pre-activations
    raw: Array  # (T, B, G·H): by U h_{t-1}; da itself unless layers are normalised
    k: Array  # (T, K, B, H): local derivatives
    U: Array  # (G·H, H)
    scratch: Array  # (S, B, H)
    norm: LayerNorm | None

    @cached_property
    def spare(self) -> Array:
        """(B, H), the first scratch array; always one view, as in-place calls on two cost double."""
        first: Array = self.scratch[0]
        return first

    @cached_property
    def rows(self) -> Array:
        """``da`` as (T·B, G·H)."""
        return self.da.reshape(-1, self.da.shape[2])

    @cached_property
    def ones(self) -> Array:
        """(T·B,): a product with it is a sum over rows, and quicker than one."""
        return np.ones(len(self.rows), self.da.dtype)

    def as_rows(self, plane: Array) -> Array:
        """A plane (T, B, H) as contiguous rows (T·B, H), in the memory of ``k``, which is then used up."""
        rows = self.k.ravel("K")[: plane.size].reshape(plane.shape)
        rows[...] = plane
        return rows.reshape(-1, plane.shape[2])

    def recurrent(self, t: int) -> tuple[Call, ...]:
        """Calls that undo a = U h_{t-1}: ∂L/∂h_{t-1} on this path goes to ``spare``."""
        product = (self.raw[t].dot, self.U, self.spare)
        return (product,) if self.norm is None else (self.norm.backward(t, self.da[t], self.raw[t]), product)
