"""A run small enough for a bench that only has to work."""

import pytest

from rnnviz.tasks import Text
from rnnviz.training.spec import RunSpec, TrainingSettings


@pytest.fixture
def text_spec() -> RunSpec:
    return RunSpec(
        hidden=4,
        task_options={"length": 8},
        text=Text("story", "the gate keeps a little, the gate drops a little. " * 20, "user"),
        training=TrainingSettings(steps=0, batch=2),
    )
