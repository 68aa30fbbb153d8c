"""From logits to symbols."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def softmax(logits: Array, temperature: float = 1.0) -> Array:
    """Probabilities (…, V) of logits (…, V); large logits do not overflow.

    A temperature below 1 sharpens, above 1 flattens; it must be positive (ValueError).
    """
    if not temperature > 0:
        raise ValueError(f"temperature must be positive, not {temperature}")
    with np.errstate(all="ignore"):
        powers = np.exp((logits - logits.max(axis=-1, keepdims=True)) / temperature)
        return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def draw(rng: np.random.Generator, logits: Array, temperature: float = 1.0) -> Array:
    """One code for each distribution: (…,) from logits (…, V)."""
    cumulated = np.cumsum(softmax(logits.astype(np.float64), temperature), axis=-1)
    points = rng.random((*logits.shape[:-1], 1)) * cumulated[..., -1:]
    return np.asarray((points >= cumulated).sum(axis=-1).clip(0, logits.shape[-1] - 1))
