"""What the gallery holds: the bundled experiments and a person's own, as cards in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from rnnviz.engine.errors import UserError
from rnnviz.files.experiment import Experiment, Notes, experiment_keys, experiments, load_experiment
from rnnviz.files.finished import FinishedRun, bundled_run, finished_run, save_finished
from rnnviz.files.library import Own, free_path, own_experiments, run_path, save_experiment
from rnnviz.workbench.frame import Frame

OVER = ("finished", "diverged")


@dataclass(frozen=True)
class Card:
    """One experiment to choose. `source` opens it; `problem` says why a person's file cannot be read."""

    source: str
    key: str
    title: str
    promise: str = ""
    cell: str = ""
    hidden: int = 0
    task: str = ""
    own: bool = False
    run: FinishedRun | None = None
    problem: UserError | None = None


class Library:
    """Experiments by their keys. The bundled ones are read once, a person's own whenever cards are wanted.

    Nothing is read before somebody asks: a start needs the words of one experiment, not of all.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def _bundled(self) -> tuple[Experiment, ...]:
        return tuple(experiments())

    @cached_property
    def _own(self) -> tuple[Own, ...]:
        return own_experiments(self.folder)

    def notes(self, key: str, language: str) -> Notes | None:
        """The words of an experiment; None for a key that nothing has."""
        if key in experiment_keys():
            experiment: Experiment | None = load_experiment(key)
        else:
            own = (o.experiment for o in self._own if o.experiment is not None and o.experiment.key == key)
            experiment = next(own, None)
        return None if experiment is None else experiment.notes.get(language)

    def cards(self, language: str) -> tuple[Card, ...]:
        """The bundled experiments in their order, then a person's own."""
        self._own = own_experiments(self.folder)
        bundled = [_card(e, e.key, language, bundled_run(e.key)) for e in self._bundled]
        return (*bundled, *(_own_card(own, language) for own in self._own))

    def save(self, path: Path | None, experiment: Experiment) -> tuple[Path, Experiment]:
        """Write a new experiment, without a `path` into our own folder. Raises UserError."""
        title = next((n.title for n in experiment.notes.values() if n.title), "")
        path = free_path(self.folder, title) if path is None else path
        written = save_experiment(path, experiment)
        self._own = own_experiments(self.folder)
        return path, written

    def remember(self, frame: Frame) -> None:
        """Keep the run of a frame as the finished run of a person's own experiment, where it is just that.

        Raises UserError when the folder cannot be written.
        """
        own = next((o for o in self._own if o.path.stem == frame.experiment), None)
        if own is None or own.experiment is None or frame.run.status not in OVER or frame.run.curves is None:
            return
        started = replace(frame.spec.training, steps=own.experiment.spec.training.steps)
        if replace(frame.spec, training=started) != own.experiment.spec:
            return
        self.keep_run(own.path, frame)

    def keep_run(self, path: Path, frame: Frame) -> None:
        """Write the run of a frame beside the experiment in `path`. Raises UserError."""
        save_finished(run_path(path), finished_of(frame))
        self._own = own_experiments(self.folder)


def finished_of(frame: Frame) -> FinishedRun:
    """The record of the run that a frame shows."""
    run = frame.run
    assert run.curves is not None
    score = {"loss": run.held_out, "accuracy": run.accuracy}
    judged = run.curves.held_out_score[-1:].tolist()
    if run.pass_mark is not None and run.pass_mark.metric != "loss" and judged:
        score |= {run.pass_mark.metric: judged[0]}
    return finished_run(
        frame.spec,
        run.curves,
        run.baseline,
        score,
        run.pass_mark,
        steps=run.step,
        blew_up=run.status == "diverged",
    )


def _card(experiment: Experiment, source: str, language: str, run: FinishedRun | None) -> Card:
    notes: Mapping[str, Notes] = experiment.notes
    words = notes.get(language, Notes(experiment.key))
    spec = experiment.spec
    title = words.title or experiment.key
    return Card(source, experiment.key, title, words.promise, spec.cell, spec.hidden, spec.task, run=run)


def _own_card(own: Own, language: str) -> Card:
    if own.experiment is None:
        return Card(str(own.path), own.path.stem, own.path.name, own=True, problem=own.problem)
    return replace(_card(own.experiment, str(own.path), language, own.run), own=True)
