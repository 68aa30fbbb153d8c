"""The benches without a window: what they run is what they say, and the keys are the documented ones."""

from __future__ import annotations

import importlib.util
import math

import numpy as np
import pytest

from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.sampling import softmax
from rnnviz.engine.spec import ModelSpec
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.bench.children import run_program
from rnnviz.workbench.bench.keystroke import Keystroke
from rnnviz.workbench.bench.peers import peers
from rnnviz.workbench.bench.probes import bench_probes
from rnnviz.workbench.bench.run import BENCHED, SHAPES, bench_engine, bench_typing
from rnnviz.workbench.bench.steps import CLIP, RATE, SYMBOLS, BareProducts, Shape, TrainingStep, WatchedStep
from rnnviz.workbench.bench.textbook import TextbookStep
from rnnviz.workbench.bench.timing import Effort

TINY = Shape(3, 2, 4)
QUICK = Effort(2, 1e-4)
LIBRARIES = [name for name in ("torch", "jax") if importlib.util.find_spec(name) is not None]


def test_the_engine_has_a_figure_for_each_cell_and_shape() -> None:
    notes: list[str] = []
    figures = bench_engine(note=notes.append, shapes=[TINY], traced=TINY, effort=QUICK)
    kinds = ["ms", "vs_floor", "trace_cost", "vs_numpy", *(f"vs_{peer}" for peer in LIBRARIES)]
    assert set(figures) == {f"engine/{cell}/3x2x4/{kind}" for cell in BENCHED for kind in kinds} | {
        "engine/trace_cost"
    }
    assert all(type(value) is float and 0 < value < math.inf for value in figures.values())
    assert notes == [f"engine/{cell}/3x2x4" for cell in BENCHED] + ["engine/trace_cost"]


def test_the_probes_have_their_figures() -> None:
    figures = bench_probes(note=lambda line: None, shape=Shape(4, 2, 3), effort=QUICK)
    assert list(figures) == ["probes/triangle_ms", "probes/distance_ms", "probes/spectrum_ms"]
    assert all(type(value) is float and 0 <= value < math.inf for value in figures.values())


def test_typing_has_a_figure_for_each_cell_and_size() -> None:
    figures = bench_typing(note=lambda line: None, hidden=[3, 5], effort=QUICK)
    assert set(figures) == {f"typing/{cell}/H{units}_us" for cell in BENCHED for units in (3, 5)}
    assert all(type(value) is float and 0 < value < math.inf for value in figures.values())


def test_the_shapes_are_written_as_documented() -> None:
    assert [str(shape) for shape in SHAPES] == [
        "25x1x32",
        "25x1x100",
        "32x16x32",
        "64x16x64",
        "64x32x128",
        "100x32x256",
    ]


@pytest.mark.parametrize("cell", BENCHED)
def test_a_step_trains_and_hands_everything_to_a_reader(cell: str) -> None:
    plain, watched = TrainingStep(cell, TINY), WatchedStep(cell, TINY)
    first = plain()
    assert first == pytest.approx(math.log(SYMBOLS), rel=0.2)
    assert watched() == first
    assert plain() == watched() != first
    assert {f"layer0/{q.key}" for q in CELLS[cell].quantities} <= set(watched.copies)
    assert {name: norm.shape for name, norm in watched.norms.items()} == {
        f"layer0/d_{state}": (3, 2) for state in CELLS[cell].states
    }


@pytest.mark.parametrize("cell", BENCHED)
def test_the_bare_products_are_one_each_way_for_every_step_and_five_for_all(
    cell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    product = np.dot

    def dot(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> np.ndarray:
        counted.append(2 * a.shape[0] * a.shape[1] * b.shape[1])
        return product(a, b, out)

    monkeypatch.setattr(np, "dot", dot)
    BareProducts(cell, TINY)()
    wide, rows = 4 * len(CELLS[cell].gates), 6
    each = 2 * 2 * 4 * wide
    whole = 2 * rows * wide * (4 + SYMBOLS) + 3 * 2 * rows * SYMBOLS * 4
    assert len(counted) == 2 * 3 + 5
    assert sum(counted) == 6 * each + whole


@pytest.mark.parametrize("cell", BENCHED)
def test_a_key_gives_what_a_whole_run_gives(cell: str) -> None:
    stroke = Keystroke(cell, 5)
    model = Model(ModelSpec(cell, SYMBOLS, SYMBOLS, 5))
    whole = model.forward(model.initial(np.random.default_rng(0)), np.full((4, 1), 7))
    for logits in whole["logits"]:
        np.testing.assert_allclose(stroke(), softmax(logits), rtol=1e-5)


@pytest.mark.parametrize("cell", BENCHED)
def test_the_textbook_has_the_gradients_of_the_engine(cell: str) -> None:
    model = Model(ModelSpec(cell, SYMBOLS, SYMBOLS, 4))
    x, y = TINY.codes(1), TINY.codes(2)
    step = TextbookStep(cell, x, y, SYMBOLS, 4, RATE, CLIP)
    names = {"layer0/W": "W", "layer0/U": "U", "layer0/b": "b", "readout/W": "V", "readout/b": "c"}
    given = {name: step.parameters[short] for name, short in names.items()}
    own = {name: np.zeros(shape, np.float32) for name, shape in model.shapes.items() if name not in given}
    parameters = model.parameters_from(given | own)
    trace = model.forward(parameters, x, y)
    flat = model.backward(parameters, trace, 1.0 / trace.counted).flat
    assert flat is not None
    loss, gradients = step.gradients()
    assert loss == pytest.approx(trace.mean_loss, rel=1e-6)
    for name, short in names.items():
        np.testing.assert_allclose(gradients[short], model.parameters(flat)[name], rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("cell", BENCHED)
def test_a_peer_trains_on_the_same_task(cell: str) -> None:
    assert list(peers(cell, TINY)) == ["numpy", *LIBRARIES]
    for steps in peers(cell, TINY).values():
        for step in steps:
            first, second = step(), step()
            assert first == pytest.approx(math.log(SYMBOLS), rel=0.2)
            assert second < first


def test_the_run_with_nobody_watching_counts_steps(text_spec: RunSpec) -> None:
    request = {"spec": text_spec.to_json(), "seconds": 0.2}
    figures = run_program("rnnviz.workbench.bench.headless", request, lambda line: None)
    assert figures.keys() == {"steps_per_s"}
    assert figures["steps_per_s"] > 1


def test_a_program_that_fails_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError) as caught:
        run_program("rnnviz.workbench.bench.headless", {"spec": {}}, lambda line: None)
    assert caught.value.key == "error.bench-failed"
    assert caught.value.values == {"program": "rnnviz.workbench.bench.headless", "code": 1}
    assert "KeyError" in capfd.readouterr().err
