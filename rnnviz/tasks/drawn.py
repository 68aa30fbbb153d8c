"""Tasks whose sequences are drawn by a rule: fresh ones without end, for training and for judging alike."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.tasks.base import TRACED_TOKENS, Batch, Input, Task, Typed
from rnnviz.tasks.records import Problem, Span

JUDGED = 512  # fresh sequences that a network is judged on
JUDGED_BATCH = 64  # of them run at once
JUDGED_SEED = 500_000_003  # no training seed draws with this one alone
REACH = 1000.0  # of a typed number

Array = NDArray[Any]
Tokens = tuple[tuple[str, ...], tuple[Span, ...]]


class DrawnTask(Task):
    """Base of tasks with a rule: `draw` gives sequences, the held-out ones from a seed of their own."""

    @abstractmethod
    def draw(self, rng: np.random.Generator, size: int) -> Batch:
        """``size`` sequences with their targets."""

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        """``size`` sequences drawn with ``rng``."""
        return self.draw(rng, size)

    @cached_property
    def _judged(self) -> Batch:
        return self.draw(np.random.default_rng(JUDGED_SEED), JUDGED)

    def held_out(self, limit: int | None = None) -> list[Batch]:
        """Sequences that nobody trained on (a chance meeting apart), always the same."""
        x, y = self._judged.x, self._judged.y
        count = x.shape[1] if limit is None else min(max(limit, 1), x.shape[1])
        return [Batch(x[:, part], y[:, part]) for part in _parts(count)]


def _parts(count: int) -> Iterator[slice]:
    for start in range(0, count, JUDGED_BATCH):
        yield slice(start, min(start + JUDGED_BATCH, count))


def characters_of(text: str) -> Tokens:
    """The characters of a text, blanks left out, and where they lie."""
    places = [place for place, character in enumerate(text) if not character.isspace()]
    return tuple(text[place] for place in places), tuple((place, place + 1) for place in places)


def words_of(text: str) -> Tokens:
    """The words of a text, parted by blanks, and where they lie."""
    words: list[str] = []
    spans: list[Span] = []
    end = 0
    for word in text.split():
        start = text.index(word, end)
        end = start + len(word)
        words.append(word)
        spans.append((start, end))
    return tuple(words), tuple(spans)


class SymbolTask(DrawnTask):
    """Base of tasks on symbols: a subclass draws codes, and one rule gives the targets, typed ones too.

    One character is one step, blanks are ignored; a subclass may part the text otherwise.
    """

    input: ClassVar[Input] = "keys"

    @abstractmethod
    def sequences(self, rng: np.random.Generator, size: int) -> Array:
        """``size`` sequences of codes (T, B) int32."""

    @abstractmethod
    def targets(self, codes: Array) -> Array:
        """What is right at each step of codes (T, B), -1 (NaN for a loss on numbers) where nothing counts.

        Any codes may come, also sequences that `sequences` would not draw, with -1 for unknown ones.
        """

    def draw(self, rng: np.random.Generator, size: int) -> Batch:
        """``size`` sequences with their targets."""
        codes = self.sequences(rng, size)
        return Batch(codes, self.targets(codes))

    def sample_text(self, rng: np.random.Generator) -> str:
        """A fresh sequence."""
        assert self.vocabulary is not None
        codes = self.sequences(rng, 1)[:, 0]
        return self.written(self.vocabulary.decode(codes[codes >= 0].tolist()))

    def written(self, tokens: Sequence[str]) -> str:
        """Tokens as a text that gives them back."""
        return "".join(tokens)

    def parted(self, text: str) -> Tokens:
        """The tokens of a text and where they lie."""
        return characters_of(text)

    def typed(self, text: str) -> Typed:
        """The tokens as typed, with the targets that follow from them."""
        assert self.vocabulary is not None
        tokens, spans = self.parted(text)
        dropped = max(len(tokens) - TRACED_TOKENS, 0)
        tokens, spans = tokens[:TRACED_TOKENS], spans[:TRACED_TOKENS]
        codes = self.encoded(tokens)[:, None]
        strange = np.flatnonzero(codes < 0)
        if strange.size:
            problem: Problem | None = self.unknown(tokens[strange[0]], int(strange[0]) + 1)
        else:
            problem = self.fault(codes[:, 0])
        return Typed(text, tokens, codes, self.targets(codes), dropped, problem=problem, spans=spans)

    def fault(self, codes: Array) -> Problem | None:
        """What is wrong with known codes (T,), where a task is strict about their order."""
        return None

    def encoded(self, tokens: Sequence[str]) -> NDArray[np.int32]:
        """Codes (T,) of tokens, -1 where unknown."""
        assert self.vocabulary is not None
        return self.vocabulary.encode(tokens)

    def unknown(self, token: str, step: int) -> Problem:
        """What to say of a token outside the vocabulary; ``step`` counts from 1."""
        assert self.vocabulary is not None
        allowed = " ".join(self.vocabulary.symbols)
        return "problem.symbol", {"token": token, "step": step, "allowed": allowed}


class NumberTask(DrawnTask):
    """Base of tasks on numbers: one token of the text is one step, blanks part them."""

    symbols = False
    loss = "mse"
    metric = "mse"
    problem = "problem.number"  # key of the sentence about a token that cannot be read

    @abstractmethod
    def read(self, token: str) -> Sequence[float] | None:
        """The I inputs that a token stands for, None if it cannot be read."""

    @abstractmethod
    def write(self, row: Array) -> str:
        """The token of the inputs (I,)."""

    @abstractmethod
    def targets(self, x: Array) -> Array:
        """What is right (T, B, V) at each step of inputs (T, B, I), NaN where nothing counts.

        An input of NaN is one that nobody knows, and so is what follows from it.
        """

    def parted(self, text: str) -> Tokens:
        """The tokens of a text and where they lie."""
        return words_of(text)

    def sample_text(self, rng: np.random.Generator) -> str:
        """A fresh sequence."""
        return self.written(self.draw(rng, 1).x[:, 0])

    def written(self, rows: Array) -> str:
        """Inputs (T, I) as a text."""
        return " ".join(self.write(row) for row in rows)

    def typed(self, text: str) -> Typed:
        """The numbers as typed; a token that cannot be read is zeros, and what depends on it is unknown."""
        tokens, spans = self.parted(text)
        dropped = max(len(tokens) - TRACED_TOKENS, 0)
        tokens, spans = tokens[:TRACED_TOKENS], spans[:TRACED_TOKENS]
        rows = [self.read(token) for token in tokens]
        codes = np.array([[-1 if row is None else 0] for row in rows], np.int32).reshape(-1, 1)
        nothing = [np.nan] * self.inputs
        read = np.array([nothing if row is None else list(row) for row in rows], np.float32)
        read = read.reshape(-1, 1, self.inputs)
        targets, x = self.targets(read), np.nan_to_num(read)
        problem: Problem | None = None
        if (codes < 0).any():
            first = int(np.argmin(codes[:, 0]))
            problem = self.problem, {"token": tokens[first], "step": first + 1, **self.hints()}
        return Typed(text, tokens, codes, targets, dropped, numbers=x, problem=problem, spans=spans)

    def hints(self) -> dict[str, object]:
        """Values for the sentence about a token that cannot be read."""
        return {}

    def typed_rows(self, rows: Array) -> Typed:
        """An input given as numbers (T, I), every one of them."""
        x = rows.astype(np.float32)[:, None]
        tokens = tuple(self.write(row) for row in rows)
        codes = np.zeros((len(rows), 1), np.int32)
        return Typed(" ".join(tokens), tokens, codes, self.targets(x), numbers=x)
