from __future__ import annotations

import itertools

import numpy as np
import pytest

from rnnviz.engine.cells import CELLS
from rnnviz.tasks.base import TRACED_TOKENS, Text
from rnnviz.workbench.probe import holding_order
from rnnviz.workbench.workbench import TEXT_LIMIT, Workbench


def test_it_opens_with_the_experiments_own_text_traced(bench: Workbench) -> None:
    frame = bench.frame
    assert frame.typed.text == "hello memory"
    assert frame.steps == 12
    assert frame.view.cursor == 11
    assert frame.typed_run is not None
    assert frame.run.status == "untrained"


def test_every_keystroke_changes_the_trace_and_the_prediction(bench: Workbench) -> None:
    seen = [bench.set_text("h").typed_run.probabilities[-1]]
    for text in ("he", "hel", "hell", "hello"):
        frame = bench.set_text(text)
        assert frame.typed.tokens == tuple(text)
        assert frame.view.cursor == len(text) - 1
        assert frame.typed_run.values["h"].shape == (len(text), 6)
        seen.append(frame.typed_run.probabilities[-1])
    for one, other in itertools.pairwise(seen):
        assert np.abs(one - other).max() > 1e-6


def test_what_was_typed_before_does_not_depend_on_what_follows(bench: Workbench) -> None:
    first = bench.set_text("the gate").typed_run
    second = bench.set_text("the gate keeps").typed_run
    for key, values in first.values.items():
        np.testing.assert_allclose(second.values[key][:8], values, atol=1e-6)


def test_deleting_all_leaves_a_frame_without_a_run(bench: Workbench) -> None:
    frame = bench.set_text("")
    assert frame.steps == 0
    assert frame.typed_run is None
    assert frame.view.cursor == 0
    assert bench.set_cursor(5).view.cursor == 0
    assert bench.set_unit(3).view.unit == 3
    assert bench.set_whole_loss(True).typed_run is None
    assert bench.set_text("a").steps == 1


def test_a_single_character_has_no_loss_and_no_gradient(bench: Workbench) -> None:
    run = bench.set_text("h").typed_run
    assert run.gradient is None
    assert np.isnan(run.loss).all()
    assert run.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_unknown_characters_are_named_once_and_count_nowhere(bench: Workbench) -> None:
    frame = bench.set_text("heßloÜß")
    assert frame.unknown == ("ß", "Ü")
    assert list(frame.typed.codes[:, 0] < 0) == [False, False, True, False, False, True, True]
    assert np.isnan(frame.typed_run.loss[[1, 4, 5, 6]]).all()
    assert np.isfinite(frame.typed_run.loss[[0, 2, 3]]).all()
    assert all(np.isfinite(values).all() for values in frame.typed_run.values.values())


def test_the_first_512_tokens_are_traced_and_the_rest_is_counted(bench: Workbench) -> None:
    frame = bench.set_text("hello " * 100)
    assert frame.steps == TRACED_TOKENS
    assert frame.typed.dropped == 600 - TRACED_TOKENS
    assert frame.view.cursor == TRACED_TOKENS - 1
    assert frame.notice is None


def test_a_text_beyond_the_limit_is_cut_and_that_is_said(bench: Workbench) -> None:
    frame = bench.set_text("ab" * (TEXT_LIMIT // 2) + "cde")
    assert len(frame.typed.text) == TEXT_LIMIT
    assert frame.notice.key == "notice.paste-cut"
    assert frame.notice.values == {"limit": TEXT_LIMIT, "over": 3}
    assert bench.dismiss().notice is None


def test_the_cursor_can_be_given_with_the_text(bench: Workbench) -> None:
    assert bench.set_text("hello", 2).view.cursor == 2
    assert bench.set_text("hello", -1).view.cursor == 0
    assert bench.set_text("hello", 99).view.cursor == 4


def test_typing_while_training_uses_the_newest_parameters(make_bench, until) -> None:
    bench = make_bench(steps=0)
    before = bench.frame.typed_run.probabilities
    bench.set_speed(0)
    bench.train()
    until(bench, lambda f: f.run.step > 20)
    frame = bench.set_text("hello memory")
    assert frame.run.running
    assert np.abs(frame.typed_run.probabilities - before).max() > 1e-3
    frame = bench.set_text("hello memories")
    assert frame.steps == 14
    later = until(bench, lambda f: f.run.step > frame.run.step)
    assert later.steps == 14


def test_cursor_unit_and_layer_stay_where_something_is(make_bench) -> None:
    bench = make_bench(layers=2)
    assert bench.set_cursor(-3).view.cursor == 0
    assert bench.set_cursor(10**6).view.cursor == 11
    assert bench.set_unit(-1).view.unit == 0
    assert bench.set_unit(99).view.unit == 5
    assert bench.set_layer(7).view.layer == 1
    assert bench.set_layer(-7).view.layer == 0
    bench.set_cursor(8)
    assert bench.set_text("hel", None).view.cursor == 2


def test_another_layer_has_other_values(make_bench) -> None:
    bench = make_bench(layers=2)
    first = bench.frame.typed_run
    second = bench.set_layer(1).typed_run
    assert np.abs(first.values["h"] - second.values["h"]).max() > 1e-4
    np.testing.assert_array_equal(second.values["h"], second.trace["layer1/h"][:, 0])
    np.testing.assert_array_equal(first.values["h"], second.trace["layer0/h"][:, 0])


@pytest.mark.parametrize("cell", CELLS)
def test_a_state_s_past_is_the_state_a_step_earlier(make_bench, cell: str) -> None:
    run = make_bench(cell=cell).frame.typed_run
    for state, before in run.before.items():
        np.testing.assert_array_equal(before[1:], run.values[state][:-1])
        np.testing.assert_array_equal(before[0], CELLS[cell].starts.get(state, 0.0))
    assert set(run.before) == set(CELLS[cell].states)


def test_units_are_walked_in_the_order_on_screen(bench: Workbench) -> None:
    order = [int(u) for u in bench.frame.order]
    bench.set_unit(order[0])
    walked = [bench.next_unit(1).view.unit for _ in range(7)]
    assert walked == [*order[1:], order[-1], order[-1]]
    assert bench.next_unit(-2).view.unit == order[-3]


def test_units_are_sorted_by_how_long_they_hold(make_bench) -> None:
    for cell, gate in (("lstm", "f"), ("gru", "z")):
        frame = make_bench(cell=cell).frame
        held = frame.typed_run.values[gate].mean(axis=0)[frame.order]
        assert (np.diff(held) <= 0).all()
    plain = make_bench(cell="rnn")
    assert list(plain.frame.order) == list(range(6))
    assert list(holding_order(plain.run.model, None)) == list(range(6))


def test_the_order_stays_while_typing_and_follows_when_asked(bench: Workbench) -> None:
    before = bench.frame.order
    frame = bench.set_text("world world, drops")
    np.testing.assert_array_equal(frame.order, before)
    held = bench.resort().typed_run.values["f"].mean(axis=0)[bench.frame.order]
    assert (np.diff(held) <= 0).all()


def test_starters_are_short_pieces_of_the_training_text(make_bench) -> None:
    bench = make_bench()
    assert bench.starters() == ("hello world", "hello memory")
    long = "there is no place at which one could take a breath and begin anew "
    bench.set_value("task.text", Text("long", long * 20, "user"))
    bench.reset()
    assert bench.starters() == ()
    bench.set_value("task.text", Text("zh", "你好。一二三四五六，门控制着记忆！" * 20, "user"))
    bench.reset()
    assert bench.starters() == ("一二三四五六", "门控制着记忆")


def test_both_directions_can_be_looked_at(make_bench) -> None:
    bench = make_bench(cell="lstm", layers=2)
    bench.set_value("model.bidirectional", True)
    frame = bench.reset()
    assert frame.layers == ("layer0", "layer0_reverse", "layer1", "layer1_reverse")
    for place, name in enumerate(frame.layers):
        frame = bench.set_layer(place)
        run = frame.typed_run
        np.testing.assert_array_equal(run.values["h"], run.trace[f"{name}/h"][:, 0])
        now, past = (slice(1, None), slice(None, -1))
        if name.endswith("_reverse"):
            now, past = past, now
        np.testing.assert_array_equal(run.before["c"][now], run.values["c"][past])
    assert bench.set_layer(99).view.layer == 3


def test_what_comes_later_matters_where_the_network_reads_backwards(make_bench) -> None:
    bench = make_bench(cell="gru")
    causal = bench.set_cursor(2).typed_run.gradient
    assert causal.causal
    assert not causal.norms["h"][3:].any()
    bench.set_value("model.bidirectional", True)
    bench.reset()
    bench.set_layer(1)
    both = bench.set_cursor(2).typed_run.gradient
    assert not both.causal
    assert (both.norms["h"][3:] > 0).all()
