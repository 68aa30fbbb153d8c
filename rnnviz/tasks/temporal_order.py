"""Temporal order: in which order did the marks come?"""

from collections.abc import Mapping
from itertools import product
from math import log
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.options import Option
from rnnviz.tasks.base import PassMark, Text
from rnnviz.tasks.drawn import SymbolTask
from rnnviz.tasks.vocabulary import Vocabulary

Array = NDArray[Any]
DISTRACTORS, MARKS = "abcd", "XY"
# Where in the sequence each mark stands, as shares of its length: the proportions of the original.
WINDOWS = {2: ((0.1, 0.2), (0.5, 0.6)), 3: ((0.1, 0.2), (0.33, 0.43), (0.66, 0.76))}


class TemporalOrderTask(SymbolTask):
    """Two or three X or Y among distractors; at the end their order is due, one of 4 or 8 classes.

    Hochreiter & Schmidhuber 1997, experiments 6a and 6b.  Guessing has the loss ln 4 or ln 8.
    """

    key: ClassVar[str] = "temporal-order"
    options: ClassVar[tuple[Option, ...]] = (
        Option("length", 50, low=20, high=512),
        Option("marks", 2, low=2, high=3),
    )

    vocabulary = Vocabulary(DISTRACTORS + MARKS)
    inputs = len(vocabulary)

    def __init__(self, options: Mapping[str, object], text: Text | None) -> None:
        super().__init__(options, text)
        self.length, self.marks = int(self.values["length"]), int(self.values["marks"])
        self.outputs = len(MARKS) ** self.marks

    @property
    def output_symbols(self) -> tuple[str, ...]:
        """ "XX", "XY" …: every order."""
        return tuple("".join(order) for order in product(MARKS, repeat=self.marks))

    @property
    def baseline(self) -> float:
        """Guessing one of the orders."""
        return log(self.outputs)

    @property
    def pass_mark(self) -> PassMark:
        """19 of 20 orders right."""
        return PassMark("accuracy", 0.95, above=True)

    def sequences(self, rng: np.random.Generator, size: int) -> Array:
        """Distractors, with a mark in each window."""
        codes = rng.integers(0, len(DISTRACTORS), (self.length, size), np.int32)
        for low, high in WINDOWS[self.marks]:
            places = rng.integers(int(low * self.length), int(high * self.length), size)
            codes[places, np.arange(size)] = rng.integers(len(DISTRACTORS), self.inputs, size)
        return codes

    def targets(self, codes: Array) -> Array:
        """The order at the last step, where there are as many marks as there should be."""
        y = np.full(codes.shape, -1, np.int32)
        if not len(codes):
            return y
        marked = codes >= len(DISTRACTORS)  # (T, B)
        place = self.marks - np.cumsum(marked, axis=0)  # 0 for the last mark
        second = marked & (codes == self.inputs - 1)
        order = (second * len(MARKS) ** place.clip(0)).sum(axis=0)
        y[-1] = np.where(marked.sum(axis=0) == self.marks, order, -1)
        return y
