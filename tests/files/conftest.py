"""A small trained session to write, break and read again."""

from collections.abc import Callable

import pytest

from rnnviz.files.experiment import load_experiment
from rnnviz.files.session import Session
from rnnviz.training.curves import CurveRecorder
from rnnviz.training.loop import TrainingLoop


def _trained(steps: int = 5, **settings: object) -> Session:
    experiment = load_experiment("hello-memory")
    spec = experiment.spec.with_value("model.hidden", 4)
    for key, value in settings.items():
        spec = spec.with_value(key.replace("__", "."), value)
    loop, recorder = TrainingLoop(spec), CurveRecorder()
    recorder.extend([loop.measure()])
    recorder.extend([loop.step() for _ in range(steps)])
    return Session("hello-memory", spec, loop.state(), recorder.curves(), experiment.view)


@pytest.fixture(scope="session")
def train() -> Callable[..., Session]:
    """``train(steps, training__optimiser="sgd")``: a session of four units after so many steps."""
    return _trained


@pytest.fixture(scope="session")
def session() -> Session:
    return _trained()
