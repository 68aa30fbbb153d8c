from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from rnnviz.engine.errors import UserError
from rnnviz.files.experiment import load_experiment
from rnnviz.workbench.probe import run_typed
from rnnviz.workbench.workbench import Workbench


def flat(bench: Workbench) -> np.ndarray:
    return bench.run.parameters.flat.copy()


def gone(pid: int) -> bool:
    """Whether a process has ended (and nobody has to bury it any more)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def assert_exact(bench: Workbench) -> None:
    """What is on screen is what the parameters held give, to the bit."""
    frame = bench.frame
    fresh = run_typed(bench.run.model, bench.run.parameters, frame.typed, frame.view)
    np.testing.assert_array_equal(frame.typed_run.probabilities, fresh.probabilities)
    for key, values in fresh.values.items():
        np.testing.assert_array_equal(frame.typed_run.values[key], values)
    np.testing.assert_array_equal(bench.run.state.parameters, bench.run.parameters.flat)
    assert bench.run.state.step == frame.run.step == bench.run.step_number


def test_an_untrained_run_knows_its_first_loss(bench: Workbench) -> None:
    run = bench.frame.run
    assert run.status == "untrained"
    assert run.step == 0
    assert run.held_out == pytest.approx(run.uniform, rel=0.5)
    assert run.pass_mark.value < run.baseline < run.uniform
    assert np.isnan(run.loss)
    assert bench.run.worker is None


def test_one_step_is_one_step(bench: Workbench, until) -> None:
    bench.step()
    frame = until(bench, lambda f: f.run.step == 1 and f.run.status == "paused")
    assert list(frame.run.curves.step) == [1]
    bench.step()
    bench.step()
    frame = until(bench, lambda f: f.run.step == 3 and f.run.status == "paused")
    assert list(frame.run.curves.step) == [1, 2, 3]
    assert_exact(bench)


def test_pause_is_exact(bench: Workbench, until) -> None:
    bench.set_speed(0)
    bench.set_value("training.steps", 0)
    bench.train()
    for _ in range(3):
        before = bench.frame.run.step
        bench.train()
        until(bench, lambda f, least=before + 10: f.run.step > least)
        frame = bench.pause()
        assert frame.run.status == "paused"
        assert_exact(bench)
        assert bench.pull() is None
        assert frame.run.curves.step[-1] == frame.run.step


def test_training_by_steps_and_in_one_go_is_the_same_run(make_bench, until) -> None:
    one, other = make_bench(steps=12), make_bench(steps=12)
    one.set_speed(0)
    one.train()
    until(one, lambda f: f.run.status == "finished")
    for step in range(1, 13):
        other.step()
        until(other, lambda f, step=step: f.run.step == step and not f.run.running)
    np.testing.assert_array_equal(flat(one), flat(other))


def test_a_run_ends_at_its_budget_and_goes_on_for_as_many_again(make_bench, until) -> None:
    bench = make_bench(steps=10)
    bench.set_speed(0)
    bench.train()
    frame = until(bench, lambda f: f.run.status == "finished")
    assert frame.run.step == 10
    assert_exact(bench)
    bench.train()
    assert until(bench, lambda f: f.run.status == "finished" and f.run.step > 10).run.step == 20
    bench.step()
    assert until(bench, lambda f: f.run.step > 20 and not f.run.running).run.step == 21


def test_the_same_seed_gives_the_same_start_to_the_bit(make_bench, until) -> None:
    bench = make_bench()
    start, shown = flat(bench), bench.frame.typed_run.probabilities
    bench.step()
    until(bench, lambda f: f.run.step == 1)
    assert np.abs(flat(bench) - start).max() > 0
    frame = bench.reset()
    np.testing.assert_array_equal(flat(bench), start)
    np.testing.assert_array_equal(frame.typed_run.probabilities, shown)
    assert frame.run.status == "untrained"
    assert not len(frame.run.curves.step)
    np.testing.assert_array_equal(flat(make_bench()), start)
    bench.set_value("training.seed", 8)
    bench.reset()
    assert np.abs(flat(bench) - start).max() > 0


def test_reset_keeps_the_text_and_ends_the_old_worker(bench: Workbench, until) -> None:
    bench.step()
    until(bench, lambda f: f.run.step == 1)
    pid = bench.run.worker
    bench.set_text("the gate")
    bench.set_cursor(3)
    bench.set_unit(4)
    frame = bench.reset()
    assert (frame.typed.text, frame.view.cursor, frame.view.unit) == ("the gate", 3, 4)
    assert gone(pid)


def test_closing_ends_the_worker_even_while_it_trains(bench: Workbench, until) -> None:
    bench.set_speed(0)
    bench.set_value("training.steps", 0)
    bench.train()
    until(bench, lambda f: f.run.step > 5)
    pid = bench.run.worker
    assert not gone(pid)
    bench.close()
    assert bench.run.worker is None
    assert gone(pid)


def test_the_learning_rate_and_the_clip_change_while_it_runs(make_bench, until) -> None:
    bench = make_bench(steps=0)
    bench.set_speed(0)
    bench.train()
    until(bench, lambda f: f.run.step > 5)
    frame = bench.set_value("training.learning_rate", 0.0)
    assert not frame.pending
    assert frame.spec.training.learning_rate == 0.0
    at = until(bench, lambda f, s=frame.run.step: f.run.step > s + 20).run.step
    before = flat(bench)
    until(bench, lambda f: f.run.step > at + 20)
    bench.pause()
    np.testing.assert_array_equal(flat(bench), before)
    frame = bench.set_value("training.clip", 1e-6)
    assert frame.run.clip == 1e-6
    bench.train()
    at = frame.run.step
    frame = until(bench, lambda f: f.run.step > at + 20 and f.run.clipped > frame.run.clipped)
    assert frame.run.running


def test_speed_is_steps_a_pull(make_bench, until) -> None:
    bench = make_bench(steps=0)
    bench.set_speed(1)
    bench.train()
    seen = []
    until(bench, lambda f: (seen.append(f.run.step), f.run.step >= 6)[1])
    assert max(np.diff(seen)) <= 1
    bench.set_speed(0)
    seen.clear()
    until(bench, lambda f: (seen.append(f.run.step), f.run.step >= 300)[1])
    assert max(np.diff(seen)) > 1


WILD = {"cell": "rnn", "activation": "relu", "optimiser": "sgd", "learning_rate": 1e5, "momentum": 0.0}


@pytest.mark.parametrize("clip", [0.0, 1.0])
def test_a_blow_up_stops_where_it_happens_and_keeps_finite_weights(make_bench, until, clip: float) -> None:
    bench = make_bench(clip=clip, steps=0, **WILD)
    bench.set_speed(0)
    bench.train()
    frame = until(bench, lambda f: f.run.status == "diverged")
    assert np.isfinite(flat(bench)).all()
    notice = frame.notice
    assert notice.key.startswith("blow-up.")
    assert notice.grave
    assert notice.values["step"] >= frame.run.step
    assert notice.values["learning_rate"] == 1e5
    assert notice.actions == ("reset-with-rate", "reset")
    assert bench.set_text("hello").typed_run is not None
    frame = bench.act("reset-with-rate")
    assert frame.run.status == "untrained"
    assert frame.notice is None
    assert frame.wanted.training.learning_rate == notice.values["rate"] == 0.1
    assert not frame.pending


def test_a_run_without_a_clip_is_offered_one(make_bench, until) -> None:
    bench = make_bench()
    bench.open(load_experiment("exploding-gradient"))
    bench.set_speed(0)
    bench.train()
    frame = until(bench, lambda f: f.run.status == "diverged")
    assert frame.notice.actions == ("reset-with-clip", "reset")
    assert all(np.isfinite(norms).all() for norms in frame.typed_run.gradient.norms.values())
    frame = bench.act("reset-with-clip")
    assert frame.wanted.training.clip == 1.0
    assert frame.run.status == "untrained"


def test_training_on_after_a_blow_up_says_it_again(make_bench, until) -> None:
    bench = make_bench(clip=0.0, **WILD)
    bench.set_speed(0)
    for _ in range(2):
        assert bench.train().notice is None
        assert until(bench, lambda f: f.run.status == "diverged").notice.key.startswith("blow-up.")


def test_a_killed_worker_is_noticed_and_can_be_restarted(make_bench, until) -> None:
    bench = make_bench(steps=0)
    bench.set_speed(0)
    bench.train()
    until(bench, lambda f: f.run.step > 5)
    os.kill(bench.run.worker, signal.SIGKILL)
    frame = until(bench, lambda f: f.run.status == "stopped")
    assert frame.notice.key == "notice.stopped"
    assert frame.notice.actions == ("restart",)
    assert bench.run.worker is None
    assert bench.set_text("hello").steps == 5
    frame = bench.act("restart")
    assert frame.notice is None
    assert frame.run.running
    at = frame.run.step
    assert until(bench, lambda f: f.run.step > at + 5).run.running
    bench.pause()
    assert_exact(bench)


def test_a_worker_killed_while_nobody_looks_is_noticed_by_pause(make_bench, until) -> None:
    bench = make_bench(steps=0)
    bench.set_speed(0)
    bench.train()
    until(bench, lambda f: f.run.step > 5)
    os.kill(bench.run.worker, signal.SIGKILL)
    frame = bench.pause()
    assert frame.run.status == "stopped"
    assert frame.notice.key == "notice.stopped"
    assert_exact(bench)


def test_the_range_of_an_unbounded_state_stays_while_training(make_bench, until) -> None:
    bench = make_bench(steps=0)
    bench.set_speed(0)
    low, high = bench.frame.ranges["c"]
    assert low == -high
    assert bench.frame.ranges["f"] == (0.0, 1.0)
    bench.train()
    frame = until(bench, lambda f: f.run.step > 200)
    values = np.abs(frame.typed_run.values["c"])
    assert np.mean(values > frame.ranges["c"][1]) <= 0.10


def test_opening_another_leaves_the_first_and_its_worker(make_bench, until) -> None:
    bench, other = make_bench(steps=0), make_bench(cell="gru")
    bench.train()
    until(bench, lambda f: f.run.step > 2)
    pid = bench.run.worker
    frame = bench.open(other.session())
    assert frame.spec.cell == "gru"
    assert frame.run.status == "untrained"
    assert gone(pid)


@pytest.mark.parametrize("value", ["nan", float("nan"), -0.1, "fast", "inf", 1e9])
def test_impossible_rates_are_refused(bench: Workbench, value: object) -> None:
    before = bench.frame
    with pytest.raises(UserError) as caught:
        bench.set_value("training.learning_rate", value)
    assert caught.value.key.startswith("error.option")
    assert bench.frame is before


def test_a_restarted_run_has_curves_that_only_go_forward_and_can_be_saved(
    make_bench, until, tmp_path: Path
) -> None:
    bench = make_bench(steps=0)
    bench.set_speed(0)
    for _ in range(2):
        bench.train()
        at = bench.frame.run.step
        until(bench, lambda f, at=at: f.run.step > at + 300)
        os.kill(bench.run.worker, signal.SIGKILL)
        frame = until(bench, lambda f: f.run.status == "stopped")
    bench.act("restart")
    until(bench, lambda f: f.run.step > frame.run.step + 300)
    frame = bench.pause()
    assert (np.diff(frame.run.curves.step) > 0).all()
    assert (np.diff(frame.run.curves.held_out_step) > 0).all()
    bench.save(tmp_path / "kept.rnnviz")
    assert bench.open_session(tmp_path / "kept.rnnviz").run.step == frame.run.step
