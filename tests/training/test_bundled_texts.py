"""Our own texts: what they must contain, and that a small network learns them."""

import string
from pathlib import Path

import pytest

import rnnviz
from rnnviz.tasks import Text, make_task
from rnnviz.training.loop import TrainingLoop
from rnnviz.training.spec import RunSpec, TrainingSettings

TEXTS = Path(rnnviz.__file__).parent.parent / "resources" / "texts"
NAMES = sorted(path.stem for path in TEXTS.glob("*.txt"))


def bundled(name: str) -> Text:
    return Text(name, (TEXTS / f"{name}.txt").read_text(encoding="utf-8"))


def test_hello_memory_has_what_may_be_typed_first() -> None:
    content = bundled("hello-memory").content
    assert set(content) == set(string.ascii_lowercase + ",. ")
    assert 8000 <= len(content) <= 10_000
    assert content.count("hello world, hello memory.") > 20


def test_the_chinese_text_speaks_of_the_gates() -> None:
    content = bundled("memory-zh").content
    assert all(word in content for word in ("遗忘门", "输入门", "输出门", "细胞状态", "隐藏状态"))
    assert len(content) > 2000


def test_the_python_text_is_python() -> None:
    compile(bundled("counting").content, "counting.txt", "exec")


@pytest.mark.parametrize("name", NAMES)
def test_every_text_can_be_trained_on_and_the_bigram_beats_the_unigram(name: str) -> None:
    task = make_task("characters", {}, bundled(name))
    assert task.pass_mark is not None
    assert task.pass_mark.value < task.baseline - 0.2


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_sixteen_units_beat_the_bigram_on_hello_memory(seed: int) -> None:
    settings = TrainingSettings(learning_rate=0.012, clip=0.5, seed=seed)
    loop = TrainingLoop(RunSpec(task_options={"length": 28}, text=bundled("hello-memory"), training=settings))
    for _ in range(250):
        loop.step()
    assert loop.task.pass_mark is not None
    assert loop.task.pass_mark.passed(loop.evaluate())
