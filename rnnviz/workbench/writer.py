"""The network writes on from the typed text, a little at a time, with the newest parameters there are."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import numpy as np

from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.workbench.frame import Floats, Ints
from rnnviz.workbench.run import Run
from rnnviz.workbench.sampling import Sampler, Token

SLICE = 16  # tokens written before the clock is looked at again


@dataclass(frozen=True)
class WriteSettings:
    """How to write: see `Sampler`; ``stop`` ends it where it comes ("" for nothing)."""

    temperature: float = 0.7
    seed: int = 0
    length: int = 400
    stop: str = ""


@dataclass(frozen=True)
class Written:
    """What has been written so far after ``prompt`` (its tokens).

    ``probabilities`` (N,) are what the network gave each token, NaN for numbers; ``steps`` (N,) how far it
    was trained then. ``problem`` says why it cannot write at all.
    """

    settings: WriteSettings
    prompt: tuple[str, ...]
    tokens: tuple[str, ...]
    probabilities: Floats
    steps: Ints
    running: bool
    problem: UserError | None = None

    @property
    def bits(self) -> float:
        """Mean surprise in bits a token; NaN for numbers or before the first."""
        known = self.probabilities[self.probabilities > 0]
        return float(-np.log2(known).mean()) if known.size else float("nan")


class Writer:
    """Writes for one workbench. Not for several threads."""

    def __init__(self) -> None:
        self.written: Written | None = None
        self._sampler: Sampler | None = None
        self._model: Model | None = None
        self._tokens: list[Token] = []
        self._steps: list[int] = []

    def begin(self, run: Run, prompt: str, settings: WriteSettings) -> None:
        """Begin anew after ``prompt``. What cannot write says so in `Written.problem`."""
        self._tokens, self._steps, self._model = [], [], run.model
        self._prompt, self._settings = run.task.typed(prompt).tokens, settings
        self._sampler, problem = None, None
        try:
            self._sampler = Sampler(
                run.task,
                run.model,
                run.parameters,
                prompt,
                temperature=settings.temperature,
                seed=settings.seed,
            )
        except UserError as error:
            problem = error
        self._publish(problem)

    def more(self, run: Run, seconds: float) -> bool:
        """Write for about so long with the newest parameters; whether anything is new."""
        sampler = self._sampler
        if sampler is None or self._model is not run.model:
            self.end()
            return False
        sampler.use(run.parameters)
        end = monotonic() + seconds
        self._slice(sampler, run)
        while self._sampler is not None and monotonic() < end:
            self._slice(sampler, run)
        self._publish(None)
        return True

    def _slice(self, sampler: Sampler, run: Run) -> None:
        length, stop = self._settings.length, self._settings.stop
        for token in sampler.take(min(SLICE, length - len(self._tokens)), stop):
            self._tokens.append(token)
            self._steps.append(run.step_number)
        if len(self._tokens) >= length or (stop and self._tokens[-1].text == stop):
            self._sampler = None

    def end(self) -> None:
        """Write no further; what is written stays."""
        if self._sampler is not None:
            self._sampler = None
            self._publish(None)

    def forget(self) -> None:
        """Nothing is written."""
        self._sampler, self.written = None, None

    def _publish(self, problem: UserError | None) -> None:
        self.written = Written(
            self._settings,
            self._prompt,
            tuple(token.text for token in self._tokens),
            np.array([token.probability for token in self._tokens], float),
            np.array(self._steps, int),
            self._sampler is not None,
            problem,
        )
