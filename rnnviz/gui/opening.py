"""What can be opened: bundled experiments (trained ones come as sessions), session files, .toml files."""

from __future__ import annotations

from pathlib import Path

from rnnviz.engine.errors import UserError
from rnnviz.files.catalogue import LANGUAGES
from rnnviz.files.experiment import Experiment, experiment_keys, experiments, load_experiment
from rnnviz.files.resources import resource
from rnnviz.files.session import Session, load_session

SESSION_ENDING = ".rnnviz"
Opened = Experiment | Session


def open_source(source: str) -> Opened:
    """A bundled experiment by its key (its trained session where one is shipped), or a file.

    Raises UserError when there is no such thing or it cannot be read.
    """
    if source in experiment_keys():
        trained = resource("sessions", source + SESSION_ENDING)
        return load_session(trained) if trained.exists() else load_experiment(source)
    path = Path(source)
    if path.suffix.lower() == SESSION_ENDING:
        return load_session(path)
    if path.suffix.lower() == ".toml" or not path.exists():
        return load_experiment(source)
    raise UserError("error.open-kind", name=path.name)


def titles(language: str) -> list[tuple[str, str]]:
    """(key, title) of the bundled experiments, the small trained example first."""
    assert language in LANGUAGES
    return [(e.key, e.notes[language].title) for e in experiments()]
