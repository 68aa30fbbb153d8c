"""Experiments: a run, where to look at it, and why, as a TOML file that a person writes.

Sections ``model``, ``task``, ``training`` hold the settings by the keys of `RunSpec`; ``task.key`` is the
task, ``task.text`` a text by name or a file in the same folder, ``task.expect`` how the run is meant to fail,
"blow-up" or "no-pass".  ``view`` says what is typed and looked at, ``notes.en`` and ``notes.zh_CN`` give
title, promise (one line) and text.  ``race`` says what to compare: ``vary``, a dotted key, with its
``values``, or ``configurations``, a list of tables of dotted keys; and with which ``seeds``.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Option, Value, complete
from rnnviz.files.catalogue import LANGUAGES
from rnnviz.files.resources import resource
from rnnviz.files.texts import fitting_text, known_names, named_text, read_limited, read_text_file
from rnnviz.tasks import TASKS, Text
from rnnviz.training.spec import RunSpec

MAX_BYTES = 200_000
SECTIONS = ("model", "task", "training", "view", "race", "notes")
EXPECT = Option("expect", "", choices=("", "blow-up", "no-pass"))
VIEW_OPTIONS = (
    Option("text", ""),
    Option("cursor", 1, low=1, high=512),  # a step, from 1; without it the end of the text
    Option("unit", 0, low=0, high=511),
    Option("layer", 0, low=0, high=7),
    Option("whole_loss", False),
)
RACE_KEYS = ("vary", "values", "configurations", "seeds")
RACE_SEEDS, MOST_RACERS = (0, 1, 2), 4
NOTES_OPTIONS = (Option("title", ""), Option("promise", ""), Option("text", ""))


@dataclass(frozen=True)
class Notes:
    """What an experiment shows: a title, a promise of one line, and some paragraphs.  Plain text."""

    title: str
    promise: str = ""
    text: str = ""


@dataclass(frozen=True)
class RacePlan:
    """What an experiment compares: ``settings`` by dotted keys, one mapping a configuration.

    ``vary`` is the one key in which they differ, "" where each names its own.
    """

    settings: tuple[Mapping[str, Value], ...]
    seeds: tuple[int, ...] = RACE_SEEDS
    vary: str = ""


@dataclass(frozen=True)
class Experiment:
    """``view``: what was given of `VIEW_OPTIONS`; ``notes``: every language; ``race`` where there is one.

    ``expect`` is "" or how the run is meant to fail: "blow-up", or "no-pass", short of its pass mark.
    """

    key: str
    spec: RunSpec
    view: Mapping[str, Value] = field(default_factory=dict)
    notes: Mapping[str, Notes] = field(default_factory=dict)
    expect: str = ""
    race: RacePlan | None = None


def experiment_keys() -> tuple[str, ...]:
    """The bundled experiments in the gallery's order: the small trained example first."""
    keys = sorted(path.stem for path in resource("experiments").glob("*.toml"))
    return tuple(sorted(keys, key=lambda key: (key != "hello-memory", key)))


def experiments() -> Iterator[Experiment]:
    """Every bundled experiment, in the gallery's order."""
    return map(load_experiment, experiment_keys())


def load_experiment(source: str | Path) -> Experiment:
    """An experiment by its bundled key or from a .toml file.

    Raises UserError "error.experiment-unknown", "error.read-…", and for a file that does not fit
    "error.experiment-line" with path, line and the problem, itself a UserError.
    """
    name = str(source)
    if name in experiment_keys():
        return _parse(resource("experiments", f"{name}.toml"))
    if name.lower().endswith(".toml"):
        return _parse(Path(source))
    raise UserError("error.experiment-unknown", name=name, allowed=", ".join(experiment_keys()))


def with_setting(spec: RunSpec, dotted: str, value: object) -> RunSpec:
    """`RunSpec.with_value`, where "task.text" may also be the name of a text or a path to a file of the
    user's.

    For settings that the user types; a path out of a file from elsewhere must not come this way.
    """
    if dotted == "task.text" and isinstance(value, str):
        return spec.with_value(
            dotted, named_text(value) if value in known_names() else read_text_file(Path(value))
        )
    return spec.with_value(dotted, value)


def with_settings(spec: RunSpec, settings: Mapping[str, object]) -> RunSpec:
    """`with_setting` for many; the cell and the task first, because they decide which other keys apply.

    A task that reads another kind of text gets one that fits, unless the text is among the settings.
    """
    first = ("model.cell", "task.key")
    for dotted in sorted(settings, key=lambda key: key not in first):
        spec = with_setting(spec, dotted, settings[dotted])
    of_task = any(key.startswith("task.") for key in settings)
    return with_fitting_text(spec) if of_task and "task.text" not in settings else spec


def with_fitting_text(spec: RunSpec, before: RunSpec | None = None) -> RunSpec:
    """The spec with a text of the kind that its task reads; see `fitting_text`.

    What the task of ``before`` read is left behind where this one reads another kind.
    """
    folder, text = _reads(spec), spec.text
    if before is not None and folder and _reads(before) not in ("", folder):
        text = None
    text = fitting_text(folder, text)
    return spec if text is spec.text else replace(spec, text=text)


def _reads(spec: RunSpec) -> str:
    return TASKS[spec.task].reads(spec.task_options)


def checked_view(given: Mapping[str, object]) -> Mapping[str, Value]:
    """What was given of a view, checked.  Raises UserError "error.setting-unknown" or "error.option-…"."""
    checked = complete(VIEW_OPTIONS, given)
    return MappingProxyType({key: checked[key] for key in given})


@dataclass(frozen=True)
class _Source:
    """The file's words, for naming the line of what does not fit."""

    path: Path
    content: str

    def wrong(self, dotted: str, problem: UserError) -> UserError:
        """The sentence that names file and line."""
        return UserError(
            "error.experiment-line", path=str(self.path), line=self._line(dotted), problem=problem
        )

    def _line(self, dotted: str) -> int:
        """Line (from 1) of "section.key", or where its section begins if the key is not written plainly."""
        section, _, key = dotted.rpartition(".")
        current, section_line = "", 0
        for number, line in enumerate(self.content.splitlines(), 1):
            header = re.match(r"\s*\[{1,2}\s*([^\[\]]+?)\s*\]", line)
            if header:
                current = header[1].replace('"', "")
                if current in (section, dotted):
                    section_line = section_line or number
            elif current == section and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
                return number
        return section_line or 1


def _parse(path: Path) -> Experiment:
    data = read_limited(path, MAX_BYTES, "error.experiment-too-large")
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError("error.text-not-utf8", path=str(path), position=error.start, line=line) from error
    source = _Source(path, content)
    try:
        document = tomllib.loads(content.replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:  # ValueError: malformed, or a number of 5,000 digits
        raise _malformed(path, error) from error
    for section, table in document.items():
        if section not in SECTIONS:
            problem = UserError("error.section-unknown", key=section, allowed=", ".join(SECTIONS))
            raise source.wrong(section, problem)
        if not isinstance(table, dict):
            raise source.wrong(section, UserError("error.section-type", key=section))
    task = dict(document.get("task", {}))
    expect = _checked(source, "task", (EXPECT,), {"expect": task.pop("expect", "")})["expect"]
    spec = _spec(source, {**document, "task": task})
    return Experiment(
        path.stem,
        spec,
        _view(source, document.get("view", {})),
        MappingProxyType(_notes(source, document.get("notes", {}))),
        str(expect),
        _race(source, spec, document["race"]) if "race" in document else None,
    )


def _malformed(path: Path, error: Exception) -> UserError:
    """What tomllib found; its message ends with the place, which our sentence says itself."""
    place = re.search(r"\s*\(at line (\d+), column \d+\)$", str(error))
    reason = str(error)[: place.start()] if place else str(error)
    if isinstance(error, RecursionError):
        reason = "nested too deeply"
    return UserError(
        "error.experiment-malformed", path=str(path), line=int(place[1]) if place else "?", reason=reason
    )


def _spec(source: _Source, document: Mapping[str, Any]) -> RunSpec:
    """The run; every value goes through the option that declares it, and the cell and the task come first."""
    settings = [
        (f"{section}.{key}", value)
        for section in ("model", "task", "training")
        for key, value in document.get(section, {}).items()
    ]
    spec = RunSpec()
    for dotted, value in sorted(settings, key=lambda item: item[0] not in ("model.cell", "task.key")):
        try:
            if dotted == "task.text":
                value = _text(source.path, str(value))
            spec = spec.with_value(dotted, value)
        except UserError as problem:
            raise source.wrong(dotted, problem) from problem
    return spec


def _text(path: Path, name: str) -> Text:
    """A text by its name, or the file of that name beside the experiment; never a path to elsewhere."""
    beside = path.with_name(name) if name and Path(name).name == name else path
    if name not in known_names() and Path(name).suffix and beside != path and beside.is_file():
        return read_text_file(beside)
    return named_text(name)


def _race(source: _Source, spec: RunSpec, table: Mapping[str, Any]) -> RacePlan:
    """The race; every setting must be one that the run has."""
    for key in table:
        if key not in RACE_KEYS:
            problem = UserError("error.setting-unknown", key=key, allowed=", ".join(RACE_KEYS))
            raise source.wrong(f"race.{key}", problem)
    vary = str(_checked(source, "race", (Option("vary", ""),), {"vary": table.get("vary", "")})["vary"])
    key = "values" if vary else "configurations"
    given = table.get(key)
    configurations = [{vary: value} for value in given] if vary and isinstance(given, list) else given
    if not isinstance(configurations, list) or not 2 <= len(configurations) <= MOST_RACERS:
        raise source.wrong(f"race.{key}", UserError("error.race-list", key=key, low=2, high=MOST_RACERS))
    settings = []
    for configuration in configurations:
        try:
            settings.append(_racer(spec, configuration))
        except UserError as problem:
            raise source.wrong(f"race.{key}", problem) from problem
    seeds = table.get("seeds", list(RACE_SEEDS))
    seed = Option("seeds", 0, low=0, high=2**32 - 1)
    if not isinstance(seeds, list) or not seeds or any(not seed.takes(value) for value in seeds):
        raise source.wrong("race.seeds", UserError("error.race-seed-list"))
    return RacePlan(tuple(settings), tuple(dict.fromkeys(int(value) for value in seeds)), vary)


def plan_for(spec: RunSpec, plan: RacePlan | None) -> RacePlan | None:
    """The plan for a run of other settings; None where it names one that this run lacks."""
    if plan is None:
        return None
    try:
        return replace(plan, settings=tuple(_racer(spec, dict(one)) for one in plan.settings))
    except UserError:
        return None


def _racer(spec: RunSpec, configuration: object) -> Mapping[str, Value]:
    """Settings by dotted key.  Raises UserError for one that no run has or that is out of range."""
    if not isinstance(configuration, dict):
        raise UserError("error.race-list", key="configurations", low=2, high=MOST_RACERS)
    changed = spec.with_values(configuration.items())
    return MappingProxyType({dotted: changed.value(dotted) for dotted in configuration})


def _checked(
    source: _Source, section: str, options: tuple[Option, ...], table: Mapping[str, Any]
) -> dict[str, Value]:
    """Every option of a section; an unknown key or a bad value is named with its line."""
    for key in table:
        try:
            complete(options, {key: table[key]})
        except UserError as problem:
            raise source.wrong(f"{section}.{key}", problem) from problem
    return complete(options, table)


def _view(source: _Source, table: Mapping[str, Any]) -> Mapping[str, Value]:
    _checked(source, "view", VIEW_OPTIONS, table)
    return checked_view(table)


def _notes(source: _Source, table: Mapping[str, Any]) -> dict[str, Notes]:
    """Notes in every language; a language that is missing has the words of the other, or the file's name."""
    written = {}
    for language, words in table.items():
        if language not in LANGUAGES:
            problem = UserError(
                "error.section-unknown", key=f"notes.{language}", allowed=", ".join(LANGUAGES)
            )
            raise source.wrong(f"notes.{language}", problem)
        if not isinstance(words, dict):
            raise source.wrong(f"notes.{language}", UserError("error.section-type", key=f"notes.{language}"))
        values = _checked(source, f"notes.{language}", NOTES_OPTIONS, words)
        written[language] = Notes(**{key: str(value).strip() for key, value in values.items()})
    fallback = next(iter(written.values()), Notes(source.path.stem))
    return {language: written.get(language, fallback) for language in LANGUAGES}
