"""Weights block by block: how large, how large their gradient, and how far the last step moved them.

A block is what one gate has of a parameter ("layer0/U" of gate f), or a parameter that no gates share.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.numbers import Floats, Ints, norms, sealed
from rnnviz.engine.trace import Trace

Array = NDArray[Any]

BINS = 20
CLOSED, OPEN = 0.1, 0.9
"""A gate below the first counts as closed, above the second as open: saturated, it hardly learns."""


@dataclass(frozen=True)
class Block:
    """``name`` of the parameter ("layer0/U"), and the ``gate`` whose rows it is, "" where they have none.

    ``size`` is how many numbers it has.
    """

    name: str
    gate: str
    rows: slice
    size: int

    @property
    def layer(self) -> str:
        """ "layer0", "readout" …"""
        return self.name.rpartition("/")[0]

    @property
    def kind(self) -> str:
        """ "W", "U", "b" …"""
        return self.name.rpartition("/")[2]

    def of(self, parameters: Mapping[str, Array]) -> Array:
        """The block's numbers, a view."""
        rows: Array = parameters[self.name][self.rows]
        return rows


@dataclass(frozen=True, eq=False)
class BlockStatistics:
    """One row a block; arrays are read-only.

    ``norm`` (N,) of the weights, ``gradient`` (N,) of their gradient, ``update`` (N,) of what the last step
    changed, each NaN where not known.
    """

    blocks: tuple[Block, ...]
    norm: Floats
    gradient: Floats
    update: Floats

    def __post_init__(self) -> None:
        sealed(self.norm, self.gradient, self.update)

    @property
    def ratio(self) -> Floats:
        """update / weight, (N,): NaN for a block of zeros."""
        with np.errstate(all="ignore"):
            return np.where(self.norm > 0.0, self.update / self.norm, np.nan)

    def by_layer(self, values: Floats) -> dict[str, float]:
        """Norms of whole layers out of norms of blocks."""
        layers = dict.fromkeys(block.layer for block in self.blocks)
        return {
            layer: float(norms(values[[block.layer == layer for block in self.blocks]])) for layer in layers
        }

    def columns(self) -> dict[str, Array | list[str]]:
        """As a table, a row a block."""
        return {
            "parameter": [block.name for block in self.blocks],
            "gate": [block.gate for block in self.blocks],
            "norm": self.norm,
            "gradient": self.gradient,
            "update": self.update,
            "ratio": self.ratio,
        }


@dataclass(frozen=True, eq=False)
class Histogram:
    """``counts`` (N,) of values between ``edges`` (N+1,); what is not finite is counted apart."""

    edges: Floats
    counts: Ints
    lost: int = 0

    def __post_init__(self) -> None:
        sealed(self.edges, self.counts)


@dataclass(frozen=True, eq=False)
class Saturation:
    """Values of a gate over a text: its histogram over 0 … 1, the shares closed and open, and those by unit.

    ``closed_units`` and ``open_units`` are (H,).
    """

    gate: str
    histogram: Histogram
    closed: float
    open: float
    closed_units: Floats
    open_units: Floats


def blocks_of(model: Model) -> tuple[Block, ...]:
    """All blocks of a model, in storage order: one follows the other, and none is left out."""
    return tuple(block for name, shape in model.shapes.items() for block in _split(model, name, shape))


def _split(model: Model, name: str, shape: tuple[int, ...]) -> Iterator[Block]:
    gates, hidden = model.cell.gates, model.spec.hidden
    short = name.rpartition("/")[2]
    if name.startswith("layer") and len(gates) > 1 and shape[0] == len(gates) * hidden and short != "R":
        for n, gate in enumerate(gates):
            yield Block(name, gate, slice(n * hidden, (n + 1) * hidden), hidden * math.prod(shape[1:]))
    else:
        owner = short.partition("_")[2] if short.startswith("p_") else ""
        yield Block(name, owner, slice(None), math.prod(shape))


def block_statistics(
    model: Model, parameters: Parameters, gradient: Array | None = None, before: Array | None = None
) -> BlockStatistics:
    """Of flat vectors (N,): the parameters, their ``gradient``, and the parameters one step ``before``."""
    blocks = blocks_of(model)
    nothing = np.full(len(blocks), np.nan)
    now = parameters.flat.astype(np.float64)
    return BlockStatistics(
        blocks,
        block_norms(blocks, now),
        nothing if gradient is None else block_norms(blocks, gradient),
        nothing.copy() if before is None else block_norms(blocks, now - before),
    )


def block_norms(blocks: tuple[Block, ...], flat: Array) -> Floats:
    """Norms (K,) of all blocks of a flat vector (N,) of float32 numbers, or of their differences.

    In one pass: the process that trains works them out for every answer it gives.
    """
    ends = np.cumsum([block.size for block in blocks])
    with np.errstate(all="ignore"):
        squares = np.add.reduceat(np.square(flat, dtype=np.float64), [0, *ends[:-1]])
        found: Floats = np.sqrt(squares)
    return found


def histogram(values: Array, low: float | None = None, high: float | None = None) -> Histogram:
    """Of all finite values; between their own ends where none are given."""
    flat = np.asarray(values, np.float64).reshape(-1)
    sound = flat[np.isfinite(flat)]
    ends = (sound.min(), sound.max()) if sound.size else (0.0, 0.0)
    low, high = ends[0] if low is None else low, ends[1] if high is None else high
    if not high > low:
        low, high = low - 0.5, high + 0.5
    counts, edges = np.histogram(sound, BINS, (low, high))
    return Histogram(edges, counts.astype(np.int64), len(flat) - len(sound))


def saturation(model: Model, trace: Trace, layer: str = "layer0") -> tuple[Saturation, ...]:
    """Of every gate of a layer over a run of any number of sequences, in drawing order."""
    found = []
    for quantity in model.quantities:
        if quantity.kind == "gate":
            values = trace[f"{layer}/{quantity.key}"]
            closed, opened = (values < CLOSED).mean(axis=(0, 1)), (values > OPEN).mean(axis=(0, 1))
            found.append(
                Saturation(
                    quantity.key,
                    histogram(values, 0.0, 1.0),
                    float(closed.mean()),
                    float(opened.mean()),
                    closed,
                    opened,
                )
            )
    return tuple(found)
