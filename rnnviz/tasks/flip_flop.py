"""The n-bit flip-flop: remember the sign of the last pulse of every channel."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.options import Option
from rnnviz.tasks.base import Batch, Input, PassMark, Text
from rnnviz.tasks.drawn import NumberTask

Array = NDArray[Any]
SIGNS = {"+": 1.0, "-": -1.0, ".": 0.0}
PULSES = 0.25  # of all steps of a channel


class FlipFlopTask(NumberTask):
    """Pulses of +1 or -1 arrive on n channels; each output is its channel's last sign, 0 before the first.

    A network that solves it has 2ⁿ stable points, one for each memory (Sussillo & Barak 2013).  Predicting 0
    has an MSE of nearly 1.  Typed: one sign a channel and step, "+.." then "..-".
    """

    key: ClassVar[str] = "flip-flop"
    options: ClassVar[tuple[Option, ...]] = (
        Option("bits", 3, low=1, high=6),
        Option("length", 100, low=2, high=512),
    )
    input: ClassVar[Input] = "pulses"
    problem = "problem.pulses"

    def __init__(self, options: Mapping[str, object], text: Text | None) -> None:
        super().__init__(options, text)
        self.inputs = self.outputs = int(self.values["bits"])
        self.length = int(self.values["length"])
        self.channels = tuple(f"pulse {bit}" for bit in range(self.inputs))
        self.output_channels = tuple(f"bit {bit}" for bit in range(self.inputs))

    @property
    def baseline(self) -> float:
        """MSE of predicting 0: the share of steps that have had a pulse, 1 - (1-p)^t, averaged over t."""
        return float(np.mean(1 - (1 - PULSES) ** np.arange(1, self.length + 1)))

    @property
    def pass_mark(self) -> PassMark:
        """A mean squared error of 0.05."""
        return PassMark("mse", 0.05, above=False)

    def draw(self, rng: np.random.Generator, size: int) -> Batch:
        """Random pulses."""
        shape = self.length, size, self.inputs
        signs = 2 * rng.integers(0, 2, shape) - 1
        x = (signs * (rng.random(shape) < PULSES)).astype(np.float32)
        return Batch(x, self.targets(x))

    def targets(self, x: Array) -> Array:
        """The last pulse's sign of each channel."""
        steps = np.arange(len(x))[:, None, None]
        latest = np.maximum.accumulate(np.where(x != 0, steps, 0), axis=0)
        last: Array = np.sign(np.take_along_axis(x, latest, axis=0)).astype(np.float32)
        return last

    def read(self, token: str) -> Sequence[float] | None:
        """One number for each sign."""
        known = len(token) == self.inputs and all(sign in SIGNS for sign in token)
        return [SIGNS[sign] for sign in token] if known else None

    def write(self, row: Array) -> str:
        """One sign for each number."""
        return "".join("+" if value > 0 else "-" if value < 0 else "." for value in row)

    def hints(self) -> dict[str, object]:
        """How many signs a step has."""
        return {"bits": self.inputs, "example": "+" + "." * (self.inputs - 1)}
