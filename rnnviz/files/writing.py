"""An experiment as the TOML file that `load_experiment` reads back."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from rnnviz.engine.options import Option, Value
from rnnviz.files.experiment import Experiment, RacePlan
from rnnviz.training.spec import TRAINING_OPTIONS, RunSpec

MAIN = (
    "optimiser",
    "learning_rate",
    "clip",
    "batch",
    "seed",
    "steps",
)  # written even where they are the default


def experiment_toml(experiment: Experiment, text_name: str = "") -> str:
    """The file of an experiment; ``text_name`` is how it names the text trained on.

    Reads back to the same spec, view, notes and expectation, provided that the name leads to the same text.
    """
    spec = experiment.spec
    task: dict[str, Value] = {"key": spec.task}
    if text_name:
        task["text"] = text_name
    task |= dict(spec.task_options)
    if experiment.expect:
        task["expect"] = experiment.expect
    sections: dict[str, Mapping[str, Any]] = {
        "model": {"cell": spec.cell, "hidden": spec.hidden, "layers": spec.layers, **spec.cell_options},
        "task": task,
        "training": dict(_training(spec)),
        "view": experiment.view,
        "race": _race(experiment.race),
    }
    for language, notes in experiment.notes.items():
        words = {key: value for key, value in asdict(notes).items() if value}
        sections[f"notes.{language}"] = words
    return "\n".join(line for name, values in sections.items() for line in _section(name, values))


def _race(plan: RacePlan | None) -> Mapping[str, Any]:
    if plan is None:
        return {}
    if plan.vary:
        values = [settings[plan.vary] for settings in plan.settings]
        return {"vary": plan.vary, "values": values, "seeds": list(plan.seeds)}
    return {"configurations": [dict(settings) for settings in plan.settings], "seeds": list(plan.seeds)}


def _training(spec: RunSpec) -> Iterator[tuple[str, Value]]:
    option: Option
    for option in TRAINING_OPTIONS:
        value: Value = getattr(spec.training, option.key)
        if option.key in MAIN or value != option.default:
            yield option.key, value


def _section(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    if values:
        yield f"[{name}]"
        yield from (f"{key} = {_value(value)}" for key, value in values.items())
        yield ""


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_value(key)} = {_value(inside)}" for key, inside in value.items()) + "}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{_escaped(value)}"' if isinstance(value, str) else repr(value)


def _escaped(text: str) -> str:
    """A basic string's inside: quotes, backslashes and control characters escaped, half an emoji replaced."""
    return "".join(map(_letter, text))


def _letter(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    code = ord(letter)
    if 0xD800 <= code < 0xE000:
        return "\ufffd"
    return f"\\u{code:04x}" if code < 0x20 or code == 0x7F else letter
