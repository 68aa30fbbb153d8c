import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.training.curves import CAPACITY, CurveRecorder, Curves, StepStats, merged

NAN = float("nan")


def row(step: int, **values: float) -> StepStats:
    given = {
        "loss": 3.0 / step,
        "accuracy": 0.5,
        "grad_norm": float(step % 7),
        "clipped": step % 3 == 0,
        **values,
    }
    return StepStats(step, **given)


def test_rows_are_kept_as_they_come_while_there_is_room() -> None:
    recorder = CurveRecorder()
    recorder.extend([StepStats(0, NAN, NAN, NAN, held_out=3.2), row(1), row(2, held_out=2.9), row(3)])
    curves = recorder.curves()
    assert curves.step.tolist() == [1, 2, 3]
    assert curves.loss.tolist() == [3.0, 1.5, 1.0]
    assert curves.grad_norm.tolist() == [1.0, 2.0, 3.0]
    assert curves.clipped.tolist() == [0, 0, 1]
    assert curves.span.tolist() == [1, 1, 1]
    assert curves.held_out_step.tolist() == [0, 2]
    assert curves.held_out.tolist() == [3.2, 2.9]


@pytest.mark.parametrize("count", [CAPACITY, CAPACITY + 1, 3 * CAPACITY + 5, 20_001])
def test_thinning_keeps_counts_means_and_peaks(count: int) -> None:
    rows = [row(step) for step in range(1, count + 1)]
    recorder = CurveRecorder()
    recorder.extend(rows)
    curves = recorder.curves()
    assert len(curves.step) <= CAPACITY
    assert len(curves.step) >= CAPACITY // 2
    assert curves.clipped_steps == sum(r.clipped for r in rows)
    assert curves.span.sum() == count
    assert curves.step[-1] == count
    np.testing.assert_array_equal(np.cumsum(curves.span), curves.step)
    mean = np.sum(curves.loss * curves.span) / count
    assert mean == pytest.approx(np.mean([r.loss for r in rows]), rel=1e-12)
    for point in (0, len(curves.step) // 2, -1):
        last, span = int(curves.step[point]), int(curves.span[point])
        inside = rows[last - span : last]
        assert curves.loss[point] == pytest.approx(np.mean([r.loss for r in inside]))
        assert curves.grad_norm[point] == max(r.grad_norm for r in inside)


def test_held_out_points_are_bounded_and_the_first_stays() -> None:
    recorder = CurveRecorder()
    recorder.extend(StepStats(step, NAN, NAN, NAN, held_out=float(step)) for step in range(3 * CAPACITY))
    curves = recorder.curves()
    assert len(curves.held_out) <= CAPACITY
    assert curves.held_out_step[0] == 0
    assert curves.held_out_step[-1] == 3 * CAPACITY - 1
    np.testing.assert_array_equal(curves.held_out_step, curves.held_out)
    assert curves.step.size == 0


def test_a_snapshot_is_read_only_and_stays_as_it_was() -> None:
    recorder = CurveRecorder()
    recorder.extend([row(1), row(2)])
    curves = recorder.curves()
    recorder.extend([row(3)])
    assert curves.step.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        curves.loss[0] = 0.0


def test_an_earlier_step_replaces_what_followed() -> None:
    recorder = CurveRecorder()
    recorder.extend([row(step, held_out=9.0 if step % 2 == 0 else NAN) for step in range(1, 9)])
    recorder.extend([row(5, loss=7.0), row(6, loss=8.0, held_out=1.0)])
    curves = recorder.curves()
    assert curves.step.tolist() == [1, 2, 3, 4, 5, 6]
    assert curves.loss.tolist()[-2:] == [7.0, 8.0]
    assert curves.held_out_step.tolist() == [2, 4, 6]


@given(st.integers(1, 9000), st.integers(1, 9000))
def test_going_on_from_a_snapshot_changes_nothing(first: int, second: int) -> None:
    rows = [row(step) for step in range(1, first + second + 1)]
    whole, broken = CurveRecorder(), CurveRecorder()
    whole.extend(rows)
    broken.extend(rows[:first])
    resumed = CurveRecorder(broken.curves())
    resumed.extend(rows[first:])
    for name, values in whole.curves().arrays().items():
        np.testing.assert_allclose(values, resumed.curves().arrays()[name], rtol=1e-12)


def test_rows_that_the_worker_has_merged_count_in_full() -> None:
    one = merged(row(1, held_out=5.0), row(2))
    two = merged(merged(row(3), row(4)), merged(row(5), row(6, held_out=4.0)))
    assert (one.span, two.span, one.held_out, two.held_out) == (2, 4, 5.0, 4.0)
    assert two.loss == pytest.approx(np.mean([3 / k for k in (3, 4, 5, 6)]))
    recorder = CurveRecorder()
    recorder.extend([one, two])
    curves = recorder.curves()
    assert curves.span.tolist() == [2, 4]
    assert curves.clipped_steps == 2


def test_empty_curves_have_every_array() -> None:
    assert all(values.size == 0 for values in Curves.empty().arrays().values())
