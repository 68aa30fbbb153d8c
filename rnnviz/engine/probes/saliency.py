"""Which inputs an output hangs on: ‖∂ logit_t[k] / ∂x_s‖ for every input s.

A symbol enters as a one-hot vector, and the derivative is by all of it: by what could have been read there as
well as by what was.  The share along what was read is kept beside it, with its sign.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.itemised import Itemised
from rnnviz.engine.probes.numbers import Floats, Ints, norms, sealed

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Saliency:
    """N outputs by T inputs; arrays are read-only.

    ``step`` (N,) and ``output`` (N,): the logit meant, t and k.  ``norm`` (N, T) is ‖∂ logit_t[k] / ∂x_s‖, 0
    for inputs that cannot matter.  ``along`` (N, T) is its product with the input that was read, Σ_i x_s[i] ·
    ∂ logit/∂x_s[i]: above 0 where more of it would raise the logit.
    """

    step: Ints
    output: Ints
    norm: Floats
    along: Floats

    def __post_init__(self) -> None:
        sealed(self.step, self.output, self.norm, self.along)


def saliency(
    model: Model, parameters: Parameters, x: Array, step: Ints | list[int], output: Ints | list[int]
) -> Saliency:
    """Of one sequence x (T, 1) or (T, 1, I), for logits ``output[n]`` of step ``step[n]``.

    Raises UserError "error.distance-loss" for a model without readout.
    """
    run = Itemised(model, parameters, x)
    step, output = np.array(step, np.int64), np.array(output, np.int64)
    norm, along = np.zeros((2, len(step), run.steps))
    read = x[:, 0]
    for portion in run.portions(len(step)):
        _, d_x = run.back(step[portion], run.output(output[portion]), inputs_wanted=True)
        assert d_x is not None  # wanted
        norm[portion] = norms(d_x).T
        along[portion] = (_picked(d_x, read) if model.spec.symbols else np.einsum("tsi,ti->ts", d_x, read)).T
    return Saliency(step, output, norm, along)


def _picked(d_x: Floats, codes: Array) -> Floats:
    """The derivative by the one-hot number of the symbol read, (T, S); 0 for an unknown one."""
    found = np.take_along_axis(d_x, codes.clip(0)[:, None, None].astype(np.intp), axis=2)[:, :, 0]
    return np.where(codes[:, None] >= 0, found, 0.0)
