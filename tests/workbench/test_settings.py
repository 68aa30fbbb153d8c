from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rnnviz.engine.errors import UserError
from rnnviz.files.texts import named_text
from rnnviz.tasks import TASKS
from rnnviz.workbench.workbench import Workbench


def test_what_needs_a_reset_waits_for_it(bench: Workbench) -> None:
    frame = bench.set_value("model.hidden", 9)
    assert frame.pending == {"model.hidden"}
    assert frame.hidden == 6
    assert frame.wanted.hidden == 9
    assert frame.typed_run.values["h"].shape[1] == 6
    frame = bench.set_value("training.batch", "8")
    assert frame.pending == {"model.hidden", "training.batch"}
    frame = bench.set_value("model.hidden", 6)
    assert frame.pending == {"training.batch"}
    bench.set_value("model.hidden", 9)
    frame = bench.reset()
    assert not frame.pending
    assert frame.typed_run.values["h"].shape == (12, 9)
    assert sorted(frame.order) == list(range(9))


def test_live_settings_never_wait(bench: Workbench) -> None:
    for key, value in (("training.learning_rate", 0.1), ("training.clip", 2.0), ("training.steps", 9)):
        frame = bench.set_value(key, value)
        assert not frame.pending
        assert frame.spec.value(key) == value
    assert frame.run.clip == 2.0
    assert frame.run.budget == 9


def test_another_cell_has_other_quantities_after_the_reset(bench: Workbench) -> None:
    frame = bench.set_value("model.cell", "gru")
    assert "model.cell" in frame.pending
    assert [q.key for q in frame.quantities] == ["f", "i", "g", "c", "o", "h"]
    frame = bench.reset()
    assert [q.key for q in frame.quantities] == ["r", "z", "n", "h"]
    assert set(frame.typed_run.values) == set(frame.ranges) == {"r", "z", "n", "h"}
    assert frame.states == ("h",)


def test_fewer_units_and_layers_bring_the_view_back_inside(make_bench) -> None:
    bench = make_bench(layers=3)
    bench.set_layer(2)
    bench.set_unit(5)
    bench.set_value("model.layers", 1)
    bench.set_value("model.hidden", 2)
    frame = bench.reset()
    assert (frame.view.layer, frame.view.unit) == (0, 1)
    assert frame.typed_run.values["h"].shape == (12, 2)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model.hidden", 0),
        ("model.hidden", 10_000),
        ("model.hidden", 2.5),
        ("model.hidden", "many"),
        ("model.layers", 9),
        ("model.cell", "transformer"),
        ("training.batch", 0),
        ("training.seed", -1),
        ("training.clip", -1.0),
        ("training.clip", float("nan")),
        ("training.optimiser", "magic"),
        ("task.text", "no such text"),
        ("no.such", 1),
    ],
)
def test_an_impossible_value_changes_nothing(bench: Workbench, key: str, value: object) -> None:
    before = bench.frame
    with pytest.raises(UserError):
        bench.set_value(key, value)
    assert bench.frame is before
    assert not bench.pending
    assert bench.set_text("x").wanted == before.wanted


def test_a_named_text_is_chosen_for_the_next_reset(bench: Workbench) -> None:
    bench.set_value("task.length", 8)
    frame = bench.set_value("task.text", "memory-zh")
    assert "task.text" in frame.pending
    assert "世" not in frame.symbols
    frame = bench.reset()
    assert "世" in frame.symbols
    assert frame.unknown  # what was typed is English and still there
    assert bench.set_text("你好").unknown == ()


def test_a_text_file_is_ready_for_the_next_reset(bench: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("my own words, again and again. " * 20, encoding="utf-8")
    frame = bench.use_text_file(path)
    assert frame.notice.key == "notice.text-ready"
    assert frame.notice.values == {"name": "mine.txt", "count": 31 * 20}
    assert frame.notice.actions == ("reset",)
    assert "task.text" in frame.pending
    frame = bench.act("reset")
    assert frame.spec.text.name == "mine.txt"
    assert set(frame.symbols) == set("my own words, again and again. ")
    assert frame.notice is None


def bad_files(tmp_path: Path) -> dict[str, Path]:
    found = {name: tmp_path / f"{name}.txt" for name in ("missing", "binary", "latin", "empty", "large")}
    found["binary"].write_bytes(b"abc\0def")
    found["latin"].write_bytes("Füße".encode("latin-1"))
    found["empty"].write_bytes(b"")
    found["large"].write_bytes(b"ab" * 2_500_001)
    found["folder"] = tmp_path
    return found


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("missing", "error.read-missing"),
        ("binary", "error.text-binary"),
        ("latin", "error.text-not-utf8"),
        ("empty", "error.text-empty"),
        ("large", "error.text-too-large"),
        ("folder", "error.read-folder"),
    ],
)
def test_a_file_that_is_no_text_changes_nothing(
    bench: Workbench, tmp_path: Path, name: str, key: str
) -> None:
    before = bench.frame
    with pytest.raises(UserError) as caught:
        bench.use_text_file(bad_files(tmp_path)[name])
    assert caught.value.key == key
    assert bench.frame is before
    assert not bench.pending


def test_a_text_too_short_for_the_sequence_is_refused_and_the_old_run_stays(
    bench: Workbench, tmp_path: Path
) -> None:
    path = tmp_path / "short.txt"
    path.write_text("too short", encoding="utf-8")
    before = bench.run.parameters.flat.copy()
    with pytest.raises(UserError) as caught:
        bench.use_text_file(path)
    assert caught.value.key == "error.text-short"
    assert bench.run.spec.text.name == "story"
    assert not bench.pending
    np.testing.assert_array_equal(bench.run.parameters.flat, before)
    assert bench.set_text("hello").steps == 5


def test_a_refusal_can_be_shown(bench: Workbench) -> None:
    frame = bench.report(UserError("error.read-missing", path="x"))
    assert frame.notice.key == "error.read-missing"
    assert frame.notice.grave
    assert bench.set_text("abc").notice is frame.notice


@pytest.mark.parametrize("key", TASKS)
def test_another_task_begins_with_something_it_can_read(key: str, bench: Workbench) -> None:
    bench.set_value("task.key", key)
    frame = bench.reset()
    assert frame.spec.task == key
    assert frame.typed.problem is None
    assert not frame.unknown
    assert frame.steps > 1
    back = bench.set_value("task.key", "characters")
    assert back.wanted.text is not None
    assert bench.reset().spec.task == "characters"


def test_a_text_stays_while_tasks_read_its_kind_or_none(bench: Workbench) -> None:
    names = []
    for key in ("parity", "characters", "csv", "characters"):
        text = bench.set_value("task.key", key).wanted.text
        assert text is not None
        names.append(text.name)
    assert names == ["story", "story", "hares", "hello-memory"]
    bench.set_value("task.key", "signals")
    bench.set_value("task.wave", "drawn")
    assert bench.frame.wanted.text == named_text("hills")


def test_words_of_another_language_are_replaced(bench: Workbench) -> None:
    bench.set_value("task.key", "france")
    bench.reset()
    bench.set_text("I grew up in France")
    bench.set_value("task.wording", "chinese")
    assert bench.reset().typed.problem is None
    bench.set_text("我在法国长大")
    bench.set_value("task.gap", 30)
    assert bench.reset().typed.text == "我在法国长大"
