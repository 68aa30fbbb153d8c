"""The gradient check of all there is: cells, models, and the probes that draw gradients.

The probes are checked apart because they take other ways: one sequence, the losses of the summed run or of a
single step, and the norms that the screen shows instead of the elements.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

from rnnviz.engine.cases import MODELS, Case, cell_cases, model_cases
from rnnviz.engine.cells import CELLS
from rnnviz.engine.check import CheckResult
from rnnviz.engine.probes.distance import magnitudes
from rnnviz.tasks.base import Typed
from rnnviz.workbench.checking import LAST, TypedText
from rnnviz.workbench.frame import View
from rnnviz.workbench.probe import run_typed
from rnnviz.workbench.probechecks import PROBES, checked_cells

CURSOR = 4
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
    for key in PROBES:
        if checked_cells(key):
            yield Check("probes", key, partial(_each_layer, key))


def _results(cases: Iterable[Case]) -> Iterator[CheckResult]:
    return (case.result() for case in cases)


def _probe_results(whole: bool) -> Iterator[CheckResult]:
    for cell in CELLS:
        for layer in (0, 1):
            yield check_probe(cell, View(cursor=CURSOR, layer=layer, whole_loss=whole))


def _distance_results() -> Iterator[CheckResult]:
    return (check_distance(cell, layer) for cell in CELLS for layer in (0, 1))


def _each_layer(key: str) -> Iterator[CheckResult]:
    return (PROBES[key](cell, layer) for cell in checked_cells(key) for layer in (0, 1))


def check_probe(cell: str, view: View, *, seed: int = 0) -> CheckResult:
    """The gradient curve of a typed text against central differences of each state of each step."""
    problem = TypedText.of(cell, seed)
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
    problem = TypedText.of(cell, seed)
    found = magnitudes(problem.model, problem.parameters, problem.codes, problem.targets, layer=layer)
    by_step = {state: norms[::-1, 0] for state, norms in found.norms.items()}
    return replace(problem, loss_step=LAST).result(layer, by_step)
