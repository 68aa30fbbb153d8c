import numpy as np
import pytest

from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.tasks import make_task
from rnnviz.tasks.adding import AddingTask


def make(length: int = 50) -> AddingTask:
    task = make_task("adding", {"length": length}, None)
    assert isinstance(task, AddingTask)
    return task


@pytest.mark.parametrize("length", [2, 3, 50, 101])
def test_two_marks_one_in_each_half(length: int) -> None:
    batch = make(length).batch(np.random.default_rng(0), 1000)
    values, marks = batch.x[:, :, 0], batch.x[:, :, 1]
    assert set(np.unique(marks)) <= {0.0, 1.0}
    assert (marks[: length // 2].sum(axis=0) == 1).all()
    assert (marks[length // 2 :].sum(axis=0) == 1).all()
    assert (marks.sum(axis=1) > 0).all(), "every place is marked now and then"
    assert values.min() >= 0
    assert values.max() < 1
    assert values.mean() == pytest.approx(0.5, abs=0.03)
    assert values.var() == pytest.approx(1 / 12, abs=0.01)


def test_the_target_is_the_sum_at_the_end_and_nowhere_else() -> None:
    batch = make().batch(np.random.default_rng(1), 40)
    assert np.isnan(batch.y[:-1]).all()
    for b in range(40):
        total = 0.0
        for value, mark in batch.x[:, b]:
            if mark == 1:
                total += float(value)
        assert batch.y[-1, b, 0] == pytest.approx(total, abs=1e-6)


def test_the_baseline_is_what_predicting_one_scores_and_knowing_one_halves_it() -> None:
    task = make()
    batch = task.batch(np.random.default_rng(2), 40_000)
    ones = np.ones((50, 40_000, 1), np.float32)
    assert task.score(ones, batch)["mse"] == pytest.approx(task.baseline, rel=0.02)
    second = (batch.x[25:, :, 0] * batch.x[25:, :, 1]).sum(axis=0)
    half = np.broadcast_to((second + 0.5)[None, :, None], (50, 40_000, 1))
    assert task.score(half, batch)["mse"] == pytest.approx(1 / 12, rel=0.02)


def test_typed_numbers_have_values_marks_and_a_sum() -> None:
    typed = make().typed(" 0.31 0.72*\n.1  0.05*")
    assert typed.tokens == ("0.31", "0.72*", ".1", "0.05*")
    np.testing.assert_allclose(typed.x[:, 0], [[0.31, 0], [0.72, 1], [0.1, 0], [0.05, 1]], rtol=1e-6)
    assert np.isnan(typed.targets[:-1]).all()
    assert typed.targets[-1, 0, 0] == pytest.approx(0.77)
    assert np.isnan(make().typed("0.3 0.4").targets).all(), "nothing is marked, so nothing is due"


@pytest.mark.parametrize("token", ["x", "*", "0,31", "nan", "inf", "1e9", "0.3**", "--1"])
def test_what_is_no_number_is_explained_and_zero(token: str) -> None:
    typed = make().typed(f"0.5 {token} 0.2*")
    assert typed.codes[:, 0].tolist() == [0, -1, 0]
    assert not typed.x[1].any()
    assert typed.problem is not None
    assert typed.problem[0] == "problem.value-mark"
    assert typed.problem[1] == {"token": token, "step": 2}


def test_rows_from_a_file_are_the_same_as_typed_ones() -> None:
    task = make()
    rows = np.array([[0.31, 0.0], [0.72, 1.0]])
    typed, read = task.typed("0.31 0.72*"), task.typed_rows(rows)
    np.testing.assert_array_equal(read.x, typed.x)
    np.testing.assert_array_equal(read.targets, typed.targets)
    assert read.tokens == typed.tokens


def test_a_sum_with_a_number_that_cannot_be_read_is_unknown() -> None:
    assert np.isnan(make().typed("0.1* what 0.3*").targets).all()


def test_the_sentence_about_a_number_names_the_range_that_is_read() -> None:
    assert make().typed("1000 -1000*").problem is None
    typed = make().typed("1001")
    assert typed.problem is not None
    for language in LANGUAGES:
        sentence = Catalogue(language).text(typed.problem[0], **typed.problem[1])
        assert "−1000" in sentence
