"""Fresh weights.  Everything is drawn in float64, so that a seed means the same network in every dtype."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Draw = Callable[[np.random.Generator, int, int], Array]
"""(generator, rows, columns) → (rows, columns) of fresh weights; square where it is a U."""


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


def semi_orthogonal(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """(rows, columns), the corner of an orthogonal matrix: orthonormal along the shorter side."""
    return orthogonal(rng, max(rows, columns))[:rows, :columns]


def uniform(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """(rows, columns), uniform within ±1/√rows, where a gate's rows are its H units: PyTorch's rule."""
    return within(rng, rows, (rows, columns))


def within(rng: np.random.Generator, width: int, shape: tuple[int, ...]) -> Array:
    """``shape``, uniform within ±1/√``width``."""
    limit = 1.0 / np.sqrt(width)
    return rng.uniform(-limit, limit, shape)


def identity(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """(rows, columns), ones on the diagonal.  Le, Jaitly, Hinton 2015."""
    return np.eye(rows, columns)


def constant(size: int, value: float) -> Array:
    """(size,), all the same."""
    return np.full(size, value)


def chrono(rng: np.random.Generator, size: int, longest: int) -> Array:
    """(size,), log of uniform numbers within 1 … ``longest`` - 1 steps.  Tallec and Ollivier 2018.

    A unit whose forget gate has that bias keeps its state for about so many steps, so together the units
    cover every dependency up to the longest.
    """
    return np.log(rng.uniform(1.0, max(longest - 1.0, 1.0), size))


class Initialiser(NamedTuple):
    """How the weights of a gate are drawn: W (H, I), U (H, H), and b (H, 1), None for zeros."""

    W: Draw
    U: Draw
    b: Draw | None = None


def _orthogonal_u(rng: np.random.Generator, rows: int, columns: int) -> Array:
    return orthogonal(rng, rows)


INITIALISERS: Mapping[str, Initialiser] = MappingProxyType(
    {
        "usual": Initialiser(xavier, _orthogonal_u),  # a cell may have its own, as the IRNN has
        "xavier": Initialiser(xavier, xavier),
        "orthogonal": Initialiser(semi_orthogonal, _orthogonal_u),
        "identity": Initialiser(xavier, identity),
        "uniform": Initialiser(uniform, uniform, uniform),
    }
)
