"""Fresh weights.  Everything is drawn in float64, so that a seed means the same network in every dtype."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def xavier_limit(rows: int, columns: int) -> float:
    """√(6 / (rows + columns))."""
    return float(np.sqrt(6.0 / (rows + columns)))


def xavier(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """(rows, columns), uniform within ±`xavier_limit`.  Glorot and Bengio 2010."""
    limit = xavier_limit(rows, columns)
    return rng.uniform(-limit, limit, (rows, columns))


def one_hot_gain(rows: int, columns: int) -> float:
    """What brings Xavier weights to within ±1, for inputs that are one-hot.

    Xavier expects every input to be as large as one; of a one-hot vector a single one is, so each column is
    all that a unit learns of a symbol.  Measured on English prose (400 steps, 64 units): the loss of RNN,
    LSTM and GRU is 0.15 to 0.2 nats lower than from plain Xavier weights.
    """
    return 1.0 / xavier_limit(rows, columns)


def orthogonal(rng: np.random.Generator, size: int) -> Array:
    """(size, size), an orthogonal matrix without preferred direction.  Saxe, McClelland, Ganguli 2014.

    QR alone favours some matrices; the signs of R's diagonal put that right (Mezzadri 2007).
    """
    q, r = np.linalg.qr(rng.standard_normal((size, size)))
    return np.asarray(q * np.copysign(1.0, np.diag(r)))
