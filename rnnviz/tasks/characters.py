"""The character model: predict the next character of a text."""

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Option
from rnnviz.tasks.base import Batch, PassMark, Task, Text, Typed, typed_tokens
from rnnviz.tasks.ngrams import Bigram, Unigram
from rnnviz.tasks.stream import TextStream
from rnnviz.tasks.vocabulary import Vocabulary

HELD_OUT_SHARE = 0.1
MAX_SYMBOLS = 8192  # distinct characters; a readout of more would take hundreds of MB per batch
HELD_OUT_BATCH = 64  # windows run at once when the held-out split is scored
COMPARED = 1000  # places of the typed text that are compared before its continuation counts as unknown


class CharacterTask(Task):
    """Next-character prediction over any text; characters are code points.

    The vocabulary comes from the whole text, sorted.  The last tenth (at least one window) is held out;
    training draws windows from the rest at random, each from the zero state, or reads on (`stream`).
    Held-out windows follow each other without gap, so all held-out characters but the first are predicted
    once, by the network and by the n-gram models alike.
    """

    key: ClassVar[str] = "characters"
    options: ClassVar[tuple[Option, ...]] = (Option("length", 32, low=2, high=512),)
    needs_text = True
    metric = "loss"
    generates = True

    vocabulary: Vocabulary

    def __init__(self, options: Mapping[str, object], text: Text | None) -> None:
        """Raises UserError "error.text-" + "empty", "one-symbol", "many-symbols" or "short"."""
        super().__init__(options, text)
        assert text is not None  # the base class has checked
        self.text = text
        self.length = int(self.values["length"])
        self.vocabulary = _vocabulary(text)
        self.inputs = self.outputs = len(self.vocabulary)
        codes = _encode(text.content, self.vocabulary)
        window = self.length + 1  # one character more than steps: the last target
        if len(codes) < 2 * window:
            raise UserError("error.text-short", have=len(codes), length=self.length, need=2 * window)
        split = len(codes) - max(int(len(codes) * HELD_OUT_SHARE), window)
        self._train, self._held_out = codes[:split], codes[split:]

    @property
    def training_codes(self) -> NDArray[np.int32]:
        """The training split, (N,) codes, read-only."""
        return self._train

    @property
    def held_out_codes(self) -> NDArray[np.int32]:
        """The held-out split, (M,) codes, read-only."""
        return self._held_out

    @cached_property
    def baseline(self) -> float:
        """Cross-entropy of the unigram model on the held-out tokens, nats per token."""
        return Unigram.fit(self._train, self.inputs).cross_entropy(self._held_out[1:])

    @cached_property
    def pass_mark(self) -> PassMark:
        """Held-out loss below that of the interpolated bigram."""
        bigram = Bigram.fit(self._train, self.inputs)
        return PassMark("loss", bigram.cross_entropy(self._held_out[:-1], self._held_out[1:]), above=False)

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        """``size`` windows of the training split, drawn with replacement."""
        starts = rng.integers(0, len(self._train) - self.length, size)
        windows = self._train[starts + np.arange(self.length + 1)[:, None]]  # (T+1, B)
        return Batch(windows[:-1], windows[1:])

    def stream(self, size: int) -> TextStream:
        """``size`` readers, each in its own part of the training split."""
        return TextStream(self._train, self.length, size)

    def held_out(self, limit: int | None = None) -> list[Batch]:
        """The held-out split in windows of the trained length, the last one filled up with unknowns."""
        steps = self.length
        count = -(-(len(self._held_out) - 1) // steps)
        filled = np.full(count * steps + 1, -1, np.int32)
        filled[: len(self._held_out)] = self._held_out
        starts = np.arange(count) * steps
        if limit is not None and limit < count:
            starts = starts[np.linspace(0, count - 1, max(limit, 1)).round().astype(np.intp)]
        windows = filled[starts + np.arange(steps + 1)[:, None]]  # (T+1, windows)
        x = np.where(windows[1:] >= 0, windows[:-1], -1)  # the very last character is predicted, never fed
        return [
            Batch(x[:, k : k + HELD_OUT_BATCH].copy(), windows[1:, k : k + HELD_OUT_BATCH].copy())
            for k in range(0, len(starts), HELD_OUT_BATCH)
        ]

    def typed(self, text: str) -> Typed:
        """The characters as typed; see `Typed`."""
        typed = typed_tokens(text, text, self.vocabulary)
        if typed.dropped or not text:
            return typed
        following = self._continuation(text)
        return Typed(text, typed.tokens, typed.codes, typed.targets, 0, following)

    def sample_text(self, rng: np.random.Generator) -> str:
        """A piece of the training split as long as a training sequence."""
        start = int(rng.integers(0, len(self._train) - self.length + 1))
        return "".join(self.vocabulary.decode(self._train[start : start + self.length].tolist()))

    def _continuation(self, typed: str) -> int:
        """Code of the one character that follows ``typed`` wherever the text contains it, else -1."""
        content, found = self.text.content, ""
        place = content.find(typed)
        for _ in range(COMPARED):
            if place < 0:
                return self.vocabulary.code(found)
            following = content[place + len(typed) : place + len(typed) + 1]
            if following and found and following != found:
                return -1
            found = found or following
            place = content.find(typed, place + 1)
        return -1


def _vocabulary(text: Text) -> Vocabulary:
    """Vocabulary of a text that can be trained on."""
    if not text.content:
        raise UserError("error.text-empty", path=text.name)
    vocabulary = Vocabulary.of_text(text.content)
    if len(vocabulary) == 1:
        raise UserError("error.text-one-symbol", path=text.name)
    if len(vocabulary) > MAX_SYMBOLS:
        raise UserError("error.text-many-symbols", path=text.name, have=len(vocabulary), limit=MAX_SYMBOLS)
    return vocabulary


def _encode(content: str, vocabulary: Vocabulary) -> NDArray[np.int32]:
    """Codes (N,) of a text all of whose characters are known; by table, since a text may have millions."""
    points = np.frombuffer(content.encode("utf-32-le", "surrogatepass"), np.uint32)
    symbols = np.frombuffer("".join(vocabulary.symbols).encode("utf-32-le", "surrogatepass"), np.uint32)
    codes = np.searchsorted(symbols, points).astype(np.int32)
    codes.flags.writeable = False
    return codes
