import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.errors import UserError
from rnnviz.tasks import TASKS, make_task
from rnnviz.tasks.base import TRACED_TOKENS, Batch, Text
from rnnviz.tasks.characters import MAX_SYMBOLS, CharacterTask

STORY = "the gate keeps a little, the gate drops a little.\n" * 30
ANY_TEXT = st.text(st.characters(codec=None), max_size=120)


def make(content: str = STORY, length: int = 16) -> CharacterTask:
    return CharacterTask({"length": length}, Text("story", content))


def error(content: str, length: int = 16) -> UserError:
    with pytest.raises(UserError) as caught:
        make(content, length)
    return caught.value


@pytest.mark.parametrize("length", [2, 16, 31, 300])
def test_the_split_is_contiguous_and_complete(length: int) -> None:
    task = make(length=length)
    train, held_out = task.training_codes, task.held_out_codes
    assert "".join(task.vocabulary.decode([*train.tolist(), *held_out.tolist()])) == STORY
    assert len(held_out) == max(len(STORY) // 10, length + 1)


def test_training_windows_lie_in_the_training_split_and_targets_come_next() -> None:
    task = make()
    train = "".join(task.vocabulary.decode(task.training_codes.tolist()))
    batch = task.batch(np.random.default_rng(1), 200)
    assert batch.x.shape == batch.y.shape == (16, 200)
    assert batch.x.dtype == batch.y.dtype == np.int32
    np.testing.assert_array_equal(batch.x[1:], batch.y[:-1])
    for b in range(200):
        window = "".join(task.vocabulary.decode([int(batch.x[0, b]), *batch.y[:, b].tolist()]))
        assert window in train


def test_every_start_is_drawn_the_last_one_too() -> None:
    content = "abcdefghijklmnopqrstuvwxyz"
    task = make(content, length=5)
    drawn = {int(code) for code in task.batch(np.random.default_rng(0), 2000).x[0]}
    assert drawn == set(range(len(task.training_codes) - 5))


def test_batches_depend_on_the_generator_alone() -> None:
    first, second, third = (make().batch(np.random.default_rng(s), 8) for s in (3, 3, 4))
    np.testing.assert_array_equal(first.x, second.x)
    assert (first.x != third.x).any()


@pytest.mark.parametrize("length", [2, 7, 16, 64, 74, 149])
def test_held_out_predicts_every_character_but_the_first_once(length: int) -> None:
    task = make(length=length)
    batches = task.held_out()
    expected = task.held_out_codes
    predicted = np.concatenate([batch.y.T.ravel() for batch in batches])
    np.testing.assert_array_equal(predicted[predicted >= 0], expected[1:])
    fed = np.concatenate([batch.x.T.ravel() for batch in batches])
    np.testing.assert_array_equal(fed[fed >= 0], expected[:-1])
    assert all(batch.x.shape[0] == length for batch in batches)


def test_a_limit_takes_windows_from_all_over_the_held_out_split() -> None:
    task = make(length=4)
    everything = np.concatenate([batch.x for batch in task.held_out()], axis=1)
    some = np.concatenate([batch.x for batch in task.held_out(limit=3)], axis=1)
    assert some.shape == (4, 3)
    np.testing.assert_array_equal(some[:, 0], everything[:, 0])
    np.testing.assert_array_equal(some[:, -1], everything[:, -1])
    assert np.concatenate([batch.x for batch in task.held_out(limit=999)], axis=1).shape == everything.shape


def test_batches_are_read_only() -> None:
    batch = make().batch(np.random.default_rng(0), 2)
    with pytest.raises(ValueError, match="read-only"):
        batch.x[0, 0] = 1


def test_score_is_cross_entropy_and_hit_rate_over_counted_targets() -> None:
    task = make("abc" * 40, length=4)
    logits = np.log(np.array([[[0.5, 0.25, 0.25]], [[0.1, 0.8, 0.1]], [[0.2, 0.2, 0.6]]]))  # (3, 1, 3)
    batch = Batch(np.zeros((3, 1), np.int32), np.array([[0], [2], [-1]], np.int32))
    score = task.score(logits, batch)
    assert score["loss"] == pytest.approx(-(np.log(0.5) + np.log(0.1)) / 2)
    assert score["accuracy"] == 0.5
    nothing = Batch(np.zeros((3, 1), np.int32), np.full((3, 1), -1, np.int32))
    assert np.isnan(task.score(logits, nothing)["loss"])


def test_score_survives_huge_logits() -> None:
    batch = Batch(np.zeros((1, 1), np.int32), np.array([[1]], np.int32))
    logits = np.array([[[3e38, -3e38, 0.0]]], np.float32)
    assert make("abc" * 40, length=4).score(logits, batch)["loss"] == pytest.approx(6e38)


def test_constant_logits_score_the_log_of_the_vocabulary() -> None:
    task = make()
    batch = task.held_out()[0]
    score = task.score(np.zeros((*batch.x.shape, task.outputs)), batch)
    assert score["loss"] == pytest.approx(np.log(len(task.vocabulary)))


def test_marks_are_ordered_on_real_language() -> None:
    task = make()
    assert task.pass_mark.value < task.baseline < np.log(len(task.vocabulary))


@given(ANY_TEXT)
def test_typed_text_follows_the_convention(typed: str) -> None:
    task = make()
    got = task.typed(typed)
    assert got.text == typed
    assert got.tokens == tuple(typed)
    assert got.dropped == 0
    assert got.codes.shape == got.targets.shape == (len(typed), 1)
    assert got.codes[:, 0].tolist() == [task.vocabulary.code(s) for s in typed]
    assert got.targets[:, 0].tolist() == ([*got.codes[1:, 0].tolist(), -1] if typed else [])


def test_typed_text_may_contain_newlines_tabs_and_spaces_at_the_ends() -> None:
    typed = make().typed(" the\t\n")
    assert typed.tokens == (" ", "t", "h", "e", "\t", "\n")
    assert typed.codes[4, 0] == -1
    assert typed.codes[5, 0] == make().vocabulary.code("\n")
    assert typed.targets[3, 0] == -1
    assert typed.targets[4, 0] == make().vocabulary.code("\n")


def test_only_the_first_512_tokens_are_traced() -> None:
    task = make()
    typed = task.typed("the " * 2_000_000)
    assert len(typed.tokens) == TRACED_TOKENS == 512
    assert typed.dropped == 8_000_000 - 512
    assert typed.targets[-1, 0] == -1
    assert typed.next_known == task.vocabulary.code("t")
    assert task.typed("the " * 128).dropped == 0
    assert task.typed("the " * 128 + "€").next_known == -1


@pytest.mark.parametrize(
    ("typed", "following"),
    [
        ("the gate k", "e"),  # in many places, always followed by the same
        ("the gate ", None),  # "keeps" or "drops"
        ("a gate", None),  # nowhere
        ("little.\n", "t"),  # at the end too, where nothing follows
        ("", None),
    ],
)
def test_the_next_token_is_known_where_the_text_leaves_no_doubt(typed: str, following: str | None) -> None:
    task = make()
    expected = -1 if following is None else task.vocabulary.code(following)
    assert task.typed(typed).next_known == expected


def test_the_whole_text_has_no_known_continuation() -> None:
    assert make("abcd" * 30, length=4).typed("abcd" * 30).next_known == -1


@given(st.text(st.characters(codec=None), min_size=6, max_size=80).filter(lambda s: len(set(s)) > 1))
def test_any_text_can_be_trained_on(content: str) -> None:
    task = make(content, length=2)
    codes = [*task.training_codes.tolist(), *task.held_out_codes.tolist()]
    assert codes == task.vocabulary.encode(content).tolist()
    assert task.batch(np.random.default_rng(0), 3).x.shape == (2, 3)
    assert np.isfinite([task.baseline, task.pass_mark.value]).all()


def test_the_shortest_text_is_two_windows() -> None:
    assert error("ab" * 16 + "a").key == "error.text-short"
    assert make("ab" * 17).held_out()[0].counted == 16
    assert error("ab" * 16 + "a").values == {"have": 33, "length": 16, "need": 34}


def test_texts_without_anything_to_learn_are_refused() -> None:
    assert error("").key == "error.text-empty"
    assert error("a" * 500).key == "error.text-one-symbol"
    many = error("".join(map(chr, range(0x4E00, 0x4E00 + MAX_SYMBOLS + 1))))
    assert many.values == {"path": "story", "have": MAX_SYMBOLS + 1, "limit": MAX_SYMBOLS}


@pytest.mark.parametrize("length", [0, 1, 513, float("nan"), "16", True, 2.5])
def test_a_length_out_of_range_is_refused(length: object) -> None:
    with pytest.raises(UserError) as caught:
        make_task("characters", {"length": length}, Text("story", STORY))
    assert caught.value.key.startswith("error.option-")
    assert caught.value.values["key"] == "length"


def test_make_task_refuses_what_it_does_not_know() -> None:
    assert next(iter(TASKS)) == "characters"
    for key, options, text, message in (
        ("telepathy", {}, None, "error.task-unknown"),
        ("characters", {"delay": 3}, Text("story", STORY), "error.setting-unknown"),
        ("characters", {}, None, "error.text-missing"),
    ):
        with pytest.raises(UserError) as caught:
            make_task(key, options, text)
        assert caught.value.key == message
