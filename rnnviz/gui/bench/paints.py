"""Watch a window paint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from rnnviz.gui.canvas import Canvas
from rnnviz.workbench.frame import Frame


@dataclass(frozen=True)
class Paint:
    """One round of painting: when it began and ended, in s, and the frame on screen at its end.

    ``whole`` says that every panel shows this frame.
    """

    began: float
    ended: float
    serial: int
    text: str
    whole: bool = True


class PaintWatch(QObject):
    """Records every round in which Qt paints what is dirty in a window and hands it to the screen.

    Each canvas has its own scene, which Qt serves in a round of its own: a frame is on screen when the last
    of them has been painted. The first canvas says which frame a round shows.
    """

    painted = Signal()

    def __init__(self, window: QWidget, canvases: Sequence[Canvas]) -> None:
        super().__init__(window)
        self.paints: list[Paint] = []
        self._canvases = {canvas.viewport(): canvas for canvas in canvases}
        self._first = canvases[0].viewport()
        self._seen: dict[QObject, Frame] = {}
        self._in_round = False
        for watched in (window, *self._canvases):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle the window's update requests here, to see when they end."""
        began = perf_counter()
        canvas = self._canvases.get(watched)
        if canvas is not None:
            if event.type() == QEvent.Type.Paint and canvas.panel.frame is not None:
                self._seen[watched] = canvas.panel.frame
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
        ended, frame = perf_counter(), self._seen.get(self._first)
        if frame is not None:
            whole = all(
                canvas.panel.frame is self._seen.get(viewport) is frame
                for viewport, canvas in self._canvases.items()
                if canvas.isVisible()
            )
            self.paints.append(Paint(began, ended, frame.serial, frame.typed.text, whole))
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
    """The paints that completed a frame nobody had seen before."""
    found: list[Paint] = []
    for paint in paints:
        if paint.whole and (not found or paint.serial != found[-1].serial):
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
