"""The dial: recurrent weights made larger or smaller, and what that does to the gradient.

Nothing is trained and nobody's weights are touched: the dial works on copies.  In a plain RNN the spectral
radius of U sets the pace, and its largest singular value is what the conditions of Pascanu, Mikolov and
Bengio speak of: with γ the largest slope of the activation (tanh 1, logistic ¼), a value below 1/γ is
sufficient for vanishing, one above 1/γ merely necessary for exploding.  A gated cell has a U for each gate;
all are scaled together, and the largest of their numbers stands for them.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.distance import Distance
from rnnviz.engine.probes.numbers import Floats, doubles, sealed
from rnnviz.engine.probes.triangle import triangle_in_turns

Array = NDArray[Any]
Complexes = NDArray[np.complex128]
Measure = Literal["radius", "singular"]

GAINS = tuple(float(gain) for gain in np.geomspace(0.25, 4.0, 33))
"""Where the growth is measured: from a quarter to four times the weights, evenly in ratios."""
VANISHES, EXPLODES = 0.95, 1.05
"""A growth per step below the first vanishes, above the second explodes, between them holds."""
MOST_LOSSES = 64  # enough for a median


@dataclass(frozen=True, eq=False)
class Recurrence:
    """U of one gate: its ``eigenvalues`` (H,), its spectral ``radius`` and largest ``singular`` value."""

    eigenvalues: Complexes
    radius: float
    singular: float


@dataclass(frozen=True, eq=False)
class Setting:
    """The dial at one ``gain``: the network's gradient against distance, its growth per step, its loss.

    ``per_step`` is the factor by which the gradient of the state that carries the memory changes a step back,
    NaN where it cannot be told; ``loss`` is the mean over the text in nats, NaN without one.
    """

    gain: float
    distance: Distance | None
    per_step: float
    loss: float

    @property
    def word(self) -> Literal["vanish", "hold", "explode", ""]:
        """What the growth amounts to."""
        if np.isnan(self.per_step):
            return ""
        return "vanish" if self.per_step < VANISHES else "explode" if self.per_step > EXPLODES else "hold"


@dataclass(frozen=True, eq=False)
class Growth:
    """The growth per step at each of the gains, (33,): NaN where it cannot be told."""

    gains: Floats
    per_step: Floats

    def __post_init__(self) -> None:
        sealed(self.gains, self.per_step)


def recurrences(model: Model, parameters: Parameters, layer: str = "layer0") -> dict[str, Recurrence]:
    """By gate; none for a cell without U.  A vector is a diagonal matrix."""
    U = parameters.group(layer).get("U")
    if U is None:
        return {}
    blocks = np.split(U.astype(np.float64), len(model.cell.gates))
    found = {}
    for gate, block in zip(model.cell.gates, blocks, strict=True):
        values = np.asarray(block if block.ndim == 1 else np.linalg.eigvals(block), np.complex128)
        values = values[np.argsort(-np.abs(values), kind="stable")]
        norm = np.abs(block).max() if block.ndim == 1 else np.linalg.norm(block, 2)
        found[gate] = Recurrence(values, float(np.abs(values[0])), float(norm))
    return found


def scaled(model: Model, parameters: Parameters, gain: float, layer: str | None = None) -> Parameters:
    """A copy in float64 whose U, of one layer or of all, are ``gain`` times as large.

    Raises UserError "error.dial-no-recurrence" for a cell without U.
    """
    names = [name for name in model.shapes if name.endswith("/U") and layer in (None, name.partition("/")[0])]
    if not names:
        raise UserError("error.dial-no-recurrence", cell=model.cell.key)
    copy = doubles(model, parameters)
    for name in names:
        copy[name][...] *= gain
    return copy


def gain_for(
    model: Model, parameters: Parameters, wanted: float, measure: Measure = "radius", layer: str = "layer0"
) -> float:
    """The gain that brings the layer's largest radius, or singular value, to ``wanted``.

    Raises UserError "error.dial-no-recurrence" for a cell without U or with U = 0.
    """
    largest = max((getattr(r, measure) for r in recurrences(model, parameters, layer).values()), default=0.0)
    if not largest > 0.0:
        raise UserError("error.dial-no-recurrence", cell=model.cell.key)
    return float(wanted / largest)


def setting_in_turns(
    model: Model, parameters: Parameters, gain: float, x: Array, targets: Array, *, layer: str = "layer0"
) -> Generator[float, None, Setting]:
    """The dial at one gain, on one sequence x (T, 1) with targets; of many losses it takes some.

    Yields the share that is done.  Raises UserError as `scaled`.
    """
    turned = scaled(model, parameters, gain)
    trace = model.forward(turned, x, targets)
    reach: Distance | None = None
    if trace.counted:
        found = yield from triangle_in_turns(model, turned, x, targets, layer=layer, most=MOST_LOSSES)
        reach = found.reach
    return Setting(gain, reach, float("nan") if reach is None else reach.per_step, trace.mean_loss)


def growth_in_turns(
    model: Model,
    parameters: Parameters,
    x: Array,
    targets: Array,
    *,
    layer: str = "layer0",
    gains: tuple[float, ...] = GAINS,
) -> Generator[float, None, Growth]:
    """The growth at every gain, in short turns.  Raises UserError as `scaled`."""
    found: list[float] = []
    for gain in gains:
        one = yield from setting_in_turns(model, parameters, gain, x, targets, layer=layer)
        found.append(one.per_step)
    return Growth(np.array(gains), np.array(found))
