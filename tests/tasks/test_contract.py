"""What every registered task must keep to, whatever it is about."""

import importlib
import inspect
import pkgutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rnnviz.tasks
from rnnviz.engine.errors import UserError
from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.tasks import TASKS, Task, Text, make_task
from rnnviz.tasks.base import TRACED_TOKENS, Batch

STORY = Text("story", "the gate keeps a little, the gate drops a little.\n" * 30)
ROWS = "\n".join(f"{k % 7},{(k * k) % 11 / 3:.4f},{k % 5 - 0.5}" for k in range(900))
TABLE = Text("table", f"a,b,c\n{ROWS}\n")
RNG = np.random.default_rng


def fresh(key: str) -> Task:
    return make_task(key, {}, TABLE if key == "csv" else STORY)


@pytest.fixture(params=tuple(TASKS))
def task(request: pytest.FixtureRequest) -> Task:
    return fresh(request.param)


def check_batch(task: Task, batch: Batch, size: int | None = None) -> None:
    steps, width = batch.x.shape[:2]
    assert size is None or width == size
    if task.symbols:
        assert task.vocabulary is not None
        assert (batch.x.dtype, batch.x.ndim) == (np.int32, 2)
        assert batch.x.min() >= -1
        assert batch.x.max() < task.inputs == len(task.vocabulary)
    else:
        assert batch.x.shape == (steps, width, task.inputs)
        assert batch.x.dtype == np.float32
        assert np.isfinite(batch.x).all()
    if task.loss == "cross-entropy":
        assert (batch.y.dtype, batch.y.shape) == (np.int32, (steps, width))
        assert batch.y.min() >= -1
        assert batch.y.max() < task.outputs
    else:
        assert (batch.y.dtype, batch.y.shape) == (np.float32, (steps, width, task.outputs))
        assert not np.isinf(batch.y).any()
    assert batch.known.any(axis=0).all(), "a sequence without any target teaches nothing"
    assert not batch.x.flags.writeable
    assert not batch.y.flags.writeable


def test_batches_are_as_declared(task: Task) -> None:
    batch = task.batch(RNG(3), 9)
    check_batch(task, batch, 9)
    assert batch.x.shape[0] <= task.length
    for held_out in task.held_out():
        check_batch(task, held_out)


def test_the_seed_alone_decides(task: Task) -> None:
    first, second, third = (fresh(task.key).batch(RNG(seed), 6) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first.x, second.x)
    np.testing.assert_array_equal(first.y, second.y)
    assert first.x.tobytes() != third.x.tobytes()


def test_held_out_sequences_are_always_the_same_and_can_be_limited(task: Task) -> None:
    whole = np.concatenate([batch.x for batch in task.held_out()], axis=1)
    again = np.concatenate([batch.x for batch in fresh(task.key).held_out()], axis=1)
    np.testing.assert_array_equal(whole, again)
    limit = min(7, whole.shape[1])
    assert sum(batch.x.shape[1] for batch in task.held_out(limit)) == limit


def test_outputs_are_named(task: Task) -> None:
    names = task.output_channels if task.loss == "mse" else task.output_symbols
    assert len(names) == len(set(names)) == task.outputs
    assert len(task.channels) == (0 if task.symbols else task.inputs)


def test_the_mark_is_about_the_metric_and_lies_beyond_the_baseline(task: Task) -> None:
    mark = task.pass_mark
    assert np.isfinite(task.baseline)
    assert task.baseline > 0
    if mark is not None:
        assert mark.metric == task.metric
        assert mark.metric not in ("loss", "mse") or mark.value <= task.baseline


def test_samples_and_examples_are_read_without_complaint(task: Task) -> None:
    for text in (*task.examples(), *(task.sample_text(RNG(seed)) for seed in range(5))):
        typed = task.typed(text)
        assert typed.problem is None, typed.problem
        assert (typed.codes >= 0).all()
        assert len(typed.tokens) > 1
        check_batch(task, Batch(typed.x.copy(), typed.targets.copy()), 1)
    assert len(task.examples()) == 3
    assert task.examples() == fresh(task.key).examples()


def test_scores_name_their_metric(task: Task) -> None:
    batch = task.held_out(8)[0]
    score = task.score(np.zeros((*batch.x.shape[:2], task.outputs), np.float32), batch)
    assert task.metric in score
    assert np.isfinite(score["loss"])
    assert all(task.counted(metric, batch) > 0 for metric in score)


def test_every_task_has_its_words() -> None:
    for language in LANGUAGES:
        catalogue = Catalogue(language)
        for key, kind in TASKS.items():
            for name in (f"task.{key}", f"task.{key}.about", *(f"option.{o.key}" for o in kind.options)):
                assert catalogue.text(name) != name
            for choice in {c for option in kind.options for c in option.choices}:
                assert catalogue.text(f"choice.{choice}") != f"choice.{choice}"


@pytest.mark.parametrize("key", TASKS)
@given(text=st.text(st.characters(codec=None), max_size=60))
def test_any_text_can_be_typed(key: str, text: str) -> None:
    check_typed(fresh(key), text)


@pytest.mark.parametrize("key", TASKS)
@given(text=st.text("ab AB?XY01+-.*,[](){}3 BTSXVPE>\n", max_size=80))
def test_any_likely_text_can_be_typed(key: str, text: str) -> None:
    check_typed(fresh(key), text)


def check_typed(task: Task, text: str) -> None:
    typed = task.typed(text)
    steps = len(typed.tokens)
    assert typed.text == text
    assert typed.codes.shape == (steps, 1)
    assert typed.codes.dtype == np.int32
    assert len(typed.x) == len(typed.targets) == steps <= TRACED_TOKENS
    if not task.symbols:
        assert np.isfinite(typed.x).all()
        assert not typed.x[typed.codes[:, 0] < 0].any(), "what cannot be read must be the zero vector"
    if typed.spans:
        assert tuple(text[start:end] for start, end in typed.spans) == typed.tokens
        assert [typed.step_at(typed.caret_at(step)) for step in range(steps)] == list(range(steps))
    assert typed.step_at(0) == -1
    if task.input != "text" and (typed.codes < 0).any():
        assert typed.problem is not None
    if typed.problem is not None:
        for language in LANGUAGES:
            sentence = Catalogue(language).text(typed.problem[0], **typed.problem[1])
            assert "{" not in sentence.replace(str(typed.problem[1].get("token", "")), "")


def test_too_long_an_input_is_cut_and_that_is_counted(task: Task) -> None:
    text = " ".join([task.sample_text(RNG(1))] * 60)
    typed = task.typed(text)
    assert len(typed.tokens) == TRACED_TOKENS
    assert typed.dropped > 0


def test_rows_of_numbers_are_for_tasks_on_numbers(task: Task) -> None:
    rows = RNG(0).random((7, task.inputs))
    if task.symbols:
        with pytest.raises(UserError, match=r"error\.trace-needs-text"):
            task.typed_rows(rows)
        return
    typed = task.typed_rows(rows)
    assert typed.x.shape == (7, 1, task.inputs)
    assert len(typed.tokens) == 7


def test_every_task_that_is_written_is_registered() -> None:
    written = set()
    for module in pkgutil.iter_modules(rnnviz.tasks.__path__, "rnnviz.tasks."):
        for kind in vars(importlib.import_module(module.name)).values():
            if isinstance(kind, type) and issubclass(kind, Task) and not inspect.isabstract(kind):
                written.add(kind)
    assert written == set(TASKS.values())
    assert [kind.key for kind in TASKS.values()] == list(TASKS)
