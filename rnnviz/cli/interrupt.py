"""Ctrl+C that ends a long work between two steps instead of in the middle of one."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Self

INTERRUPTED = 130  # the exit status that shells report for Ctrl+C


class Interrupt:
    """While it is entered, Ctrl+C only sets ``wanted``; a second one interrupts at once, as ever."""

    def __init__(self) -> None:
        self.wanted = False

    def __enter__(self) -> Self:
        # Only the main thread may set handlers; elsewhere nothing is caught, and nothing needs to be.
        self._main = threading.current_thread() is threading.main_thread()
        if self._main:
            self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._main:
            signal.signal(signal.SIGINT, self._before)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self.wanted:
            raise KeyboardInterrupt
        self.wanted = True
