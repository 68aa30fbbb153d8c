"""The contract of a task, and the records it hands out.

Shapes: T steps, B sequences in a batch, V symbols.  A code of -1 is an unknown input (the zero vector); a
target of -1 counts nowhere.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Option, Value, complete
from rnnviz.tasks.vocabulary import Vocabulary

TRACED_TOKENS = 512  # the longest typed sequence that is run; the screen has no room for more


@dataclass(frozen=True)
class Text:
    """A text to train on.  ``name`` is a bundled key, a machine text's key, or a file's name."""

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
    def counted(self) -> int:
        """How many steps have a target that counts."""
        known = self.y >= 0 if self.y.ndim == 2 else ~np.isnan(self.y).any(axis=2)
        return int(np.count_nonzero(known))


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
    """What a run must reach: ``metric`` of the score above (or below) ``value``."""

    metric: str
    value: float
    above: bool

    def passed(self, score: Mapping[str, float]) -> bool:
        """True if the score reaches the mark; NaN never does."""
        reached = score.get(self.metric, float("nan"))
        return reached > self.value if self.above else reached < self.value


@dataclass(frozen=True)
class Typed:
    """A typed input, ready to run.  No start token: step t predicts token t+1.

    ``tokens`` holds the first 512; ``dropped`` counts the rest.  ``codes`` (T, 1) int32, -1 where the
    vocabulary lacks the token.  ``targets`` (T, 1) int32 is the next typed token, -1 where that is unknown
    and at the last step.  ``next_known`` is the code of the token that truly follows the last one (the next
    typed but dropped one, or the only one that follows this very text wherever the training text contains
    it), -1 where nobody knows.
    """

    text: str
    tokens: tuple[str, ...]
    codes: NDArray[np.int32]
    targets: NDArray[np.int32]
    dropped: int = 0
    next_known: int = -1


class Task(ABC):
    """Base of all tasks.  Immutable once made; every method may be called from any thread.

    ``options`` are the settings a user may choose.  ``needs_text`` tells that the task trains on a `Text`.
    ``symbols`` tells whether inputs are codes (then ``inputs`` is the vocabulary's size) or numbers.
    """

    key: ClassVar[str]
    options: ClassVar[tuple[Option, ...]] = ()
    needs_text: ClassVar[bool] = False
    symbols: ClassVar[bool] = True
    loss: ClassVar[str] = "cross-entropy"  # a key of the engine's LOSSES; it decides what targets are

    vocabulary: Vocabulary | None
    inputs: int
    outputs: int
    length: int  # steps of a training sequence

    def __init__(self, options: Mapping[str, object], text: Text | None) -> None:
        """Check the options.  Raises UserError as `make_task` says."""
        self.values: dict[str, Value] = complete(self.options, options)
        if self.needs_text and text is None:
            raise UserError("error.text-missing", task=self.key)

    @property
    @abstractmethod
    def baseline(self) -> float:
        """Held-out loss of the trivial predictor, in the unit of the score's "loss"."""

    @property
    @abstractmethod
    def pass_mark(self) -> PassMark | None:
        """What a trained network must reach on held-out data; None where definitions.md sets no mark."""

    @abstractmethod
    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        """``size`` training sequences drawn with ``rng``."""

    def stream(self, size: int) -> Stream | None:
        """The training data as batches of ``size`` sequences that go on in the next batch, for a run that
        carries states; None where sequences have nothing to do with each other.
        """
        return None

    @abstractmethod
    def held_out(self, limit: int | None = None) -> list[Batch]:
        """Data that training never sees, always the same; at most ``limit`` sequences from all over it."""

    @abstractmethod
    def typed(self, text: str) -> Typed:
        """A typed input; never fails, whatever the text."""

    def accuracy(self, logits: NDArray[np.floating], batch: Batch) -> float:
        """Share of counted targets that are the likeliest symbol of logits (T, B, V); NaN if none counts."""
        counted = batch.y >= 0
        if not counted.any():
            return float("nan")
        return float(np.mean(logits.argmax(axis=-1)[counted] == batch.y[counted]))

    def score(self, logits: NDArray[np.floating], batch: Batch) -> dict[str, float]:
        """{"loss": mean nats per counted target, "accuracy"} of logits (T, B, V); NaN if no target counts."""
        counted = batch.y >= 0
        if not counted.any():
            return {"loss": float("nan"), "accuracy": float("nan")}
        rows = logits[counted].astype(np.float64)  # (N, V)
        rows -= rows.max(axis=-1, keepdims=True)
        right = rows[np.arange(len(rows)), batch.y[counted]]
        loss = float(np.mean(np.log(np.exp(rows).sum(axis=-1)) - right))
        return {"loss": loss, "accuracy": self.accuracy(logits, batch)}


def typed_tokens(text: str, tokens: Sequence[str], vocabulary: Vocabulary) -> Typed:
    """Typed input of a next-token task: the first 512 ``tokens``, their codes, the next ones as targets."""
    traced = tuple(tokens[: TRACED_TOKENS + 1])
    codes = vocabulary.encode(traced)[:, None]  # (T or T+1, 1)
    dropped = max(len(tokens) - TRACED_TOKENS, 0)
    following = int(codes[TRACED_TOKENS, 0]) if dropped else -1
    codes = codes[:TRACED_TOKENS]
    targets = np.full_like(codes, -1)
    targets[:-1] = codes[1:]
    codes.flags.writeable = False
    targets.flags.writeable = False
    return Typed(text, traced[:TRACED_TOKENS], codes, targets, dropped, following)
