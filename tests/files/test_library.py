"""A person's own experiments: saved, listed, read back, and never a reason to fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rnnviz.engine.errors import UserError
from rnnviz.files.experiment import Experiment, Notes, experiment_keys, load_experiment
from rnnviz.files.finished import FinishedRun, save_finished
from rnnviz.files.library import file_key, free_path, own_experiments, run_path, save_experiment
from rnnviz.tasks import Text
from rnnviz.training.spec import RunSpec


@pytest.fixture
def mine() -> Experiment:
    return replace(load_experiment("hello-memory"), notes={"en": Notes("My own", "rain")})


def test_a_bundled_text_is_named_and_not_copied(tmp_path: Path, mine: Experiment) -> None:
    path = free_path(tmp_path, "My own")
    save_experiment(path, mine)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["my-own.toml"]
    [own] = own_experiments(tmp_path)
    assert own.experiment is not None
    assert own.experiment.spec == mine.spec
    assert own.experiment.notes["zh_CN"].title == "My own"
    assert own.run is None


def test_a_text_of_ones_own_lies_beside_and_comes_back(tmp_path: Path) -> None:
    spec = RunSpec(text=Text("/some/where/story.csv", 'a,b\n"é",2\n' * 60, "user"))
    path = tmp_path / "deep" / "table.toml"
    written = save_experiment(path, Experiment("x", spec))
    assert path.with_name("table.csv").read_text(encoding="utf-8") == spec.text.content
    assert load_experiment(path).spec == written.spec
    assert written.key == "table"


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", "..", ".", "folder/story.txt", ""])
def test_a_file_may_not_name_a_text_elsewhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.txt").write_text("secret " * 100)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "story.txt").write_text("story " * 100)
    inner = tmp_path / "folder" / "x.toml"
    inner.write_text(f'[task]\ntext = "{name}"\n')
    outer = tmp_path / "x.toml"
    outer.write_text(f'[task]\ntext = "{name}"\n')
    for path in (inner, outer):
        with pytest.raises(UserError) as caught:
            load_experiment(path)
        problem = caught.value.values["problem"]
        assert isinstance(problem, UserError)
        assert problem.key == "error.text-unknown"
        assert caught.value.values["line"] == 2


def test_what_cannot_be_read_is_listed_with_its_reason(tmp_path: Path, mine: Experiment) -> None:
    save_experiment(tmp_path / "good.toml", mine)
    (tmp_path / "bad.toml").write_text("[model]\nhidden = 100000\n")
    (tmp_path / "folder.toml").mkdir()
    bad, folder, good = own_experiments(tmp_path)
    assert bad.problem is not None
    assert bad.problem.values["line"] == 2
    assert folder.problem is not None
    assert good.experiment is not None
    assert own_experiments(tmp_path / "nowhere") == ()


def test_titles_become_names_of_files(tmp_path: Path) -> None:
    assert file_key("My own, 2nd try!") == "my-own-2nd-try"
    assert file_key("我的 实验") == "我的-实验"
    assert file_key("../..") == "experiment"
    assert len(file_key("word " * 100)) <= 60
    assert experiment_keys()[0] == "hello-memory"
    assert free_path(tmp_path, "Hello memory").name == "hello-memory-2.toml"
    (tmp_path / "x.toml").write_text("")
    assert free_path(tmp_path, "x").name == "x-2.toml"


def test_a_finished_run_is_found_until_the_experiment_is_written_anew(
    tmp_path: Path, mine: Experiment
) -> None:
    path = tmp_path / "mine.toml"
    save_experiment(path, mine)
    run = FinishedRun((0, 20), (3.0, 1.0), 2.8, {"loss": 1.0}, "loss", 2.0, False, 20, 7)
    save_finished(run_path(path), run)
    assert own_experiments(tmp_path)[0].run == run
    save_experiment(path, mine)
    assert own_experiments(tmp_path)[0].run is None


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, mine: Experiment) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError) as caught:
        save_experiment(tmp_path / "file" / "x.toml", mine)
    assert caught.value.key.startswith("error.write-")
