import re

import numpy as np
import pytest

from rnnviz.tasks import make_task
from rnnviz.tasks.reber import ReberTask

# The inner grammar in another form, a regular expression: into the loop X T* V P, or out of it.
OUT = r"(?:S|XT*VV)"
LOOP = r"(?:XT*VP)*"
INNER = rf"B(?:TS*X{LOOP}{OUT}|PT*V(?:P{LOOP}{OUT}|V))E"
STRING = re.compile(rf"B(T|P){INNER}\1E")


def make(length: int = 40) -> ReberTask:
    task = make_task("reber", {"length": length}, None)
    assert isinstance(task, ReberTask)
    return task


def drawn(task: ReberTask, seed: int, size: int) -> list[str]:
    x = task.batch(np.random.default_rng(seed), size).x
    return ["".join(task.vocabulary.decode(column[column >= 0].tolist())) for column in x.T]


def legal(prefix: str) -> set[str]:
    """What may follow a prefix: every symbol with which some string goes on, by trying all short ends."""
    return {s for s in "BTPSXVE" if any(STRING.fullmatch(prefix + s + end) for end in ENDS)}


def ends(longest: int) -> list[str]:
    """Every ending of strings, up to a length, that the task draws."""
    found = {line[cut:] for line in drawn(make(), 9, 4000) for cut in range(len(line) + 1)}
    return sorted(end for end in found if len(end) <= longest)


ENDS = ends(10)


def test_every_string_is_of_the_language_and_many_are_drawn() -> None:
    found = drawn(make(), 0, 3000)
    assert all(STRING.fullmatch(line) for line in found)
    assert len(set(found)) > 150
    assert np.mean([line[1] == "T" for line in found]) == pytest.approx(0.5, abs=0.03)
    assert np.mean([len(line) for line in found]) == pytest.approx(12, abs=0.3)


def test_short_lengths_draw_again_what_does_not_fit() -> None:
    found = drawn(make(10), 1, 500)
    assert all(STRING.fullmatch(line) for line in found)
    assert {len(line) for line in found} == {9, 10}


def test_the_next_symbol_is_due() -> None:
    batch = make().batch(np.random.default_rng(2), 100)
    for b in range(100):
        string = batch.x[:, b][batch.x[:, b] >= 0]
        assert batch.y[: len(string) - 1, b].tolist() == string[1:].tolist()
        assert (batch.y[len(string) - 1 :, b] == -1).all()


def predictor(task: ReberTask, batch_x: np.ndarray, forgets: bool) -> np.ndarray:
    """Log-probabilities (T, B, V) of somebody who knows the grammar, or all of it but the outer symbol."""
    logits = np.full((*batch_x.shape, 7), -1e3)
    for b, line in enumerate(batch_x.T):
        string = "".join(task.vocabulary.decode(line[line >= 0].tolist()))
        for t in range(len(string) - 1):
            following = {s for s in legal(string[: t + 1])}
            if forgets and t == len(string) - 3:
                following = {"T", "P"}
            for symbol in following:
                logits[t, b, task.vocabulary.code(symbol)] = 0.0
    return logits


def test_baseline_and_optimum_are_what_those_predictors_score() -> None:
    task = make()
    batch = task.held_out(64)[0]
    for forgets, loss in ((True, task.baseline), (False, task.optimum)):
        score = task.score(predictor(task, batch.x, forgets), batch)
        assert score["loss"] == pytest.approx(loss, rel=0.06)
        assert score["legal"] == (1.0 if not forgets else pytest.approx(1.0, abs=0.1))
    assert task.score(predictor(task, batch.x, False), batch)["outer"] == 1.0
    assert (round(task.baseline, 3), round(task.optimum, 3)) == (0.504, 0.441)


def test_legal_is_judged_by_the_grammar() -> None:
    task = make()
    batch = task.held_out(40)[0]
    rng = np.random.default_rng(0)
    logits = rng.random((*batch.x.shape, 7))
    said = logits.argmax(axis=-1)
    hits, outer = [], []
    for b in range(batch.x.shape[1]):
        string = "".join(task.vocabulary.decode(batch.x[:, b][batch.x[:, b] >= 0].tolist()))
        for t in range(len(string) - 1):
            hits.append(task.vocabulary.symbols[said[t, b]] in legal(string[: t + 1]))
        t = len(string) - 3
        outer.append(task.vocabulary.symbols[said[t, b]] == string[-2])
    score = task.score(logits, batch)
    assert score["legal"] == pytest.approx(np.mean(hits))
    assert score["outer"] == pytest.approx(np.mean(outer))
    assert task.counted("outer", batch) == batch.x.shape[1]


@pytest.mark.parametrize(
    ("text", "token", "step", "allowed"),
    [
        ("BTBTXSETE", "", 0, ""),
        ("BTBTXSEPE", "P", 8, "T"),
        ("BTBX", "X", 4, "T P"),
        ("T", "T", 1, "B"),
        ("BPBTXSEPEB", "B", 10, "–"),
    ],
)
def test_what_the_grammar_forbids_is_explained(text: str, token: str, step: int, allowed: str) -> None:
    problem = make().typed(text).problem
    if not token:
        assert problem is None
    else:
        assert problem == ("problem.follows", {"token": token, "step": step, "allowed": allowed})
