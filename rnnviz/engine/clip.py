"""Gradient clipping, by the global norm and by value."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def global_norm(gradient: Array) -> float:
    """Euclidean norm of a flat gradient (N,); inf or NaN when it has blown up."""
    with np.errstate(all="ignore"):
        return math.sqrt(gradient.dot(gradient))


def clip(gradient: Array, norm: float, threshold: float) -> bool:
    """Scale ``gradient`` in place to ``threshold`` if its ``norm`` is larger; true when it was.

    A threshold of 0 switches clipping off; a norm that is not finite leaves the gradient as it is, for the
    caller to see.  Pascanu, Mikolov, Bengio 2013.
    """
    if threshold <= 0 or not math.isfinite(norm) or norm <= threshold:
        return False
    gradient *= gradient.dtype.type(threshold / norm)
    return True


def clip_values(gradient: Array, limit: float) -> bool:
    """Bring every element of ``gradient`` in place to within ±``limit``; true when one was outside.

    A limit of 0 switches this off; NaN stays NaN.  Unlike `clip` this changes the gradient's direction.
    Mikolov 2012.
    """
    if limit <= 0 or not max(float(gradient.max()), -float(gradient.min())) > limit:
        return False
    np.clip(gradient, -limit, limit, out=gradient)
    return True
