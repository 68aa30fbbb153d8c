from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from rnnviz.files.experiment import Experiment
from rnnviz.tasks import Text
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.sampling import Sampler
from rnnviz.workbench.workbench import Workbench
from rnnviz.workbench.writer import WriteSettings

CONTENT = "the gate keeps a little, the gate drops a little. " * 40
LONG = 10.0  # seconds that no slice needs


@pytest.fixture
def make() -> Iterator[Callable[..., Workbench]]:
    made: list[Workbench] = []

    def build(text: str = "the ", **settings: object) -> Workbench:
        spec = RunSpec(hidden=6, task_options={"length": 12}, text=Text("story", CONTENT, "user"))
        if settings:
            spec = RunSpec(hidden=6, **settings)
        made.append(Workbench(Experiment("small", spec, {"text": text})))
        return made[-1]

    yield build
    for bench in made:
        bench.close()


def test_it_writes_what_a_sampler_draws(make) -> None:
    bench = make()
    bench.write(WriteSettings(0.8, seed=3, length=50))
    assert bench.frame.written.running
    assert bench.write_more(LONG)
    written = bench.frame.written
    run = bench.run
    drawn = list(Sampler(run.task, run.model, run.parameters, "the ", temperature=0.8, seed=3).take(50))
    assert written.tokens == tuple(token.text for token in drawn)
    np.testing.assert_allclose(written.probabilities, [token.probability for token in drawn])
    assert written.bits == pytest.approx(np.mean([-np.log2(token.probability) for token in drawn]))
    assert (written.running, written.prompt) == (False, tuple("the "))
    assert not bench.write_more(LONG)


def test_it_stops_where_it_is_told_to(make) -> None:
    bench = make()
    bench.write(WriteSettings(1.5, seed=1, length=500, stop=" "))
    bench.write_more(LONG)
    tokens = bench.frame.written.tokens
    assert tokens.index(" ") == len(tokens) - 1
    bench.write(WriteSettings(length=500))
    before = bench.write(None).written
    assert not before.running
    assert not bench.write_more(LONG)
    assert bench.frame.written is before


def test_it_follows_the_newest_parameters(make, until) -> None:
    bench = make()
    bench.write(WriteSettings(length=64))
    bench.write_more(0.0)
    first = bench.frame.written
    assert bench.write_more(1e-9)
    bench.step()
    until(bench, lambda frame: frame.run.step == 1)
    bench.write_more(LONG)
    steps = bench.frame.written.steps
    assert steps[0] == 0
    assert steps[-1] == 1
    assert first.prompt == bench.frame.written.prompt


def test_another_model_ends_it(make) -> None:
    bench = make()
    bench.write(WriteSettings(length=4000))
    bench.reset()
    assert bench.frame.written is None
    assert not bench.write_more(LONG)
    bench.write(WriteSettings(length=10))
    assert bench.open(Experiment("other", bench.run.spec)).written is None


def test_what_cannot_write_says_so(make) -> None:
    frame: Frame = make("Bx?", task="recall").write(WriteSettings())
    assert frame.written.problem.key == "error.sample-task"
    assert not frame.written.running
    bench = make()
    bench.set_value("model.bidirectional", True)
    bench.reset()
    frame = bench.write(WriteSettings())
    assert frame.written.problem is not None


def test_numbers_are_written_too(make) -> None:
    bench = make("0.1 0.2 0.3", task="signals")
    bench.write(WriteSettings(length=5))
    bench.write_more(LONG)
    written = bench.frame.written
    assert len(written.tokens) == 5
    assert np.isnan(written.probabilities).all()
    assert np.isnan(written.bits)
