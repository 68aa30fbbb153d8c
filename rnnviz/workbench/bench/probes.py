"""What the probes of the Gradients and Dynamics views cost, of an LSTM with T 64 and H 64."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnnviz.engine.model import Model
from rnnviz.engine.probes.distance import magnitudes
from rnnviz.engine.probes.jacobian import spectrum
from rnnviz.engine.probes.triangle import triangle
from rnnviz.engine.spec import ModelSpec
from rnnviz.workbench.bench.steps import SYMBOLS, Shape
from rnnviz.workbench.bench.timing import Contender, Effort, in_turns

PROBED = Shape(64, 16, 64)


class Probed:
    """One network with its texts, and the probes as calls without arguments."""

    def __init__(self, shape: Shape) -> None:
        self._model = Model(ModelSpec("lstm", SYMBOLS, SYMBOLS, shape.hidden))
        self._parameters = self._model.initial(np.random.default_rng(0))
        self._x, self._y = shape.codes(1), shape.codes(2)
        self._wide = self._model.parameters(self._parameters.flat.astype(np.float64))
        self._last = np.zeros(self._x.shape)
        self._last[-1] = 1.0

    def triangle(self) -> object:
        """All pairs of a loss and a state of one text."""
        return triangle(self._model, self._parameters, self._x[:, :1], self._y[:, :1])

    def distance(self) -> object:
        """The curve over the batch."""
        return magnitudes(self._model, self._parameters, self._x, self._y)

    def one_pass(self) -> object:
        """What the curve cannot do without: the same batch forward and backward, in float64."""
        trace = self._model.forward(self._wide, self._x, self._y)
        return self._model.backward(self._wide, trace, self._last, parameters_wanted=False)

    def spectrum(self) -> object:
        """Eigenvalues of the joint Jacobian at one step."""
        return spectrum(self._model, self._parameters, self._x[:, :1], [len(self._x) // 2])


def bench_probes(*, note: Callable[[str], None], shape: Shape = PROBED, effort: Effort) -> dict[str, float]:
    """``probes/triangle_ms``, ``…/distance_ms`` beyond one pass there and back, ``…/spectrum_ms``."""
    note("probes")
    of = Probed(shape)
    contenders: dict[str, Contender] = {
        "triangle": of.triangle,
        "distance": of.distance,
        "one_pass": of.one_pass,
        "spectrum": of.spectrum,
    }
    times = in_turns(contenders, effort)
    beyond = np.median(times["distance"] - times["one_pass"])
    return {
        "probes/triangle_ms": float(np.median(times["triangle"])) * 1e3,
        "probes/distance_ms": max(0.0, float(beyond)) * 1e3,
        "probes/spectrum_ms": float(np.median(times["spectrum"])) * 1e3,
    }
