"""What the Gradients and Dynamics views may show: frozen records, arrays read-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.probes.blocks import BlockStatistics, Histogram, Saturation
from rnnviz.engine.probes.dial import Growth, Recurrence, Setting
from rnnviz.engine.probes.distance import Distance
from rnnviz.engine.probes.fixed_points import FixedPoints
from rnnviz.engine.probes.horizon import Horizon
from rnnviz.engine.probes.jacobian import Spectrum
from rnnviz.engine.probes.paths import PathSplit
from rnnviz.engine.probes.plane import Plane, Speed
from rnnviz.engine.probes.saliency import Saliency
from rnnviz.engine.probes.triangle import Triangle
from rnnviz.training.moves import Moves

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class WeightsView:
    """Blocks of weights: `statistics` with the gradient of the typed text's mean loss and the last step's
    update; a histogram of each block, by its place there; the gates of the layer in view over the text.

    `moves` is the course of gradient and update over the training of this sitting.
    """

    statistics: BlockStatistics
    histograms: tuple[Histogram, ...]
    saturation: tuple[Saturation, ...]
    moves: Moves


@dataclass(frozen=True, eq=False)
class SpectrumView:
    """Eigenvalues of the joint Jacobian of the steps of the text: the cursor's alone at first, then of all
    (`whole`). `U` has those of the recurrent weights, by gate; none for a cell without U.
    """

    steps: Spectrum
    whole: bool
    U: Mapping[str, Recurrence]

    def at(self, step: int) -> NDArray[np.complex128] | None:
        """Those of a step (from 0), (D,), where they are known."""
        place = np.flatnonzero(self.steps.step == step)
        return self.steps.values[place[0]] if place.size else None


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The states of the text in a plane that stays: `places` (T, 2) of h, `start` (2,) where it began.

    `plane` is None, and places NaN, where there are fewer than two states to fit one to.
    """

    plane: Plane | None
    places: Floats
    start: Floats
    speed: Speed


@dataclass(frozen=True, eq=False)
class SearchView:
    """A search for fixed points with the input `held`: a symbol's code, numbers, or None for nothing.

    `progress` is the share that is done, None when it is over; `found` its result, None before.
    """

    held: int | tuple[float, ...] | None
    starts: int
    tolerance: float
    progress: float | None
    found: FixedPoints | None


@dataclass(frozen=True, eq=False)
class DialView:
    """The dial at a gain, and at 1, on the typed text."""

    turned: Setting
    trained: Setting


@dataclass(frozen=True, eq=False)
class LabFrame:
    """All that the panels of the two views may draw; None where something is not wanted or not known yet.

    `distance` is over held-out sequences, `untrained` the same of the network as it was before the first
    step; all else is of the typed text. `growth` is what the dial would do at every gain.
    `layer` is the one in view, `loss_step` the step (from 0) whose loss the path split is of, None for the
    summed loss. `why` says of a panel's key why it has nothing to show. `stale` are the keys whose numbers
    belong to older parameters, another text or another place; `computing` those that are being worked on.
    `trained` says after how many training steps each was taken.
    """

    layer: str = "layer0"
    loss_step: int | None = None
    distance: Distance | None = None
    untrained: Distance | None = None
    triangle: Triangle | None = None
    split: PathSplit | None = None
    horizon: Horizon | None = None
    saliency: Saliency | None = None
    weights: WeightsView | None = None
    spectrum: SpectrumView | None = None
    trajectory: Trajectory | None = None
    search: SearchView | None = None
    dial: DialView | None = None
    growth: Growth | None = None
    why: Mapping[str, UserError] = field(default_factory=dict)
    stale: frozenset[str] = frozenset()
    computing: frozenset[str] = frozenset()
    trained: Mapping[str, int] = field(default_factory=dict)
