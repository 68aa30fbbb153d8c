from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from rnnviz.files.experiment import Experiment
from rnnviz.tasks import Text
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.colouring import ColourView
from rnnviz.workbench.colouring.colourist import STRETCH
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.workbench import Workbench

CONTENT = "the gate (keeps a little), the gate drops. " * 60


@pytest.fixture
def bench() -> Iterator[Workbench]:
    spec = RunSpec(hidden=6, task_options={"length": 12}, text=Text("story", CONTENT, "user"))
    bench = Workbench(Experiment("small", spec, {"text": "the gate"}))
    yield bench
    bench.close()


def test_nothing_is_coloured_until_it_is_wanted(bench: Workbench) -> None:
    assert bench.frame.colouring is None
    assert bench.colour(ColourView()).colouring is not None
    assert bench.colour(None).colouring is None


def test_the_typed_text_has_its_own_values_and_the_corpus_its_tracks(bench: Workbench) -> None:
    frame = bench.colour(ColourView("f"))
    colouring, run = frame.colouring, frame.typed_run
    assert colouring is not None
    assert run is not None
    np.testing.assert_array_equal(colouring.values, run.values["f"])
    assert colouring.tokens == tuple("the gate")
    assert (colouring.low, colouring.high) == (0.0, 1.0)
    assert colouring.steps == STRETCH
    assert sorted(colouring.order) == list(range(6))


def test_a_stretch_of_the_corpus_is_what_a_run_over_it_gives(bench: Workbench) -> None:
    colouring = bench.colour(ColourView("c", corpus=True, stretch=1)).colouring
    assert colouring is not None
    assert "".join(colouring.tokens) == CONTENT[STRETCH : 2 * STRETCH]
    assert colouring.stretches == -(-len(CONTENT) // STRETCH)
    model, task = bench.run.model, bench.run.task
    codes = task.vocabulary.encode(colouring.tokens)[:, None]
    trace = model.forward(bench.run.parameters, codes)
    np.testing.assert_array_equal(colouring.values, trace["layer0/c"][:, 0])
    assert (
        bench.colour(ColourView("c", corpus=True, stretch=-1)).colouring.view.stretch
        == colouring.stretches - 1
    )


def test_the_newest_parameters_colour_the_text(bench: Workbench, until: Callable[..., Frame]) -> None:
    before = bench.colour(ColourView("h", corpus=True)).colouring
    assert bench.set_cursor(2).colouring.values is before.values
    bench.step()
    after = until(bench, lambda frame: frame.run.step == 1).colouring
    assert not np.array_equal(after.values, before.values)


def test_units_are_walked_in_the_order_of_the_list(bench: Workbench) -> None:
    order = bench.colour(ColourView("h")).colouring.order
    bench.set_unit(int(order[0]))
    assert bench.next_unit(1).view.unit == order[1]
    assert bench.next_unit(-5).view.unit == order[0]


def test_another_cell_keeps_the_view_as_far_as_it_can(bench: Workbench) -> None:
    bench.colour(ColourView("f", corpus=True))
    bench.set_value("model.cell", "gru")
    colouring = bench.reset().colouring
    assert colouring.view.quantity == "h"
    assert colouring.values.shape == (STRETCH, 6)


def test_an_empty_line_has_nothing_to_colour_but_the_corpus_has(bench: Workbench) -> None:
    bench.set_text("")
    assert bench.colour(ColourView()).colouring is None
    assert bench.colour(ColourView(corpus=True)).colouring is not None
