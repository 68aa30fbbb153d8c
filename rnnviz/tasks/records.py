"""What a task hands out: texts, batches, marks and typed inputs.

Shapes: T steps, B sequences in a batch, I input channels, V outputs.  A code of -1 is an unknown input (the
zero vector); a target of -1, or NaN among numbers, counts nowhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from rnnviz.tasks.vocabulary import Vocabulary

TRACED_TOKENS = 512  # the longest typed sequence that is run; the screen has no room for more

Span = tuple[int, int]  # where a token begins and ends in the text, in characters
Problem = tuple[str, Mapping[str, object]]  # a key of the catalogue and its values


@dataclass(frozen=True)
class Text:
    """What to train on, as a text: prose, a drawn curve's numbers, or the lines of a table.

    ``name`` is a bundled key, a machine text's key, or a file's name.
    """

    name: str
    content: str
    origin: Literal["bundled", "machine", "user"] = "bundled"


@dataclass(frozen=True)
class Batch:
    """Inputs and targets of B sequences: x (T, B) int32 or (T, B, I) float32, y (T, B) int32.  Read-only.

    For losses on numbers y is (T, B, V) float32, with NaN where it counts nowhere.
    """

    x: NDArray[Any]
    y: NDArray[Any]

    def __post_init__(self) -> None:
        self.x.flags.writeable = False
        self.y.flags.writeable = False

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which steps (T, B) have a target that counts."""
        known: NDArray[np.bool_] = self.y >= 0 if self.y.ndim == 2 else ~np.isnan(self.y).any(axis=2)
        return known

    @property
    def counted(self) -> int:
        """How many steps have a target that counts."""
        return int(np.count_nonzero(self.known))


class Stream(Protocol):
    """Training data read on and on: batches by number, so that a place in the stream is a number.

    Sequence b of a batch goes on where sequence b of the batch before ended, but where a pass begins: every
    ``windows`` batches, at batch 0 first.
    """

    windows: int

    def batch(self, number: int) -> Batch:
        """Batch ``number``, from 0; the same for every reader."""


@dataclass(frozen=True)
class PassMark:
    """What a run must reach: ``metric`` of the score at least (or below) ``value``, and ``also`` those."""

    metric: str
    value: float
    above: bool
    also: tuple["PassMark", ...] = ()

    def passed(self, score: Mapping[str, float]) -> bool:
        """True if the score reaches every mark; NaN never does."""
        return all(mark._reached(score.get(mark.metric, float("nan"))) for mark in (self, *self.also))

    def promises(self, score: Mapping[str, float]) -> bool:
        """True if the score reaches every mark that it has anything to say of."""
        return all(mark._reached(score[mark.metric]) for mark in (self, *self.also) if mark.metric in score)

    @property
    def marks(self) -> Mapping[str, float]:
        """Every metric that is judged, with its value."""
        return {mark.metric: mark.value for mark in (self, *self.also)}

    def _reached(self, value: float) -> bool:
        return value >= self.value if self.above else value < self.value


@dataclass(frozen=True)
class Typed:
    """A typed input, ready to run.  No start token: step t predicts token t+1 where a task predicts tokens.

    ``tokens`` holds the first 512; ``dropped`` counts the rest.  ``codes`` (T, 1) int32, -1 where the task
    cannot read the token.  ``numbers`` (T, 1, I) float32 are the input of a task without symbols, zero where
    a token cannot be read.  ``targets`` (T, 1) int32, or (T, 1, V) float32 for losses on numbers: as far as
    they follow from the tokens, else -1 or NaN.  ``next_known`` is the code of the token that truly follows
    the last one (the next typed but dropped one, or the only one that follows this very text wherever the
    training text contains it), -1 where nobody knows.  ``problem`` says what the first unreadable token is
    and what is allowed.  ``spans`` tells where in the text the tokens lie; empty where they are its
    characters.
    """

    text: str
    tokens: tuple[str, ...]
    codes: NDArray[np.int32]
    targets: NDArray[Any]
    dropped: int = 0
    next_known: int = -1
    numbers: NDArray[np.float32] | None = None
    problem: Problem | None = None
    spans: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.codes, self.targets, self.numbers):
            if array is not None:
                array.flags.writeable = False

    @property
    def x(self) -> NDArray[Any]:
        """What enters the model: the numbers where there are any, else the codes."""
        return self.codes if self.numbers is None else self.numbers

    def step_at(self, caret: int) -> int:
        """The step (from 0) at or behind which a caret after ``caret`` characters stands; -1 before all."""
        if not self.spans:
            return min(caret, len(self.tokens)) - 1
        return sum(start < caret for start, _ in self.spans) - 1

    def caret_at(self, step: int) -> int:
        """The caret, in characters, behind the token of a step."""
        return self.spans[step][1] if self.spans else step + 1


def typed_tokens(text: str, tokens: Sequence[str], vocabulary: Vocabulary) -> Typed:
    """Typed input of a next-token task: the first 512 ``tokens``, their codes, the next ones as targets."""
    traced = tuple(tokens[: TRACED_TOKENS + 1])
    codes = vocabulary.encode(traced)[:, None]  # (T or T+1, 1)
    dropped = max(len(tokens) - TRACED_TOKENS, 0)
    following = int(codes[TRACED_TOKENS, 0]) if dropped else -1
    codes = codes[:TRACED_TOKENS]
    targets = np.full_like(codes, -1)
    targets[:-1] = codes[1:]
    return Typed(text, traced[:TRACED_TOKENS], codes, targets, dropped, following)
