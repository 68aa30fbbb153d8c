"""One key: the next state from the present one, and what the network now expects."""

from __future__ import annotations

import numpy as np

from rnnviz.engine.model import Model
from rnnviz.engine.sampling import softmax
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.workspace import Workspace
from rnnviz.workbench.bench.steps import SYMBOLS


class Keystroke:
    """A network that reads one symbol a call and keeps its state, through the engine's public interface."""

    def __init__(self, cell: str, hidden: int) -> None:
        self._model = Model(ModelSpec(cell, SYMBOLS, SYMBOLS, hidden))
        self._parameters = self._model.initial(np.random.default_rng(0))
        self._workspace = Workspace()
        self._code = np.array([[7]], np.int32)
        self._state: dict[str, np.ndarray] = {}

    def __call__(self) -> np.ndarray:
        """Read one symbol; returns the probabilities (1, V) of the next."""
        trace = self._model.forward(
            self._parameters, self._code, state=self._state, workspace=self._workspace
        )
        self._state = {f"layer0/{s}0": trace[f"layer0/{s}"][-1] for s in self._model.cell.states}
        return softmax(trace["logits"][0])
