"""Recall: which symbol stood at the beginning?"""

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
KEPT, DISTRACTORS, QUERY = "ABCD", "wxyz", "?"


class RecallTask(SymbolTask):
    """One of four symbols, then distractors, then a query: at the query the symbol is due.

    Guessing has the loss ln 4 and is right once in four times.  Nothing but the first symbol matters, so the
    gradient of the only loss must reach back through every step.
    """

    key: ClassVar[str] = "recall"
    options: ClassVar[tuple[Option, ...]] = (Option("gap", 28, low=0, high=500),)

    vocabulary = Vocabulary(KEPT + DISTRACTORS + QUERY)
    inputs, outputs = len(vocabulary), len(KEPT)

    def __init__(self, options: Mapping[str, object], text: Text | None) -> None:
        super().__init__(options, text)
        self.gap = int(self.values["gap"])
        self.length = self.gap + 2

    @property
    def output_symbols(self) -> tuple[str, ...]:
        """The four symbols that may have to be kept."""
        return tuple(KEPT)

    @property
    def baseline(self) -> float:
        """Guessing one of four."""
        return log(len(KEPT))

    @property
    def pass_mark(self) -> PassMark:
        """19 of 20 recalled."""
        return PassMark("accuracy", 0.95, above=True)

    def sequences(self, rng: np.random.Generator, size: int) -> Array:
        """Symbol, distractors, query."""
        codes = np.empty((self.length, size), np.int32)
        codes[0] = rng.integers(0, len(KEPT), size)
        codes[1:-1] = rng.integers(len(KEPT), len(KEPT + DISTRACTORS), (self.gap, size))
        codes[-1] = self.vocabulary.code(QUERY)
        return codes

    def targets(self, codes: Array) -> Array:
        """At each query the latest symbol to keep; -1 while there has been none."""
        kept = np.where((codes >= 0) & (codes < len(KEPT)), np.arange(len(codes))[:, None], -1)
        latest = np.maximum.accumulate(kept, axis=0)  # (T, B): the step of the latest one
        symbols = np.where(latest >= 0, np.take_along_axis(codes, latest.clip(0), axis=0), -1)
        return np.where(codes == self.vocabulary.code(QUERY), symbols, -1).astype(np.int32)
