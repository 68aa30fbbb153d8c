"""Work done a piece at a time, one turn of the event loop each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer


class Turns(QObject):
    """Pieces of a job, with a turn of the event loop for each, so that a key never waits for the whole job.

    A job begun before the last one is through takes its place: what was left of the old one is not done.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._left: list[Callable[[], object]] = []
        self._timer = QTimer(self)  # of no time at all: input and paints go first
        self._timer.timeout.connect(self._next)

    @property
    def busy(self) -> bool:
        """Whether pieces are left."""
        return bool(self._left)

    def begin(self, pieces: Sequence[Callable[[], object]]) -> None:
        """Do `pieces` from the next turn on."""
        self._left = list(pieces)
        if self._left:
            self._timer.start(0)

    def drop(self) -> None:
        """Do not do what is left."""
        self._left = []
        self._timer.stop()

    def _next(self) -> None:
        piece = self._left.pop(0)
        if not self._left:
            self._timer.stop()
        piece()
