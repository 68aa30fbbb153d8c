"""aⁿbⁿ and aⁿbⁿcⁿ: languages that can only be read by counting."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.options import Option
from rnnviz.tasks.base import Batch, PassMark, Predict, Text
from rnnviz.tasks.drawn import SymbolTask
from rnnviz.tasks.records import Problem
from rnnviz.tasks.vocabulary import Vocabulary

Array = NDArray[Any]
END = "$"
FURTHEST = 100  # the largest n that is tried when a network is asked how far it generalises


class CountingTask(SymbolTask):
    """Read n a's, then n b's (then n c's); at every step all symbols that may come next are due, "$" for the
    end.

    After an "a" either letter may come; from the first "b" on everything is certain.  Trained on n up to
    ``most``, judged on all of them; a string is right when every step is.  Gers & Schmidhuber 2001, without a
    start symbol.  "largest" is the n up to which every string is right.
    """

    key: ClassVar[str] = "anbn"
    options: ClassVar[tuple[Option, ...]] = (
        Option("language", "anbn", choices=("anbn", "anbncn")),
        Option("most", 10, low=1, high=40),
    )
    loss = "binary"
    metric = "strings"

    vocabulary: Vocabulary

    def __init__(self, options: Mapping[str, object], text: Text | None) -> None:
        super().__init__(options, text)
        letters = "ab" if self.values["language"] == "anbn" else "abc"
        self.most = int(self.values["most"])
        self.vocabulary = Vocabulary(letters)
        self.inputs, self.outputs = len(letters), len(letters) + 1
        self.length = len(letters) * self.most
        self._strings = self._all(self.most)

    @property
    def output_symbols(self) -> tuple[str, ...]:
        """The letters and the end."""
        return (*self.vocabulary.symbols, END)

    @property
    def baseline(self) -> float:
        """Cross-entropy of predicting each output as often as it is due, over all strings."""
        due = self._strings.y[self._strings.known]
        p = due.mean(axis=0, dtype=np.float64).clip(1e-12, 1 - 1e-12)
        return float(np.mean(-p * np.log(p) - (1 - p) * np.log(1 - p)))

    @property
    def pass_mark(self) -> PassMark:
        """Every string right."""
        return PassMark("strings", 1.0, above=True)

    def sequences(self, rng: np.random.Generator, size: int) -> Array:
        """Strings of random n, filled up with unknowns."""
        return self._strings.x[:, rng.integers(0, self.most, size)]

    def draw(self, rng: np.random.Generator, size: int) -> Batch:
        """Strings of random n."""
        chosen = rng.integers(0, self.most, size)
        return Batch(self._strings.x[:, chosen], self._strings.y[:, chosen])

    def held_out(self, limit: int | None = None) -> list[Batch]:
        """Every string there is; a limit takes some of them, the longest always."""
        count = self.most if limit is None else min(max(limit, 1), self.most)
        chosen = np.linspace(self.most - 1, 0, count).round().astype(np.intp)
        return [Batch(self._strings.x[:, chosen], self._strings.y[:, chosen])]

    def _all(self, most: int) -> Batch:
        """The strings of n = 1 … ``most``."""
        steps = np.arange(self.inputs * most)[:, None]
        letter, n = steps // np.arange(1, most + 1), np.arange(1, most + 1)
        x = np.where(letter < self.inputs, letter, -1).astype(np.int32)
        y = np.where((x >= 0)[:, :, None], 0.0, np.nan).astype(np.float32).repeat(self.outputs, axis=2)
        following = np.where(steps + 1 < self.inputs * n, (steps + 1) // n, self.outputs - 1)
        rows, columns = np.nonzero(x >= 0)
        y[rows, columns, following[rows, columns]] = 1.0
        y[x == 0, :2] = 1.0  # after an "a": another one or the first "b"
        return Batch(x, y)

    def targets(self, codes: Array) -> Array:
        """All that may come next (T, B, V); NaN from the first symbol on that may not stand where it does."""
        y = np.full((*codes.shape, self.outputs), np.nan, np.float32)
        for column in range(codes.shape[1]):
            for step, due in enumerate(self._due(codes[:, column])):
                y[step, column] = np.isin(np.arange(self.outputs), due)
        return y

    def _due(self, codes: Array) -> list[list[int]]:
        """The outputs that are due after each code (T,), as far as the string is one of the language."""
        end = self.inputs
        counts = [0] * self.inputs
        allowed, found = [0], []
        for code in codes.tolist():
            if code not in allowed:
                break
            counts[code] += 1
            allowed = [0, 1]
            if code > 0:  # the one after the last letter is the end
                allowed = [code] if counts[code] < counts[0] else [code + 1]
            found.append(allowed)
            if allowed == [end]:
                break
        return found

    def fault(self, codes: Array) -> Problem | None:
        """The first symbol that may not stand where it does."""
        due = self._due(codes)
        step = len(due)
        if step == len(codes):
            return None
        names = self.output_symbols
        allowed = " ".join(names[output] for output in due[-1]) if due else names[0]
        return "problem.follows", {"token": names[int(codes[step])], "step": step + 1, "allowed": allowed}

    def score(self, logits: NDArray[np.floating], batch: Batch) -> dict[str, float]:
        """Also "strings": the share of strings in which every step is right."""
        return {**super().score(logits, batch), "strings": float(np.mean(_right(logits, batch)))}

    def counted(self, metric: str, batch: Batch) -> int:
        """For "strings" how many they are."""
        return batch.x.shape[1] if metric == "strings" else batch.counted

    def further(self, predict: Predict) -> dict[str, float]:
        """ "largest": every string up to this n is right, beyond what was trained on too."""
        strings = self._all(FURTHEST)
        wrong = np.flatnonzero(~_right(predict(strings.x, None)[0], strings))
        return {"largest": float(wrong[0] if wrong.size else FURTHEST)}


def _right(logits: Array, batch: Batch) -> NDArray[np.bool_]:
    """Which strings (B,) have every step right."""
    hit = ((logits > 0) == (batch.y > 0.5)).all(axis=2) | ~batch.known
    right: NDArray[np.bool_] = hit.all(axis=0)
    return right
