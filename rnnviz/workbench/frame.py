"""What a panel may draw: frozen records handed from the workbench to every reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.quantity import Quantity
from rnnviz.engine.trace import Trace
from rnnviz.tasks.base import Input, PassMark, Typed
from rnnviz.training.curves import Curves
from rnnviz.training.spec import RunSpec

if TYPE_CHECKING:
    from rnnviz.workbench.colouring import Colouring
    from rnnviz.workbench.lab.frame import LabFrame
    from rnnviz.workbench.writer import Written

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]


@dataclass(frozen=True)
class View:
    """Where the reader looks. Steps and units count from 0, as the arrays' rows and columns do."""

    cursor: int = 0
    unit: int = 0
    layer: int = 0
    whole_loss: bool = False

    def within(self, steps: int, hidden: int, layers: int) -> View:
        """The same view moved to the nearest place that exists."""
        return replace(
            self,
            cursor=min(max(self.cursor, 0), max(steps - 1, 0)),
            unit=min(max(self.unit, 0), hidden - 1),
            layer=min(max(self.layer, 0), layers - 1),
        )


@dataclass(frozen=True)
class GradientCurve:
    """Gradient magnitudes along the typed text, for the layer in view.

    `norms` maps a state ("h", "c") to ‖∂L/∂state_t‖, shape (T,). `loss_step` is the step whose loss L is,
    None for the summed loss. Where the model is `causal` (one direction), steps after `loss_step` are 0.
    """

    norms: Mapping[str, Floats]
    loss_step: int | None
    causal: bool = True


@dataclass(frozen=True)
class TypedRun:
    """One forward and backward run of the typed text; arrays without a batch axis.

    `values` maps a quantity's key to (T, H) for the layer in view; `outputs` (T, V) is what the readout
    gives; `probabilities` (T, V) its softmax, or for outputs that are yes or no each its own, None for
    numbers. `top` (T, ≤3) holds the outputs of the largest probabilities, largest first; `targets` (T,) is -1
    where unknown; `target_values` (T, V) are targets that are numbers, NaN where unknown, None for symbols.
    `loss` (T,) is NaN without a target. `gradient` is None where no step has a loss.
    """

    trace: Trace
    values: Mapping[str, Floats]
    before: Mapping[str, Floats]
    outputs: Floats
    probabilities: Floats | None
    top: Ints
    targets: Ints
    target_values: Floats | None
    loss: Floats
    gradient: GradientCurve | None


@dataclass(frozen=True)
class RunView:
    """The training run as the screen shows it. Losses in nats per token, NaN before the first is known.

    `uniform` is the loss of guessing evenly, NaN where losses are squared errors.
    """

    status: str = "untrained"
    step: int = 0
    budget: int = 0
    steps_per_s: float = float("nan")
    loss: float = float("nan")
    held_out: float = float("nan")
    accuracy: float = float("nan")
    baseline: float = float("nan")
    uniform: float = float("nan")
    pass_mark: PassMark | None = None
    clip: float = 0.0
    clipped: int = 0
    curves: Curves | None = None

    @property
    def running(self) -> bool:
        """Whether training runs now."""
        return self.status == "training"


@dataclass(frozen=True)
class Notice:
    """A sentence for the reader: a key with its values, and the commands offered, the best one first."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    detail: str = ""
    actions: tuple[str, ...] = ()
    grave: bool = True


@dataclass(frozen=True)
class Frame:
    """All that a panel may draw at one moment.

    `symbols` names the outputs, one for each; `vocabulary` the symbols that may be typed, none where inputs
    are numbers, one for each of `channels`. `input` is how a person gives an input. The last `free` tokens of
    `typed` are not typed: there the network runs on with its own outputs.
    """

    serial: int
    experiment: str
    spec: RunSpec
    wanted: RunSpec
    pending: frozenset[str]
    parameters: int
    quantities: tuple[Quantity, ...]
    states: tuple[str, ...]
    layers: tuple[str, ...]
    symbols: tuple[str, ...]
    typed: Typed
    view: View
    order: Ints
    ranges: Mapping[str, tuple[float, float]]
    typed_run: TypedRun | None
    run: RunView
    notice: Notice | None = None
    vocabulary: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    output_channels: tuple[str, ...] = ()
    input: Input = "text"
    loss: str = "cross-entropy"
    colouring: Colouring | None = None
    lab: LabFrame | None = None
    free: int = 0
    written: Written | None = None

    @property
    def steps(self) -> int:
        """Number of typed tokens that are traced."""
        return len(self.typed.tokens)

    @property
    def hidden(self) -> int:
        """Units of a layer."""
        return self.spec.hidden

    @property
    def unknown(self) -> tuple[str, ...]:
        """The typed tokens that the task cannot read, each once, in order of appearance."""
        codes = self.typed.codes[:, 0]
        return tuple(dict.fromkeys(s for s, code in zip(self.typed.tokens, codes, strict=True) if code < 0))
