"""The user's own numbers: predict the next row of a table, or the label of every row."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Option
from rnnviz.tasks.base import Batch, Input, PassMark, Text, Typed
from rnnviz.tasks.drawn import NumberTask
from rnnviz.tasks.table import as_number, named, parted_names, read_table

Array = NDArray[Any]
HELD_OUT_SHARE = 0.1
JUDGED_BATCH = 64
MOST_LABELS = 64
REACH = 1e4  # standard deviations that a typed number may lie off


class ColumnsTask(NumberTask):
    """One row of the table is one step.  Every column of numbers is an input, with mean 0 and deviation 1.

    ``predict`` names the columns whose next value is due, as a row of CSV; empty: all of them.  With
    ``label``, the name of a column of words, the label of each row is due instead.  A column without any
    number (names, dates) is left out.  The last tenth of the rows is held out; training draws windows from
    the rest, and scale and label shares come from there.  The baseline is the better of persistence (the next
    row is as this one) and the mean; for labels it is their shares.  The mark is to beat it.
    """

    key: ClassVar[str] = "csv"
    options: ClassVar[tuple[Option, ...]] = (
        Option("length", 32, low=2, high=512),
        Option("predict", ""),
        Option("label", ""),
    )
    needs_text = True
    input: ClassVar[Input] = "rows"
    problem = "problem.row"

    @classmethod
    def reads(cls, options: Mapping[str, object]) -> str:
        """A table."""
        return "tables"

    def __init__(self, options: Mapping[str, object], text: Text | None) -> None:
        """Raises UserError "error.table-…"."""
        super().__init__(options, text)
        assert text is not None  # the base class has checked
        self.length = int(self.values["length"])
        table = read_table(text)
        label = str(self.values["label"]).strip()
        predict = named(table, parted_names(str(self.values["predict"])))
        labels = table.words(named(table, (label,))[0]) if label else ()
        wanted = (name for name in table.columns if name != label)
        self.channels = tuple(name for name in wanted if name in predict or not table.is_words(name))
        if not self.channels:
            raise UserError("error.table-no-numbers", path=text.name)
        rows = np.stack([table.numbers(name) for name in self.channels], axis=1)  # (N, I)
        window = self.length + (not label)  # one row more than steps: the last target
        if len(rows) < 2 * window:
            raise UserError("error.table-short", path=text.name, have=len(rows), need=2 * window)
        self._split = len(rows) - max(int(len(rows) * HELD_OUT_SHARE), window)
        self._mean, self._scale = _scale(rows[: self._split])
        self._x = ((rows - self._mean) / self._scale).astype(np.float32)
        self.inputs = len(self.channels)
        if label:
            self._classes(text.name, label, labels)
        else:
            self._forecasts(predict or self.channels)

    def _forecasts(self, predict: tuple[str, ...]) -> None:
        """The next row is due."""
        self.output_channels = predict
        self._due = np.array([self.channels.index(name) for name in predict])
        self.outputs = len(predict)
        self.generates = predict == self.channels
        self._y: Array = self._x[1:, self._due]
        self._x = self._x[:-1]

    def _classes(self, path: str, label: str, labels: Sequence[str]) -> None:
        """The label of each row is due."""
        names = tuple(sorted(set(labels)))
        if not 2 <= len(names) <= MOST_LABELS:
            raise UserError("error.table-labels", path=path, column=label, have=len(names), limit=MOST_LABELS)
        self._names = names
        self.outputs = len(names)
        self.loss, self.metric = "cross-entropy", "loss"
        codes = {name: code for code, name in enumerate(names)}
        self._y = np.array([codes[word] for word in labels], np.int32)

    @property
    def output_symbols(self) -> tuple[str, ...]:
        """The labels."""
        return self._names if self.loss == "cross-entropy" else ()

    @cached_property
    def baseline(self) -> float:
        """Held-out loss of the better trivial predictor."""
        start = self._split
        if self.loss == "cross-entropy":
            counts = np.bincount(self._y[:start], minlength=self.outputs) + 1.0
            return float(-np.log(counts / counts.sum())[self._y[start:]].mean())
        due, now = self._y[start:].astype(np.float64), self._x[start:, self._due]
        return float(min(np.mean((due - now) ** 2), np.mean(due**2)))

    @property
    def pass_mark(self) -> PassMark:
        """Better than the trivial predictor."""
        return PassMark(self.metric, self.baseline, above=False)

    def draw(self, rng: np.random.Generator, size: int) -> Batch:
        """Windows of the training rows, drawn with replacement."""
        last = self._split - self.length - (self.loss == "mse")
        places = rng.integers(0, last + 1, size) + np.arange(self.length)[:, None]
        return Batch(self._x[places], self._y[places])

    def held_out(self, limit: int | None = None) -> list[Batch]:
        """The held-out rows in windows, each row once; the last window is filled up without targets."""
        x, y = self._x[self._split :], self._y[self._split :]
        count = -(-len(x) // self.length)
        missing = count * self.length - len(x)
        x = np.concatenate([x, np.zeros((missing, self.inputs), np.float32)])
        nothing = -1 if y.ndim == 1 else np.nan
        y = np.concatenate([y, np.full((missing, *y.shape[1:]), nothing, y.dtype)])
        x = x.reshape(count, self.length, -1).swapaxes(0, 1)  # (T, windows, I)
        y = y.reshape(count, self.length, *y.shape[1:]).swapaxes(0, 1)
        chosen = np.arange(count)
        if limit is not None and limit < count:
            chosen = np.linspace(0, count - 1, max(limit, 1)).round().astype(np.intp)
        return [
            Batch(x[:, chosen[k : k + JUDGED_BATCH]].copy(), y[:, chosen[k : k + JUDGED_BATCH]].copy())
            for k in range(0, len(chosen), JUDGED_BATCH)
        ]

    def targets(self, x: Array) -> Array:
        """The next row's values; nobody knows the label of a typed row."""
        if self.loss == "cross-entropy":
            return np.full(x.shape[:2], -1, np.int32)
        y = np.full((*x.shape[:2], self.outputs), np.nan, np.float32)
        y[:-1] = x[1:][:, :, self._due]
        return y

    def read(self, token: str) -> Sequence[float] | None:
        """The numbers of "1.5,-2", brought to the scale of training."""
        values = [as_number(cell) for cell in token.split(",")]
        if len(values) != self.inputs or any(value is None for value in values):
            return None
        scaled = (np.array(values, float) - self._mean) / self._scale
        return scaled.tolist() if np.abs(scaled).max() <= REACH else None

    def write(self, row: Array) -> str:
        """ "1.5,-2": the numbers as they stand in the table."""
        return ",".join(f"{value:.6g}" for value in row * self._scale + self._mean)

    def typed_rows(self, rows: Array) -> Typed:
        """Rows as they stand in the table."""
        return super().typed_rows((rows - self._mean) / self._scale)

    def sample_text(self, rng: np.random.Generator) -> str:
        """Some rows of the table that training does not see."""
        first = int(rng.integers(self._split, len(self._x) - min(self.length, 12) + 1))
        return self.written(self._x[first : first + 12])

    def hints(self) -> dict[str, object]:
        """How many numbers a row has, and which."""
        return {"count": self.inputs, "columns": ", ".join(self.channels)}

    def feed(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """The outputs in the order of the inputs."""
        if not self.generates:
            raise ValueError("not every input is predicted")
        return outputs

    def token(self, row: NDArray[Any]) -> str:
        """The numbers as they stand in the table."""
        return self.write(row)


def _scale(rows: Array) -> tuple[Array, Array]:
    """Mean and standard deviation (I,); a column that never changes keeps its scale."""
    deviation = rows.std(axis=0)
    return rows.mean(axis=0), np.where(deviation > 1e-12 * (1 + np.abs(rows).max(axis=0)), deviation, 1.0)
