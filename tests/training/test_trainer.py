import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import numpy as np
import pytest

from rnnviz.engine.errors import UserError
from rnnviz.tasks import Text
from rnnviz.training.loop import TrainingLoop
from rnnviz.training.spec import RunSpec
from rnnviz.training.trainer import Snapshot, Trainer

Make = Callable[..., RunSpec]
Until = Callable[[Trainer, Callable[[Snapshot], bool]], Snapshot]


def training(snapshot: Snapshot) -> bool:
    return snapshot.status == "training" and snapshot.step > 0


def at_rest(snapshot: Snapshot) -> bool:
    return snapshot.status != "training"


def bits(spec: RunSpec, steps: int) -> bytes:
    """Parameters of a plain loop after that many steps."""
    loop = TrainingLoop(spec)
    for _ in range(steps):
        loop.step()
    return loop.parameters.flat.tobytes()


@pytest.fixture
def endless(make_spec: Make) -> Iterator[Trainer]:
    with Trainer(make_spec(steps=0)) as trainer:
        yield trainer


def test_before_the_start_there_is_the_untrained_network_and_no_process(make_spec: Make) -> None:
    trainer = Trainer(make_spec())
    snapshot = trainer.latest()
    assert snapshot is not None
    assert (snapshot.step, snapshot.status, trainer.pid) == (0, "paused", None)
    assert snapshot.parameters.tobytes() == bits(make_spec(), 0)
    assert trainer.latest() is None
    trainer.pause()
    trainer.close()
    assert trainer.status == "paused"


def test_a_run_ends_with_its_budget_and_equals_the_plain_loop(make_spec: Make, until: Until) -> None:
    spec = make_spec(steps=120)
    with Trainer(spec) as trainer:
        trainer.start()
        rows = []
        snapshot = until(trainer, lambda s: rows.extend(s.rows) or at_rest(s))
        assert (snapshot.status, snapshot.step, snapshot.state.step) == ("finished", 120, 120)
        assert snapshot.parameters.tobytes() == bits(spec, 120)
        assert [row.step for row in rows] == list(range(121))
        assert trainer.curves.step.tolist() == list(range(1, 121))
        assert trainer.curves.held_out_step.tolist() == [0, 20, 40, 60, 80, 100, 120]
        trainer.start()  # nothing left to do
        assert trainer.status == "finished"
        trainer.change("training.steps", 130)
        assert trainer.status == "paused"
        trainer.start()
        assert until(trainer, at_rest).parameters.tobytes() == bits(spec, 130)


def test_a_pause_is_exact(endless: Trainer, until: Until) -> None:
    for _ in range(3):
        endless.start()
        until(endless, training)
        endless.pause()
        snapshot = until(endless, at_rest)
        assert snapshot.status == "paused"
        assert snapshot.step == snapshot.state.step == endless.curves.step[-1]
        assert snapshot.parameters.tobytes() == bits(endless.spec, snapshot.step)
        assert endless.latest(0.1) is None  # and no further step runs
    endless.step()
    assert until(endless, at_rest).step == snapshot.step + 1


def test_steps_are_counted(endless: Trainer, until: Until) -> None:
    endless.step(1)
    assert until(endless, at_rest).step == 1
    endless.step(70)
    endless.step(5)
    snapshot = until(endless, at_rest)
    assert (snapshot.status, snapshot.step) == ("paused", 76)
    assert snapshot.parameters.tobytes() == bits(endless.spec, 76)


@pytest.mark.parametrize("speed", [1, 10])
def test_a_speed_is_the_number_of_steps_for_each_look(endless: Trainer, until: Until, speed: int) -> None:
    endless.set_speed(speed)
    endless.start()
    until(endless, training)
    seen = [len(until(endless, training).rows) for _ in range(12)]
    assert max(seen) == speed
    endless.set_speed(0)
    until(endless, lambda s: len(s.rows) != speed)


def test_a_worker_that_nobody_asks_waits_at_a_limited_speed(endless: Trainer, until: Until) -> None:
    endless.set_speed(1)
    endless.start()
    step = until(endless, training).step
    endless.pause()
    assert until(endless, at_rest).step <= step + 2


def test_nothing_queues_and_no_row_is_lost(endless: Trainer, until: Until) -> None:
    """However rarely the parent looks, one answer waits, and it holds all rows since the one before."""
    endless.start()
    rows = list(until(endless, training).rows)
    probe = TrainingLoop(endless.spec)
    for _ in range(10):
        for _ in range(40):
            probe.step()  # the parent is busy with other things
        snapshot = endless.latest(1.0)
        assert snapshot is not None
        rows += snapshot.rows
        assert snapshot.rows[-1].step == snapshot.step
        assert endless._unanswered == 1
    endless.pause()
    rows += until(endless, lambda s: rows.extend(s.rows) or at_rest(s)).rows[:0]
    steps = [row.step for row in rows if row.step > 0]
    assert steps == list(range(1, len(steps) + 1))


def test_the_learning_rate_changes_while_it_runs(endless: Trainer, until: Until) -> None:
    endless.start()
    until(endless, training)
    endless.change("training.learning_rate", 0)
    first = until(endless, lambda s: s.step > 0 and not endless._settings)  # it is on its way
    first = until(endless, lambda s: s.step > first.step)  # and has arrived
    later = until(endless, lambda s: s.step > first.step + 5)
    np.testing.assert_array_equal(first.parameters, later.parameters)
    assert endless.spec.training.learning_rate == 0.0


def test_settings_that_need_a_reset_and_bad_values_are_refused(make_spec: Make) -> None:
    trainer = Trainer(make_spec())
    for key, value, message in (
        ("model.hidden", 3, "error.setting-needs-reset"),
        ("training.learning_rate", float("nan"), "error.option-range"),
        ("training.clip", -1, "error.option-range"),
    ):
        with pytest.raises(UserError) as caught:
            trainer.change(key, value)
        assert caught.value.key == message
    assert trainer.spec == make_spec()


def test_a_blow_up_is_told_and_training_can_go_on(make_spec: Make, until: Until) -> None:
    with Trainer(make_spec(learning_rate=1e3)) as trainer:
        trainer.start()
        snapshot = until(trainer, at_rest)
        assert snapshot.status == "diverged"
        assert snapshot.blow_up is not None
        assert snapshot.blow_up.learning_rate == 1e3
        assert snapshot.step == snapshot.state.step < snapshot.blow_up.step
        assert np.isfinite(snapshot.parameters).all()
        trainer.change("training.learning_rate", 0.001)
        trainer.step(5)
        later = until(trainer, at_rest)
        assert (later.status, later.blow_up, later.step) == ("paused", None, snapshot.step + 5)
        assert trainer.curves.step.tolist() == list(range(1, later.step + 1))


def test_a_killed_worker_is_noticed_and_the_run_goes_on(make_spec: Make, until: Until) -> None:
    spec = make_spec(steps=3000)
    with Trainer(spec) as trainer:
        trainer.step(40)
        until(trainer, at_rest)
        trainer.start()
        until(trainer, lambda s: s.step > 60)
        os.kill(trainer.pid, signal.SIGKILL)
        began = monotonic()
        snapshot = until(trainer, at_rest)
        assert monotonic() - began < 2
        assert snapshot.status == "stopped"
        assert snapshot.problem is not None
        assert (snapshot.problem.key, snapshot.problem.values) == (
            "error.worker-gone",
            {"code": -signal.SIGKILL},
        )
        assert snapshot.step == snapshot.state.step >= 40
        assert snapshot.parameters.tobytes() == bits(spec, snapshot.step)
        assert trainer.pid is None
        trainer.step(30)
        later = until(trainer, at_rest)
        assert (later.status, later.problem, later.step) == ("paused", None, snapshot.step + 30)
        assert later.parameters.tobytes() == bits(spec, later.step)
        assert trainer.curves.step.tolist() == list(range(1, later.step + 1))


def test_a_worker_killed_while_it_rests_is_noticed(endless: Trainer, until: Until) -> None:
    endless.step()
    until(endless, at_rest)
    os.kill(endless.pid, signal.SIGKILL)
    assert until(endless, lambda s: s.status == "stopped").step == 1


def test_commands_given_before_the_worker_is_up_count(endless: Trainer, until: Until) -> None:
    endless.start()
    endless.pause()
    assert endless.status == "paused"
    assert until(endless, lambda s: s.rows).step == 0
    endless.start()
    endless.pause()
    endless.start()
    assert until(endless, training).step > 0


def test_start_right_after_pause_goes_on(endless: Trainer, until: Until) -> None:
    endless.start()
    until(endless, training)
    endless.pause()
    endless.start()
    assert endless.status == "training"
    step = until(endless, training).step
    until(endless, lambda s: s.status == "training" and s.step > step + 20)
    endless.pause()
    endless.start()
    endless.pause()
    assert until(endless, at_rest).status == "paused"


@pytest.mark.parametrize("moment", ["starting", "training", "paused", "frozen"])
def test_close_returns_within_two_seconds_and_leaves_no_process(
    endless: Trainer, until: Until, moment: str
) -> None:
    endless.start()
    pid = endless.pid
    if moment != "starting":
        until(endless, training)
    if moment == "paused":
        endless.pause()
        until(endless, at_rest)
    if moment == "frozen":
        os.kill(pid, signal.SIGSTOP)
    began = monotonic()
    endless.close()
    assert monotonic() - began < 2
    assert endless.status == "stopped"
    assert multiprocessing.active_children() == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    endless.close()


def test_a_long_text_does_not_hold_up_the_start(make_spec: Make, until: Until) -> None:
    """Far more than a pipe holds, to a process that takes its time to read."""
    long = Text("long", "the gate keeps a little, " * 40_000)
    with Trainer(RunSpec(hidden=4, text=long, training=make_spec(steps=0).training)) as trainer:
        trainer.start()
        assert trainer._child._greeter.is_alive()  # we are back, and the text is still under way
        assert until(trainer, training).step > 0
    hasty = Trainer(RunSpec(hidden=4, text=long))
    hasty.start()
    hasty.close()
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_worker_has_one_thread_for_products_and_the_parent_its_own_choice(
    endless: Trainer, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    endless.start()
    until(endless, training)
    environment = Path(f"/proc/{endless.pid}/environ").read_bytes().split(b"\0")
    assert b"OPENBLAS_NUM_THREADS=1" in environment
    assert b"OMP_NUM_THREADS=1" in environment
    assert os.environ["OPENBLAS_NUM_THREADS"] == "2"
    assert "OMP_NUM_THREADS" not in os.environ


def test_a_trainer_goes_on_from_a_state_and_its_curves(make_spec: Make, until: Until) -> None:
    spec = make_spec(steps=0)
    with Trainer(spec) as first:
        first.step(25)
        snapshot = until(first, at_rest)
        curves = first.curves
    with Trainer(spec, snapshot.state, curves) as second:
        second.step(10)
        later = until(second, at_rest)
        assert later.parameters.tobytes() == bits(spec, 35)
        assert second.curves.step.tolist() == list(range(1, 36))


def test_a_state_of_another_run_is_refused_at_once(make_spec: Make) -> None:
    state = TrainingLoop(make_spec()).state()
    with pytest.raises(UserError) as caught:
        Trainer(make_spec(hidden=7), state)
    assert caught.value.key == "error.state-damaged"


def test_the_score_is_that_of_the_loop_and_comes_when_asked_for(make_spec: Make, until: Until) -> None:
    spec = make_spec(steps=120, learning_rate=0.02)
    with Trainer(spec) as trainer:
        trainer.score()  # nobody is there to ask
        trainer.start()
        snapshot = until(trainer, at_rest)
        assert snapshot.score is None
        trainer.score()
        scored = until(trainer, lambda s: s.score is not None)
        loop = TrainingLoop(spec)
        rows = [loop.step() for _ in range(120)]
        assert scored.score == loop.evaluate()
        assert (scored.status, scored.step) == ("finished", 120)
        assert trainer.curves.held_out_score[-1] == rows[-1].held_out_score
        trainer.change("training.steps", 140)
        trainer.start()
        assert until(trainer, at_rest).score is None  # it was of other parameters


def test_seconds_are_those_of_training_and_the_first_pass_is_kept(make_spec: Make, until: Until) -> None:
    spec = make_spec(steps=400, learning_rate=0.02, evaluate_every=10)
    loop = TrainingLoop(spec)
    for _ in range(400):
        loop.step()
    with Trainer(spec) as trainer:
        trainer.start()
        snapshot = until(trainer, at_rest)
        assert snapshot.passed is not None
        assert snapshot.passed[0] == loop.passed_at
        assert 0.0 < snapshot.passed[1] < snapshot.seconds
        trainer.close()
        gone = until(trainer, lambda s: s.status == "stopped")
        assert (gone.passed, gone.seconds) == (snapshot.passed, snapshot.seconds)
        trainer.change("training.steps", 420)
        trainer.start()
        further = until(trainer, at_rest)
        assert further.seconds > snapshot.seconds
        assert further.passed == snapshot.passed
