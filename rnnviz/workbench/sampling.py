"""Generate: what a network says goes back in as what it sees next, one token at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.options import Option
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.sampling import draw, softmax
from rnnviz.engine.stepper import Stepper
from rnnviz.tasks.base import TRACED_TOKENS, Task

Array = NDArray[Any]

TEMPERATURE = Option("temperature", 1.0, low=0.0, high=100.0)
LENGTH = Option("length", 200, low=1, high=100_000)


@dataclass(frozen=True, eq=False)
class Token:
    """One generated step.

    ``text`` as `Task.typed` would read it.  ``code`` is the drawn symbol, -1 where outputs are numbers;
    ``probability`` is what the network itself gave that symbol, whatever the temperature, NaN for numbers.
    ``outputs`` (V,): the raw outputs it was drawn from, or the numbers themselves.
    """

    text: str
    code: int
    probability: float
    outputs: Array


class Sampler(Iterator[Token]):
    """Goes on from a prompt for ever; the caller stops taking when there is enough.

    A symbol is drawn from softmax(outputs / ``temperature``) with a generator of ``seed``; temperature 0
    takes the likeliest.  Numbers go back as they are, and temperature and seed do nothing.  Prompt, seed and
    parameters alone decide what comes.

    `use` gives it newer parameters at any time, while training for example: the states that the older ones
    left are kept, as everything so far was read with them.  ``temperature`` may be set at any time too.
    An empty prompt is one step of an unknown symbol, or of zeros.  Of a long one the last 512 tokens
    count.  Each sampler has arrays of its own, so any number may run beside training and typing.

    Raises UserError "error.sample-task" for a task whose outputs are no inputs, "error.step-bidirectional"
    for a network that reads from the end too, "error.option-…" for the temperature.
    """

    def __init__(
        self,
        task: Task,
        model: Model,
        parameters: Parameters,
        prompt: str = "",
        *,
        temperature: float = 1.0,
        seed: int = 0,
    ) -> None:
        if not task.generates:
            raise UserError("error.sample-task", task=task.key)
        self._temperature = float(TEMPERATURE.check(temperature))
        self._task, self._model = task, model
        self._rng = np.random.default_rng(seed)
        self._stepper = Stepper(model, parameters)
        trace = model.forward(parameters, self._read(prompt))
        self._stepper.reset(trace.final)
        self._outputs = np.array(trace["logits"][-1, 0], np.float64)  # (V,), the last that are known
        self._next: Array | None = None  # (1,) codes or (1, I) numbers that come out of them, not yet run

    @property
    def temperature(self) -> float:
        """See the class."""
        return self._temperature

    @temperature.setter
    def temperature(self, value: float) -> None:
        self._temperature = float(TEMPERATURE.check(value))

    def use(self, parameters: Parameters) -> None:
        """Draw what follows with other parameters of the same model."""
        state = self._stepper.state
        self._stepper = Stepper(self._model, parameters)
        self._stepper.reset(state)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Token:
        if self._next is not None:
            self._outputs = np.array(self._stepper.step(self._next)[0], np.float64)
        outputs = self._outputs
        if self._task.loss == "mse":
            fed = np.array(self._task.feed(outputs), np.float32)
            self._next = fed.reshape(1, -1)
            return Token(self._task.token(fed), -1, float("nan"), outputs)
        code = self._draw(outputs)
        self._next = np.array(self._task.feed(np.array(code)), np.int32).reshape(1)
        return Token(self._task.output_symbols[code], code, float(softmax(outputs)[code]), outputs)

    def take(self, count: int, stop: str = "") -> Iterator[Token]:
        """``count`` tokens; fewer when ``stop`` comes, which is then the last."""
        for _ in range(count):
            token = next(self)
            yield token
            if stop and token.text == stop:
                return

    def _read(self, prompt: str) -> Array:
        typed = self._task.typed(prompt)
        while typed.dropped:
            prompt = prompt[typed.caret_at(min(typed.dropped, TRACED_TOKENS) - 1) :]
            typed = self._task.typed(prompt)
        x: Array = typed.x
        if len(x):
            return x
        if self._model.spec.symbols:
            return np.full((1, 1), -1, np.int32)
        return np.zeros((1, 1, self._model.spec.inputs), np.float32)

    def _draw(self, outputs: Array) -> int:
        if self._temperature == 0.0 or not np.isfinite(outputs).all():
            return int(np.argmax(outputs))
        return int(draw(self._rng, outputs, self._temperature))


def joined(task: Task, tokens: Iterator[Token] | tuple[Token, ...]) -> str:
    """Tokens as the text that `Task.typed` reads: symbols of one character without blanks, others with."""
    texts = [token.text for token in tokens]
    blank = "" if task.output_symbols and all(len(text) == 1 for text in task.output_symbols) else " "
    return blank.join(texts)
