"""The commands by which a person gives an input other than by typing; all they do is change the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rnnviz.tasks.base import Text
from rnnviz.workbench import editing
from rnnviz.workbench.frame import Notice

if TYPE_CHECKING:
    from rnnviz.gui.window import MainWindow

CURVE_NAME = "drawn"


class InputCommands:
    """Serves one window: symbol keys, bars and pulses, drawn curves, fresh examples."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._examples = 0
        centre = window.centre
        centre.inputs.typed.connect(centre.text.insert)
        centre.inputs.acted.connect(self._acted)
        centre.canvas.drawn.connect(self._drawn)

    def _acted(self, wish: str) -> None:
        {
            "erase": self._window.centre.text.erase,
            "example": self.fresh_example,
            "blank": self.blank_input,
            "train-curve": self.train_on_curve,
        }[wish]()

    def fresh_example(self) -> None:
        """Type a fresh example of the task."""
        task = self._window.workbench.run.task
        self._examples += 1
        self._window.centre.text.write(task.sample_text(np.random.default_rng(self._examples)))

    def blank_input(self) -> None:
        """Type zeros to draw on."""
        self._window.centre.text.write(editing.blank(self._window.workbench.run.task))

    def _drawn(self, rows: dict[int, list[float]], last: int) -> None:
        """Write rows of numbers into the text, and look at the last step drawn."""
        bench, text = self._window.workbench, self._window.centre.text
        written = editing.with_rows(bench.run.task, bench.frame.typed, rows)
        text.write(written, bench.run.task.typed(written).caret_at(last))

    def train_on_curve(self) -> None:
        """Make the curve that is typed the one to train on, from the next reset on."""
        window, bench = self._window, self._window.workbench
        typed = bench.run.task.typed(bench.frame.typed.text)
        curve = Text(CURVE_NAME, editing.curve_of(typed), "user")
        notice = Notice("notice.curve-ready", {"count": len(typed.tokens)}, actions=("reset",), grave=False)
        window.do(lambda: bench.want({"task.wave": "drawn", "task.text": curve}, notice))
