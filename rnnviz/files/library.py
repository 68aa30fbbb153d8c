"""A person's own experiments: a folder of .toml files, each with its text and its finished run."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from rnnviz.engine.errors import UserError
from rnnviz.files.atomic import make_folder, write_bytes
from rnnviz.files.experiment import Experiment, experiment_keys, load_experiment
from rnnviz.files.finished import ENDING, FinishedRun, load_finished
from rnnviz.files.texts import known_names
from rnnviz.files.writing import experiment_toml

MOST = 200  # files looked at; a folder may hold anything
LONGEST_KEY = 60


@dataclass(frozen=True)
class Own:
    """One file of the folder: what it holds, or why it cannot be read; and its finished run, if known."""

    path: Path
    experiment: Experiment | None
    problem: UserError | None = None
    run: FinishedRun | None = None


def own_experiments(folder: Path) -> tuple[Own, ...]:
    """What ``folder`` holds, in alphabetical order; empty where there is no such folder.  Never fails."""
    try:
        paths = sorted(folder.glob("*.toml"), key=lambda path: path.name.casefold())[:MOST]
    except OSError:
        return ()
    return tuple(map(_own, paths))


def _own(path: Path) -> Own:
    try:
        return Own(path, load_experiment(path), None, load_finished(run_path(path)))
    except UserError as problem:
        return Own(path, None, problem)


def run_path(path: Path) -> Path:
    """Where the finished run of the experiment in ``path`` is kept."""
    return path.with_name(path.stem + ENDING)


def file_key(title: str) -> str:
    """A title as the name of a file: letters and digits of any script, joined by hyphens."""
    words = re.findall(r"\w+", title.casefold())
    return "-".join(words)[:LONGEST_KEY].strip("-_") or "experiment"


def free_path(folder: Path, title: str) -> Path:
    """A path in ``folder`` for an experiment of this title that nothing else is called."""
    key, number = file_key(title), 1
    path = folder / f"{key}.toml"
    while path.exists() or path.stem in experiment_keys():
        number += 1
        path = folder / f"{key}-{number}.toml"
    return path


def save_experiment(path: Path, experiment: Experiment) -> Experiment:
    """Write ``experiment`` to ``path``, and beside it the text it trains on where that is the person's own.

    Returns it as it will be read back.  Raises UserError "error.write-…".
    """
    make_folder(path.parent)
    text = experiment.spec.text
    name = "" if text is None else text.name
    if text is not None and (text.origin == "user" or name not in known_names()):
        name = f"{path.stem}{Path(name).suffix or '.txt'}"
        write_bytes(path.with_name(name), text.content.encode("utf-8", "replace"))
        experiment = replace(
            experiment, spec=replace(experiment.spec, text=replace(text, name=name, origin="user"))
        )
    write_bytes(path, experiment_toml(experiment, name).encode("utf-8"))
    run_path(path).unlink(missing_ok=True)  # it was another experiment's
    return replace(experiment, key=path.stem)
