"""What the tests of training share: small runs, and waiting for a worker without sleeping."""

from collections.abc import Callable
from time import monotonic

import pytest

from rnnviz.tasks import Text
from rnnviz.training.spec import RunSpec
from rnnviz.training.trainer import Snapshot, Trainer

TEXT = Text("story", "the gate keeps a little, the gate drops a little. hello world, hello memory. " * 20)
DEADLINE_S = 30.0  # a busy machine may take its time; nothing waits this long when all is well


@pytest.fixture
def make_spec() -> Callable[..., RunSpec]:
    """Makes a small run; settings by their short names: ``learning_rate=…``, ``hidden=…``, ``length=…``."""

    def make(**settings: object) -> RunSpec:
        spec = RunSpec(hidden=6, task_options={"length": 12}, text=TEXT).with_value("training.batch", 4)
        for key, value in settings.items():
            dotted = [name for name in spec.settings() if name.endswith(f".{key}")]
            spec = spec.with_value(dotted[0], value)
        return spec

    return make


@pytest.fixture
def until() -> Callable[[Trainer, Callable[[Snapshot], bool]], Snapshot]:
    """Gives the first snapshot that is as wanted; asks all the time, as a window does."""

    def wait(trainer: Trainer, wanted: Callable[[Snapshot], bool]) -> Snapshot:
        end = monotonic() + DEADLINE_S
        while monotonic() < end:
            snapshot = trainer.latest(0.05)
            if snapshot is not None and wanted(snapshot):
                return snapshot
        raise AssertionError(f"did not happen within {DEADLINE_S} s; the status is {trainer.status}")

    return wait
