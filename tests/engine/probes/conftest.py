"""Small networks with something to read, for the tests of the probes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.spec import ModelSpec

Array = np.ndarray[Any, np.dtype[Any]]
Problem = tuple[Model, Parameters, Array, Array]


@pytest.fixture(scope="session")
def sequence() -> Callable[..., Problem]:
    """A model with random parameters, and one sequence with targets."""

    def made(spec: ModelSpec, seed: int = 1, steps: int = 6, scale: float = 0.6) -> Problem:
        rng = np.random.default_rng(seed)
        model = Model(spec)
        numbers = rng.standard_normal((steps, 1, spec.inputs))
        x = rng.integers(0, spec.inputs, (steps, 1)) if spec.symbols else numbers
        y = rng.integers(0, spec.outputs, (steps, 1))
        return model, model.parameters(rng.standard_normal(model.size) * scale), x, y

    return made


@pytest.fixture(scope="session")
def shut() -> Callable[[Parameters], None]:
    """Sets all that the lowest layer computes with to 0."""

    def done(parameters: Parameters) -> None:
        for name in parameters:
            if name.startswith("layer0"):
                parameters[name][...] = 0.0

    return done
