"""Beyond the end of what was typed a network is fed its own outputs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rnnviz.files.experiment import Experiment
from rnnviz.tasks.base import TRACED_TOKENS
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.freerun import run_on
from rnnviz.workbench.workbench import Workbench


@pytest.fixture
def open_task() -> Callable[..., Workbench]:
    made: list[Workbench] = []

    def make(task: str, text: str, **options: object) -> Workbench:
        made.append(
            Workbench(Experiment("x", RunSpec(hidden=5, task=task, task_options=options), {"text": text}))
        )
        return made[-1]

    yield make
    for bench in made:
        bench.close()


def test_what_comes_out_goes_in(open_task) -> None:
    bench = open_task("signals", "0.1 0.2 0.3 0.4", period=8)
    frame = bench.frame
    assert frame.free == 8
    assert frame.steps == 12
    run = frame.typed_run
    np.testing.assert_allclose(frame.typed.numbers[4:, 0, 0], run.outputs[3:-1, 0], rtol=1e-4, atol=1e-6)
    assert frame.typed.text == "0.1 0.2 0.3 0.4"
    assert np.isnan(run.target_values[3:]).all()
    np.testing.assert_allclose(run.target_values[:3, 0], [0.2, 0.3, 0.4], rtol=1e-6)


def test_the_reader_starts_at_the_end_of_what_was_typed_and_may_go_on(open_task) -> None:
    bench = open_task("signals", "0.1 0.2 0.3 0.4", period=8)
    assert bench.frame.view.cursor == 3
    assert bench.set_cursor(10).view.cursor == 10
    assert bench.set_text("0.5 0.6").view.cursor == 1
    assert bench.frame.typed.step_at(len("0.5 0.6")) == 1


def test_it_stays_within_what_is_traced(open_task) -> None:
    bench = open_task("signals", " ".join(["0.25"] * (TRACED_TOKENS - 3)), period=8)
    assert bench.frame.steps == TRACED_TOKENS
    assert bench.frame.free == 3
    assert bench.set_text(" ".join(["0.25"] * (TRACED_TOKENS + 3))).free == 0


@pytest.mark.parametrize("text", ["", "0.1 oops"])
def test_nothing_is_added_to_nothing_or_to_what_cannot_be_read(open_task, text: str) -> None:
    assert open_task("signals", text, period=8).frame.free == 0


def test_tasks_whose_outputs_are_no_inputs_end_where_the_text_ends(open_task) -> None:
    assert open_task("adding", "0.1 0.2*", length=8).frame.free == 0
    assert open_task("recall", "Bx?", gap=4).frame.free == 0


def test_numbers_that_run_away_end_it(open_task) -> None:
    bench = open_task("signals", "0.1 0.2", period=8)
    run = bench.run
    wild = run.model.parameters(np.full(run.model.size, np.nan, np.float32))
    typed = run.task.typed("0.1 0.2")
    assert run_on(run.task, run.model, wild, typed) is typed
