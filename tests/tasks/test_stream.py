"""Batches that follow each other: where each begins, what a pass reads, and that a number is a place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.tasks import Text, make_task
from rnnviz.tasks.stream import LEAST, TextStream


@given(st.integers(2, 400), st.integers(1, 20), st.integers(1, 12), st.integers(0, 40))
def test_every_sequence_goes_on_where_it_stopped(more: int, length: int, size: int, passes: int) -> None:
    stream = TextStream(np.arange(length + more), length, size)  # a code is its own place
    first = passes * stream.windows
    before = stream.batch(first)
    for number in range(first + 1, first + stream.windows):
        batch = stream.batch(number)
        assert batch.x.shape == batch.y.shape == (length, size)
        np.testing.assert_array_equal(batch.x[0], before.y[-1])
        np.testing.assert_array_equal(batch.y, batch.x + 1)
        before = batch


def test_a_pass_reads_all_parts_once_and_leaves_less_than_a_window_each() -> None:
    codes, length, size = np.arange(1000), 7, 4
    stream = TextStream(codes, length, size)
    read = np.concatenate([stream.batch(n).x.ravel() for n in range(stream.windows)])
    assert len(np.unique(read)) == read.size > len(codes) - 1 - length * size


def test_the_cut_moves_from_pass_to_pass() -> None:
    stream = TextStream(np.arange(1000), 7, 4)
    starts = {int(stream.batch(n * stream.windows).x[0, 0]) for n in range(50)}
    assert len(starts) == 1 + 999 - 4 * 7 * stream.windows  # all there are
    unread = set(range(999)).difference(
        *(stream.batch(n).x.ravel().tolist() for n in range(50 * stream.windows))
    )
    assert unread == set()


def test_a_short_text_is_read_by_overlapping_readers() -> None:
    stream = TextStream(np.arange(61), 5, 4)  # 3 windows a reader, if each had a part of its own
    assert stream.windows == LEAST
    assert stream.batch(0).x[0].tolist() == [0, 6, 12, 18]
    assert stream.batch(LEAST - 1).y[-1].tolist() == [40, 46, 52, 58]


def test_the_character_model_reads_its_training_split() -> None:
    task = make_task("characters", {"length": 12}, Text("story", "the gate keeps, the gate drops. " * 40))
    stream = task.stream(4)
    assert stream is not None
    batch = stream.batch(0)
    np.testing.assert_array_equal(batch.x[:, 0], task.training_codes[:12])
    np.testing.assert_array_equal(batch.y[:, 0], task.training_codes[1:13])
    second = stream.windows * 12
    np.testing.assert_array_equal(batch.x[:, 1], task.training_codes[second : second + 12])


@pytest.mark.parametrize("number", [0, 3, 17, 10**9])
def test_a_number_is_a_place(number: int) -> None:
    first, second = (TextStream(np.arange(500), 9, 5) for _ in range(2))
    first.batch(number + 1)
    np.testing.assert_array_equal(first.batch(number).x, second.batch(number).x)
    assert 0 <= first.batch(number).x.min() <= first.batch(number).y.max() < 500
