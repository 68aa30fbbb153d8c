"""What a step does to each block of weights, and how that is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnviz.engine.probes.blocks import blocks_of
from rnnviz.training.loop import TrainingLoop
from rnnviz.training.moves import CAPACITY, MoveRecorder


@pytest.mark.parametrize("clip", [0.0, 0.01])
def test_a_step_tells_gradient_and_update_of_each_block(make_spec: Any, clip: float) -> None:
    loop = TrainingLoop(make_spec().with_value("training.clip", clip))
    assert np.isnan(loop.moved()).all()
    loop.step()
    before = loop.parameters.flat.copy()
    norm = loop.step().grad_norm
    moved = loop.moved()
    blocks = blocks_of(loop.model)
    assert moved.shape == (2, len(blocks))
    assert np.linalg.norm(moved[0]) == pytest.approx(norm, rel=1e-5)
    change = loop.model.parameters(loop.parameters.flat - before)
    expected = [np.linalg.norm(block.of(change)) for block in blocks]
    np.testing.assert_allclose(moved[1], expected, rtol=1e-5)
    loop.restore(loop.state())
    assert np.isnan(loop.moved()).all()


def test_a_gradient_clipped_by_value_is_told_as_it_then_is(make_spec: Any) -> None:
    """Clipping by the norm scales all blocks alike and is undone; clipping by value cannot be."""
    by_value = make_spec().with_values([("training.clip_value", 1e-3), ("training.clip", 0.0)])
    one, other = (TrainingLoop(by_value.with_value("training.clip", clip)) for clip in (0.0, 1e-3))
    norm = one.step().grad_norm
    other.step()
    assert np.linalg.norm(one.moved()[0]) < 0.5 * norm
    np.testing.assert_allclose(other.moved()[0], one.moved()[0], rtol=1e-4)


def test_a_long_run_is_thinned_and_one_that_goes_back_is_cut() -> None:
    recorder = MoveRecorder()
    recorder.add(0, np.full((2, 3), np.nan))
    assert recorder.moves().step.size == 0
    for step in range(1, CAPACITY + 2):
        recorder.add(step, np.full((2, 3), float(step)))
    moves = recorder.moves()
    assert len(moves.step) == CAPACITY // 2 + 1
    np.testing.assert_array_equal(moves.gradient[:, 0], moves.step)
    assert moves is recorder.moves()
    recorder.add(11, np.zeros((2, 3)))
    assert recorder.moves().step.tolist() == [1, 3, 5, 7, 9, 11]
    assert moves.step[-1] == CAPACITY + 1


def test_a_point_does_not_keep_its_message() -> None:
    message = np.ones(1000)
    recorder = MoveRecorder()
    recorder.add(1, message[:6].reshape(2, 3))
    message[:] = 7.0
    np.testing.assert_array_equal(recorder.moves().update, np.ones((1, 3)))
