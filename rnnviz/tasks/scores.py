"""How good logits are: the losses of the engine once more, in float64 and by another way, and hit rates.

Every function takes logits and targets of the N steps that count, and gives NaN where there are none.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
NAN = float("nan")


def cross_entropy(logits: Array, targets: Array) -> float:
    """Mean nats per target of logits (N, V) and codes (N,)."""
    if not len(targets):
        return NAN
    rows = logits.astype(np.float64)
    rows -= rows.max(axis=-1, keepdims=True)
    right = rows[np.arange(len(rows)), targets]
    return float(np.mean(np.log(np.exp(rows).sum(axis=-1)) - right))


def binary_cross_entropy(logits: Array, targets: Array) -> float:
    """Mean nats per output of logits (N, V) and the wanted outputs (N, V), each 0 or 1."""
    if not len(targets):
        return NAN
    rows = logits.astype(np.float64)
    return float(np.mean(np.logaddexp(0.0, rows) - targets * rows))


def squared_error(outputs: Array, targets: Array) -> float:
    """Mean square of the difference of (N, V) and (N, V)."""
    return float(np.mean((outputs.astype(np.float64) - targets) ** 2)) if len(targets) else NAN


def hits(logits: Array, targets: Array) -> float:
    """Share of the codes (N,) that are the likeliest of logits (N, V)."""
    return float(np.mean(logits.argmax(axis=-1) == targets)) if len(targets) else NAN


def set_hits(logits: Array, targets: Array) -> float:
    """Share of the rows (N, V) in which exactly the wanted outputs are likelier than not."""
    return float(np.mean(((logits > 0) == (targets > 0.5)).all(axis=-1))) if len(targets) else NAN
