"""A name is an experiment or a session."""

from pathlib import Path

import pytest

from rnnviz.engine.errors import UserError
from rnnviz.files.experiment import Experiment, load_experiment
from rnnviz.files.opening import open_source
from rnnviz.files.resources import resource
from rnnviz.files.session import Session, save_session


def test_keys_files_and_sessions(session: Session, tmp_path: Path) -> None:
    assert isinstance(open_source("hello-memory"), Experiment)
    own = tmp_path / "own.toml"
    own.write_text("[model]\nhidden = 5\n", encoding="utf-8")
    assert open_source(str(own)).spec.hidden == 5
    for name in ("a.rnnviz", "without-ending"):
        save_session(tmp_path / name, session)
        assert isinstance(open_source(str(tmp_path / name)), Session)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("absent.rnnviz", "error.read-missing"),
        ("absent.toml", "error.read-missing"),
        ("absent", "error.experiment-unknown"),
        ("", "error.experiment-unknown"),
        ("a\0b", "error.experiment-unknown"),
        ("x" * 5000, "error.experiment-unknown"),
    ],
)
def test_what_is_not_there(name: str, key: str) -> None:
    with pytest.raises(UserError) as caught:
        open_source(name)
    assert caught.value.key == key


def test_every_shipped_session_is_its_experiment_trained_to_the_end() -> None:
    for path in sorted(resource("sessions").glob("*.rnnviz")):
        experiment, session = load_experiment(path.stem), open_source(path.stem, trained=True)
        assert isinstance(session, Session)
        assert (session.experiment, session.spec) == (experiment.key, experiment.spec), path.name
        assert dict(session.view) == dict(experiment.view), path.name
        assert session.state.step == experiment.spec.training.steps or experiment.expect, path.name
    assert isinstance(open_source("hello-memory"), Experiment)
