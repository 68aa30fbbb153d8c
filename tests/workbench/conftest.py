"""What the tests of the workbench share: small models, and waiting for a worker without sleeping."""

from collections.abc import Callable, Iterator
from time import monotonic

import pytest

from rnnviz.files.experiment import Experiment
from rnnviz.tasks import Text
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.workbench import Workbench

TEXT = Text(
    "story", "the gate keeps a little, the gate drops a little. hello world, hello memory. " * 20, "user"
)
DEADLINE_S = 30.0  # a busy machine may take its time; nothing waits this long when all is well

MakeBench = Callable[..., Workbench]
Until = Callable[[Workbench, Callable[[Frame], bool]], Frame]


@pytest.fixture
def make_bench() -> Iterator[MakeBench]:
    """Makes a workbench on a small run; settings by their short names: ``hidden=…``, ``learning_rate=…``."""
    made: list[Workbench] = []

    def make(text: str = "hello memory", **settings: object) -> Workbench:
        spec = RunSpec(hidden=6, task_options={"length": 12}, text=TEXT).with_value("training.batch", 4)
        for key, value in {"cell": "lstm", **settings}.items():
            dotted = [name for name in spec.settings() if name.endswith(f".{key}")]
            spec = spec.with_value(dotted[0], value)
        bench = Workbench(Experiment("small", spec, {"text": text}))
        made.append(bench)
        return bench

    yield make
    for bench in made:
        bench.close()


@pytest.fixture
def bench(make_bench: MakeBench) -> Workbench:
    return make_bench()


@pytest.fixture
def until() -> Until:
    """Pulls as a window does until a frame is as wanted."""

    def wait(bench: Workbench, wanted: Callable[[Frame], bool]) -> Frame:
        end = monotonic() + DEADLINE_S
        while not wanted(bench.frame):
            assert monotonic() < end, f"did not happen within {DEADLINE_S} s; {bench.frame.run}"
            child = bench.run._trainer._child
            if child is not None:
                child.pipe.poll(0.02)
            bench.pull()
        return bench.frame

    return wait
