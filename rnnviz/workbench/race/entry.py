"""One runner of a race: its trainer while it has one, and what is kept of it."""

from __future__ import annotations

import math
from dataclasses import replace
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any

from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.tasks.base import PassMark
from rnnviz.training.curves import Curves
from rnnviz.training.loop import TrainingLoop
from rnnviz.training.spec import RunSpec
from rnnviz.training.state import BlowUp
from rnnviz.training.trainer import Snapshot, Trainer
from rnnviz.workbench.race.frame import Runner, RunnerStatus


class Entry:
    """A configuration with a seed: waits, trains in a process of its own, is scored, and lets it go.

    ``runner`` is what is to be shown of it, ``parameters`` (N,) its newest, None before there are any;
    ``blow_up`` or ``problem`` says what ended it early.
    """

    def __init__(self, spec: RunSpec, steps: int, mark: PassMark | None) -> None:
        self.spec = spec
        self.runner = Runner(spec.training.seed, "waiting", 0, Curves.empty())
        self.parameters: NDArray[Any] | None = None
        self.blow_up: BlowUp | None = None
        self.problem: UserError | None = None
        self._steps, self._mark = steps, mark
        self._trainer: Trainer | None = None
        self._asked = False
        self._ending: Thread | None = None

    @property
    def holds_a_core(self) -> bool:
        """Whether its process is there, or only just going."""
        return self._trainer is not None or (self._ending is not None and self._ending.is_alive())

    @property
    def pid(self) -> int | None:
        """Its process's number while it has one."""
        return None if self._trainer is None else self._trainer.pid

    @property
    def pipe(self) -> Connection[bytes, bytes] | None:
        """What is ready to be read when its process has something to say; for `connection.wait` alone."""
        return None if self._trainer is None else self._trainer.pipe

    def start(self) -> None:
        """Begin, or go on after a pause.

        The schedule keeps to the experiment's own budget, however many steps the race has.
        """
        if self.runner.over:
            return
        if self._trainer is None:
            state = TrainingLoop(self.spec).state()
            self._trainer = Trainer(self.spec.with_value("training.steps", self._steps), state)
        self._trainer.start()
        self.runner = replace(self.runner, status="training")

    def pause(self) -> None:
        """Stop after the present step; `pull` then says which that was."""
        if self._trainer is not None:
            self._trainer.pause()

    def pull(self) -> bool:
        """Take what is new; whether anything is."""
        if self._trainer is None:
            return False
        snapshot = self._trainer.latest()
        if snapshot is None:
            return False
        self.parameters = snapshot.parameters
        self.blow_up, self.problem = snapshot.blow_up, snapshot.problem
        status: RunnerStatus = snapshot.status
        if status in ("finished", "diverged") and snapshot.score is None:  # over once it is scored
            if not self._asked:
                self._asked = True
                self._trainer.score()
            status = "training"
        self._show(self._trainer, snapshot, status)
        if self.runner.over:
            # A view would keep alive the whole message it came in, with all that a run is continued from.
            self.parameters = self.parameters.copy()
            self.let_go()
        return True

    def _show(self, trainer: Trainer, snapshot: Snapshot, status: RunnerStatus) -> None:
        score = snapshot.score or {}
        passed = self._mark.passed(score) if self._mark is not None and score else None
        first = snapshot.passed
        if passed and first is None:  # the end lies between two evaluations
            first = snapshot.step, snapshot.seconds
        self.runner = Runner(
            seed=self.runner.seed,
            status=status,
            step=snapshot.step,
            curves=trainer.curves if snapshot.rows else self.runner.curves,
            steps_per_s=snapshot.step / snapshot.seconds if snapshot.seconds else math.nan,
            seconds=snapshot.seconds,
            score=score,
            passed=passed,
            steps_to_pass=None if first is None else first[0],
            seconds_to_pass=None if first is None else first[1],
        )

    def let_go(self) -> None:
        """End the process beside: it takes a moment, which a window would feel."""
        if self._trainer is not None:
            self._ending = Thread(target=self._trainer.close, daemon=True)
            self._ending.start()
            self._trainer = None

    def wait(self) -> None:
        """Wait until the process that was let go is gone."""
        if self._ending is not None:
            self._ending.join()
