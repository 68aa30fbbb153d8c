"""The lab: what is wanted is found, in short turns, of what is on screen, and nothing stands still for it."""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import Any
from weakref import ref

import numpy as np
import pytest

from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.probes.dial import scaled
from rnnviz.engine.probes.jacobian import spectrum
from rnnviz.engine.probes.paths import splits
from rnnviz.engine.probes.triangle import triangle
from rnnviz.files.library import load_experiment
from rnnviz.workbench.lab import LAB_TABLES, Lab, lab_table
from rnnviz.workbench.lab.lab import SHARE
from rnnviz.workbench.workbench import Workbench

ALL = tuple(key for key in LAB_TABLES if key != "fixed-points")
CONTRACT = {
    "gradient-distance": ["k", "h", "c"],
    "gradient-triangle": ["t", "s", "value"],
    "path-split": ["t", "unit", "total", "direct", "via_f", "via_i", "via_g", "via_o"],
    "memory-horizon": ["unit", "half", "one_percent"],
    "spectrum": ["t", "re", "im"],
}


def test_every_table_is_as_documented(bench: Workbench) -> None:
    bench.want_probes(ALL)
    bench.search_points(None, starts=16)
    lab = bench.finish_probes().lab
    assert lab is not None
    assert (lab.stale, lab.computing, dict(lab.why)) == (frozenset(), frozenset(), {})
    for key in LAB_TABLES:
        columns = lab_table(lab, key)
        assert len({len(column) for column in columns.values()}) == 1
        assert len(next(iter(columns.values()))) > 0
        assert list(columns)[: len(CONTRACT.get(key, []))] == CONTRACT.get(key, [])


def test_what_is_found_is_what_the_probes_find(bench: Workbench) -> None:
    bench.want_probes(["gradient-triangle", "spectrum"])
    lab = bench.finish_probes().lab
    typed, run = bench.frame.typed, bench.run
    direct = triangle(run.model, run.parameters, typed.x, typed.targets)
    assert lab is not None
    assert lab.triangle is not None
    assert lab.spectrum is not None
    np.testing.assert_array_equal(lab.triangle.values["c"], direct.values["c"])
    values = spectrum(run.model, run.parameters, typed.x).values
    np.testing.assert_array_equal(lab.spectrum.steps.values, values)
    np.testing.assert_array_equal(lab.spectrum.at(3), values[3])
    assert lab.spectrum.at(99) is None
    assert lab.weights is lab.distance is None


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_has_its_probes_or_a_reason(make_bench: Any, cell: str) -> None:
    bench = make_bench(cell=cell)
    bench.want_probes([*ALL, "dial"])
    lab = bench.finish_probes().lab
    missing = set() if splits(CELLS[cell]) else {"path-split"}
    if "U" not in CELLS[cell].shapes(3, 4):
        missing |= {"dial", "growth"}
    assert set(lab.why) == missing
    for key in missing - {"dial", "growth"}:
        with pytest.raises(UserError):
            lab_table(lab, key)


def test_two_directions_are_explained_panel_by_panel(make_bench: Any) -> None:
    bench = make_bench(bidirectional=True)
    bench.want_probes(ALL)
    bench.set_layer(1)  # the second direction
    lab = bench.finish_probes().lab
    assert lab.layer == "layer0_reverse"
    assert set(lab.why) == {"path-split", "memory-horizon", "gradient-distance", "untrained"}
    assert lab.triangle is not None
    assert not lab.triangle.causal
    with pytest.raises(UserError, match="fixed-points-directions"):
        bench.search_points()


@pytest.mark.parametrize("key", ["flip-flop", "france-french", "adding", "sine", "reber", "brackets"])
def test_other_inputs_are_probed_too(key: str) -> None:
    bench = Workbench(load_experiment(key))
    try:
        bench.want_probes(ALL)
        lab = bench.finish_probes().lab
        assert lab is not None
        assert not lab.why
        assert len(lab_table(lab, "saliency")["s"]) == bench.frame.steps
    finally:
        bench.close()


def test_nobody_looks_and_nothing_is_done(bench: Workbench) -> None:
    assert bench.frame.lab is None
    assert not bench.probes_due
    assert bench.work() is None
    bench.want_probes(["saliency"])
    assert bench.probes_due
    bench.want_probes([])
    assert not bench.probes_due


def test_a_turn_brings_at_most_one_panel_and_a_key_in_between_begins_anew(bench: Workbench) -> None:
    bench.want_probes(["gradient-triangle", "path-split"])
    bench.work()
    bench.set_text("hello memorx")
    lab = bench.finish_probes().lab
    assert lab is not None
    assert lab.triangle is not None
    expected = triangle(bench.run.model, bench.run.parameters, bench.frame.typed.x, bench.frame.typed.targets)
    np.testing.assert_array_equal(lab.triangle.values["h"], expected.values["h"])
    before = lab.triangle
    frame = bench.set_text("hello")
    assert frame.lab is not None
    assert frame.lab.triangle is before  # it stays until there is another, and says so
    assert frame.lab.stale == {"gradient-triangle", "path-split"}
    turns = 0
    while bench.frame.lab is not None and bench.frame.lab.triangle is before:
        bench.work()
        turns += 1
    assert bench.frame.lab is not None
    assert bench.frame.lab.stale == {"path-split"}
    assert turns >= 2


def test_moving_the_cursor_leaves_alone_what_does_not_depend_on_it(bench: Workbench) -> None:
    bench.want_probes(ALL)
    before = bench.finish_probes().lab
    lab = bench.set_cursor(2).lab
    assert lab is not None
    assert before is not None
    assert lab.stale == {"saliency", "path-split"}
    lab = bench.finish_probes().lab
    assert lab is not None
    assert lab.triangle is before.triangle
    assert lab.split is not None
    assert lab.split.step == lab.loss_step == 2
    assert lab.saliency is not None
    assert lab.saliency.step.tolist() == [2]
    bench.choose_output(1)
    lab = bench.finish_probes().lab
    assert lab is not None
    assert lab.saliency is not None
    assert lab.saliency.output.tolist() == [1]


def test_training_makes_stale_and_the_untrained_stays(bench: Workbench, until: Any) -> None:
    bench.want_probes(ALL)
    before = bench.finish_probes().lab
    bench.step()
    until(bench, lambda frame: frame.run.step == 1 and not frame.run.running)
    lab = bench.frame.lab
    assert before is not None
    assert lab is not None
    assert lab.stale == set(ALL)
    lab = bench.finish_probes().lab
    assert lab is not None
    assert not lab.stale
    assert lab.trained["gradient-triangle"] == 1
    assert lab.untrained is before.untrained
    assert lab.distance is not before.distance
    assert before.untrained is not None
    assert before.distance is not None
    np.testing.assert_array_equal(before.untrained.median["c"], before.distance.median["c"])
    assert lab.trajectory is not None
    assert before.trajectory is not None
    assert lab.trajectory.plane is before.trajectory.plane
    assert lab.weights is not None
    assert len(lab.weights.moves.step) == 1
    assert np.isfinite(lab.weights.statistics.ratio[lab.weights.statistics.norm > 0]).all()
    bench.refit_plane()
    lab = bench.finish_probes().lab
    assert lab is not None
    assert lab.trajectory is not None
    assert lab.trajectory.plane is not before.trajectory.plane


def test_what_was_found_keeps_no_parameters(bench: Workbench, until: Any) -> None:
    bench.want_probes(ALL)
    bench.finish_probes()
    old = ref(bench.run.parameters)
    bench.step()
    until(bench, lambda frame: frame.run.step == 1 and not frame.run.running)
    assert bench.frame.lab is not None
    assert bench.frame.lab.stale == set(ALL)
    gc.collect()
    assert old() is None


def test_an_update_is_told_only_of_the_step_it_led_to(bench: Workbench, until: Any) -> None:
    """A run whose process was lost is back at an earlier step than the last one that was seen."""
    bench.want_probes(["weights"])
    bench.step()
    until(bench, lambda frame: frame.run.step == 1 and not frame.run.running)
    subject = bench._lab._subject
    assert subject is not None
    for step, known in ((1, True), (0, False)):
        lab = Lab()
        lab.want(["weights"])
        lab.look(replace(subject, step=step))
        lab.finish()
        assert lab.frame.weights is not None
        assert np.isfinite(lab.frame.weights.statistics.update).all() == known


def test_beside_training_it_takes_its_share_and_no_more(bench: Workbench) -> None:
    bench.want_probes(ALL)
    now = [0.0]

    def clock() -> float:
        now[0] += 0.004  # every look takes so long
        return now[0]

    subject = bench._lab._subject
    assert subject is not None
    lab = Lab(clock)
    lab.want(ALL)
    lab.look(subject)
    worked = rested = 0
    began = now[0]
    while lab.due:
        at = now[0]
        count = lab._count
        lab.work(steady=True)
        if lab._count > count:
            worked += 1
        else:
            rested += 1
        assert now[0] > at
    assert rested > 0
    assert worked * 0.004 <= SHARE * (now[0] - began) + 0.016


def test_an_empty_line_has_what_needs_no_text(bench: Workbench) -> None:
    bench.want_probes(ALL)
    bench.finish_probes()
    bench.set_text("")
    lab = bench.finish_probes().lab
    assert lab is not None
    assert lab.distance is not None
    assert lab.triangle is lab.trajectory is lab.weights is None
    with pytest.raises(UserError, match="lab-nothing"):
        lab_table(lab, "gradient-triangle")


def test_a_text_of_one_step_is_enough(bench: Workbench) -> None:
    bench.set_text("h")
    bench.want_probes(ALL)
    lab = bench.finish_probes().lab
    assert lab is not None
    assert set(lab.why) <= {"gradient-triangle", "path-split", "memory-horizon"}  # no known target
    bench.set_text("he")
    lab = bench.finish_probes().lab
    assert lab is not None
    assert not lab.why


def test_the_dial_previews_and_touches_nothing(bench: Workbench) -> None:
    bench.want_probes(["dial"])
    kept = bench.run.parameters.flat.copy()
    first = bench.finish_probes().lab
    bench.turn_dial(2.0)
    lab = bench.finish_probes().lab
    assert first is not None
    assert lab is not None
    assert lab.dial is not None
    assert lab.growth is first.growth
    assert lab.growth is not None
    assert len(lab.growth.per_step) == 33
    assert lab.dial.turned.gain == 2.0
    assert lab.dial.trained.gain == 1.0
    np.testing.assert_array_equal(bench.run.parameters.flat, kept)
    trace = bench.run.model.forward(
        scaled(bench.run.model, bench.run.parameters, 2.0), bench.frame.typed.x, bench.frame.typed.targets
    )
    assert lab.dial.turned.loss == pytest.approx(trace.mean_loss)
    with pytest.raises(UserError, match="option"):
        bench.turn_dial(0.0)


def test_a_search_runs_beside_and_can_be_left(bench: Workbench) -> None:
    bench.want_probes(["saliency"])
    frame = bench.search_points(1, starts=64)
    assert frame.lab is not None
    assert frame.lab.search is not None
    assert frame.lab.search.progress == 0.0
    assert "fixed-points" in frame.lab.computing
    bench.set_text("hello")  # typing goes on, and the search is not disturbed by it
    shares = []
    while bench.probes_due:
        new = bench.work()
        if new is not None and new.lab is not None and new.lab.search is not None:
            shares.append(new.lab.search.progress)
    assert bench.frame.lab is not None
    search = bench.frame.lab.search
    assert search is not None
    assert search.found is not None
    assert (search.held, search.found.starts) == (1, 64)
    assert bench.frame.lab.saliency is not None
    bench.search_points(2)
    bench.work()
    frame = bench.cancel_search()
    assert frame.lab is not None
    assert frame.lab.search is None
    assert not bench.probes_due
    with pytest.raises(UserError, match="fixed-points-held"):
        bench.search_points(10_000)
    with pytest.raises(UserError, match="option"):
        bench.search_points(1, starts=0)


def test_a_search_is_of_all_layers_and_outlives_a_look_at_another(make_bench: Any) -> None:
    bench = make_bench(layers=2)
    bench.search_points(None, starts=16)
    found = bench.finish_probes().lab.search.found
    assert {state.partition("/")[0] for state in found.states} == {"layer0", "layer1"}
    assert bench.set_layer(1).lab.search.found is found
    assert bench.reset().lab.search is None


def test_an_output_chosen_in_one_network_is_not_asked_of_another(bench: Workbench) -> None:
    bench.want_probes(["saliency"])
    bench.choose_output(len(bench.frame.symbols) - 1)
    bench.finish_probes()
    lab = bench.open(load_experiment("parity")).lab
    assert lab is not None
    lab = bench.finish_probes().lab
    assert lab is not None
    assert lab.saliency is not None
    assert lab.saliency.output[0] < len(bench.frame.symbols)


def test_another_network_begins_from_nothing(bench: Workbench) -> None:
    bench.want_probes(ALL)
    bench.finish_probes()
    bench.set_value("model.hidden", 4)
    lab = bench.reset().lab
    assert lab is not None
    assert lab.triangle is lab.distance is lab.trajectory is None
    lab = bench.finish_probes().lab
    assert lab is not None
    assert lab.horizon is not None
    assert len(lab.horizon.half) == 4
