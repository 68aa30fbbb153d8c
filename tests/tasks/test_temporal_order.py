import numpy as np
import pytest

from rnnviz.tasks import make_task
from rnnviz.tasks.temporal_order import TemporalOrderTask


def make(marks: int = 2, length: int = 50) -> TemporalOrderTask:
    task = make_task("temporal-order", {"marks": marks, "length": length}, None)
    assert isinstance(task, TemporalOrderTask)
    return task


@pytest.mark.parametrize("length", [20, 50, 107])
@pytest.mark.parametrize("marks", [2, 3])
def test_the_class_is_the_order_of_the_marks(marks: int, length: int) -> None:
    task = make(marks, length)
    batch = task.batch(np.random.default_rng(0), 300)
    assert (batch.y[:-1] == -1).all()
    seen = set()
    for b in range(300):
        line = "".join(task.vocabulary.decode(batch.x[:, b].tolist()))
        order = "".join(symbol for symbol in line if symbol in "XY")
        assert len(order) == marks
        assert set(line) - set("XY") <= set("abcd")
        assert task.output_symbols[batch.y[-1, b]] == order
        seen.add(order)
    assert seen == set(task.output_symbols)
    assert len(seen) == 2**marks


def test_marks_stand_where_the_original_has_them() -> None:
    batch = make(3, 100).batch(np.random.default_rng(1), 2000)
    places = np.sort(np.nonzero((batch.x >= 4).T)[1].reshape(2000, 3), axis=1)
    for k, (low, high) in enumerate(((10, 20), (33, 43), (66, 76))):
        assert (places[:, k].min(), places[:, k].max()) == (low, high - 1)


@pytest.mark.parametrize("marks", [2, 3])
def test_the_baseline_is_what_guessing_scores(marks: int) -> None:
    task = make(marks)
    batch = task.held_out()[0]
    score = task.score(np.zeros((*batch.x.shape, task.outputs)), batch)
    assert score["loss"] == pytest.approx(task.baseline) == pytest.approx(np.log(2**marks))


@pytest.mark.parametrize(
    ("text", "order"), [("aXbYc", "XY"), ("YaX", "YX"), ("XX", "XX"), ("aXb", ""), ("XYX", ""), ("", "")]
)
def test_typed_marks_are_put_in_order_when_there_are_enough(text: str, order: str) -> None:
    task = make()
    targets = task.typed(text).targets[:, 0].tolist()
    assert [y for y in targets[:-1] if y >= 0] == []
    assert (task.output_symbols[targets[-1]] if targets and targets[-1] >= 0 else "") == order
