"""Watch a window paint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Paint:
    """One round of painting: when it began and ended, in s, and the frame on screen at its end."""

    began: float
    ended: float
    serial: int
    text: str


class PaintWatch(QObject):
    """Records every round in which Qt paints what is dirty in a window and hands it to the screen.

    ``shown`` says which frame (serial and typed text) ``panel`` draws; it is asked whenever that is painted.
    """

    painted = Signal()

    def __init__(self, window: QWidget, panel: QWidget, shown: Callable[[], tuple[int, str]]) -> None:
        super().__init__(window)
        self.paints: list[Paint] = []
        self._panel, self._shown = panel, shown
        self._seen = (-1, "")
        self._in_round = False
        window.installEventFilter(self)
        panel.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle the window's update requests here, to see when they end."""
        began = perf_counter()
        if watched is self._panel:
            if event.type() == QEvent.Type.Paint:
                self._seen = self._shown()
                if not self._in_round:  # a window that has just come up is painted without a request
                    QTimer.singleShot(0, lambda: self._note(began))
            return False
        if event.type() != QEvent.Type.UpdateRequest:
            return False
        self._in_round = True
        watched.event(event)
        self._in_round = False
        self._note(began)
        return True

    def _note(self, began: float) -> None:
        self.paints.append(Paint(began, perf_counter(), *self._seen))
        self.painted.emit()

    def until(self, done: Callable[[], bool], timeout_s: float) -> bool:
        """Run the event loop until a paint after which ``done()`` holds; whether it did in time."""
        loop = QEventLoop()

        def look() -> None:
            if done():
                loop.exit(1)

        self.painted.connect(look)
        end = _end(loop, timeout_s)
        try:
            return bool(loop.exec())
        finally:
            end.stop()
            self.painted.disconnect(look)


def run_for(seconds: float) -> None:
    """Run the event loop for a while."""
    loop = QEventLoop()
    end = _end(loop, seconds)
    loop.exec()
    end.stop()


def first_sights(paints: Sequence[Paint]) -> list[Paint]:
    """The paints that showed a frame nobody had seen before."""
    found: list[Paint] = []
    for paint in paints:
        if not found or paint.serial != found[-1].serial:
            found.append(paint)
    return found


def most_in_a_second(times: Sequence[float]) -> int:
    """The largest number of ``times`` (ascending, s) within any one second."""
    most, first = 0, 0
    for last, time in enumerate(times):
        while time - times[first] >= 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


def _end(loop: QEventLoop, seconds: float) -> QTimer:
    """A timer that ends ``loop``."""
    timer = QTimer(loop)
    timer.setSingleShot(True)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(loop.quit)
    timer.start(round(seconds * 1e3))
    return timer
