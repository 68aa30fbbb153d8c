"""The contract of a task."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Option, Value, complete
from rnnviz.tasks import scores
from rnnviz.tasks.records import TRACED_TOKENS, Batch, PassMark, Stream, Text, Typed, typed_tokens
from rnnviz.tasks.vocabulary import Vocabulary

__all__ = ["TRACED_TOKENS", "Batch", "PassMark", "Predict", "Stream", "Task", "Text", "Typed", "typed_tokens"]

Input = Literal["text", "words", "keys", "values", "pulses", "curve", "rows"]
State = Mapping[str, NDArray[Any]]
Predict = Callable[[NDArray[Any], State | None], tuple[NDArray[Any], State]]
"""Runs a network on x from a state (None: from its start); gives logits (T, B, V) and its last state."""


EXAMPLES_TRIED = 9  # some may be equal


class Task(ABC):
    """Base of all tasks.  Immutable once made; every method may be called from any thread.

    ``options`` are the settings a user may choose.  ``needs_text`` tells that the task trains on a `Text`.
    ``symbols`` tells whether inputs are codes (then ``inputs`` is the vocabulary's size) or numbers, one for
    each of ``channels``.  ``input`` is how a person gives an input, whose text `typed` reads.  ``metric`` is
    the key of the score that matters most.  ``generates`` tells whether outputs can be fed back as inputs.
    """

    key: ClassVar[str]
    options: ClassVar[tuple[Option, ...]] = ()
    needs_text: bool = False
    symbols: ClassVar[bool] = True
    input: ClassVar[Input] = "text"
    loss: str = "cross-entropy"  # a key of the engine's LOSSES; it decides what targets are
    metric: str = "accuracy"
    generates: bool = False

    vocabulary: Vocabulary | None = None
    inputs: int
    outputs: int
    length: int  # steps of a training sequence
    channels: tuple[str, ...] = ()  # names of numeric inputs
    output_channels: tuple[str, ...] = ()  # names of numeric outputs

    @classmethod
    def reads(cls, options: Mapping[str, object]) -> str:
        """Which kind of `Text` such a task trains on: "texts", "tables", "curves", or "" for none."""
        return "texts" if cls.needs_text else ""

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

    @abstractmethod
    def sample_text(self, rng: np.random.Generator) -> str:
        """A fresh valid input as `typed` reads it."""

    def typed_rows(self, rows: NDArray[Any]) -> Typed:
        """An input given as numbers (T, I).  Raises UserError where inputs are symbols."""
        raise UserError("error.trace-needs-text", task=self.key)

    def examples(self) -> tuple[str, ...]:
        """Three inputs for somebody facing an empty line; always the same."""
        samples = (self.sample_text(np.random.default_rng(seed)) for seed in range(EXAMPLES_TRIED))
        return tuple(dict.fromkeys(samples))[:3]

    @property
    def output_symbols(self) -> tuple[str, ...]:
        """The names of the outputs where each stands for a symbol or a class."""
        return () if self.vocabulary is None else self.vocabulary.symbols

    @property
    def uniform(self) -> float:
        """The loss of a network that takes everything for equally likely; NaN where losses are of numbers."""
        if self.loss == "mse":
            return scores.NAN
        return float(np.log(self.outputs if self.loss == "cross-entropy" else 2))

    def feed(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """The next input from outputs: codes (…,) from drawn symbols (…,), numbers (…, I) from (…, V)."""
        return outputs

    def token(self, row: NDArray[Any]) -> str:
        """The token, as `typed` reads it, of the numbers (I,) that were fed back."""
        return ",".join(f"{float(value):.6g}" for value in np.ravel(row))

    def accuracy(self, logits: NDArray[np.floating], batch: Batch) -> float:
        """Share of counted steps that logits (T, B, V) get right; NaN if none counts, or for numbers."""
        known = batch.known
        if self.loss == "mse":
            return scores.NAN
        rate = scores.hits if self.loss == "cross-entropy" else scores.set_hits
        return rate(logits[known], batch.y[known])

    def score(self, logits: NDArray[np.floating], batch: Batch) -> dict[str, float]:
        """Means over the counted steps of logits (T, B, V): "loss" with "accuracy", or "mse"; NaN if none."""
        known = batch.known
        rows, targets = logits[known], batch.y[known]
        if self.loss == "mse":
            error = scores.squared_error(rows, targets)
            return {"loss": error, "mse": error}
        if self.loss == "binary":
            return {
                "loss": scores.binary_cross_entropy(rows, targets),
                "accuracy": scores.set_hits(rows, targets),
            }
        return {"loss": scores.cross_entropy(rows, targets), "accuracy": scores.hits(rows, targets)}

    def counted(self, metric: str, batch: Batch) -> int:
        """How many cases the mean of a metric is over; batches are averaged with these as weights."""
        return batch.counted

    def further(self, predict: Predict) -> dict[str, float]:
        """Scores that need runs of their own, such as how far a network generalises."""
        return {}
