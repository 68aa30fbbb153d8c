"""The curves of a whole run in bounded memory, however long it runs."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CAPACITY = 4096  # points kept; more than any screen is wide


class StepStats(NamedTuple):
    """What one training step has to say, or several of them merged.

    ``loss`` (mean nats per token) and ``accuracy`` on the batch and ``grad_norm`` before clipping belong to
    the parameters before the step; ``clipped`` counts the steps whose gradient was clipped; ``held_out`` is
    the loss on held-out data after the step and ``held_out_score`` the score there that the task is judged
    by, NaN where they were not measured.  The untrained network is step 0, with these two and nothing else.
    ``span`` is the number of steps merged: their means, and the largest norm.
    """

    step: int
    loss: float
    accuracy: float
    grad_norm: float
    clipped: int = 0
    held_out: float = float("nan")
    span: int = 1
    held_out_score: float = float("nan")


def merged(first: StepStats, second: StepStats) -> StepStats:
    """Two neighbours as one, the later second: means by span, the larger norm, the later held-out values."""
    span = first.span + second.span
    share = second.span / span
    watched = first if np.isnan(second.held_out) else second
    return StepStats(
        second.step,
        first.loss + share * (second.loss - first.loss),
        first.accuracy + share * (second.accuracy - first.accuracy),
        max(first.grad_norm, second.grad_norm),
        first.clipped + second.clipped,
        watched.held_out,
        span,
        watched.held_out_score,
    )


@dataclass(frozen=True)
class Curves:
    """Points of a run, oldest first; read-only arrays.

    ``step``, ``loss``, ``accuracy``, ``grad_norm``, ``clipped``, ``span`` (N,): a point stands for the
    ``span`` steps that end at ``step``: their means, the largest gradient norm, and how many were clipped.
    ``held_out_step``, ``held_out``, ``held_out_score`` (M,): held-out losses and scores, those of step 0
    being the untrained network's.
    """

    step: Ints
    loss: Floats
    accuracy: Floats
    grad_norm: Floats
    clipped: Ints
    span: Ints
    held_out_step: Ints
    held_out: Floats
    held_out_score: Floats

    def __post_init__(self) -> None:
        for values in self.arrays().values():
            values.flags.writeable = False

    @classmethod
    def empty(cls) -> "Curves":
        """Without a point."""
        return CurveRecorder().curves()

    def arrays(self) -> dict[str, NDArray[np.int64] | NDArray[np.float64]]:
        """The arrays by name, for a file."""
        return {column.name: getattr(self, column.name) for column in fields(self)}

    @property
    def clipped_steps(self) -> int:
        """How many steps of the run were clipped; thinning loses none."""
        return int(self.clipped.sum())


class CurveRecorder:
    """Takes rows as they come and keeps at most ``CAPACITY`` points: when full, neighbours become one.

    A row whose step has been recorded before replaces everything from that step on, as after going back to an
    earlier state.  Not for several threads.
    """

    def __init__(self, curves: Curves | None = None) -> None:
        """Empty, or going on from ``curves``."""
        self._points = np.zeros((CAPACITY, 6))  # step, loss, accuracy, grad_norm, clipped, span
        self._held_out = np.zeros((CAPACITY, 3))  # step, loss, score
        self._count = self._held_out_count = 0
        self._stride = 1
        if curves is not None:
            names = ("step", "loss", "accuracy", "grad_norm", "clipped", "span")
            points = np.stack([getattr(curves, name) for name in names], axis=1)[-CAPACITY:]
            watched = (curves.held_out_step, curves.held_out, curves.held_out_score)
            held_out = np.stack(watched, axis=1)[-CAPACITY:]
            self._count, self._held_out_count = len(points), len(held_out)
            self._points[: len(points)] = points
            self._held_out[: len(held_out)] = held_out
            self._stride = int(points[:, 5].max(initial=1))

    def extend(self, rows: Iterable[StepStats]) -> None:
        """Add rows in the order of their steps."""
        for row in rows:
            self._rewind(row.step)
            if not np.isnan(row.held_out):
                self._add_held_out(row)
            if not np.isnan(row.loss):
                self._add(row)

    def curves(self) -> Curves:
        """A snapshot; later rows leave it alone."""
        points, held_out = self._points[: self._count], self._held_out[: self._held_out_count]
        step, loss, accuracy, grad_norm, clipped, span = points.T.copy()
        return Curves(
            step.astype(np.int64),
            loss,
            accuracy,
            grad_norm,
            clipped.astype(np.int64),
            span.astype(np.int64),
            held_out[:, 0].astype(np.int64),
            held_out[:, 1].copy(),
            held_out[:, 2].copy(),
        )

    def _rewind(self, step: int) -> None:
        self._count = int(np.searchsorted(self._points[: self._count, 0], step))
        self._held_out_count = int(np.searchsorted(self._held_out[: self._held_out_count, 0], step))

    def _add(self, row: StepStats) -> None:
        point = np.array((row.step, row.loss, row.accuracy, row.grad_norm, row.clipped, row.span), float)
        last = self._points[self._count - 1 : self._count]
        if self._count and last[0, 5] < self._stride:
            last[:] = _merge(last, point[None])
            return
        if self._count == CAPACITY:
            self._points[: CAPACITY // 2] = _merge(self._points[::2], self._points[1::2])
            self._count = CAPACITY // 2
            self._stride *= 2
        self._points[self._count] = point
        self._count += 1

    def _add_held_out(self, row: StepStats) -> None:
        if self._held_out_count == CAPACITY:  # every other one goes; the untrained network's stays
            self._held_out[: CAPACITY // 2] = self._held_out[::2].copy()
            self._held_out_count = CAPACITY // 2
        self._held_out[self._held_out_count] = row.step, row.held_out, row.held_out_score
        self._held_out_count += 1


def _merge(first: Floats, second: Floats) -> Floats:
    """Points (N, 6) and their later neighbours (N, 6) as one each."""
    span = first[:, 5:] + second[:, 5:]
    one = second.copy()
    one[:, 1:3] = first[:, 1:3] + second[:, 5:] / span * (second[:, 1:3] - first[:, 1:3])
    one[:, 3] = np.maximum(first[:, 3], second[:, 3])
    one[:, 4:] = first[:, 4:] + second[:, 4:]
    return one
