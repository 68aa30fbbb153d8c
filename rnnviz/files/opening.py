"""What a person names to work with: an experiment or a session."""

from pathlib import Path

from rnnviz.files.experiment import Experiment, experiment_keys, load_experiment
from rnnviz.files.resources import resource
from rnnviz.files.session import Session, load_session

SESSION_ENDING = ".rnnviz"


def open_source(source: str, *, trained: bool = False) -> Experiment | Session:
    """A bundled experiment by its key, an experiment's .toml file, or a session.

    ``trained`` prefers the trained session that comes with an experiment, where there is one.  A name that is
    neither a key nor ends in .toml is a session if it ends in .rnnviz or names a file.
    Raises UserError as `load_experiment` and `load_session`.
    """
    if source in experiment_keys():
        shipped = resource("sessions", source + SESSION_ENDING)
        return load_session(shipped) if trained and shipped.exists() else load_experiment(source)
    path = Path(source)
    ending = path.suffix.lower()
    if ending != ".toml" and (ending == SESSION_ENDING or _is_file(path)):
        return load_session(path)
    return load_experiment(source)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False
