"""The worker against a pipe that is played to it, and as a real process whose parent is killed."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnnviz
from rnnviz.training import worker
from rnnviz.training.loop import TrainingLoop
from rnnviz.training.messages import pack, rows_from, unpack
from rnnviz.training.spec import RunSpec
from rnnviz.training.worker import work

Make = Callable[..., RunSpec]
ROOT = Path(rnnviz.__file__).parent.parent
DEADLINE_MS = 30_000


class PlayedPipe:
    """Hands out requests one by one, each after the worker has looked ``looks`` times in vain."""

    def __init__(self, first: bytes, *requests: tuple[int, dict[str, Any]]) -> None:
        self._first = [first]
        self._requests = list(requests)
        self._looks = 0
        self.answers: list[tuple[dict[str, Any], dict[str, np.ndarray]]] = []

    def poll(self) -> bool:
        self._looks += 1
        return not self._requests or self._looks >= self._requests[0][0]

    def recv_bytes(self) -> bytes:
        if self._first:
            return self._first.pop()
        if not self._requests:
            raise EOFError
        self._looks = 0
        return pack(self._requests.pop(0)[1])

    def send_bytes(self, block: bytes) -> None:
        self.answers.append(unpack(block))


@pytest.fixture(autouse=True)
def interrupt() -> Iterator[None]:
    """The worker's body ignores Ctrl+C, which is meant for a process of its own."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the pipe after every step, and never cut a slice short."""
    monkeypatch.setattr(worker, "LOOK_S", 0.0)
    monkeypatch.setattr(worker, "SLICE_S", 1e9)


def play(spec: RunSpec, *requests: tuple[int, dict[str, Any]]) -> PlayedPipe:
    record, arrays = TrainingLoop(spec).state().to_record()
    pipe = PlayedPipe(pack({"spec": spec.to_json(), "state": record}, arrays), *requests)
    work(pipe)
    return pipe


def steps(pipe: PlayedPipe) -> list[int]:
    return [record["step"] for record, _ in pipe.answers]


def test_every_request_gets_one_answer_and_a_hold_stops(make_spec: Make) -> None:
    pipe = play(
        make_spec(),
        (0, {"do": "train", "slice": 5}),
        (0, {"do": "pull"}),
        (0, {"do": "hold"}),
        (0, {"do": "pull"}),
        (0, {"do": "steps", "count": 1}),
    )
    assert len(pipe.answers) == 6  # the greeting first
    assert [record["status"] for record, _ in pipe.answers] == [
        "paused", "training", "training", "paused", "paused", "paused",
    ]  # fmt: skip
    assert steps(pipe)[2] == steps(pipe)[1] + 1 <= 2  # each slice is cut short by the request that waits
    assert steps(pipe)[3] == steps(pipe)[2]
    assert steps(pipe)[5] == steps(pipe)[4] + 1 == steps(pipe)[3] + 1


def test_a_free_worker_goes_on_between_requests(make_spec: Make) -> None:
    pipe = play(make_spec(), (0, {"do": "train", "slice": 0}), (30, {"do": "pull"}), (50, {"do": "hold"}))
    assert steps(pipe) == [0, 1, 30, 78]  # one look, and one step, after the other
    assert [len(arrays["rows"]) for _, arrays in pipe.answers] == [1, 1, 29, 48]


def test_rows_that_nobody_fetches_are_merged(make_spec: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "MOST_ROWS", 16)
    spec = make_spec(steps=0, clip=0.5)
    pipe = play(spec, (0, {"do": "train", "slice": 0}), (300, {"do": "hold"}))
    rows = rows_from(pipe.answers[-1][1]["rows"].tolist())
    assert len(rows) <= 16
    loop = TrainingLoop(spec)
    plain = [loop.step() for _ in range(pipe.answers[-1][0]["step"])][
        1:
    ]  # the first was fetched by the start
    assert sum(row.span for row in rows) == len(plain)
    assert sum(row.clipped for row in rows) == sum(row.clipped for row in plain)
    assert [row.step for row in rows] == (1 + np.cumsum([row.span for row in rows])).tolist()
    mean = np.average([row.loss for row in rows], weights=[row.span for row in rows])
    assert mean == pytest.approx(np.mean([row.loss for row in plain]))


def test_the_whole_state_comes_now_and_then_and_at_every_rest(
    make_spec: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FULL_STATE_S", 1e9)
    pulls = [(2, {"do": "pull"})] * 5
    pipe = play(make_spec(), (0, {"do": "train", "slice": 0}), *pulls, (0, {"do": "hold"}))
    assert [record["state"] is not None for record, _ in pipe.answers] == [True, *[False] * 6, True]
    monkeypatch.setattr(worker, "FULL_STATE_S", 0.0)
    monkeypatch.setattr(worker, "STATE_RARITY", 0)
    pipe = play(make_spec(), (0, {"do": "train", "slice": 0}), *pulls)
    assert all(record["state"]["step"] == record["step"] for record, _ in pipe.answers)


def test_settings_travel_with_any_request(make_spec: Make) -> None:
    zero = {"training.learning_rate": 0.0}
    pipe = play(make_spec(), (0, {"do": "steps", "count": 1, "settings": zero}), (0, {"do": "pull"}))
    before, after = pipe.answers[0][1]["parameters"], pipe.answers[1][1]["parameters"]
    np.testing.assert_array_equal(before, after)
    assert pipe.answers[1][0]["step"] == 1


def test_a_fault_is_told_before_the_worker_ends(make_spec: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: TrainingLoop) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(TrainingLoop, "step", broken)
    pipe = play(make_spec(), (0, {"do": "steps", "count": 1}))
    key, values = pipe.answers[-1][0]["problem"]
    assert key == "error.worker-failed"
    assert values["reason"] == "MemoryError: no room"


def test_a_state_that_does_not_fit_is_told(make_spec: Make) -> None:
    record, arrays = TrainingLoop(make_spec(hidden=3)).state().to_record()
    pipe = PlayedPipe(pack({"spec": make_spec().to_json(), "state": record}, arrays))
    work(pipe)
    assert pipe.answers[0][0]["problem"][0] == "error.state-damaged"


PARENT = """
import sys
from rnnviz.tasks import Text
from rnnviz.training.spec import RunSpec, TrainingSettings
from rnnviz.training.trainer import Trainer

if __name__ == "__main__":
    text = Text("t", "the gate keeps a little, the gate drops a little. " * 40)
    trainer = Trainer(RunSpec(hidden=8, text=text, training=TrainingSettings(steps=0)))
    try:
        trainer.start()
        if sys.argv[1] == "starting":
            print(trainer.pid, flush=True)
        while True:
            snapshot = trainer.latest(0.1)
            if snapshot is not None and snapshot.step > 0 and sys.argv[1] == "resting":
                trainer.pause()
            ready = {"resting": "paused", "training": "training"}.get(sys.argv[1])
            if snapshot is not None and snapshot.step > 0 and snapshot.status == ready:
                print(trainer.pid, flush=True)
    except KeyboardInterrupt:
        trainer.close()
"""


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Callable[[str], tuple[subprocess.Popen[str], int]]]:
    """Starts a program with a worker; gives the program, and a descriptor that tells the worker's end."""
    program = tmp_path / "parent.py"
    program.write_text(PARENT)
    started: list[subprocess.Popen[str]] = []

    def start(moment: str) -> tuple[subprocess.Popen[str], int]:
        process = subprocess.Popen(
            [sys.executable, str(program), moment],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        started.append(process)
        assert process.stdout is not None
        return process, os.pidfd_open(int(process.stdout.readline()))

    yield start
    for process in started:
        process.kill()
        process.communicate()


def ended(descriptor: int) -> bool:
    """Whether the process ends before the deadline."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    gone = bool(poll.poll(DEADLINE_MS))
    os.close(descriptor)
    return gone


@pytest.mark.skipif(sys.platform != "linux", reason="waits on a process that is not a child")
@pytest.mark.parametrize("moment", ["starting", "training", "resting"])
def test_the_worker_ends_when_its_parent_is_killed(
    parent: Callable[[str], tuple[subprocess.Popen[str], int]], moment: str
) -> None:
    process, descriptor = parent(moment)
    process.kill()
    assert ended(descriptor)
    assert process.communicate()[1] == ""


@pytest.mark.skipif(sys.platform != "linux", reason="waits on a process that is not a child")
@pytest.mark.parametrize("moment", ["starting", "training", "resting"])
def test_ctrl_c_ends_both_without_a_word(
    parent: Callable[[str], tuple[subprocess.Popen[str], int]], moment: str
) -> None:
    process, descriptor = parent(moment)
    os.killpg(process.pid, signal.SIGINT)
    assert ended(descriptor)
    assert process.communicate(timeout=30)[1] == ""
    assert process.returncode == 0
