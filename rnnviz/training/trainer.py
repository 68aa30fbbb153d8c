"""Training seen from the window: commands in, the newest state out, and never a wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.training.child import Child
from rnnviz.training.curves import CurveRecorder, Curves, StepStats
from rnnviz.training.loop import TrainingLoop
from rnnviz.training.messages import pack, rows_from, unpack
from rnnviz.training.spec import LIVE, RunSpec
from rnnviz.training.state import BlowUp, LoopState
from rnnviz.training.worker import work

Status = Literal["paused", "training", "finished", "diverged", "stopped"]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A run at one moment; arrays are read-only.

    ``parameters`` (N,) float32 after ``step`` steps.  ``state`` is the last complete state, from which the
    run can be continued exactly: that of ``step``, except while training, when it may be a second old.
    ``rows`` are new since the snapshot before.  ``blow_up`` belongs to "diverged", ``problem`` to "stopped"
    (None: it was closed). ``steps_per_s`` is over the last second, NaN if unknown.

    ``seconds`` were spent in steps, by this trainer's workers.  ``passed`` is the step of the first
    evaluation that reached the pass mark and the seconds until then, None while there is none.  ``score`` is
    what `Trainer.score` asked for, by metric.  ``moved`` (2, K) is what the last step did to each block of
    weights, see `TrainingLoop.moved`; None before there was a worker.
    """

    step: int
    parameters: NDArray[np.float32]
    state: LoopState
    status: Status
    blow_up: BlowUp | None = None
    rows: tuple[StepStats, ...] = ()
    steps_per_s: float = float("nan")
    problem: UserError | None = None
    seconds: float = 0.0
    passed: tuple[int, float] | None = None
    score: Mapping[str, float] | None = None
    moved: NDArray[np.float64] | None = None


class Trainer:
    """Runs a `RunSpec` in a process of its own.  Every call returns at once, `close` within two seconds.

    The process starts with the first `start` or `step`; it loads this package and, as every spawned process
    does, the program's main module, which must therefore be guarded by ``if __name__ == "__main__"``.  It
    ends with `close`, or with this process however that ends.  Belongs to one thread. Raises UserError as
    `build`, or "error.state-damaged" for a ``state`` of another spec.
    """

    def __init__(self, spec: RunSpec, state: LoopState | None = None, curves: Curves | None = None) -> None:
        self.spec = spec
        self._recorder = CurveRecorder(curves)
        self._child: Child | None = None
        self._speed = 0
        self._endless = False  # whether the run was begun by `start` rather than `step`
        self._unanswered = 0
        self._ready = False  # the worker has answered once
        self._holding = False  # a hold is on its way
        self._command: dict[str, Any] | None = None  # to be sent once the worker has answered
        self._settings: dict[str, object] = {}
        self._scoring = False  # a score is asked for and not yet on its way
        self._seconds = 0.0  # of workers that are gone
        self._rows: list[StepStats] = []
        self._now = self._at_rest(TrainingLoop(spec, state).state())
        self._changed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def status(self) -> Status:
        """As the next snapshot will say."""
        return self._now.status

    @property
    def curves(self) -> Curves:
        """The whole run so far."""
        return self._recorder.curves()

    @property
    def pid(self) -> int | None:
        """The worker's process number while there is one."""
        return None if self._child is None else self._child.pid

    @property
    def pipe(self) -> Connection[bytes, bytes] | None:
        """Ready to be read when the worker has answered; to be waited for, never read from outside."""
        return None if self._child is None else self._child.pipe

    def start(self) -> None:
        """Train until `pause`, the end of the budget or a blow-up.

        Goes on after a pause, a blow-up or the loss of the worker; when "finished", only after
        "training.steps" has been raised.
        """
        self._run({"do": "train", "slice": self._speed})

    def step(self, count: int = 1) -> None:
        """Make exactly ``count`` more steps at full speed (fewer if the budget ends), then pause."""
        waiting = self._command["count"] if self._command and self._command["do"] == "steps" else 0
        self._run({"do": "steps", "count": count + waiting})

    def pause(self) -> None:
        """Stop after the step that is being computed; the snapshot "paused" says which that was."""
        self._command = None
        if self.status != "training" or self._holding:
            return
        if not self._ready:  # nothing has been asked of the worker yet
            self._set(status="paused")
            return
        self._holding = True
        self._send({"do": "hold"})

    def score(self) -> None:
        """Ask for the score on all held-out data, which one of the next snapshots then has.

        Without a worker, as after `close`, nothing comes of it.
        """
        self._scoring = self._child is not None
        self._exchange(0.0)

    def set_speed(self, steps: int) -> None:
        """``steps`` for every call of `latest`, or 0 for as fast as possible."""
        self._speed = max(0, steps)
        if self.status == "training" and self._endless and (self._command is not None or not self._holding):
            self._command = {"do": "train", "slice": self._speed}

    def change(self, dotted: str, value: object) -> None:
        """Change a setting of `LIVE`; applies within a step or two.

        Raises UserError "error.setting-needs-reset" for any other, "error.option-…" for a bad value.
        """
        if dotted not in LIVE:
            raise UserError("error.setting-needs-reset", key=dotted)
        self.spec = self.spec.with_value(dotted, value)
        self._settings[dotted] = self.spec.value(dotted)
        if dotted == "training.steps" and self.status in ("paused", "finished"):
            self._set(status=self._at_rest(self._now.state).status)

    def latest(self, timeout_s: float = 0.0) -> Snapshot | None:
        """The newest state if anything has changed since the last call; also asks the worker for the next.

        Waits for the worker's answer up to ``timeout_s``; a window passes 0.
        """
        self._exchange(0.0 if self._changed else timeout_s)
        if not self._changed:
            return None
        self._changed = False
        rows, self._rows = tuple(self._rows), []
        return replace(self._now, rows=rows)

    def close(self) -> None:
        """End the worker, by force if need be.  A later start goes on from the last complete state."""
        if self._child is not None:
            self._end()
            self._fall_back(None)

    def stop(self) -> None:
        """The same as `close`."""
        self.close()

    def _run(self, command: dict[str, Any]) -> None:
        if self.status == "finished":
            return
        self._command = command
        self._endless = command["do"] == "train"
        self._set(status="training", blow_up=None, problem=None, score=None)
        if self._child is None:
            record, arrays = self._now.state.to_record()
            self._child = Child(work, pack({"spec": self.spec.to_json(), "state": record}, arrays))
            self._unanswered, self._settings = 1, {}
        self._exchange(0.0)

    def _at_rest(self, state: LoopState) -> Snapshot:
        done = 0 < self.spec.training.steps <= state.step
        return Snapshot(state.step, state.parameters, state, "finished" if done else "paused")

    def _set(self, **values: Any) -> None:
        self._now = replace(self._now, **values)
        self._changed = True

    def _exchange(self, timeout_s: float) -> None:
        """Take what has come, then send what is due."""
        try:
            self._send_due()
            while self._child is not None and self._child.pipe.poll(timeout_s if self._unanswered else 0.0):
                self._take(self._child.pipe.recv_bytes())
                timeout_s = 0.0
            self._send_due()
        except (EOFError, OSError):
            self._lost()

    def _send_due(self) -> None:
        if self._unanswered or self._child is None:
            return
        if self._command is not None:
            command, self._command = self._command, None
            self._send(command)
        elif self._scoring:
            self._scoring = False
            self._send({"do": "score"})
        elif self.status == "training":
            self._send({"do": "pull"})

    def _send(self, request: dict[str, Any]) -> None:
        """At most two requests are under way, a pull and a hold, so this cannot block."""
        settings, self._settings = self._settings, {}
        self._unanswered += 1
        assert self._child is not None  # there is somebody to send to
        try:
            self._child.pipe.send_bytes(pack({**request, "settings": settings}))
        except OSError:
            self._lost()

    def _take(self, block: bytes) -> None:
        record, arrays = unpack(block)
        if record["problem"] is not None:
            key, values = record["problem"]
            self._end()
            self._fall_back(UserError(key, **values))
            return
        self._ready = True
        self._unanswered -= 1
        self._holding = self._holding and self._unanswered > 0
        rows = rows_from(arrays["rows"].tolist())
        self._rows += rows
        self._recorder.extend(rows)
        state, blow_up = record["state"], record["blow_up"]
        waiting = self._command is not None  # and will set it going: what was before is no end to be shown
        self._set(
            step=record["step"],
            parameters=arrays["parameters"],
            moved=arrays["moved"],
            state=self._now.state if state is None else LoopState.from_record(state, arrays),
            status="training" if waiting else record["status"],
            blow_up=None if waiting or blow_up is None else BlowUp(**blow_up),
            steps_per_s=record["steps_per_s"],
            seconds=self._seconds + record["seconds"],
            passed=self._now.passed or self._first_pass(record["passed"]),
            score=record["score"] or self._now.score,
        )

    def _first_pass(self, passed: Sequence[float] | None) -> tuple[int, float] | None:
        return None if passed is None else (int(passed[0]), self._seconds + passed[1])

    def _lost(self) -> None:
        """The worker has gone without being asked."""
        code = self._end()
        self._fall_back(UserError("error.worker-gone", code=code))

    def _fall_back(self, problem: UserError | None) -> None:
        before = self._now
        self._now = self._at_rest(before.state)
        self._seconds, passed = before.seconds, before.passed
        if passed is not None and passed[0] > self._now.step:  # that part of the run is lost with the worker
            passed = None
        self._set(status="stopped", problem=problem, seconds=self._seconds, passed=passed)

    def _end(self) -> int | None:
        child, self._child = self._child, None
        self._command, self._unanswered, self._scoring = None, 0, False
        self._ready = self._holding = False
        return None if child is None else child.end()
