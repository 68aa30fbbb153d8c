from math import pi, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.errors import UserError
from rnnviz.tasks import Text, make_task
from rnnviz.tasks.signals import SignalTask

CURVE = Text("mine", "0 1 2 5, 3\n-1; 0.5")
WAVES = ("sine", "saw", "square", "sinc", "drawn")


def make(wave: str = "sine", period: int = 24, noise: float = 0.0, curve: Text = CURVE) -> SignalTask:
    task = make_task("signals", {"wave": wave, "period": period, "noise": noise}, curve)
    assert isinstance(task, SignalTask)
    return task


@pytest.mark.parametrize("wave", WAVES)
def test_signals_reach_from_minus_one_to_one_and_repeat(wave: str) -> None:
    task = make(wave)
    batch = task.batch(np.random.default_rng(0), 2000)
    assert (batch.x.min(), batch.x.max()) == pytest.approx((-1, 1), abs=0.01)
    # Shifted by a period the signal is the same; where it jumps, rounding may decide.
    assert (np.abs(batch.x[24:] - batch.x[:-24]) < 1e-5).mean() > 0.999


@pytest.mark.parametrize("wave", WAVES)
def test_the_next_value_is_due_after_the_first_period(wave: str) -> None:
    batch = make(wave).batch(np.random.default_rng(1), 20)
    assert np.isnan(batch.y[:24]).all()
    np.testing.assert_array_equal(batch.y[24:-1], batch.x[25:])


def test_a_sine_is_a_sine() -> None:
    batch = make(period=30).batch(np.random.default_rng(2), 50)
    for b in range(50):
        values = batch.x[:, b, 0].astype(float)
        for t in range(1, len(values) - 1):  # sin(a + d) + sin(a - d) = 2 cos(d) sin(a)
            assert values[t + 1] + values[t - 1] == pytest.approx(
                2 * np.cos(2 * pi / 30) * values[t], abs=1e-5
            )


def test_a_square_is_high_for_half_of_the_time_and_a_saw_climbs_evenly() -> None:
    square = make("square").batch(np.random.default_rng(3), 500).x[:24, :, 0]
    assert set(np.unique(square)) == {-1.0, 1.0}
    assert (square == 1).sum(axis=0).tolist() == [12] * 500
    saw = np.diff(make("saw").batch(np.random.default_rng(3), 200).x[:, :, 0].astype(float), axis=0)
    assert np.where(saw < 0, saw + 2, saw) == pytest.approx(2 / 24, abs=1e-5)


def test_a_drawn_curve_is_brought_to_range_and_period() -> None:
    task = make("drawn", period=7)
    np.testing.assert_allclose(task.value(np.arange(7) / 7) * 3 + 2, [0, 1, 2, 5, 3, -1, 0.5], atol=1e-12)
    assert task.value(np.array([3.5 / 7])) * 3 + 2 == pytest.approx(4)


@pytest.mark.parametrize("period", [4, 24, 160])
def test_the_baseline_of_a_sine_is_the_formula(period: int) -> None:
    assert make(period=period).baseline == pytest.approx(2 * sin(pi / period) ** 2, rel=1e-9)


@pytest.mark.parametrize("noise", [0.0, 0.3])
@pytest.mark.parametrize("wave", WAVES)
def test_the_baseline_is_what_persistence_scores(wave: str, noise: float) -> None:
    task = make(wave, noise=noise)
    batch = task.batch(np.random.default_rng(4), 4000)
    assert task.score(batch.x, batch)["mse"] == pytest.approx(task.baseline, rel=0.03)


def test_noise_is_on_the_input_alone() -> None:
    batch = make(noise=0.2).batch(np.random.default_rng(5), 3000)
    errors = batch.x[25:] - batch.y[24:-1]
    assert errors.std() == pytest.approx(0.2, rel=0.02)
    assert np.nanmax(np.abs(batch.y)) <= 1


def test_free_running_feeds_the_outputs_back() -> None:
    task = make(period=12)

    def follows(x: np.ndarray, state: object) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Knows the recurrence of a sine; its state are the last two values."""
        past = np.zeros((2, *x.shape[1:])) if not state else state["past"]  # type: ignore[index]
        values = np.concatenate([past, x])
        logits = 2 * np.cos(2 * pi / 12) * values[2:] - values[1:-1]
        return logits, {"past": values[-2:]}

    assert task.further(follows)["free"] < 1e-6

    def stays(x: np.ndarray, state: object) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        return x, {}

    assert 0.5 < task.further(stays)["free"] < 2  # a constant of random phase: twice the variance at most
    assert task.variance == pytest.approx(0.5)
    assert dict(task.pass_mark.marks) == {"mse": task.baseline / 10, "free": pytest.approx(0.05)}


def test_typed_numbers_predict_the_next_one() -> None:
    typed = make().typed("0.5 x -0.25")
    assert typed.x[:, 0, 0].tolist() == [0.5, 0, -0.25]
    # Nobody knows what "x" should have been: a target of 0 would be invented.
    np.testing.assert_array_equal(typed.targets[:, 0, 0], np.float32([np.nan, -0.25, np.nan]))
    assert typed.problem == ("problem.number", {"token": "x", "step": 2})


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("", "error.curve-number"),
        ("1 2", "error.curve-short"),
        ("1 1 1", "error.curve-flat"),
        ("1 two 3", "error.curve-number"),
        ("1 nan 3", "error.curve-number"),
        ("1 " * 10_001, "error.curve-long"),
    ],
)
def test_a_curve_that_cannot_be_used_is_refused(content: str, key: str) -> None:
    with pytest.raises(UserError) as caught:
        make("drawn", curve=Text("mine", content))
    assert caught.value.key == key
    make("sine", curve=Text("mine", content))  # nobody looks at it


def test_without_a_curve_there_is_nothing_to_draw_from() -> None:
    with pytest.raises(UserError, match=r"error\.curve-missing"):
        make_task("signals", {"wave": "drawn"}, None)


@given(st.text(max_size=40))
def test_any_text_is_a_curve_or_refused(content: str) -> None:
    try:
        task = make("drawn", curve=Text("mine", content))
    except UserError as error:
        refused = error.key
    else:
        assert np.isfinite(task.batch(np.random.default_rng(0), 2).x).all()
        return
    assert refused.startswith("error.curve-")
