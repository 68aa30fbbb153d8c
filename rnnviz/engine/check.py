"""The gradient check: every derivative the engine gives, against central differences.

Each element of every parameter, input and initial state, and of every state at every step (nudged from
outside while the run goes on, which tests the total derivatives ∂L/∂h_t and ∂L/∂c_t), in float64.  The
measure is |n - a| / (|n| + |a| + 1e-4 · max(1, |L|)), with ε = 1e-5 and a mark of 1e-6: round-off alone
breaks a smaller floor.  Looking at every element is not enough, as a loss that ignores a parameter passes
with 0 = 0; hence no gradient may be zero throughout, gate by gate and step by step, but for the states that a
cell declares as gauge: what changes no output has no derivative (the sLSTM's stab, t = 0 apart).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.trace import Gradients, Trace
from rnnviz.engine.unroll import Edit
from rnnviz.engine.workspace import Workspace

Array = NDArray[Any]

EPSILON = 1e-5
FLOOR = 1e-4
PASS_MARK = 1e-6


@dataclass(frozen=True)
class CheckResult:
    """``worst`` relative error and where it was; ``zero`` names the gradients that are zero throughout."""

    worst: float
    where: str
    zero: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every element is within the mark and nothing is zero that should not be."""
        return self.worst <= PASS_MARK and not self.zero


def relative_error(numeric: float, analytic: float, loss: float) -> float:
    """The measure above; infinite when either number is not finite."""
    error = abs(numeric - analytic) / (abs(numeric) + abs(analytic) + FLOOR * max(1.0, abs(loss)))
    return error if np.isfinite(error) else float("inf")


def check_model(
    spec: ModelSpec, *, steps: int = 4, batch: int = 2, seed: int = 0, masked: bool = False
) -> CheckResult:
    """Check a model of that spec on a random problem with an unknown symbol and a missing target.

    With ``masked`` the last of the sequences lacks the last step.  Dropout, where the spec has it, drops the
    same in every run.
    """
    problem = _Problem(spec, steps, batch, np.random.default_rng(seed), masked)
    loss, gradients = problem.loss(), problem.gradients()
    worst, where, zero = 0.0, "", []
    for name, analytic, difference in problem.derivatives(gradients):
        for index in np.ndindex(analytic.shape):
            error = relative_error(difference(index), float(analytic[index]), loss)
            if error > worst:
                worst, where = error, f"{name}{list(index)}"
        zero += [part for part, block in problem.blocks(name, analytic) if not block.any()]
    return CheckResult(worst, where, tuple(zero))


class _Problem:
    """A small model with everything that can be nudged."""

    def __init__(
        self, spec: ModelSpec, steps: int, batch: int, rng: np.random.Generator, masked: bool
    ) -> None:
        self._model = model = Model(spec)
        self._shape = steps, batch
        self._parameters = model.parameters(rng.standard_normal(model.size) * 0.5)
        # Symbols are checked as one-hot rows through the numeric twin: rows can be nudged, codes cannot.
        self._twin = Model(replace(spec, symbols=False))
        codes = rng.integers(0, spec.inputs, self._shape)
        if not model.cell.normalised:  # at the zero vector a normalised W x bends too sharply for differences
            codes[1, -1] = -1
        rows = np.vstack([np.eye(spec.inputs), np.zeros(spec.inputs)])
        self._rows = rows[codes] if spec.symbols else rng.standard_normal((*self._shape, spec.inputs))
        self._codes = codes
        self._targets = self._drawn_targets(rng)
        self._weights = rng.uniform(0.5, 2.0, self._shape)
        self._state = {
            name: self._start(name, rng)
            for name in model.starts
            if name.rpartition("/")[2].removesuffix("0") not in spec.learned
        }
        self._mask = np.ones(self._shape, np.bool_) if masked else None
        if self._mask is not None:
            self._mask[-1, -1] = False
        self._workspace = Workspace()

    def _drawn_targets(self, rng: np.random.Generator) -> Array:
        spec, (steps, _) = self._model.spec, self._shape
        targets = rng.integers(0, spec.outputs, self._shape)
        targets[steps // 2, 0] = -1
        if spec.loss == "cross-entropy":
            return targets
        dense = rng.uniform(0.0, 1.0, (*self._shape, spec.outputs))
        dense[targets < 0] = np.nan
        return dense

    def _start(self, name: str, rng: np.random.Generator) -> Array:
        """An initial state within the range of its quantity."""
        drawn = rng.standard_normal((self._shape[1], self._model.spec.hidden)) * 0.5
        low = next(q.low for q in self._model.quantities if name.endswith(f"/{q.key}0"))
        return drawn if low is None or low < 0.0 else low + 0.5 + np.abs(drawn)

    def _run(self, model: Model, x: Array, **options: Any) -> Trace:
        return model.forward(
            self._parameters,
            x,
            self._targets,
            state=self._state,
            mask=self._mask,
            dropout=np.random.default_rng(0),
            **options,
        )

    def gradients(self) -> Gradients:
        trace = self._run(self._model, self._codes if self._model.spec.symbols else self._rows)
        return self._model.backward(self._parameters, trace, self._weights, inputs_wanted=True)

    def loss(self, edits: tuple[Edit, ...] = ()) -> float:
        trace = self._run(self._twin, self._rows, workspace=self._workspace, edits=edits)
        counted = np.isfinite(trace["loss"])
        return float((self._weights * trace["loss"])[counted].sum())

    def derivatives(
        self, gradients: Gradients
    ) -> Iterator[tuple[str, Array, Callable[[tuple[int, ...]], float]]]:
        """Name, analytic gradient, and the central difference of one element."""
        assert gradients.flat is not None
        assert gradients.d_x is not None
        named = Parameters(gradients.flat, self._model.shapes)
        for name, gradient in named.items():
            yield name, gradient, partial(self._nudged, self._parameters[name])
        yield "x", gradients.d_x, partial(self._nudged, self._rows)
        for name, gradient in gradients.d_state.items():
            start = name.replace("/d_", "/")
            if start in self._state:  # a learned one is nudged as the parameter that it is
                yield name, gradient, partial(self._nudged, self._state[start])
        for name, gradient in gradients.states.items():
            layer, state = name.split("/d_")
            there = gradient if self._mask is None else gradient * self._mask[:, :, None]
            yield (
                name,
                there,
                partial(self._injected, layer, state),
            )  # no edit reaches a step that is not there

    def _nudged(self, array: Array, index: tuple[int, ...]) -> float:
        kept = array[index]
        losses = []
        for side in (EPSILON, -EPSILON):
            array[index] = kept + side
            losses.append(self.loss())
        array[index] = kept
        return (losses[0] - losses[1]) / (2 * EPSILON)

    def _injected(self, name: str, state: str, index: tuple[int, ...]) -> float:
        step, *place = index
        layer, reverse = int(name.removeprefix("layer").removesuffix("_reverse")), name.endswith("_reverse")

        def nudge(side: float, values: Array) -> None:
            values[tuple(place)] += side

        losses = [
            self.loss((Edit(layer, state, step, partial(nudge, side), reverse),))
            for side in (EPSILON, -EPSILON)
        ]
        return (losses[0] - losses[1]) / (2 * EPSILON)

    def blocks(self, name: str, gradient: Array) -> Iterator[tuple[str, Array]]:
        """The parts of a gradient that must not be zero throughout: a gate's rows, a step's values."""
        gates, hidden = self._model.cell.gates, self._model.spec.hidden
        if name in self._model.shapes:
            if name.startswith("layer") and len(gradient) == len(gates) * hidden:
                for n, gate in enumerate(gates):
                    yield f"{name}[{gate}]", gradient[n * hidden : (n + 1) * hidden]
            else:
                yield name, gradient
        elif name.endswith("0"):
            yield name, gradient
        elif name.rpartition("/d_")[2] not in self._model.cell.gauge:
            for step, values in enumerate(gradient):
                yield f"{name}[{step}]", values
