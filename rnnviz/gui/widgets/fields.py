"""Which settings the column shows, in which order and how they step; their limits come from the engine.

A cell or task that brings a new option gets a field by declaring it; it needs no line here unless its steps
should differ from the usual ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rnnviz.engine.cells import CELLS
from rnnviz.engine.optimisers import OPTIMISERS
from rnnviz.engine.options import Option
from rnnviz.engine.spec import MODEL_OPTIONS as BUILD_OPTIONS
from rnnviz.gui.widgets.spin import NumberSpec
from rnnviz.tasks import TASKS, Task
from rnnviz.training.spec import MODEL_OPTIONS, TRAINING_OPTIONS

NARROW, WIDE = 88, 136
SECTIONS = ("model", "task", "training")


@dataclass(frozen=True)
class Field:
    """One row: dotted key, the key of its label, and a number's limits or (None) a list of choices.

    ``segments`` shows the usual choices side by side, ``many`` lets several of them be chosen, ``line`` takes
    what a person writes. ``group`` is the section where that is not the first part of the key.
    """

    key: str
    label: str
    number: NumberSpec | None = None
    switch: bool = False
    segments: bool = False
    many: bool = False
    line: bool = False
    wide: int = NARROW
    choices: tuple[str, ...] = ()  # of a word; their texts are "choice.WORD" where there is one
    advanced: bool = False  # unfolded by those who look for it
    usual: object = None  # its default
    group: str = ""

    @property
    def section(self) -> str:
        """ "model", "task" or "training"."""
        return self.group or self.key.partition(".")[0]


# Step, and whether steps go 1-2-5; every other number steps by 1 (whole) or 0.1.
_STEPS: Mapping[str, tuple[float, bool]] = {
    "model.forget_bias": (0.5, False),
    "model.embedding": (8, False),
    "model.chrono": (10, True),
    "training.learning_rate": (0.001, True),
    "training.clip": (0.1, True),
    "training.clip_value": (0.1, True),
    "training.momentum": (0.05, False),
    "training.weight_decay": (0.01, True),
    "training.steps": (100, False),
    "training.evaluate_every": (10, False),
}
_UNGROUPED = frozenset({"training.seed"})
_OFF = ("model.embedding", "model.chrono", "model.dropout", "training.clip", "training.clip_value")
_ZERO = {**dict.fromkeys(_OFF, "field.off"), "training.steps": "field.endless"}
# An optimiser's own settings stand beside the learning rate.
_USUAL = ("optimiser", "learning_rate", "momentum", "weight_decay", "clip", "batch", "seed", "steps")
_TRAINING = (*_USUAL, "schedule", "clip_value", "carry", "evaluate_every")


def _field(section: str, option: Option) -> Field:
    key, label = f"{section}.{option.key}", f"option.{option.key}"
    field = Field(key, label, advanced=option.advanced, usual=option.default)
    if isinstance(option.default, bool):
        return replace(field, switch=True)
    if isinstance(option.default, str):
        return replace(field, choices=option.choices)
    whole = isinstance(option.default, int)
    step, log = _STEPS.get(key, (1 if whole else 0.1, False))
    low = option.low if option.low is not None else -1e9
    high = option.high if option.high is not None else 1e9
    number = NumberSpec(low, high, step, whole, log, key not in _UNGROUPED, _ZERO.get(key, ""))
    return replace(field, number=number)


def _distinct(options: Iterable[Option]) -> list[Option]:
    """Options of several cells in their order, one of a key."""
    return list({option.key: option for option in options}.values())


def _widest(options: Iterable[Option]) -> list[Option]:
    """Options of several tasks in their order, one of a key, with room for what any of them takes."""
    found: dict[str, Option] = {}
    for option in options:
        known = found.get(option.key, option)
        low = None if None in (known.low, option.low) else min(known.low or 0, option.low or 0)
        high = None if None in (known.high, option.high) else max(known.high or 0, option.high or 0)
        found[option.key] = replace(known, low=low, high=high)
    return list(found.values())


def fields() -> tuple[Field, ...]:
    """Return every setting of every cell and task, in the order of the column; advanced ones last."""
    of_cells = _distinct(option for cell in CELLS.values() for option in cell.options)
    model = (*MODEL_OPTIONS[1:], *BUILD_OPTIONS, *of_cells)
    task = _widest(option for task in TASKS.values() for option in task.options)
    training = sorted(TRAINING_OPTIONS, key=_training_place)
    found = (
        Field("model.cell", "option.cell", segments=True),
        *(_field("model", option) for option in model),
        Field("task.key", "option.task", wide=WIDE),
        Field("task.text", "option.text", wide=WIDE),
        *(_field("task", option) for option in task),
        *(_field("training", option) for option in training),
    )
    return tuple(sorted(found, key=lambda field: (SECTIONS.index(field.section), field.advanced)))


def _training_place(option: Option) -> int:
    return _TRAINING.index(option.key) if option.key in _TRAINING else len(_TRAINING)


def applies(key: str, values: Mapping[str, object]) -> bool:
    """Whether a setting has a place: it has a value, an optimiser's own setting has its optimiser, and states
    are carried only where a task has sequences that go on.
    """
    if key not in values:
        return False
    section, _, name = key.partition(".")
    if key == "training.carry":
        return TASKS[str(values["task.key"])].stream is not Task.stream
    owned = {option.key for optimiser in OPTIMISERS.values() for option in optimiser.options}
    if section != "training" or name not in owned:
        return True
    chosen = OPTIMISERS.get(str(values.get("training.optimiser")))
    return chosen is not None and any(option.key == name for option in chosen.options)


def idle(values: Mapping[str, object]) -> dict[str, str]:
    """Settings that another one leaves without effect, each with the key of the sentence that says why."""
    found = {}
    if values.get("model.layers") == 1:
        found["model.dropout"] = "idle.dropout"
    if values.get("model.chrono"):
        found["model.forget_bias"] = "idle.forget-bias-chrono"
    if values.get("model.nfg"):
        found["model.forget_bias"] = "idle.forget-bias-nfg"
    return found
