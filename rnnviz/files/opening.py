"""What a person names to work with: an experiment, a session, or weights."""

from pathlib import Path

from rnnviz.engine.errors import UserError
from rnnviz.files.experiment import Experiment, experiment_keys, load_experiment
from rnnviz.files.network import Network, load_model
from rnnviz.files.resources import resource
from rnnviz.files.session import Session, load_session
from rnnviz.files.weights import read_weights

SESSION_ENDING = ".rnnviz"
WEIGHTS_ENDING = ".safetensors"


def open_source(source: str, *, trained: bool = False) -> Experiment | Session:
    """A bundled experiment by its key, an experiment's .toml file, or a session: what can be trained.

    ``trained`` prefers the trained session that comes with an experiment, where there is one.  A name that is
    neither a key nor ends in .toml is a session if it ends in .rnnviz or names a file.
    Raises UserError as `load_experiment` and `load_session`.
    """
    if source in experiment_keys():
        shipped = resource("sessions", source + SESSION_ENDING)
        return load_session(shipped) if trained and shipped.exists() else load_experiment(source)
    return load_session(Path(source)) if _is_session(source) else load_experiment(source)


def open_model(source: str, untrained: str) -> Session | Network:
    """A trained network: that of a session, of imported weights, or of a bare file of weights.

    Raises UserError as `load_model` and `read_weights`, and ``untrained`` with the name of an experiment.
    """
    path = Path(source)
    if source not in experiment_keys():
        if path.suffix.lower() == WEIGHTS_ENDING:
            return read_weights(path)
        if _is_session(source):
            return load_model(path)
    load_experiment(source)
    raise UserError(untrained, name=source)


def _is_session(source: str) -> bool:
    path = Path(source)
    ending = path.suffix.lower()
    return ending != ".toml" and (ending == SESSION_ENDING or _is_file(path))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False
