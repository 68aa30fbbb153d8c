"""Dyck brackets: which closing bracket is due depends on a stack."""

from collections.abc import Mapping
from math import log
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.options import Option
from rnnviz.tasks import scores
from rnnviz.tasks.base import Batch, PassMark, Text
from rnnviz.tasks.drawn import SymbolTask
from rnnviz.tasks.records import Problem
from rnnviz.tasks.vocabulary import Vocabulary

Array = NDArray[Any]
PAIRS = ("()", "[]", "{}")


class BracketsTask(SymbolTask):
    """Balanced brackets of some kinds, nested at most ``depth`` deep: predict the next one.

    Where both may come, opening and closing are equally likely; which bracket opens is chance, which one
    closes is certain.  "closings" is judged where the next bracket closes: whether the likeliest of the
    closing brackets is the right one.
    """

    key: ClassVar[str] = "brackets"
    options: ClassVar[tuple[Option, ...]] = (
        Option("kinds", 2, low=1, high=len(PAIRS)),
        Option("depth", 4, low=1, high=8),
        Option("length", 32, low=2, high=512),
    )
    metric = "closings"
    generates = True

    vocabulary: Vocabulary

    def __init__(self, options: Mapping[str, object], text: Text | None) -> None:
        super().__init__(options, text)
        self.kinds, self.depth = int(self.values["kinds"]), int(self.values["depth"])
        self.length = 2 * (int(self.values["length"]) // 2)
        opening, closing = ("".join(pair[side] for pair in PAIRS[: self.kinds]) for side in (0, 1))
        self.vocabulary = Vocabulary(opening + closing)
        self.inputs = self.outputs = 2 * self.kinds

    @property
    def baseline(self) -> float:
        """Cross-entropy of predicting every bracket as often as it comes, where the first is never due."""
        closing = self.length / 2 / (self.length - 1)
        opening = 1 - closing
        return log(self.kinds) - closing * log(closing) - (opening * log(opening) if opening else 0.0)

    @property
    def pass_mark(self) -> PassMark:
        """99 of 100 closings right."""
        return PassMark("closings", 0.99, above=True)

    def sequences(self, rng: np.random.Generator, size: int) -> Array:
        """Balanced strings of the full length."""
        codes = np.empty((self.length, size), np.int32)
        stack = np.zeros((self.depth + 1, size), np.int32)
        height = np.zeros(size, np.intp)
        columns = np.arange(size)
        kinds = rng.integers(0, self.kinds, (self.length, size), np.int32)
        coins = rng.random((self.length, size)) < 0.5
        for step in range(self.length):
            rest = self.length - step
            opens = (height == 0) | (coins[step] & (height < self.depth) & (height < rest))
            closing = self.kinds + stack[np.maximum(height - 1, 0), columns]
            codes[step] = np.where(opens, kinds[step], closing)
            stack[height[opens], columns[opens]] = kinds[step, opens]
            height += np.where(opens, 1, -1)
        return codes

    def targets(self, codes: Array) -> Array:
        """The next bracket."""
        y = np.full(codes.shape, -1, np.int32)
        y[:-1] = codes[1:]
        return y

    def fault(self, codes: Array) -> Problem | None:
        """The first bracket that closes what is not open."""
        stack: list[int] = []
        for step, code in enumerate(codes.tolist()):
            if code < self.kinds:
                stack.append(code)
            elif not stack or stack.pop() != code - self.kinds:
                token = self.vocabulary.symbols[code]
                return "problem.bracket", {"token": token, "step": step + 1}
        return None

    def score(self, logits: NDArray[np.floating], batch: Batch) -> dict[str, float]:
        """Also "closings"."""
        due = batch.y >= self.kinds
        hits = scores.hits(logits[due][:, self.kinds :], batch.y[due] - self.kinds)
        return {**super().score(logits, batch), "closings": hits}

    def counted(self, metric: str, batch: Batch) -> int:
        """For "closings" the steps before a bracket that closes."""
        return int(np.count_nonzero(batch.y >= self.kinds)) if metric == "closings" else batch.counted
