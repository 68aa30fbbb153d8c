"""The typed text: its tokens, what the network makes of them, and where in it a reader looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from rnnviz.engine.options import Value
from rnnviz.tasks.base import Typed
from rnnviz.workbench.frame import Ints, TypedRun, View
from rnnviz.workbench.freerun import run_on
from rnnviz.workbench.probe import gradient_curve, holding_order, layer_names, run_typed
from rnnviz.workbench.ranges import Ranges, ranges_of
from rnnviz.workbench.run import Run


class Reading:
    """Kept by a workbench and changed by its commands only; every method leaves all parts in agreement.

    ``read`` is the text as typed, ``typed`` with what the network adds on its own, ``traced`` its newest run,
    ``order`` the units as they are listed.
    """

    def __init__(self) -> None:
        self.text = ""
        self.view = View()
        self.read: Typed
        self.typed: Typed
        self.traced: TypedRun | None = None
        self.order: Ints = np.zeros(0, int)
        self.ranges: Ranges = {}

    @property
    def free(self) -> int:
        """How many steps at the end are the network's own."""
        return len(self.typed.tokens) - len(self.read.tokens)

    def begin(self, run: Run, view: Mapping[str, Value]) -> None:
        """Read and look as a session or an experiment says; without a cursor at the end."""
        self.text = str(view.get("text", ""))
        self.read = run.task.typed(self.text)
        self.view = View(
            cursor=int(view.get("cursor", len(self.read.tokens))) - 1,
            unit=int(view.get("unit", 0)),
            layer=int(view.get("layer", 0)),
            whole_loss=bool(view.get("whole_loss", self.view.whole_loss)),
        )
        self.ranges = {}
        self.trace(run)
        self.sort(run)

    def reread(self, run: Run) -> None:
        """The same text for another task or model."""
        self.read, self.ranges = run.task.typed(self.text), {}
        self.trace(run)
        self.sort(run)

    def type(self, run: Run, text: str, cursor: int | None, caret: int | None) -> None:
        """Read another text and look at the step `cursor`, or where the `caret` stands, or at the end."""
        self.text = text
        self.read = run.task.typed(text)
        last = len(self.read.tokens) - 1
        if caret is not None:
            cursor = self.read.step_at(caret)
        self.view = replace(self.view, cursor=last if cursor is None else min(cursor, last))
        self.trace(run)

    def trace(self, run: Run) -> None:
        """Run the text with the newest parameters."""
        self.typed = run_on(run.task, run.model, run.parameters, self.read)
        self.view = self._within(run, self.view)
        self.traced = run_typed(run.model, run.parameters, self.typed, self.view)

    def look(self, run: Run, view: View) -> None:
        """Look elsewhere; the layer stays."""
        before, self.view = self.view, self._within(run, view)
        moved = (before.cursor, before.whole_loss) != (self.view.cursor, self.view.whole_loss)
        if moved and self.traced is not None:
            gradient = gradient_curve(run.model, run.parameters, self.traced.trace, self.view)
            self.traced = replace(self.traced, gradient=gradient)

    def sort(self, run: Run) -> None:
        """Sort the units by how long they hold."""
        self.order = holding_order(run.model, self.traced)

    def colour(self, run: Run, *, steady: bool) -> None:
        """Bring the colours' ranges up to date; while `steady` they move seldom."""
        values = self.traced.values if self.traced is not None else None
        self.ranges = ranges_of(run.model.quantities, values, self.ranges, steady=steady)

    def _within(self, run: Run, view: View) -> View:
        return view.within(len(self.typed.tokens), run.model.spec.hidden, len(layer_names(run.model)))
