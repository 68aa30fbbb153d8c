import numpy as np
import pytest

from rnnviz.tasks import make_task
from rnnviz.tasks.counting import FURTHEST, CountingTask

LANGUAGES = {"anbn": "ab", "anbncn": "abc"}


def make(language: str = "anbn", most: int = 10) -> CountingTask:
    task = make_task("anbn", {"language": language, "most": most}, None)
    assert isinstance(task, CountingTask)
    return task


def word(letters: str, n: int) -> str:
    return "".join(letter * n for letter in letters)


def following(letters: str, prefix: str) -> str:
    """What may follow a prefix, found by trying every word of the language."""
    found = {
        (word(letters, n) + "$")[len(prefix)] for n in range(1, 60) if word(letters, n).startswith(prefix)
    }
    return "".join(sorted(found - {"$"}) + sorted(found & {"$"}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_strings_are_all_of_the_language_and_equally_likely(language: str) -> None:
    task, letters = make(language), LANGUAGES[language]
    x = task.batch(np.random.default_rng(0), 4000).x
    lines = ["".join(task.vocabulary.decode(column[column >= 0].tolist())) for column in x.T]
    counts = {n: lines.count(word(letters, n)) for n in range(1, 11)}
    assert sum(counts.values()) == 4000
    assert np.array(list(counts.values())) / 4000 == pytest.approx(np.full(10, 0.1), abs=0.02)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_symbol_that_may_follow_is_due(language: str) -> None:
    task, letters = make(language), LANGUAGES[language]
    (batch,) = task.held_out()
    assert batch.x.shape[1] == 10, "every string there is"
    for b in range(10):
        string = "".join(task.vocabulary.decode(batch.x[:, b][batch.x[:, b] >= 0].tolist()))
        for t in range(len(string)):
            due = "".join(np.array(task.output_symbols)[batch.y[t, b] == 1])
            assert due == following(letters, string[: t + 1])
        assert np.isnan(batch.y[len(string) :, b]).all()
        typed = task.typed(string)
        np.testing.assert_array_equal(typed.targets[:, 0], batch.y[: len(string), b])
    drawn = task.batch(np.random.default_rng(3), 20)
    for b in range(20):
        known = drawn.x[:, b] >= 0
        np.testing.assert_array_equal(drawn.y[known, b], task.targets(drawn.x[known, b][:, None])[:, 0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_baseline_is_what_the_shares_of_the_outputs_score(language: str) -> None:
    task = make(language)
    (batch,) = task.held_out()
    shares = batch.y[batch.known].mean(axis=0, dtype=np.float64)
    logits = np.broadcast_to(np.log(shares / (1 - shares)), batch.y.shape)
    assert task.score(logits, batch)["loss"] == pytest.approx(task.baseline)
    better = [task.score(logits + d, batch)["loss"] for d in (-0.1, 0.1)]
    assert min(better) > task.baseline


def test_a_string_is_right_when_every_step_is() -> None:
    task = make()
    (batch,) = task.held_out()
    logits = np.where(batch.y > 0.5, 5.0, -5.0)
    assert task.score(logits, batch)["strings"] == 1.0
    logits[0, 3] *= -1
    logits[1, 7, 0] *= -1
    score = task.score(logits, batch)
    assert score["strings"] == 0.8
    assert score["accuracy"] == pytest.approx(1 - 2 / batch.counted)
    assert (task.counted("strings", batch), task.counted("loss", batch)) == (10, 110)


def test_the_largest_n_is_found_by_trying() -> None:
    task = make()

    def counts_to(limit: int) -> float:
        def predict(x: np.ndarray, state: object) -> tuple[np.ndarray, dict[str, np.ndarray]]:
            y = task.targets(x)
            y[2 * limit + 1 :] = 0  # a network that loses count
            return np.where(y > 0.5, 1.0, -1.0), {}

        return task.further(predict)["largest"]

    assert [counts_to(limit) for limit in (3, 17, FURTHEST)] == [3, 17, FURTHEST]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("aabb", None),
        ("aaaa", None),
        ("b", ("b", 1, "a")),
        ("aba", ("a", 3, "$")),
        ("aabbb", ("b", 5, "$")),
        ("aaba", ("a", 4, "b")),
    ],
)
def test_what_may_not_stand_there_is_explained(text: str, fault: tuple[str, int, str] | None) -> None:
    problem = make().typed(text).problem
    if fault is None:
        assert problem is None
    else:
        token, step, allowed = fault
        assert problem == ("problem.follows", {"token": token, "step": step, "allowed": allowed})
        assert np.isnan(make().typed(text).targets[step - 1 :]).all()
