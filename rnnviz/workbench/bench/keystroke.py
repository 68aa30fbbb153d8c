"""One key: the next state from the present one, and what the network now expects."""

from __future__ import annotations

import numpy as np

from rnnviz.engine.model import Model
from rnnviz.engine.sampling import softmax
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.stepper import Stepper
from rnnviz.workbench.bench.steps import SYMBOLS


class Keystroke:
    """A network that reads one symbol a call and keeps its state, through the engine's public interface."""

    def __init__(self, cell: str, hidden: int) -> None:
        model = Model(ModelSpec(cell, SYMBOLS, SYMBOLS, hidden))
        self._stepper = Stepper(model, model.initial(np.random.default_rng(0)))
        self._code = np.array([7], np.int32)

    def __call__(self) -> np.ndarray:
        """Read one symbol; returns the probabilities (1, V) of the next."""
        return softmax(self._stepper.step(self._code))
