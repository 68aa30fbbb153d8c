"""The training run a workbench has open: the trainer, the newest parameters, and what to say about them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from time import monotonic

from rnnviz.engine.parameters import Parameters
from rnnviz.files.session import Session
from rnnviz.training.curves import CurveRecorder, Curves
from rnnviz.training.loop import TrainingLoop
from rnnviz.training.moves import MoveRecorder
from rnnviz.training.spec import RunSpec
from rnnviz.training.state import LoopState
from rnnviz.training.trainer import Snapshot, Trainer
from rnnviz.workbench.frame import RunView

PAUSE_S = 5.0


class Run:
    """A trainer with its task and model; `parameters` are always finite and belong to `step_number`."""

    def __init__(self, spec: RunSpec, session: Session | None) -> None:
        """Begin from the seed, or go on from a session. Raises UserError as `build`."""
        loop = TrainingLoop(spec, session.state if session is not None else None)
        self.task, self.model = loop.task, loop.model
        if session is None or not len(session.curves.held_out):
            recorder = CurveRecorder(session.curves if session is not None else None)
            recorder.extend([loop.measure()])
            self.curves: Curves = recorder.curves()
        else:
            self.curves = session.curves
        self._trainer = Trainer(spec, loop.state(), self.curves)
        self._snapshot: Snapshot | None = None
        self.parameters: Parameters = loop.parameters
        self.state: LoopState = loop.state()
        self.step_number = loop.step_count
        self.steps_per_s = math.nan
        self.moves = MoveRecorder()
        self._stretch = spec.training.steps
        self._status = str(self._trainer.status)

    @property
    def spec(self) -> RunSpec:
        """What runs, live changes included."""
        return self._trainer.spec

    @property
    def budget(self) -> int:
        """Steps after which the run ends by itself; 0 for none."""
        return self.spec.training.steps

    @property
    def status(self) -> str:
        """untrained, paused, training, finished, diverged or stopped."""
        return "untrained" if self._status == "paused" and self.step_number == 0 else self._status

    @property
    def trouble(self) -> Mapping[str, object]:
        """The values of the sentence that says why a run diverged or stopped; "key" is that sentence."""
        snapshot = self._snapshot
        if snapshot is not None and snapshot.blow_up is not None:
            return {"key": snapshot.blow_up.key, **snapshot.blow_up.to_record()}
        return {"key": "notice.stopped", "step": self.step_number}

    @property
    def worker(self) -> int | None:
        """Process number of the worker while there is one."""
        return self._trainer.pid

    def view(self, clip: float) -> RunView:
        """The run as the screen shows it; ``clip`` is the threshold that is wanted."""
        curves = self.curves
        return RunView(
            status=self.status,
            step=self.step_number,
            budget=self.budget,
            steps_per_s=self.steps_per_s,
            loss=float(curves.loss[-1]) if len(curves.loss) else math.nan,
            held_out=float(curves.held_out[-1]) if len(curves.held_out) else math.nan,
            accuracy=float(curves.accuracy[-1]) if len(curves.accuracy) else math.nan,
            baseline=self.task.baseline,
            uniform=self.task.uniform,
            pass_mark=self.task.pass_mark,
            clip=clip,
            clipped=curves.clipped_steps,
            curves=curves,
        )

    def train(self, speed: int) -> None:
        """Start; a run at the end of its budget gets the same number of steps again."""
        if self._trainer.status == "finished" and self.budget:
            self.change("training.steps", self.step_number + max(self._stretch, 1))
        self._trainer.set_speed(speed)
        self._trainer.start()
        self._status = "training"

    def step(self) -> None:
        """One step, then pause."""
        if self._trainer.status == "finished" and self.budget:
            self.change("training.steps", self.step_number + 1)
        self._trainer.step(1)

    def set_speed(self, speed: int) -> None:
        """Steps a frame, 0 for as many as possible."""
        self._trainer.set_speed(speed)

    def change(self, key: str, value: object) -> None:
        """Change a live setting."""
        self._trainer.change(key, value)
        self._status = self._trainer.status

    def pause(self) -> bool:
        """Pause and wait until the worker says where it stopped; whether it was running."""
        if self._trainer.status != "training":
            return False
        self._trainer.pause()
        end = monotonic() + PAUSE_S
        while self._trainer.status == "training" and monotonic() < end:
            self._take(self._trainer.latest(0.05))
        self._take(self._trainer.latest())
        return True

    def pull(self) -> bool:
        """Take what the trainer has; whether anything is new."""
        snapshot = self._trainer.latest()
        self._take(snapshot)
        return snapshot is not None

    def restart(self) -> None:
        """Go on after the worker has died, from its last complete state."""
        self._trainer.start()
        self._status = "training"

    def close(self) -> None:
        """End the worker."""
        self._trainer.close()

    def _take(self, snapshot: Snapshot | None) -> None:
        if snapshot is None:
            return
        self._snapshot = snapshot
        self._status = snapshot.status
        self.steps_per_s = snapshot.steps_per_s
        self.step_number, self.state = snapshot.step, snapshot.state
        self.parameters = self.model.parameters(snapshot.parameters)
        if snapshot.moved is not None:
            self.moves.add(snapshot.step, snapshot.moved)
        if snapshot.rows:
            self.curves = self._trainer.curves
