"""Results and remarks keep apart; Ctrl+C, a closed pipe and a bare locale do no harm."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rnnviz.cli.interrupt import Interrupt
from rnnviz.cli.terminal import Terminal
from rnnviz.files.catalogue import Catalogue
from rnnviz.files.session import load_session
from rnnviz.training.loop import TrainingLoop

ROOT = Path(__file__).parent.parent.parent


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_for_terminals_only_and_leaves_no_trace() -> None:
    for stream, shown in ((io.StringIO(), False), (Screen(), True)):
        terminal = Terminal(io.StringIO(), stream, Catalogue("en"))
        terminal.progress("run.progress", done=1, count=9, loss="3.1")
        terminal.progress("run.progress", done=2, count=9, loss="3.0")  # too soon after the first
        terminal.clear_progress()
        terminal.clear_progress()
        assert ("step 1 of 9" in stream.getvalue()) is shown
        assert "step 2 of 9" not in stream.getvalue()
        assert stream.getvalue().endswith(" \r" if shown else "")


def test_json_has_null_for_what_is_no_number() -> None:
    out = io.StringIO()
    values = {"a": float("nan"), "b": [1.5, float("inf")], "c": {"d": None, "e": "记"}}
    Terminal(out, io.StringIO(), Catalogue("en")).result_json(values)
    assert out.getvalue() == '{"a": null, "b": [1.5, null], "c": {"d": null, "e": "记"}}\n'


def test_the_first_interrupt_waits_for_the_step_and_the_second_does_not() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interrupt() as interrupt:
        signal.raise_signal(signal.SIGINT)
        assert interrupt.wanted
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupted_run_keeps_what_it_has(
    rnnviz: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = TrainingLoop.step

    def interrupted_step(loop: TrainingLoop) -> Any:
        if loop.step_count == 2:
            signal.raise_signal(signal.SIGINT)
        return step(loop)

    monkeypatch.setattr(TrainingLoop, "step", interrupted_step)
    done = rnnviz("run", "hello-memory", "--steps", 10**6, "--out", tmp_path, "--json")
    assert done.status == 130
    assert load_session(tmp_path / "session.rnnviz").state.step == 3


def program(*words: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, str(ROOT / "main.py"), *words]
    return subprocess.run(command, stderr=subprocess.PIPE, timeout=120, check=False, **options)


def test_a_reader_that_leaves_early_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = program("list", stdout=writing, env=buffered)
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode == 0


@pytest.mark.parametrize("words", [["list"], ["list", "--json"]])
def test_a_full_disk_behind_the_output_is_said(words: list[str]) -> None:
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    for environment in (buffered, {**buffered, "PYTHONUNBUFFERED": "1"}):
        with open("/dev/full", "wb") as full:
            done = program(*words, "--lang", "en", stdout=full, env=environment)
        assert done.returncode == 2
        assert done.stderr.startswith(b"The disk is full: stdout")
        assert len(done.stderr.splitlines()) == 1


def test_a_bare_locale_still_speaks() -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = program("list", "--lang", "zh_CN", stdout=subprocess.PIPE, env=environment)
    assert done.returncode == 0, done.stderr
    assert b"hello-memory" in done.stdout
    done = program("run", "nosuch", "--lang", "zh_CN", stdout=subprocess.PIPE, env=environment)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"nosuch" in done.stderr
    assert b"Traceback" not in done.stderr
