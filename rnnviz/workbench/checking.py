"""A small text with every state within reach: what the checks of the probes nudge."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.check import EPSILON, CheckResult, relative_error
from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.unroll import Edit

Array = NDArray[Any]
CODES = (0, 2, -1, 1, 0, 2)  # an unknown symbol in the middle: no target before it, the zero vector at it
LAST = len(CODES) - 2  # the last step that has a target


@dataclass(frozen=True)
class TypedText:
    """The loss that a gradient curve is of, with every state within reach."""

    model: Model
    parameters: Parameters
    codes: Array
    targets: Array
    loss_step: int | None = None

    @classmethod
    def of(cls, cell: str, seed: int) -> "TypedText":
        """A small text with random weights."""
        rng = np.random.default_rng(seed)
        model = Model(ModelSpec(cell, inputs=3, outputs=3, hidden=4, layers=2))
        parameters = model.parameters(rng.standard_normal(model.size) * 0.5)
        codes = np.array(CODES, np.int32)[:, None]  # (T, 1)
        targets = np.append(codes[1:], [[-1]], axis=0).astype(np.int32)
        return cls(model, parameters, codes, targets)

    def result(self, layer: int, found: Mapping[str, Array]) -> CheckResult:
        """Magnitudes by state and step against differences; none may be zero up to the last loss."""
        loss, worst, where, zero = self.loss(), 0.0, "", []
        last = LAST if self.loss_step is None else self.loss_step
        for state, norms in found.items():
            name = f"{self.model.spec.cell}/layer{layer}/d_{state}"
            for step, norm in enumerate(norms):
                error = relative_error(self.norm(layer, state, step), float(norm), loss)
                if error > worst:
                    worst, where = error, f"{name}[{step}]"
            if state not in self.model.cell.gauge:
                zero += [f"{name}[{step}]" for step in range(last + 1) if not norms[step]]
        return CheckResult(worst, where, tuple(zero))

    def losses(self, edits: Iterable[Edit] = ()) -> Array:
        """Of each step, (T,), NaN where nothing is to be told."""
        trace = self.model.forward(self.parameters, self.codes, self.targets, edits=edits)
        return trace["loss"][:, 0]

    def slopes(self, layer: int, state: str, step: int) -> Array:
        """∂L_t/∂state_step of every loss by every unit, (T, H), by central differences."""
        found = []
        for unit in range(self.model.spec.hidden):
            sides = [self.losses([nudged(layer, state, step, unit, by)]) for by in (EPSILON, -EPSILON)]
            found.append((sides[0] - sides[1]) / (2 * EPSILON))
        return np.stack(found, axis=1)

    def loss(self, edits: tuple[Edit, ...] = ()) -> float:
        """Of the step it is of, or of all."""
        losses = self.model.forward(self.parameters, self.codes, self.targets, edits=edits)["loss"]
        return float(np.nansum(losses) if self.loss_step is None else losses[self.loss_step, 0])

    def norm(self, layer: int, state: str, step: int) -> float:
        """‖∂L/∂state_t‖ by central differences."""
        slopes = [self._slope(layer, state, step, unit) for unit in range(self.model.spec.hidden)]
        return float(np.linalg.norm(slopes))

    def _slope(self, layer: int, state: str, step: int, unit: int) -> float:
        losses = [self.loss((nudged(layer, state, step, unit, by),)) for by in (EPSILON, -EPSILON)]
        return (losses[0] - losses[1]) / (2 * EPSILON)


def nudged(layer: int, state: str, step: int, unit: int, by: float) -> Edit:
    """An edit that moves one unit of one state of one step."""

    def nudge(values: Array) -> None:
        values[0, unit] += by

    return Edit(layer, state, step, nudge)
