"""Races as a window and the command drive them."""

import os
import signal
from contextlib import suppress

import numpy as np
import pytest

from rnnviz.training.loop import BlowUp, TrainingLoop
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.race.frame import RaceFrame, Runner
from rnnviz.workbench.race.race import Race, spare_cores


def finished(frame: RaceFrame) -> bool:
    return frame.status == "finished"


def processes(race: Race) -> list[int]:
    return [entry.pid for entry in race.entries if entry.pid is not None]


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def said(runner: Runner) -> list[object]:
    """All of a runner that no clock has part in."""
    curves = [array.tobytes() for array in runner.curves.arrays().values()]
    return [
        runner.seed,
        runner.status,
        runner.step,
        runner.score,
        runner.passed,
        runner.steps_to_pass,
        *curves,
    ]


def alone(spec: RunSpec, steps: int) -> TrainingLoop:
    """The run as the command `run` makes it."""
    loop = TrainingLoop(spec)
    for _ in range(steps):
        loop.step()
    return loop


def test_every_runner_is_a_run_of_its_own_bit_for_bit(make_spec, make_race, until) -> None:
    spec = make_spec(("rnn", "lstm", "gru"), seeds=(3, 4))
    race = make_race(spec)
    assert race.frame.status == "ready"
    race.start()
    frame = until(race, finished)
    for n, racer in enumerate(frame.racers):
        for runner, seed in zip(racer.runners, (3, 4), strict=True):
            loop = alone(spec.run(n, seed), 40)
            entry = next(e for e in race.entries if e.runner is runner)
            assert entry.parameters.tobytes() == loop.parameters.flat.tobytes()
            assert entry.parameters.base is None  # nothing else of the run is kept alive
            assert runner.score == loop.evaluate()
            assert runner.passed == loop.task.pass_mark.passed(loop.evaluate())
            assert runner.curves.held_out_step.tolist() == [0, 10, 20, 30, 40]
            assert runner.curves.step.tolist() == list(range(1, 41))
            assert runner.seconds > 0.0
            assert (runner.step, runner.seed) == (40, seed)
        assert racer.row.over == 2
        assert racer.parameters == loop.model.size
        assert racer.baseline == loop.task.baseline


@pytest.mark.parametrize("slots", [1, 3])
def test_what_comes_out_does_not_depend_on_how_many_train_at_once(make_spec, make_race, until, slots) -> None:
    spec = make_spec(("rnn", "gru"), steps=60)
    results = []
    for count in (slots, 2):
        race = make_race(spec, slots=count)
        race.start()
        frame = until(race, finished)
        results.append([said(runner) for racer in frame.racers for runner in racer.runners])
    assert results[0] == results[1]


def test_all_see_the_same_batches(make_spec) -> None:
    spec = make_spec(("rnn", "lstm", "gru"), seeds=(5,))
    loops = [TrainingLoop(spec.run(n, 5)) for n in range(3)]
    for _ in range(3):
        first, *others = [loop.task.batch(loop._rng, 4) for loop in loops]
        for other in others:
            np.testing.assert_array_equal(first.x, other.x)


def test_no_more_run_than_there_are_slots_and_by_seed(make_spec, make_race, until) -> None:
    race = make_race(make_spec(("rnn", "lstm"), seeds=(0, 1), steps=30), slots=1)
    assert spare_cores() >= 1
    order = []

    def watch(frame: RaceFrame) -> bool:
        assert len(processes(race)) <= 1
        begun = [
            (r.seed, racer.cell) for racer in frame.racers for r in racer.runners if r.status != "waiting"
        ]
        order.extend(key for key in begun if key not in order)
        return finished(frame)

    race.start()
    until(race, watch)
    assert order == [(0, "rnn"), (0, "lstm"), (1, "rnn"), (1, "lstm")]


def test_a_pause_is_exact_and_goes_on(make_spec, make_race, until) -> None:
    spec = make_spec(seeds=(0,), steps=400)
    race = make_race(spec, slots=2)
    race.start()
    until(race, lambda f: all(racer.runners[0].step > 0 for racer in f.racers))
    race.pause()
    frame = until(race, lambda f: f.status != "training")
    assert frame.status == "paused"
    stopped = [racer.runners[0].step for racer in frame.racers]
    while race.pull():
        pass
    assert [racer.runners[0].step for racer in race.frame.racers] == stopped
    race.start()
    frame = until(race, finished)
    for n, racer in enumerate(frame.racers):
        loop = alone(spec.run(n, 0), 400)
        assert race.entries[n].parameters.tobytes() == loop.parameters.flat.tobytes()
        assert racer.runners[0].score == loop.evaluate()


def test_closing_leaves_no_process(make_spec, make_race, until) -> None:
    race = make_race(make_spec(steps=100_000), slots=2)
    race.start()
    until(race, lambda f: all(racer.runners[0].step > 0 for racer in f.racers))
    pids = processes(race)
    assert len(pids) == 2
    race.close()
    assert all(map(gone, pids))
    assert race.pull() is None


def test_one_that_diverges_is_kept_and_the_others_go_on(make_spec, make_race, until) -> None:
    wild = {"training.optimiser": "sgd", "training.learning_rate": 1e4, "training.clip": 0.0}
    spec = make_spec(("rnn", "lstm"), seeds=(0,), each=({**wild, "model.activation": "relu"}, {}))
    race = make_race(spec)
    race.start()
    frame = until(race, finished)
    blown, sound = (racer.runners[0] for racer in frame.racers)
    loop = TrainingLoop(spec.run(0, 0))
    with suppress(BlowUp):
        for _ in range(40):
            loop.step()
    assert loop.step_count < 40
    assert (blown.status, blown.step) == ("diverged", loop.step_count)
    assert blown.score == loop.evaluate()
    assert (sound.status, sound.step) == ("finished", 40)
    assert frame.racers[0].row.diverged == 1
    assert race.entries[0].blow_up is not None
    assert "race.finding.diverged" in [finding.key for finding in frame.findings]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that kills")
def test_one_whose_process_is_lost_stops_and_the_others_go_on(make_spec, make_race, until) -> None:
    race = make_race(make_spec(seeds=(0,), steps=2_000), slots=1)
    race.start()
    until(race, lambda f: f.racers[0].runners[0].step > 0)
    os.kill(processes(race)[0], signal.SIGKILL)
    frame = until(race, finished)
    lost, sound = (racer.runners[0] for racer in frame.racers)
    assert (lost.status, lost.score, lost.passed) == ("stopped", {}, None)
    assert sound.status == "finished"
    assert race.entries[0].problem.key == "error.worker-gone"


def test_a_race_may_be_longer_than_the_schedule(make_spec, make_race, until) -> None:
    spec = make_spec(seeds=(0,), steps=20, **{"training.schedule": "cosine"})
    short = spec.configurations[0]
    longer = type(spec)(spec.configurations, spec.titles, spec.seeds, 30, spec.experiments)
    race = make_race(longer)
    race.start()
    until(race, finished)
    loop = alone(short.with_value("training.seed", 0), 30)
    assert race.entries[0].parameters.tobytes() == loop.parameters.flat.tobytes()


def test_steps_to_pass_are_of_the_first_evaluation_that_passed(make_spec, make_race, until) -> None:
    race = make_race(make_spec(("gru", "lstm"), seeds=(0,), steps=400, **{"training.learning_rate": 0.02}))
    race.start()
    frame = until(race, finished)
    for racer in frame.racers:
        runner, mark = racer.runners[0], racer.pass_mark
        assert mark is not None
        assert runner.passed
        assert 0 < runner.steps_to_pass < 400
        assert 0.0 < runner.seconds_to_pass < runner.seconds
        at = runner.curves.held_out_step.tolist().index(runner.steps_to_pass)
        assert runner.curves.held_out[at] < mark.value
        assert racer.row.steps_to_pass == runner.steps_to_pass


def test_probes_come_one_by_one_before_and_after(make_spec, make_race, until) -> None:
    race = make_race(make_spec())
    pulls = 0
    while race.pull():
        pulls += 1
    assert pulls == 4  # two configurations, two seeds
    first = race.frame.racers[0].untrained
    assert first.k.tolist() == list(range(12))
    assert first.median["h"][0] == 1.0
    assert race.frame.racers[1].untrained.main == "c"
    assert len(race.frame.findings) == 2
    race.start()
    frame = until(race, lambda f: finished(f) and not race.pull())
    trained = frame.racers[0].trained
    assert trained.sequences == first.sequences
    assert not np.array_equal(trained.median["h"], first.median["h"])
    assert frame.racers[0].untrained is first


def test_two_directions_say_why_they_have_no_curve(make_spec, make_race) -> None:
    race = make_race(make_spec(**{"model.bidirectional": True}))
    while race.pull():
        pass
    for racer in race.frame.racers:
        assert racer.untrained is None
        assert racer.why_no_distance == "error.distance-directions"
