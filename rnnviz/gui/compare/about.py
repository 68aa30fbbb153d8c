"""What the head of the view says of a race, and the example it shows."""

from __future__ import annotations

import numpy as np

from rnnviz.files.experiment import Experiment, experiment_keys, load_experiment
from rnnviz.files.session import Session
from rnnviz.gui import numbers
from rnnviz.gui.compare.header import Example
from rnnviz.gui.look import Look
from rnnviz.tasks import make_task
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.race.spec import RaceSpec

MOST_ASKED = 0.25  # share of the steps above which a mark at every answer marks nothing
SEED = 1


def base_of(opened: Experiment | Session) -> Experiment:
    """The experiment that a race of what was opened begins from; a session keeps its own settings."""
    if isinstance(opened, Experiment):
        return opened
    if opened.experiment in experiment_keys():
        bundled = load_experiment(opened.experiment)
        return Experiment(bundled.key, opened.spec, opened.view, bundled.notes, bundled.expect, bundled.race)
    return Experiment(opened.experiment, opened.spec, opened.view, {}, opened.expect)


def title_of(look: Look, base: Experiment) -> str:
    """The experiment's own title, or its key."""
    notes = base.notes.get(look.catalogue.language)
    return notes.title if notes is not None and notes.title else base.key


def words_of(look: Look, base: Experiment, race: RaceSpec) -> list[str]:
    """The experiment's promise, and what all configurations share."""
    notes = base.notes.get(look.catalogue.language)
    run = race.configurations[0]
    same_size = len({one.hidden for one in race.configurations}) == 1
    shared = look.text(
        "compare.same" if same_size else "compare.same-data",
        hidden=run.hidden,
        seeds=len(race.seeds),
        steps=numbers.count(race.steps),
    )
    return [notes.promise, shared] if notes is not None and notes.promise else [shared]


def example_of(run: RunSpec) -> Example:
    """One sequence as the task would draw it, what must be kept of it, and where an answer is due.

    Raises UserError as `make_task`.
    """
    task = make_task(run.task, run.task_options, run.text)
    typed = task.typed(task.sample_text(np.random.default_rng(SEED)))
    targets = np.asarray(typed.targets)
    known = targets[:, 0] >= 0 if targets.ndim == 2 else ~np.isnan(targets[:, 0]).any(axis=1)
    asked = frozenset(np.flatnonzero(known).tolist())
    if len(asked) > MOST_ASKED * len(typed.tokens):
        asked = frozenset()
    answers = set(task.output_symbols)
    symbols = set() if task.vocabulary is None else set(task.vocabulary.symbols)
    few = answers if answers < symbols and len(answers) <= len(symbols) / 2 else set()
    cue = frozenset(n for n, token in enumerate(typed.tokens) if token in few or token.endswith("*"))
    return Example(typed.tokens, cue if asked else frozenset(), asked)
