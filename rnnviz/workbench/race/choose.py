"""Making a race: from several experiments, from the cells of one, or from one setting varied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Value
from rnnviz.files.catalogue import LANGUAGES, Catalogue, plain
from rnnviz.files.experiment import Experiment, with_setting, with_settings
from rnnviz.files.session import Session
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.race.spec import FEWEST, MOST, RaceSpec, Words

USUAL_CELLS = ("rnn", "gru", "lstm")
SEEDS = (0, 1, 2)
NOT_VARIED = ("training.seed", "training.steps")  # the race has its own
SAME = ("task.", "training.batch", "training.carry")  # what decides which batches a seed gives

Opened = Experiment | Session


def race_cells(
    opened: Opened, cells: Sequence[str] = (), *, seeds: Sequence[int] = SEEDS, steps: int | None = None
) -> RaceSpec:
    """The same run with other cells; by default RNN, GRU and LSTM, and the experiment's own if another.

    Raises UserError as `race_varied`.
    """
    chosen = tuple(cells) or tuple(dict.fromkeys((*USUAL_CELLS, opened.spec.cell)))
    return race_varied(opened, "model.cell", chosen, seeds=seeds, steps=steps)


def race_planned(opened: Opened, *, seeds: Sequence[int] | None = None, steps: int | None = None) -> RaceSpec:
    """What an experiment itself names in its section "race"; its cells where it has none.

    Raises UserError as `race_varied`.
    """
    plan = opened.race if isinstance(opened, Experiment) else None
    if plan is None:
        return race_cells(opened, seeds=seeds or SEEDS, steps=steps)
    seeds = seeds or plan.seeds
    if plan.vary:
        values = [one[plan.vary] for one in plan.settings]
        return race_varied(opened, plan.vary, values, seeds=seeds, steps=steps)
    return race_settings(opened, plan.settings, seeds=seeds, steps=steps)


def race_varied(
    opened: Opened,
    dotted: str,
    values: Sequence[object],
    *,
    seeds: Sequence[int] = SEEDS,
    steps: int | None = None,
) -> RaceSpec:
    """One run with each of ``values`` for the setting ``dotted``; strings are read as the setting's type.

    Raises UserError "error.race-own" for seed and steps, "error.race-same" when two values give the same run,
    "error.race-endless", and whatever `RunSpec.with_value` and `RaceSpec` find wrong.
    """
    if dotted in NOT_VARIED:
        raise UserError("error.race-own", key=dotted)
    runs = tuple(with_setting(opened.spec, dotted, value) for value in values)
    if len(set(map(_identity, runs))) < len(runs):
        raise UserError("error.race-same", key=dotted, values=", ".join(map(str, values)), cell=runs[0].cell)
    titles = tuple(title_of(dotted, run) for run in runs)
    if dotted == "model.cell":
        return _race((opened,) * len(runs), runs, titles, seeds, steps)
    names = tuple(_written((dotted,), run) for run in runs)
    return _race((opened,) * len(runs), runs, titles, seeds, steps, names, dotted)


def race_settings(
    opened: Opened,
    settings: Sequence[Mapping[str, object]],
    *,
    seeds: Sequence[int] = SEEDS,
    steps: int | None = None,
) -> RaceSpec:
    """One run with several sets of changes, each by dotted keys; {} is the run as it is.

    Raises UserError as `race_varied`.
    """
    for dotted in (key for one in settings for key in one):
        if dotted in NOT_VARIED:
            raise UserError("error.race-own", key=dotted)
    runs = tuple(with_settings(opened.spec, one) for one in settings)
    if len(set(map(_identity, runs))) < len(runs):
        keys = ", ".join(dict.fromkeys(key for one in settings for key in one))
        raise UserError("error.race-same", key=keys, values="…", cell=runs[0].cell)
    titles = tuple(_changes(tuple(one), run) for one, run in zip(settings, runs, strict=True))
    names = tuple(_written(tuple(one), run) for one, run in zip(settings, runs, strict=True))
    return _race((opened,) * len(runs), runs, titles, seeds, steps, names)


def race_experiments(
    opened: Sequence[Opened], *, seeds: Sequence[int] = SEEDS, steps: int | None = None
) -> RaceSpec:
    """Several experiments on the same data.

    Raises UserError "error.race-different" with the first setting that makes their batches differ,
    "error.race-endless", and whatever `RaceSpec` finds wrong.
    """
    runs = tuple(one.spec for one in opened)
    for run, other in zip(runs, opened[1:], strict=False):
        key = _difference(run, other.spec)
        if key:
            raise UserError("error.race-different", first=key_of(opened[0]), second=key_of(other), key=key)
    cells = {run.cell for run in runs}
    titles = tuple(
        title_of("model.cell", one.spec) if len(cells) == len(runs) else _name(one) for one in opened
    )
    names = () if len(cells) == len(runs) else tuple(map(key_of, opened))
    return _race(tuple(opened), runs, titles, seeds, steps, names)


def _race(
    opened: tuple[Opened, ...],
    runs: tuple[RunSpec, ...],
    titles: tuple[Words, ...],
    seeds: Sequence[int],
    steps: int | None,
    names: tuple[str, ...] = (),
    varied: str = "",
) -> RaceSpec:
    if not FEWEST <= len(runs) <= MOST:
        raise UserError("error.race-count", value=len(runs), low=FEWEST, high=MOST)
    longest = max((run.training.steps for run in runs), default=0) if steps is None else steps
    if longest < 1:
        raise UserError("error.race-endless")
    keys = tuple(map(key_of, opened))
    expect = next((one.expect for one in opened if one.expect), "")
    return RaceSpec(runs, titles, tuple(seeds), longest, keys, varied, expect, names)


def key_of(opened: Opened) -> str:
    """What an experiment, or that of a session, is called in files."""
    return opened.key if isinstance(opened, Experiment) else opened.experiment


def _identity(run: RunSpec) -> tuple[object, ...]:
    """What tells runs apart: every setting in force, and the text."""
    return (*sorted(run.settings().items()), run.text)


def _difference(run: RunSpec, other: RunSpec) -> str:
    """The first setting by which two runs see other batches, "" without one."""
    if run.text != other.text:
        return "task.text"
    mine, theirs = run.settings(), other.settings()
    keys = [key for key in {**mine, **theirs} if key.startswith(SAME)]
    return next((key for key in keys if mine.get(key) != theirs.get(key)), "")


def _name(opened: Opened) -> Words:
    """An experiment's own title."""
    notes = opened.notes if isinstance(opened, Experiment) else {}
    return {
        language: notes[language].title if language in notes else key_of(opened) for language in LANGUAGES
    }


def title_of(dotted: str, run: RunSpec) -> Words:
    """What tells a run from others that differ in one setting: its cell's name, or setting and value."""
    return {language: _words(Catalogue(language), dotted, run) for language in LANGUAGES}


def _written(keys: Sequence[str], run: RunSpec) -> str:
    """The settings as `run --set` takes them, separated by blanks; the cell where there are none."""
    words = []
    for key in keys:
        value = (run.text.name if run.text else "") if key == "task.text" else run.value(key)
        words.append(f"{key}={str(value).lower() if isinstance(value, bool) else plain(value)}")
    return " ".join(words) or run.cell


def _changes(keys: Sequence[str], run: RunSpec) -> Words:
    """What a configuration changes, in words; without a change its cell's name.  A switch is just named."""
    found = {}
    for language in LANGUAGES:
        catalogue = Catalogue(language)
        words = [
            catalogue.text(f"option.{key.partition('.')[2]}")
            if run.value(key) is True
            else _words(catalogue, key, run)
            for key in keys
        ]
        found[language] = ", ".join(words) or _words(catalogue, "model.cell", run)
    return found


def _words(catalogue: Catalogue, dotted: str, run: RunSpec) -> str:
    key = dotted.partition(".")[2]
    if dotted == "task.text":
        return "" if run.text is None else run.text.name
    value = run.value(dotted)
    if dotted == "model.cell":
        return catalogue.text(f"cell.{value}") if f"cell.{value}" in catalogue else str(value)
    name = catalogue.text(f"option.{key}") if f"option.{key}" in catalogue else dotted
    if isinstance(value, bool):
        return catalogue.text("race.with" if value else "race.without", name=name)
    return catalogue.text("race.setting", name=name, value=_value(catalogue, key, value))


def _value(catalogue: Catalogue, key: str, value: Value) -> str:
    words: Mapping[str, str] = {
        place: catalogue.text(place) for place in (f"choice.{value}", f"{key}.{value}") if place in catalogue
    }
    return next(iter(words.values()), plain(value))
