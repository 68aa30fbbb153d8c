"""Run the typed text through the model: what every panel of the Explore view is drawn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.numbers import norms
from rnnviz.engine.probes.step import before
from rnnviz.engine.sampling import softmax
from rnnviz.engine.trace import Trace
from rnnviz.tasks.base import Typed
from rnnviz.workbench.frame import Floats, GradientCurve, Ints, TypedRun, View


def run_typed(model: Model, parameters: Parameters, typed: Typed, view: View) -> TypedRun | None:
    """Trace the typed tokens forward and backward; None when nothing is typed.

    The summed loss of definitions.md §5: the last step and steps before an unknown token count nowhere.
    """
    if not typed.tokens:
        return None
    trace = model.forward(parameters, typed.x, typed.targets)
    layer = layer_names(model)[view.layer]
    values = {q.key: trace[f"{layer}/{q.key}"][:, 0] for q in model.quantities}
    outputs = trace["logits"][:, 0]
    probabilities = _LIKELIHOODS[model.spec.loss](outputs)
    coded = typed.targets.ndim == 2
    return TypedRun(
        trace=trace,
        values=values,
        before=before(model, trace, layer),
        outputs=outputs,
        probabilities=probabilities,
        top=_largest(outputs, 3),
        targets=typed.targets[:, 0] if coded else np.full(len(outputs), -1, np.int32),
        target_values=None if coded else typed.targets[:, 0],
        loss=trace["loss"][:, 0],
        gradient=gradient_curve(model, parameters, trace, view),
    )


def layer_names(model: Model) -> tuple[str, ...]:
    """The layers a reader can look at, bottom first: "layer0", "layer0_reverse" …"""
    return tuple(name for layer in range(model.spec.layers) for name in model.spec.names(layer))


def gradient_curve(model: Model, parameters: Parameters, trace: Trace, view: View) -> GradientCurve | None:
    """‖∂L/∂h_t‖ and ‖∂L/∂c_t‖ of the summed loss, or of the loss at the cursor.

    A step without a known target has no loss; the nearest one before it that has is taken instead, and
    `loss_step` says which.
    """
    counted = np.flatnonzero(np.isfinite(trace["loss"][:, 0]))
    if not counted.size:
        return None
    step: int | None = None
    weights: Floats | None = None
    if not view.whole_loss:
        earlier = counted[counted <= view.cursor]
        step = int(earlier[-1] if earlier.size else counted[0])
        weights = np.zeros_like(trace["loss"])
        weights[step] = 1.0
    gradients = model.backward(parameters, trace, weights, parameters_wanted=False)
    layer = layer_names(model)[view.layer]
    sizes = {s: norms(gradients.states[f"{layer}/d_{s}"][:, 0]) for s in model.cell.memories}
    return GradientCurve(sizes, step, causal=model.spec.directions == 1)


def holding_order(model: Model, run: TypedRun | None) -> Ints:
    """Units (H,) sorted by how long they hold: mean keep-gate over the text, largest first.

    The keep gate is the one drawn in the forget gate's role (an LSTM's f, a GRU's z); a cell without one
    keeps its own order.
    """
    keeps = [q.key for q in model.quantities if q.role == "f"]
    if run is None or not keeps:
        return np.arange(model.spec.hidden)
    return np.argsort(-run.values[keeps[0]].mean(axis=0), kind="stable")


def sigmoid(logits: Floats) -> Floats:
    """The probability (T, V) of each output by itself."""
    chances: Floats = 0.5 * (1.0 + np.tanh(0.5 * logits))
    return chances


def _no_likelihood(outputs: Floats) -> None:
    """Numbers have none."""


_LIKELIHOODS: Mapping[str, Callable[[Floats], Floats | None]] = MappingProxyType(
    {"cross-entropy": softmax, "binary": sigmoid, "mse": _no_likelihood}
)


def _largest(outputs: Floats, count: int) -> Ints:
    """Symbols (T, ≤count) of the largest outputs, largest first; ties go to the lower symbol."""
    return np.argsort(-outputs, axis=-1, kind="stable")[:, :count]
