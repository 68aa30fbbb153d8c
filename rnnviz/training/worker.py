"""The process that trains.  Loads no Qt; ends with its parent.

One request, one answer.  Between two steps the worker looks whether a request has come, so an answer waits
for one step at most, and a pause stops exactly where it says.
"""

from __future__ import annotations

import signal
import threading
import traceback
from collections import deque
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from os import _exit
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnviz.engine.errors import UserError
from rnnviz.training.curves import StepStats, merged
from rnnviz.training.loop import BlowUp, LoopState, TrainingLoop
from rnnviz.training.messages import pack, rows_array, unpack
from rnnviz.training.spec import RunSpec

MOST_ROWS = 2**16  # rows between two answers; beyond that neighbours are merged
SLICE_S = 0.05  # the longest that a request for some steps keeps the parent waiting, one step aside
LOOK_S = 0.002  # how often the pipe is looked at
FULL_STATE_S = 1.0  # how old the state is at most from which a killed run starts again
STATE_RARITY = 20  # but sending it may take no more than one part in so many of the time

if TYPE_CHECKING:
    Pipe = Connection[bytes, bytes]


def work(pipe: Pipe) -> None:
    """Body of the process: serve requests until the parent hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to answer
    threading.Thread(target=_follow_parent, daemon=True).start()
    try:
        record, arrays = unpack(pipe.recv_bytes())
        try:
            Worker(pipe, record, arrays).serve()
        except (EOFError, OSError):
            raise
        except UserError as error:
            pipe.send_bytes(pack({"status": "stopped", "problem": [error.key, _plain(error.values)]}))
        except Exception:  # whatever it is, the parent must hear of it; there is nobody else to tell
            detail = traceback.format_exc()
            problem = ["error.worker-failed", {"reason": detail.strip().splitlines()[-1], "detail": detail}]
            pipe.send_bytes(pack({"status": "stopped", "problem": problem}))
    except (EOFError, OSError):
        return  # the parent is gone


def _follow_parent() -> None:
    """End with the parent even in the middle of a long step or a blocked write."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        _exit(0)


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {k: v if isinstance(v, (str, int, float, bool)) else str(v) for k, v in values.items()}


class Worker:
    """Serves one parent: trains as asked and answers every request once.

    Requests: {"do": "train", "slice": n} goes on, n steps an answer or freely with 0; {"do": "steps",
    "count": n} makes n steps and pauses; {"do": "pull"} asks for what is new, {"do": "score"} also for the
    score on all held-out data; {"do": "hold"} pauses.  Any may carry {"settings": {dotted key: value}}.
    """

    def __init__(
        self, pipe: Connection[bytes, bytes], record: dict[str, Any], arrays: dict[str, Any]
    ) -> None:
        state = None if record["state"] is None else LoopState.from_record(record["state"], arrays)
        self._pipe = pipe
        self._loop = TrainingLoop(RunSpec.from_json(record["spec"]), state)
        self._rows: list[StepStats] = [] if self._loop.step_count else [self._loop.measure()]
        self._training = False
        self._slice = 0
        self._scoring = False
        self._seconds = 0.0  # in steps and what belongs to them
        self._passed: tuple[int, float] | None = None  # the step that reached the pass mark, and when
        self._until: int | None = None
        self._blow_up: BlowUp | None = None
        self._marks: deque[tuple[float, int]] = deque()  # (time, step) of the last second
        self._looked = 0.0
        self._state_sent = perf_counter()
        self._state_every = FULL_STATE_S

    def serve(self) -> None:
        """Greet, then answer requests for ever; EOFError or OSError when the parent has hung up."""
        self._answer()
        while True:
            self._take(unpack(self._pipe.recv_bytes())[0])
            self._train_slice()
            self._answer()
            while self._going and not self._slice and not self._asked():
                self._step()  # freely, until somebody asks

    @property
    def _going(self) -> bool:
        return self._training and self._blow_up is None and not self._loop.finished

    def _take(self, request: dict[str, Any]) -> None:
        for key, value in request.get("settings", {}).items():
            self._loop.change(key, value)
        self._scoring = request["do"] == "score"
        if request["do"] in ("pull", "score"):
            return
        self._training = request["do"] != "hold"
        self._marks.clear()
        if not self._training:
            self._until = None
            return
        self._blow_up = None
        self._slice = request.get("slice", 0)
        count = request.get("count")
        self._until = None if count is None else count + max(self._loop.step_count, self._until or 0)

    def _train_slice(self) -> None:
        """The steps that come before the answer; fewer when they take long or somebody is waiting."""
        end = perf_counter() + SLICE_S
        for _ in range(self._slice or 1):
            if not self._going:
                return
            self._step()
            if perf_counter() > end or self._asked():
                return

    def _asked(self) -> bool:
        """Whether a request waits.

        Asks the system every few milliseconds only: that costs more than a look at the clock, and a small
        step takes half a millisecond.
        """
        now = perf_counter()
        if now - self._looked < LOOK_S:
            return False
        self._looked = now
        return self._pipe.poll()

    def _step(self) -> None:
        began = perf_counter()
        if not self._marks:
            self._marks.append((began, self._loop.step_count))
        try:
            self._rows.append(self._loop.step())
        except BlowUp as blow_up:
            self._blow_up = blow_up
        if len(self._rows) > MOST_ROWS:
            pairs = zip(self._rows[::2], self._rows[1::2], strict=False)
            self._rows = [merged(*pair) for pair in pairs] + self._rows[len(self._rows) & ~1 :]
        ended = perf_counter()
        self._seconds += ended - began
        if self._passed is None and self._loop.passed_at is not None:
            self._passed = self._loop.passed_at, self._seconds
        self._marks.append((ended, self._loop.step_count))
        while len(self._marks) > 2 and self._marks[-1][0] - self._marks[1][0] > 1.0:
            self._marks.popleft()
        if self._until is not None and self._loop.step_count >= self._until:
            self._training, self._until = False, None

    @property
    def _status(self) -> str:
        if self._blow_up is not None:
            return "diverged"
        if self._loop.finished:
            return "finished"
        return "training" if self._training else "paused"

    def _answer(self) -> None:
        full = self._status != "training" or perf_counter() - self._state_sent > self._state_every
        record: dict[str, Any] = {
            "status": self._status,
            "problem": None,
            "step": self._loop.step_count,
            "steps_per_s": self._steps_per_s(),
            "blow_up": None if self._blow_up is None else self._blow_up.to_record(),
            "state": None,
            "seconds": self._seconds,
            "passed": self._passed,
            "score": self._loop.evaluate() if self._scoring else None,
        }
        arrays = {
            "rows": rows_array(self._rows),
            "parameters": self._loop.parameters.flat,
            "moved": self._loop.moved(),
        }
        if full:
            record["state"], in_state = self._loop.state().to_record()
            arrays.update(in_state)
        self._rows = []
        began = perf_counter()
        self._pipe.send_bytes(pack(record, arrays))
        if full:
            self._state_sent = perf_counter()
            self._state_every = max(FULL_STATE_S, STATE_RARITY * (self._state_sent - began))

    def _steps_per_s(self) -> float:
        if len(self._marks) < 2:
            return float("nan")
        (began, first), (ended, last) = self._marks[0], self._marks[-1]
        return float((last - first) / (ended - began)) if ended > began else float(np.nan)
