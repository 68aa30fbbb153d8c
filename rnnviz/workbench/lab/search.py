"""The search for fixed points: asked for, watched, and left when somebody has seen enough."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Option
from rnnviz.engine.probes.fixed_points import STARTS, TOLERANCE, FixedPoints, fixed_points_in_turns
from rnnviz.workbench.lab.frame import SearchView
from rnnviz.workbench.lab.subject import Subject

STARTED = Option("starts", STARTS, 8, 4096)
CLOSE = Option("tolerance", TOLERANCE, 1e-12, 1e-2)


class Search:
    """One search at most, of the network as it was when it began; `view` is what is known of the last."""

    def __init__(self) -> None:
        self.view: SearchView | None = None
        self._turns: Generator[float, None, FixedPoints] | None = None
        self.subject: Subject | None = None

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self._turns is not None

    def begin(
        self,
        of: Subject,
        held: int | tuple[float, ...] | None,
        starts: int = STARTS,
        tolerance: float = TOLERANCE,
    ) -> None:
        """Search anew, with the input ``held``: a symbol's code, numbers, or None for the zero vector.

        Raises UserError "error.option-…" for numbers that cannot be, "error.fixed-points-directions" for a
        network of two directions, "error.fixed-points-held" for an input that is not the network's.
        """
        STARTED.check(starts)
        CLOSE.check(tolerance)
        row = held_row(of, held)
        turns = fixed_points_in_turns(
            of.model, of.parameters, row, of.typed.x, starts=starts, tolerance=tolerance
        )
        next(turns)  # whatever cannot be is said now
        self._turns, self.subject = turns, of
        self.view = SearchView(held, starts, tolerance, 0.0, None)

    def work(self) -> None:
        """One turn."""
        if self._turns is None or self.view is None:
            return
        try:
            self.view = replace(self.view, progress=float(next(self._turns)))
        except StopIteration as end:
            self._turns = None
            self.view = replace(self.view, progress=None, found=end.value)

    def cancel(self) -> None:
        """Leave it; what an earlier search has found is gone as well."""
        self._turns = self.view = self.subject = None


def held_row(of: Subject, held: int | tuple[float, ...] | None) -> np.ndarray:
    """The input as the network takes it, () or (I,).  Raises UserError "error.fixed-points-held"."""
    spec = of.model.spec
    if spec.symbols:
        if held is None or (isinstance(held, int) and 0 <= held < spec.inputs):
            return np.array(-1 if held is None else held)
    elif held is None or (isinstance(held, tuple) and len(held) == spec.inputs and np.isfinite(held).all()):
        return np.zeros(spec.inputs) if held is None else np.array(held)
    raise UserError("error.fixed-points-held", value=held, count=spec.inputs)
