import math
from collections.abc import Callable

import numpy as np
import pytest

from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.optimisers import OPTIMISERS
from rnnviz.training.loop import TrainingLoop
from rnnviz.training.messages import pack, unpack
from rnnviz.training.spec import RunSpec
from rnnviz.training.state import BlowUp, LoopState

Make = Callable[..., RunSpec]


def rows(loop: TrainingLoop, count: int) -> list[str]:
    """As text, so that equal means equal to the last bit and NaN equals NaN."""
    return [repr(loop.step()) for _ in range(count)]


def same(first: LoopState, second: LoopState) -> bool:
    arrays = [(first.parameters, second.parameters)]
    arrays += [(first.slots[name], second.slots[name]) for name in first.slots]
    return (
        first.step == second.step
        and first.rng == second.rng
        and all(a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in arrays)
    )


@pytest.mark.parametrize("cell", list(CELLS))
def test_the_same_seed_gives_the_same_bits(cell: str, make_spec: Make) -> None:
    first, second = (TrainingLoop(make_spec(cell=cell)) for _ in range(2))
    assert rows(first, 25) == rows(second, 25)
    assert same(first.state(), second.state())


def test_another_seed_gives_another_run(make_spec: Make) -> None:
    first, second = TrainingLoop(make_spec(seed=1)), TrainingLoop(make_spec(seed=2))
    assert (first.parameters.flat != second.parameters.flat).any()
    assert first.state().rng != second.state().rng


def test_models_of_any_size_see_the_same_batches(make_spec: Make) -> None:
    first, second = TrainingLoop(make_spec(hidden=3)), TrainingLoop(make_spec(hidden=9, cell="rnn"))
    rows(first, 5)
    rows(second, 5)
    assert first.state().rng == second.state().rng


@pytest.mark.parametrize("optimiser", list(OPTIMISERS))
def test_a_run_resumed_from_a_state_goes_on_bit_for_bit(optimiser: str, make_spec: Make) -> None:
    spec = make_spec(optimiser=optimiser, evaluate_every=4)
    whole = TrainingLoop(spec)
    rows(whole, 11)
    record, arrays = unpack(pack(*whole.state().to_record()))  # as bytes, the way a file or a pipe has it
    expected = rows(whole, 14)
    resumed = TrainingLoop(spec, LoopState.from_record(record, arrays))
    assert rows(resumed, 14) == expected
    assert same(resumed.state(), whole.state())


def test_a_state_is_a_copy(make_spec: Make) -> None:
    loop = TrainingLoop(make_spec())
    state = loop.state()
    before = state.parameters.copy()
    rows(loop, 3)
    np.testing.assert_array_equal(state.parameters, before)
    assert state.step == 0
    loop.restore(state)
    assert same(loop.state(), state)
    with pytest.raises(ValueError, match="read-only"):
        state.parameters[0] = 1.0


def test_looking_at_held_out_data_changes_nothing(make_spec: Make) -> None:
    often, never = TrainingLoop(make_spec(evaluate_every=1)), TrainingLoop(make_spec(evaluate_every=1000))
    often.evaluate()
    rows(often, 10)
    rows(never, 10)
    assert same(often.state(), never.state())


def test_the_first_row_is_the_untrained_network_near_uniform_guessing(make_spec: Make) -> None:
    loop = TrainingLoop(make_spec())
    row = loop.measure()
    assert row.step == 0
    assert math.isnan(row.loss)
    assert row.held_out == pytest.approx(math.log(loop.task.outputs), rel=0.2)
    assert row.held_out == pytest.approx(loop.evaluate()["loss"], rel=1e-5)  # little text, all looked at


def test_evaluation_comes_when_it_should(make_spec: Make) -> None:
    loop = TrainingLoop(make_spec(evaluate_every=4))
    measured = [not math.isnan(loop.step().held_out) for _ in range(12)]
    assert measured == [step % 4 == 0 for step in range(1, 13)]


def test_evaluate_scores_every_held_out_token_once(make_spec: Make) -> None:
    loop = TrainingLoop(make_spec())
    rows(loop, 20)
    losses, hits = [], []
    for batch in loop.task.held_out():
        trace = loop.model.forward(loop.parameters, batch.x, batch.y)
        counted = batch.y >= 0
        losses += trace["loss"][counted].tolist()
        hits += (trace["logits"].argmax(-1) == batch.y)[counted].tolist()
    score = loop.evaluate()
    assert score["loss"] == pytest.approx(np.mean(losses), rel=1e-5)
    assert score["accuracy"] == pytest.approx(np.mean(hits))


def test_training_lowers_the_loss_below_the_baseline(make_spec: Make) -> None:
    loop = TrainingLoop(make_spec(hidden=12, learning_rate=0.02))
    before = loop.measure().held_out
    rows(loop, 150)
    assert loop.evaluate()["loss"] < loop.task.baseline < before


def test_the_learning_rate_changes_live(make_spec: Make) -> None:
    loop, other = TrainingLoop(make_spec()), TrainingLoop(make_spec())
    rows(loop, 5)
    rows(other, 5)
    loop.change("training.learning_rate", 0.0)
    frozen = loop.state().parameters
    rows(loop, 3)
    np.testing.assert_array_equal(loop.state().parameters, frozen)
    loop.change("training.learning_rate", "0.004")
    assert loop.spec == make_spec()
    assert not same(loop.state(), other.state())


def test_the_clip_changes_live(make_spec: Make) -> None:
    loop = TrainingLoop(make_spec(clip=0.0))
    assert sum(loop.step().clipped for _ in range(5)) == 0
    loop.change("training.clip", 1e-6)
    row = loop.step()
    assert row.clipped == 1
    assert row.grad_norm > 1e-3  # the norm is that before clipping


@pytest.mark.parametrize("key", ["training.batch", "training.seed", "model.hidden", "nonsense"])
def test_what_needs_a_reset_does_not_change_live(key: str, make_spec: Make) -> None:
    with pytest.raises(UserError) as caught:
        TrainingLoop(make_spec()).change(key, 3)
    assert caught.value.key == "error.setting-needs-reset"


def test_the_budget_ends_and_can_be_raised(make_spec: Make) -> None:
    loop = TrainingLoop(make_spec(steps=3))
    rows(loop, 3)
    assert loop.finished
    loop.change("training.steps", 5)
    assert not loop.finished
    endless = TrainingLoop(make_spec(steps=0))
    rows(endless, 3)
    assert not endless.finished


@pytest.mark.parametrize("cell", list(CELLS))
@pytest.mark.parametrize("optimiser", list(OPTIMISERS))
def test_a_blow_up_stops_at_its_step_and_keeps_sound_weights(
    cell: str, optimiser: str, make_spec: Make
) -> None:
    loop = TrainingLoop(make_spec(cell=cell, optimiser=optimiser, learning_rate=1e3, clip=0))
    twin = TrainingLoop(loop.spec)
    with pytest.raises(BlowUp) as caught:
        rows(loop, 200)
    blow_up = caught.value
    assert blow_up.quantity in ("loss", "gradient", "parameters")
    assert not blow_up.value <= 100.0
    assert (blow_up.learning_rate, blow_up.clip) == (1e3, 0.0)
    assert loop.step_count in (blow_up.step - 1, blow_up.step - 2)
    rows(twin, loop.step_count)
    assert same(loop.state(), twin.state())  # exactly where the run was then
    assert math.isfinite(loop.evaluate()["loss"])
    again = BlowUp(**blow_up.to_record())
    assert (str(again), again.key) == (str(blow_up), f"blow-up.{blow_up.quantity}-unclipped")


def test_a_run_may_go_on_after_a_blow_up_at_a_lower_rate(make_spec: Make) -> None:
    loop = TrainingLoop(make_spec(learning_rate=1e3))
    with pytest.raises(BlowUp):
        rows(loop, 50)
    loop.change("training.learning_rate", 0.01)
    start = loop.step_count
    last = [loop.step() for _ in range(30)][-1]
    assert last.step == start + 30
    assert math.isfinite(last.loss)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e30])
def test_bad_parameters_are_noticed_on_the_first_step(bad: float, make_spec: Make) -> None:
    loop = TrainingLoop(make_spec())
    state = loop.state()
    parameters = state.parameters.copy()
    parameters[-1] = bad  # a bias of the readout: it reaches every loss
    broken = TrainingLoop(loop.spec, LoopState(0, parameters, state.slots, state.rng))
    with pytest.raises(BlowUp) as caught:
        broken.step()
    assert (caught.value.step, caught.value.quantity) == (1, "loss")


def test_a_state_of_another_run_is_refused(make_spec: Make) -> None:
    state = TrainingLoop(make_spec()).state()
    for spec in (make_spec(hidden=7), make_spec(optimiser="sgd")):
        with pytest.raises(UserError) as caught:
            TrainingLoop(spec, state)
        assert caught.value.key == "error.state-damaged"
    for rng in ({}, {"bit_generator": "MT19937"}, {**state.rng, "state": "?"}):
        with pytest.raises(UserError) as caught:
            TrainingLoop(make_spec(), LoopState(0, state.parameters, state.slots, rng))
        assert caught.value.key == "error.state-damaged"
    for record in ({}, {"step": "?", "rng": {}}, {"step": 1, "rng": 5}):
        with pytest.raises(UserError):
            LoopState.from_record(record, {"parameters": state.parameters})


def test_evaluation_of_wide_models_stays_within_the_memory_bound(
    monkeypatch: pytest.MonkeyPatch, make_spec: Make
) -> None:
    loop = TrainingLoop(make_spec())
    expected = loop.evaluate()
    monkeypatch.setattr("rnnviz.training.loop.MOST_NUMBERS", 12 * 40)  # less than one sequence asks for
    narrow = TrainingLoop(make_spec()).evaluate()
    assert narrow["loss"] == pytest.approx(expected["loss"], rel=1e-5)


@pytest.mark.parametrize(
    "values",
    [
        {"model.dropout": 0.4, "model.layers": 2},
        {"training.schedule": "cosine"},
        {"training.clip_value": 0.01},
        {"model.bidirectional": True, "model.tied": True, "model.learned_start": True},
    ],
    ids=str,
)
def test_what_is_optional_resumes_bit_for_bit(values: dict[str, object], make_spec: Make) -> None:
    spec = make_spec(steps=40).with_values(values.items())
    whole = TrainingLoop(spec)
    rows(whole, 9)
    record, arrays = unpack(pack(*whole.state().to_record()))
    expected = rows(whole, 9)
    resumed = TrainingLoop(spec, LoopState.from_record(record, arrays))
    assert rows(resumed, 9) == expected
    assert same(resumed.state(), whole.state())


def test_dropout_leaves_the_batches_as_they_are_and_evaluation_whole(make_spec: Make) -> None:
    plain = make_spec(layers=2)
    first, second = TrainingLoop(plain), TrainingLoop(plain.with_value("model.dropout", 0.5))
    assert first.evaluate() == second.evaluate()
    rows(first, 5)
    rows(second, 5)
    assert first.state().rng == second.state().rng
    assert (first.parameters.flat != second.parameters.flat).any()


def test_a_schedule_runs_on_the_budget(make_spec: Make) -> None:
    loop = TrainingLoop(make_spec(steps=4, schedule="step", optimiser="sgd", momentum=0.0, clip=1e-6))
    moved = []
    for _ in range(4):
        before = loop.parameters.flat.astype(np.float64)
        loop.step()
        moved.append(np.linalg.norm(loop.parameters.flat - before))
    assert moved[1] == pytest.approx(moved[0], rel=0.3)  # every step is clipped to the same length
    assert moved[2] == pytest.approx(0.1 * moved[0], rel=0.5)


@pytest.mark.parametrize("schedule", ["step", "cosine"])
def test_beyond_the_budget_the_rate_stays_where_it_ended(schedule: str, make_spec: Make) -> None:
    spec = make_spec(steps=4, schedule=schedule, optimiser="sgd", momentum=0.0, clip=1e-6)
    loop = TrainingLoop(spec)
    rows(loop, 4)
    loop.change("training.steps", 400)
    record, arrays = unpack(pack(*loop.state().to_record()))
    resumed = TrainingLoop(loop.spec, LoopState.from_record(record, arrays))  # which knows 400 steps alone
    for run in (loop, resumed):
        before = run.parameters.flat.astype(np.float64)
        rows(run, 1)
        moved = np.linalg.norm(run.parameters.flat - before)
        assert moved <= 0.02 * 1e-6 * spec.training.learning_rate + 1e-12


def test_clipping_by_value_counts_and_changes_live(make_spec: Make) -> None:
    loop = TrainingLoop(make_spec(clip=0.0))
    assert loop.step().clipped == 0
    loop.change("training.clip_value", 1e-4)
    row = loop.step()
    assert row.clipped == 1
    assert row.grad_norm > 1e-3  # before clipping
    assert np.abs(loop._gradient).max() == np.float32(1e-4)
