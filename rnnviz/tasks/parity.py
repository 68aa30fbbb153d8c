"""Parity: has there been an even or an odd number of ones so far?"""

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


class ParityTask(SymbolTask):
    """The running exclusive or of random bits, due at every step: every bit so far counts, always.

    Guessing has the loss ln 2.
    """

    key: ClassVar[str] = "parity"
    options: ClassVar[tuple[Option, ...]] = (Option("length", 20, low=2, high=512),)

    vocabulary = Vocabulary("01")
    inputs = outputs = 2

    def __init__(self, options: Mapping[str, object], text: Text | None) -> None:
        super().__init__(options, text)
        self.length = int(self.values["length"])

    @property
    def baseline(self) -> float:
        """Guessing one of two."""
        return log(2)

    @property
    def pass_mark(self) -> PassMark:
        """99 of 100 steps right."""
        return PassMark("accuracy", 0.99, above=True)

    def sequences(self, rng: np.random.Generator, size: int) -> Array:
        """Random bits."""
        return rng.integers(0, 2, (self.length, size), np.int32)

    def targets(self, codes: Array) -> Array:
        """Ones so far, modulo 2."""
        return np.cumsum(codes == 1, axis=0, dtype=np.int32) % 2
