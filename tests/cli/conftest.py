"""Commands run in this process, as a terminal would run them."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from rnnviz.cli import main

# Other systems bring their window libraries along; there is nothing to check, nor an ldd to ask.
collect_ignore = [] if sys.platform == "linux" else ["test_window.py"]


@dataclass(frozen=True)
class Outcome:
    """What a command left: exit status, stdout, stderr."""

    status: int
    out: str
    err: str


Rnnviz = Callable[..., Outcome]


@pytest.fixture
def rnnviz(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Rnnviz:
    """``rnnviz("run", "hello-memory")`` in English unless ``--lang`` says otherwise."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def call(*words: object) -> Outcome:
        status = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return call


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session of hello-memory after 30 steps."""
    folder = tmp_path_factory.mktemp("trained")
    assert main(["run", "hello-memory", "--steps", "30", "--out", str(folder), "--json"]) == 0
    return folder / "session.rnnviz"
