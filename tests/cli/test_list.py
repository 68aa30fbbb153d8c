"""`list`, the language, and what the command line itself refuses."""

import json
from typing import Any

import pytest

from rnnviz import __version__
from rnnviz.cli import main
from rnnviz.engine.cells import CELLS
from rnnviz.files.experiment import experiment_keys
from rnnviz.tasks import TASKS


def test_json_lists_everything_by_key_and_title(rnnviz: Any) -> None:
    done = rnnviz("list", "--json")
    assert done.status == 0
    listed = json.loads(done.out)
    assert list(listed) == ["cells", "tasks", "experiments"]
    for kind, keys in (("cells", CELLS), ("tasks", TASKS), ("experiments", experiment_keys())):
        assert [entry["key"] for entry in listed[kind]] == list(keys)
        assert all(list(entry) == ["key", "title"] and entry["title"] for entry in listed[kind])


@pytest.mark.parametrize("kind", ["cells", "tasks", "experiments"])
def test_one_kind_alone(rnnviz: Any, kind: str) -> None:
    assert list(json.loads(rnnviz("list", kind, "--json").out)) == [kind]
    english, chinese = rnnviz("list", kind).out, rnnviz("--lang", "zh_CN", "list", kind).out
    assert english != chinese
    assert len(english.splitlines()) == len(chinese.splitlines())


def test_the_language_may_stand_before_or_after_the_command(rnnviz: Any) -> None:
    before = rnnviz("--lang", "zh_CN", "list", "cells")
    assert before == rnnviz("list", "cells", "--lang", "zh_CN") == rnnviz("list", "cells", "--lang=zh_CN")


def test_the_systems_language_is_the_default(rnnviz: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert rnnviz("list") == rnnviz("list", "--lang", "zh_CN")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["nosuch"], "nosuch"),
        (["list", "wonders"], "wonders"),
        (["list", "--js"], "--js"),
        (["list", "--json=yes"], "--json"),
        (["bench", "everything"], "everything"),
    ],
)
def test_complaints_speak_the_language(rnnviz: Any, words: list[str], named: str, language: str) -> None:
    done = rnnviz("--lang", language, *words)
    assert (done.status, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert named in done.err
    assert any("一" <= c <= "鿿" for c in done.err) is (language == "zh_CN")


def test_an_unknown_language_is_refused(rnnviz: Any) -> None:
    done = rnnviz("list", "--lang", "tlh")
    assert done.status == 2
    assert "zh_CN" in done.err


def test_version(rnnviz: Any) -> None:
    assert rnnviz("--version").out == f"rnnviz {__version__}\n"


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["--lang", "zh_CN", "export", "--help"]])
def test_help_is_there(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 0
    assert capsys.readouterr().out
