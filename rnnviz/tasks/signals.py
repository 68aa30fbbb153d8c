"""Signals: predict the next value of a wave, or of a curve that somebody drew."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Option
from rnnviz.tasks.base import Batch, Input, PassMark, Predict, Text
from rnnviz.tasks.drawn import REACH, NumberTask
from rnnviz.tasks.table import as_number

Array = NDArray[Any]
FEWEST_POINTS, MOST_POINTS = 3, 10_000
PERIODS = 3  # of a training sequence; in the first one nobody can know where it stands, so nothing counts
GRID = 9_600  # phases over which the baseline is taken
FREE_RUNS = 64  # signals that are run on without their true values


class SignalTask(NumberTask):
    """The next value of a sine, saw, square or sinc, or of a drawn curve that repeats, all from -1 to 1.

    Each sequence begins at a random phase.  With noise the input is noisy and the clean value is due.  The
    baseline is persistence, "as it is now": for a sine of step δ its MSE is 2 sin²(δ/2).  "free" is the MSE
    of a period that the network runs on its own outputs, after two periods of input.  A drawn curve comes as
    a `Text` of numbers, and is brought to the range and the period.
    """

    key: ClassVar[str] = "signals"
    options: ClassVar[tuple[Option, ...]] = (
        Option("wave", "sine", choices=("sine", "saw", "square", "sinc", "drawn")),
        Option("period", 24, low=4, high=160),
        Option("noise", 0.0, low=0.0, high=1.0),
    )
    input: ClassVar[Input] = "curve"
    generates = True

    channels = output_channels = ("signal",)
    inputs = outputs = 1

    @classmethod
    def reads(cls, options: Mapping[str, object]) -> str:
        """A curve, where it is a drawn one."""
        return "curves" if options.get("wave") == "drawn" else ""

    def __init__(self, options: Mapping[str, object], text: Text | None) -> None:
        """Raises UserError "error.curve-" + "missing", "number", "short", "long" or "flat"."""
        super().__init__(options, text)
        self.wave, self.period = str(self.values["wave"]), int(self.values["period"])
        self.noise = float(self.values["noise"])
        self.length = PERIODS * self.period
        self._curve = _curve(text) if self.wave == "drawn" else np.zeros(0)

    def value(self, phase: Array) -> Array:
        """The clean signal at phases in periods, any shape."""
        phase = phase % 1.0
        if self.wave == "sine":
            return np.asarray(np.sin(2 * np.pi * phase))
        if self.wave == "saw":
            return 2 * phase - 1
        if self.wave == "square":
            return np.asarray(np.where(phase < 0.5, 1.0, -1.0))
        if self.wave == "sinc":
            peak, trough = 1.0, -0.21723  # of sin(x)/x
            return 2 * (np.sinc(8 * (phase - 0.5)) - trough) / (peak - trough) - 1
        points = np.append(self._curve, self._curve[0])
        return np.asarray(np.interp(phase * len(self._curve), np.arange(len(points)), points))

    @cached_property
    def baseline(self) -> float:
        """MSE of taking the present value for the next, over all phases; noise adds its variance."""
        phase = np.arange(GRID) / GRID
        steps = self.value(phase + 1 / self.period) - self.value(phase)
        return float(np.mean(steps**2)) + self.noise**2

    @cached_property
    def variance(self) -> float:
        """MSE of always taking the mean."""
        return float(np.var(self.value(np.arange(GRID) / GRID)))

    @property
    def pass_mark(self) -> PassMark:
        """A tenth of the baseline, and a period on its own within a tenth of the signal's variance."""
        return PassMark("mse", self.baseline / 10, False, (PassMark("free", self.variance / 10, False),))

    def draw(self, rng: np.random.Generator, size: int) -> Batch:
        """Signals from random phases; the first period has no targets."""
        phase = rng.random(size) + np.arange(self.length + 1)[:, None] / self.period
        clean = self.value(phase)[:, :, None]
        x = (clean[:-1] + self.noise * rng.standard_normal(clean[:-1].shape)).astype(np.float32)
        y = clean[1:].astype(np.float32)
        y[: self.period] = np.nan
        return Batch(x, y)

    def further(self, predict: Predict) -> dict[str, float]:
        """ "free", the mean squared error of a period on the network's own outputs."""
        rng = np.random.default_rng(self.period)
        phase = rng.random(FREE_RUNS) + np.arange(self.length)[:, None] / self.period
        clean = self.value(phase)[:, :, None]
        given = clean[: -self.period]
        given = given + self.noise * rng.standard_normal(given.shape)
        logits, state = predict(given.astype(np.float32), None)
        said = [logits[-1:]]
        for _ in range(self.period - 1):
            logits, state = predict(self.feed(said[-1]), state)
            said.append(logits)
        errors = np.concatenate(said).astype(np.float64) - clean[-self.period :]
        return {"free": float(np.mean(errors**2))}

    def targets(self, x: Array) -> Array:
        """The next value."""
        y = np.full(x.shape, np.nan, np.float32)
        y[:-1] = x[1:]
        return y

    def read(self, token: str) -> Sequence[float] | None:
        """One number."""
        value = as_number(token, REACH)
        return None if value is None else (value,)

    def write(self, row: Array) -> str:
        """Three decimals."""
        return f"{row[0]:.3f}"


def _curve(text: Text | None) -> Array:
    """The points of a drawn curve, from -1 to 1."""
    if text is None:
        raise UserError("error.curve-missing")
    words = re.split(r"[\s,;]+", text.content.strip())
    if not 0 < len(words) <= MOST_POINTS:
        raise UserError("error.curve-long", path=text.name, have=len(words), limit=MOST_POINTS)
    points = []
    for place, word in enumerate(words, 1):
        value = as_number(word)
        if value is None:
            raise UserError("error.curve-number", path=text.name, place=place, value=word[:40])
        points.append(value)
    if len(points) < FEWEST_POINTS:
        raise UserError("error.curve-short", path=text.name, have=len(points), need=FEWEST_POINTS)
    curve = np.array(points)
    low, high = curve.min(), curve.max()
    if not high > low:
        raise UserError("error.curve-flat", path=text.name)
    return np.asarray(2 * (curve - low) / (high - low) - 1)
