"""What a person names to work with: an experiment or a session."""

from pathlib import Path

from rnnviz.files.experiment import Experiment, load_experiment
from rnnviz.files.session import Session, load_session

SESSION_ENDING = ".rnnviz"


def open_source(source: str) -> Experiment | Session:
    """A bundled experiment by its key, an experiment's .toml file, or a session.

    A name that is neither a key nor ends in .toml is a session if it ends in .rnnviz or names a file.
    Raises UserError as `load_experiment` and `load_session`.
    """
    path = Path(source)
    if path.suffix != ".toml" and (path.suffix == SESSION_ENDING or _is_file(path)):
        return load_session(path)
    return load_experiment(source)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False
