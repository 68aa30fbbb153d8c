"""What a probe is taken of, and whether that is still what somebody looks at."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.plane import Plane
from rnnviz.tasks.base import Task, Typed
from rnnviz.training.loop import first_parameters
from rnnviz.training.moves import Moves


@dataclass(frozen=True, eq=False)
class Subject:
    """One network, one text, and the place in it.

    `seed` is that of the network's first weights; `step` counts training steps. `layer` is "layer0",
    "layer0_reverse" … `cursor` is a step of the text, `loss_step` the one whose loss is meant (None: the
    summed one). `output` is the logit whose saliency is wanted, None for the likeliest at the cursor. `gain`
    is the dial's.
    """

    task: Task
    model: Model
    parameters: Parameters
    seed: int
    step: int
    moves: Moves
    typed: Typed
    layer: str
    cursor: int
    loss_step: int | None
    output: int | None = None
    gain: float = 1.0
    plane: Plane | None = None

    @property
    def layer_number(self) -> int:
        """Which layer from below, whatever its direction."""
        return int(self.layer.removeprefix("layer").removesuffix("_reverse"))

    def fresh(self) -> Parameters:
        """The network as it was before the first step."""
        return first_parameters(self.model, self.seed)

    def network(self) -> tuple[Hashable, ...]:
        """Changes with the network, its training aside, and with the layer."""
        return id(self.model), id(self.task), self.layer

    def text(self) -> tuple[Hashable, ...]:
        """Changes with what is typed."""
        return self.typed.x.tobytes(), self.typed.targets.tobytes()
