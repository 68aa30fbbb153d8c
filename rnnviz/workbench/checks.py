"""The gradient check of all there is: cells, models, and the probes that draw gradients.

The probes are checked apart because they take other ways: one sequence, the losses of the summed run or of a
single step, and the norms that the screen shows instead of the elements.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.cases import MODELS, Case, cell_cases, model_cases
from rnnviz.engine.cells import CELLS
from rnnviz.engine.check import EPSILON, CheckResult, relative_error
from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.distance import magnitudes
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.unroll import Edit
from rnnviz.tasks.base import Typed
from rnnviz.workbench.frame import View
from rnnviz.workbench.probe import run_typed

Array = NDArray[Any]
CODES = (0, 2, -1, 1, 0, 2)  # an unknown symbol in the middle: no target before it, the zero vector at it
CURSOR = 4
LAST = len(CODES) - 2  # the last step that has a target
CURVES: Mapping[str, bool] = MappingProxyType({"gradients-whole-loss": True, "gradients-one-step": False})
"""The gradients panel's two losses by key; True for that of the whole text."""
DISTANCE = "gradient-distance"


@dataclass(frozen=True)
class Check:
    """One line of the report: ``key`` in ``section`` ("cells", "models" or "probes"), and its worst case."""

    section: str
    key: str
    run: Callable[[], Iterable[CheckResult]]

    def result(self) -> CheckResult:
        """Run it: the largest error of many checks, and every gradient that was zero in any."""
        found = list(self.run())
        worst = max(found, key=lambda result: result.worst)
        zero = dict.fromkeys(name for result in found for name in result.zero)
        return CheckResult(worst.worst, worst.where, tuple(zero))


def checks() -> Iterator[Check]:
    """All that there is to check, cells first."""
    for key in CELLS:
        yield Check("cells", key, partial(_results, cell_cases(key)))
    for key in MODELS:
        yield Check("models", key, partial(_results, model_cases(key)))
    for key, whole in CURVES.items():
        yield Check("probes", key, partial(_probe_results, whole))
    yield Check("probes", DISTANCE, _distance_results)


def _results(cases: Iterable[Case]) -> Iterator[CheckResult]:
    return (case.result() for case in cases)


def _probe_results(whole: bool) -> Iterator[CheckResult]:
    for cell in CELLS:
        for layer in (0, 1):
            yield check_probe(cell, View(cursor=CURSOR, layer=layer, whole_loss=whole))


def _distance_results() -> Iterator[CheckResult]:
    return (check_distance(cell, layer) for cell in CELLS for layer in (0, 1))


def check_probe(cell: str, view: View, *, seed: int = 0) -> CheckResult:
    """The gradient curve of a typed text against central differences of each state of each step."""
    problem = _Typed.of(cell, seed)
    run = run_typed(
        problem.model,
        problem.parameters,
        Typed("", tuple("ab?cab"), problem.codes, problem.targets),
        view,
    )
    assert run is not None  # something is typed
    assert run.gradient is not None  # and some of it has a target
    return replace(problem, loss_step=run.gradient.loss_step).result(view.layer, run.gradient.norms)


def check_distance(cell: str, layer: int, *, seed: int = 0) -> CheckResult:
    """Gradient magnitudes against distance, turned back into those of steps, likewise."""
    problem = _Typed.of(cell, seed)
    found = magnitudes(problem.model, problem.parameters, problem.codes, problem.targets, layer=layer)
    by_step = {state: norms[::-1, 0] for state, norms in found.norms.items()}
    return replace(problem, loss_step=LAST).result(layer, by_step)


@dataclass(frozen=True)
class _Typed:
    """The loss that a gradient curve is of, with every state within reach."""

    model: Model
    parameters: Parameters
    codes: Array
    targets: Array
    loss_step: int | None = None

    @classmethod
    def of(cls, cell: str, seed: int) -> "_Typed":
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

    def loss(self, edits: tuple[Edit, ...] = ()) -> float:
        losses = self.model.forward(self.parameters, self.codes, self.targets, edits=edits)["loss"]
        return float(np.nansum(losses) if self.loss_step is None else losses[self.loss_step, 0])

    def norm(self, layer: int, state: str, step: int) -> float:
        """‖∂L/∂state_t‖ by central differences."""
        slopes = [self._slope(layer, state, step, unit) for unit in range(self.model.spec.hidden)]
        return float(np.linalg.norm(slopes))

    def _slope(self, layer: int, state: str, step: int, unit: int) -> float:
        losses = []
        for side in (EPSILON, -EPSILON):

            def nudge(values: Array, side: float = side) -> None:
                values[0, unit] += side

            losses.append(self.loss((Edit(layer, state, step, nudge),)))
        return (losses[0] - losses[1]) / (2 * EPSILON)
