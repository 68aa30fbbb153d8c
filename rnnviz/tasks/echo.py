"""Delayed echo: repeat every symbol some steps later."""

from collections.abc import Mapping
from math import log
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.options import Option
from rnnviz.tasks.base import PassMark, Text
from rnnviz.tasks.drawn import SymbolTask
from rnnviz.tasks.vocabulary import Vocabulary

Array = NDArray[Any]
LETTERS = "abcdefgh"
ECHOES = 20  # of a training sequence; the steps before the first one have no target


class EchoTask(SymbolTask):
    """y_t = x_{t-k}: the network is a shift register of k places.  Guessing has the loss ln V."""

    key: ClassVar[str] = "echo"
    options: ClassVar[tuple[Option, ...]] = (
        Option("delay", 10, low=0, high=250),
        Option("symbols", 4, low=2, high=len(LETTERS)),
    )

    vocabulary: Vocabulary

    def __init__(self, options: Mapping[str, object], text: Text | None) -> None:
        super().__init__(options, text)
        self.delay = int(self.values["delay"])
        self.vocabulary = Vocabulary(LETTERS[: int(self.values["symbols"])])
        self.inputs = self.outputs = len(self.vocabulary)
        self.length = self.delay + ECHOES

    @property
    def baseline(self) -> float:
        """Guessing one of V."""
        return log(self.outputs)

    @property
    def pass_mark(self) -> PassMark:
        """99 of 100 echoes right."""
        return PassMark("accuracy", 0.99, above=True)

    def sequences(self, rng: np.random.Generator, size: int) -> Array:
        """Any symbols."""
        return rng.integers(0, self.inputs, (self.length, size), np.int32)

    def targets(self, codes: Array) -> Array:
        """The symbols of ``delay`` steps before."""
        y = np.full(codes.shape, -1, np.int32)
        y[self.delay :] = codes[: max(len(codes) - self.delay, 0)]
        return y
