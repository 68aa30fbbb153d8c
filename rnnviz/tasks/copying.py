"""Copy memory: take in some symbols, wait, and say them in the same order."""

from collections.abc import Mapping
from math import log
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.options import Option
from rnnviz.tasks import scores
from rnnviz.tasks.base import Batch, PassMark, Text
from rnnviz.tasks.drawn import SymbolTask
from rnnviz.tasks.vocabulary import Vocabulary

Array = NDArray[Any]
LETTERS, BLANK, DELIMITER = "abcdefgh", "-", ">"


class CopyTask(SymbolTask):
    """S symbols out of K = 8, T blanks of which the last is the delimiter, then S steps to say the symbols.

    A blank is due until then.  Who remembers nothing but counts the steps has the loss S ln K / (T + 2S) a
    step (Hochreiter & Schmidhuber 1997; Arjovsky, Shah & Bengio 2016, arXiv 1511.06464).  Typed: letters,
    "-" for a blank, ">" for the delimiter.
    """

    key: ClassVar[str] = "copy"
    options: ClassVar[tuple[Option, ...]] = (
        Option("items", 5, low=1, high=50),
        Option("gap", 20, low=1, high=400),
    )
    metric = "recall"

    vocabulary = Vocabulary(LETTERS + BLANK + DELIMITER)
    inputs, outputs = len(vocabulary), len(vocabulary) - 1  # the delimiter is never due

    def __init__(self, options: Mapping[str, object], text: Text | None) -> None:
        super().__init__(options, text)
        self.items, self.gap = int(self.values["items"]), int(self.values["gap"])
        self.length = self.gap + 2 * self.items

    @property
    def output_symbols(self) -> tuple[str, ...]:
        """The letters and the blank."""
        return tuple(LETTERS + BLANK)

    @property
    def baseline(self) -> float:
        """Guessing the letters when they are due, and nothing else."""
        return self.items * log(len(LETTERS)) / self.length

    @property
    def pass_mark(self) -> PassMark:
        """99 of 100 letters said, and a tenth of the baseline's loss."""
        return PassMark("recall", 0.99, True, (PassMark("loss", self.baseline / 10, above=False),))

    def sequences(self, rng: np.random.Generator, size: int) -> Array:
        """Letters, blanks, delimiter, blanks."""
        codes = np.full((self.length, size), self.vocabulary.code(BLANK), np.int32)
        codes[: self.items] = rng.integers(0, len(LETTERS), (self.items, size))
        codes[self.items + self.gap - 1] = self.vocabulary.code(DELIMITER)
        return codes

    def targets(self, codes: Array) -> Array:
        """After the first delimiter the letters that came before it, in their order; else a blank."""
        y = np.full(codes.shape, self.vocabulary.code(BLANK), np.int32)
        if not len(codes):
            return y
        said = codes == self.vocabulary.code(DELIMITER)
        end = np.where(said.any(axis=0), said.argmax(axis=0), len(codes))  # (B,)
        kept = (codes >= 0) & (codes < len(LETTERS)) & (np.arange(len(codes))[:, None] < end)
        due = end + np.cumsum(kept, axis=0)  # (T, B): the step at which a letter is to be said
        steps, columns = np.nonzero(kept & (due < len(codes)))
        y[due[steps, columns], columns] = codes[steps, columns]
        return y

    def score(self, logits: NDArray[np.floating], batch: Batch) -> dict[str, float]:
        """Also "recall": the share of letters that are said."""
        due = _due(batch)
        return {**super().score(logits, batch), "recall": scores.hits(logits[due], batch.y[due])}

    def counted(self, metric: str, batch: Batch) -> int:
        """For "recall" the letters that are due."""
        return int(np.count_nonzero(_due(batch))) if metric == "recall" else batch.counted


def _due(batch: Batch) -> NDArray[np.bool_]:
    due: NDArray[np.bool_] = (batch.y >= 0) & (batch.y < len(LETTERS))
    return due
