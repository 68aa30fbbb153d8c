"""A spawned process with a pipe: begun without a wait, ended without a trace."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from threading import Thread

# Small products gain nothing from more threads, and the window needs the other core.
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
PATIENCE_S = 0.6  # given to each way of ending: hanging up, terminating, killing


class Child:
    """Runs ``body(pipe)`` in a spawned process and sends it ``greeting`` first."""

    def __init__(self, body: Callable[[Connection[bytes, bytes]], None], greeting: bytes) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        # Daemon: a program that forgets to end its children still ends.  One that is killed runs nothing any
        # more; the child has to watch for that itself.
        self._process = context.Process(target=body, args=(theirs,), name="rnnviz-worker", daemon=True)
        with _environment(dict.fromkeys(ONE_THREAD, "1")), _no_interrupt():
            self._process.start()
        theirs.close()
        self.pid = self._process.pid
        # A pipe holds 64 kB and a text may have 5 MB: somebody has to wait until the child reads, but not we.
        self._greeter = Thread(target=self._greet, args=(greeting,), daemon=True)
        self._greeter.start()

    def _greet(self, greeting: bytes) -> None:
        with suppress(OSError):  # the child has died; whoever reads the pipe will notice
            self.pipe.send_bytes(greeting)

    def end(self) -> int | None:
        """Hang up and wait for the child to go, else terminate it, else kill it; its exit code once gone."""
        process = self._process
        if self._greeter.is_alive():  # it has not even begun, and the pipe is in use until it is gone
            process.kill()
            self._greeter.join(PATIENCE_S)
        self.pipe.close()
        process.join(PATIENCE_S)
        for force in (process.terminate, process.kill):
            if process.exitcode is None:
                force()
                process.join(PATIENCE_S)
        code = process.exitcode
        if code is not None:
            process.close()
        return code


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables for a moment: the child reads them when it loads NumPy."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Let the child begin deaf to Ctrl+C, which would make it print a traceback: it inherits the mask."""
    if sys.platform == "win32":
        yield
        return
    # Python starts this helper with the first child, and unblocks the signal when it has done so.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
