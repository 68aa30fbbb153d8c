import numpy as np
import pytest

from rnnviz.engine.errors import UserError
from rnnviz.tasks import Text, make_task
from rnnviz.tasks.columns import ColumnsTask

RNG = np.random.default_rng(0)
NUMBERS = np.column_stack([np.cumsum(RNG.normal(size=700)), 3 + 5 * RNG.normal(size=700), RNG.random(700)])
DAYS = [f"2020-{1 + k // 28 % 12:02}-{1 + k % 28:02}" for k in range(700)]
WEATHER = np.array(["dry", "wet", "snow"])[(NUMBERS[:, 2] * 3).astype(int)]
LINES = [
    f"{day},{a:.9g},{b:.9g},{c:.9g},{w}" for day, (a, b, c), w in zip(DAYS, NUMBERS, WEATHER, strict=True)
]
TABLE = "day,a,b,c,weather\n" + "\n".join(LINES) + "\n"


def make(content: str = TABLE, **options: object) -> ColumnsTask:
    task = make_task("csv", options, Text("mine.csv", content, "user"))
    assert isinstance(task, ColumnsTask)
    return task


def error(content: str = TABLE, **options: object) -> UserError:
    with pytest.raises(UserError) as caught:
        make(content, **options)
    return caught.value


def raw(task: ColumnsTask, x: np.ndarray) -> np.ndarray:
    """Inputs in the units of the table, read back from how the task writes them."""
    return np.array([[float(cell) for cell in task.write(row).split(",")] for row in x])


def test_columns_of_words_are_left_out_and_the_others_are_scaled() -> None:
    task = make()
    assert task.channels == task.output_channels == ("a", "b", "c")
    rows = np.concatenate([batch.x.reshape(-1, 3) for batch in [task.batch(RNG, 3000)]])
    assert rows.mean(axis=0) == pytest.approx(0, abs=0.1)
    assert rows.std(axis=0) == pytest.approx(1, abs=0.1)


def test_windows_come_from_the_first_nine_tenths_and_the_next_row_is_due() -> None:
    task = make(length=16)
    batch = task.batch(np.random.default_rng(1), 400)
    seen = set()
    for b in range(400):
        window = raw(task, batch.x[:, b])
        first = int(np.argmin(np.abs(NUMBERS - window[0]).sum(axis=1)))
        seen.add(first)
        np.testing.assert_allclose(window, NUMBERS[first : first + 16], rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(
            raw(task, batch.y[:, b]), NUMBERS[first + 1 : first + 17], rtol=1e-4, atol=1e-4
        )
    assert max(seen) <= 630 - 17
    assert min(seen) < 30


@pytest.mark.parametrize("length", [2, 9, 32, 69])
def test_held_out_rows_come_once_each(length: int) -> None:
    task = make(length=length)
    batches = task.held_out()
    due = np.concatenate([batch.y.swapaxes(0, 1).reshape(-1, 3) for batch in batches])
    due = due[~np.isnan(due).any(axis=1)]
    np.testing.assert_allclose(raw(task, due), NUMBERS[-69:], rtol=1e-4, atol=1e-4)
    fed = np.concatenate([batch.x.swapaxes(0, 1).reshape(-1, 3) for batch in batches])[:69]
    np.testing.assert_allclose(raw(task, fed), NUMBERS[-70:-1], rtol=1e-4, atol=1e-4)


def test_chosen_columns_are_due_and_the_others_still_read() -> None:
    task = make(predict="c, a")
    assert task.channels == ("a", "b", "c")
    assert task.output_channels == ("c", "a")
    assert not task.generates
    batch = task.batch(RNG, 5)
    np.testing.assert_array_equal(batch.y[:-1], batch.x[1:][:, :, [2, 0]])
    assert make().generates


def test_the_baseline_is_the_better_of_persistence_and_the_mean() -> None:
    for predict, persistent in (("a", True), ("b", False)):
        task = make(predict=predict)
        place = task.channels.index(predict)
        totals = {"same": 0.0, "mean": 0.0}
        counted = 0
        for batch in task.held_out():
            counted += batch.counted
            totals["same"] += task.score(batch.x[:, :, [place]], batch)["mse"] * batch.counted
            totals["mean"] += task.score(np.zeros(batch.y.shape), batch)["mse"] * batch.counted
        scores = {name: total / counted for name, total in totals.items()}
        assert task.baseline == pytest.approx(min(scores.values()), rel=1e-5)
        assert (scores["same"] < scores["mean"]) is persistent
        assert dict(task.pass_mark.marks) == {"mse": task.baseline}


def test_labels_are_due_row_by_row() -> None:
    task = make(label="weather", length=16)
    assert task.output_symbols == ("dry", "snow", "wet")
    assert (task.loss, task.metric, task.channels) == ("cross-entropy", "loss", ("a", "b", "c"))
    batch = task.batch(np.random.default_rng(2), 100)
    for b in range(100):
        for t in range(16):
            c = raw(task, batch.x[[t], b])[0, 2]
            assert task.output_symbols[batch.y[t, b]] == ["dry", "wet", "snow"][int(c * 3)]
    due = np.concatenate([batch.y.T.ravel() for batch in task.held_out()])
    assert [task.output_symbols[code] for code in due[due >= 0]] == WEATHER[-70:].tolist()


def test_the_baseline_of_labels_is_what_their_shares_score() -> None:
    task = make(label="weather")
    training = WEATHER[:630]
    shares = np.array([(training == name).sum() + 1 for name in task.output_symbols]) / 633
    total = counted = 0.0
    for batch in task.held_out():
        logits = np.broadcast_to(np.log(shares), (*batch.x.shape[:2], 3))
        total += task.score(logits, batch)["loss"] * batch.counted
        counted += batch.counted
    assert total / counted == pytest.approx(task.baseline)


def test_typed_rows_are_in_the_units_of_the_table() -> None:
    task = make(predict="b")
    typed = task.typed("1,2,3 4,5,x 7,8,9")
    np.testing.assert_allclose(raw(task, typed.x[[0, 2], 0]), [[1, 2, 3], [7, 8, 9]], rtol=1e-4)
    assert typed.codes[:, 0].tolist() == [0, -1, 0]
    assert typed.problem is not None
    assert typed.problem[1] == {"token": "4,5,x", "step": 2, "count": 3, "columns": "a, b, c"}
    np.testing.assert_array_equal(typed.targets[1, 0], typed.x[2, 0, [1]])
    read = task.typed_rows(np.array([[1.0, 2, 3], [7, 8, 9]]))
    np.testing.assert_allclose(read.x, typed.x[[0, 2]], rtol=1e-6)
    assert (make(label="weather").typed("1,2,3").targets == -1).all()


def test_a_column_that_never_changes_does_no_harm() -> None:
    content = "a,b\n" + "\n".join(f"7,{k % 3}" for k in range(200))
    batch = make(content).batch(RNG, 4)
    assert not batch.x[:, :, 0].any()
    assert np.isfinite(batch.x).all()


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"predict": "a, z"}, "error.table-column"),
        ({"label": "z"}, "error.table-column"),
        ({"predict": "day"}, "error.table-cell"),
        ({"label": "day", "length": 8}, "error.table-labels"),
        ({"length": 512}, "error.table-short"),
    ],
)
def test_what_does_not_fit_the_table_is_refused(options: dict[str, object], key: str) -> None:
    assert error(**options).key == key


def test_a_table_without_numbers_is_refused() -> None:
    assert error("a,b\n" + "x,y\n" * 200).key == "error.table-no-numbers"
    assert error("a,b\n" + "1,y\n" * 200, label="b").key == "error.table-labels"
    bad = error("a,b\n" + "1,2\n" * 100 + "oops,2\n" + "1,2\n" * 100)
    assert (bad.key, bad.values["line"], bad.values["column"]) == ("error.table-cell", 102, "a")


def test_a_name_with_a_comma_can_be_predicted() -> None:
    rows = "\n".join(f"{k % 5},{k % 7}" for k in range(100))
    table = Text("mine.csv", f'"a, in m",b\n{rows}\n')
    task = make_task("csv", {"length": 8, "predict": '"a, in m"'}, table)
    assert task.output_channels == ("a, in m",)
