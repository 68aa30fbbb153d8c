"""Fresh weights.  Everything is drawn in float64, so that a seed means the same network in every dtype."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def xavier(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """(rows, columns), uniform within ±√(6 / (rows + columns)).  Glorot and Bengio 2010."""
    limit = np.sqrt(6.0 / (rows + columns))
    return rng.uniform(-limit, limit, (rows, columns))


def orthogonal(rng: np.random.Generator, size: int) -> Array:
    """(size, size), an orthogonal matrix without preferred direction.  Saxe, McClelland, Ganguli 2014.

    QR alone favours some matrices; the signs of R's diagonal put that right (Mezzadri 2007).
    """
    q, r = np.linalg.qr(rng.standard_normal((size, size)))
    return np.asarray(q * np.copysign(1.0, np.diag(r)))
