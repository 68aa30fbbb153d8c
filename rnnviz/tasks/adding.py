"""The adding problem: add the two marked numbers of a long row."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.options import Option
from rnnviz.tasks.base import Batch, Input, PassMark, Text
from rnnviz.tasks.drawn import REACH, NumberTask
from rnnviz.tasks.table import as_number

Array = NDArray[Any]
MARK = "*"


class AddingTask(NumberTask):
    """Channel 1 is uniform on (0, 1); channel 2 marks one step of each half; at the end their sum is due.

    Typed: one number a step, a star behind the marked ones: "0.31 0.72* 0.05".  Hochreiter & Schmidhuber 1997
    in the form of Le, Jaitly & Hinton 2015 (arXiv 1504.00941).  Predicting 1, the mean, has the MSE
    2 · 1/12 = 1/6; knowing one of the two leaves 1/12.
    """

    key: ClassVar[str] = "adding"
    options: ClassVar[tuple[Option, ...]] = (Option("length", 50, low=2, high=512),)
    input: ClassVar[Input] = "values"
    problem = "problem.value-mark"

    channels = ("value", "mark")
    output_channels = ("sum",)
    inputs, outputs = 2, 1

    def __init__(self, options: Mapping[str, object], text: Text | None) -> None:
        super().__init__(options, text)
        self.length = int(self.values["length"])

    @property
    def baseline(self) -> float:
        """The variance of a sum of two uniform numbers."""
        return 1 / 6

    @property
    def pass_mark(self) -> PassMark:
        """A mean squared error of 0.01."""
        return PassMark("mse", 0.01, above=False)

    def draw(self, rng: np.random.Generator, size: int) -> Batch:
        """Rows of numbers with two marks."""
        half = self.length // 2
        x = np.zeros((self.length, size, 2), np.float32)
        x[:, :, 0] = rng.random((self.length, size))
        columns = np.arange(size)
        x[rng.integers(0, half, size), columns, 1] = 1.0
        x[rng.integers(half, self.length, size), columns, 1] = 1.0
        return Batch(x, self.targets(x))

    def targets(self, x: Array) -> Array:
        """The sum of the marked numbers at the last step, once something is marked."""
        y = np.full((*x.shape[:2], 1), np.nan, np.float32)
        if len(x):
            marked = x[:, :, 1] > 0.5
            y[-1, :, 0] = np.where(marked.any(axis=0), (x[:, :, 0] * marked).sum(axis=0), np.nan)
        return y

    def read(self, token: str) -> Sequence[float] | None:
        """Value and mark of "0.72*"."""
        value = as_number(token.removesuffix(MARK), REACH)
        return None if value is None else (value, float(token.endswith(MARK)))

    def write(self, row: Array) -> str:
        """ "0.72*" of value and mark."""
        return f"{row[0]:.2f}{MARK if row[1] > 0.5 else ''}"
