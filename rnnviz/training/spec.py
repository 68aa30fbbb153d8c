"""What a run is: the model, the task and the training settings, as one frozen record."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any

from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.model import MOST_NUMBERS, Model
from rnnviz.engine.optimisers import OPTIMISERS
from rnnviz.engine.options import Option, Value, complete
from rnnviz.engine.schedules import SCHEDULES
from rnnviz.engine.spec import HIDDEN, LAYERS, ModelSpec, options_of
from rnnviz.engine.spec import MODEL_OPTIONS as BUILD_OPTIONS
from rnnviz.tasks import TASKS, Task, Text, make_task

MODEL_OPTIONS = (
    Option("cell", "lstm", choices=tuple(CELLS)),
    HIDDEN,
    LAYERS,
)
"""What every model has; what it may have besides is `options_of` its cell."""
TRAINING_OPTIONS = (
    Option("optimiser", "adam", choices=tuple(OPTIMISERS)),
    Option("learning_rate", 0.004, low=0.0, high=1e6),
    Option("clip", 1.0, low=0.0, high=1e6),  # 0 turns clipping off
    Option("batch", 16, low=1, high=1024),
    Option("seed", 7, low=0, high=2**32 - 1),
    Option("steps", 1600, low=0, high=10**9),  # 0: no end
    Option("momentum", 0.9, low=0.0, high=0.9999),
    Option("weight_decay", 0.0, low=0.0, high=1.0),
    Option("evaluate_every", 20, low=1, high=10**6, advanced=True),
    Option("schedule", "constant", choices=tuple(SCHEDULES), advanced=True),  # of the learning rate
    Option("clip_value", 0.0, low=0.0, high=1e6, advanced=True),  # each element within ±; 0 turns it off
    Option("carry", False, advanced=True),  # a batch goes on from the states that the one before ended in
)
LIVE = frozenset({"training.learning_rate", "training.clip", "training.clip_value", "training.steps"})
"""Settings that apply to a run that has begun; all others need a reset."""


@dataclass(frozen=True)
class TrainingSettings:
    """How to train.  ``clip`` 0 means no clipping, ``steps`` 0 no end.  Ranges: `TRAINING_OPTIONS`."""

    optimiser: str = "adam"
    learning_rate: float = 0.004
    clip: float = 1.0
    batch: int = 16
    seed: int = 7
    steps: int = 1600
    momentum: float = 0.9
    weight_decay: float = 0.0
    evaluate_every: int = 20
    schedule: str = "constant"
    clip_value: float = 0.0
    carry: bool = False

    def __post_init__(self) -> None:
        """Raises UserError "error.option-…" for a value out of range."""
        for key, value in complete(TRAINING_OPTIONS, asdict(self)).items():
            object.__setattr__(self, key, value)  # in the option's own type: 1 becomes 1.0


@dataclass(frozen=True)
class RunSpec:
    """Everything that determines a run, bit for bit.

    ``cell_options`` (of the cell and of the model's build, `options_of`) and ``task_options`` hold what was
    chosen; what is missing has its default.
    """

    cell: str = "lstm"
    hidden: int = 16
    layers: int = 1
    cell_options: Mapping[str, Value] = field(default_factory=dict)
    task: str = "characters"
    task_options: Mapping[str, Value] = field(default_factory=dict)
    text: Text | None = None
    training: TrainingSettings = field(default_factory=TrainingSettings)

    def __post_init__(self) -> None:
        """Raises UserError for an unknown cell, task or option, or a value out of range."""
        model = complete(MODEL_OPTIONS, {"cell": self.cell, "hidden": self.hidden, "layers": self.layers})
        if self.task not in TASKS:
            raise UserError("error.task-unknown", key=self.task, allowed=", ".join(TASKS))
        settings = {
            **model,
            "cell_options": _chosen(options_of(self.cell), self.cell_options),
            "task_options": _chosen(TASKS[self.task].options, self.task_options),
        }
        for key, value in settings.items():
            object.__setattr__(self, key, value)

    def value(self, dotted: str) -> Value:
        """The setting in force under a dotted key.  Raises UserError "error.setting-unknown"."""
        section, _, key = dotted.partition(".")
        if dotted in self.settings():
            return self.settings()[dotted]
        raise _unknown(dotted, section, key)

    def settings(self) -> dict[str, Value]:
        """Every setting in force by its dotted key, defaults included."""
        model, task = complete(options_of(self.cell), self.cell_options), TASKS[self.task]
        return {
            "model.cell": self.cell,
            "model.hidden": self.hidden,
            "model.layers": self.layers,
            **{f"model.{key}": value for key, value in model.items()},
            "task.key": self.task,
            **{f"task.{key}": value for key, value in complete(task.options, self.task_options).items()},
            **{f"training.{key}": value for key, value in asdict(self.training).items()},
        }

    def with_value(self, dotted: str, value: object) -> "RunSpec":
        """This spec with one setting changed; a string is read as the type that the setting has.

        "task.text" takes a `Text`.  A key that the chosen cell or task lacks but another one has changes
        nothing; a key that nothing has raises UserError "error.setting-unknown", a bad value
        "error.option-…".
        """
        section, _, key = dotted.partition(".")
        if dotted == "task.text" and isinstance(value, Text):
            return replace(self, text=value)
        option = self._option(section, key)
        if option is None:
            raise _unknown(dotted, section, key)
        checked = option.check(_parsed(option, value))
        if section == "training":
            settings = {**asdict(self.training), key: checked}
            return replace(self, training=TrainingSettings(**settings))
        if section == "model":
            return self._with_model(key, checked)
        return self._with_task(key, checked)

    def with_values(self, values: Iterable[tuple[str, object]]) -> "RunSpec":
        """`with_value` for many, in order, but the cell and the task first: they decide which keys apply."""
        first = ("model.cell", "task.key")
        spec = self
        for dotted, value in sorted(values, key=lambda item: item[0] not in first):
            spec = spec.with_value(dotted, value)
        return spec

    def _option(self, section: str, key: str) -> Option | None:
        """The option that a key means here: the chosen cell's or task's own, else that of any other."""
        chosen = {"model": options_of(self.cell), "task": TASKS[self.task].options}.get(section, ())
        return {**_options(section), **{option.key: option for option in chosen}}.get(key)

    def _with_model(self, key: str, value: Value) -> "RunSpec":
        if key == "cell":
            options = {o.key for o in options_of(str(value))}
            kept = {k: v for k, v in self.cell_options.items() if k in options}
            return replace(self, cell=str(value), cell_options=kept)
        if any(option.key == key for option in MODEL_OPTIONS):
            return replace(self, **{key: value})  # type: ignore[arg-type]  # checked against the option
        if any(option.key == key for option in options_of(self.cell)):
            return replace(self, cell_options={**self.cell_options, key: value})
        return self

    def _with_task(self, key: str, value: Value) -> "RunSpec":
        if key == "key":
            options = {option.key: option for option in TASKS[str(value)].options}
            kept = {k: v for k, v in self.task_options.items() if k in options and options[k].takes(v)}
            return replace(self, task=str(value), task_options=kept)
        if any(option.key == key for option in TASKS[self.task].options):
            return replace(self, task_options={**self.task_options, key: value})
        return self

    def to_json(self) -> dict[str, Any]:
        """Plain values that JSON can hold; `from_json` gives an equal spec."""
        text = None if self.text is None else asdict(self.text)
        return {
            "model": {"cell": self.cell, "hidden": self.hidden, "layers": self.layers, **self.cell_options},
            "task": {"key": self.task, **self.task_options},
            "text": text,
            "training": asdict(self.training),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "RunSpec":
        """The spec that `to_json` wrote.  Raises UserError for settings that are unknown or out of range."""
        model, task = dict(record["model"]), dict(record["task"])
        training = complete(TRAINING_OPTIONS, record["training"])
        return cls(
            cell=model.pop("cell"),
            hidden=model.pop("hidden"),
            layers=model.pop("layers"),
            cell_options=model,
            task=task.pop("key"),
            task_options=task,
            text=None if record["text"] is None else Text(**record["text"]),
            training=TrainingSettings(**training),  # type: ignore[arg-type]  # checked just above
        )


def build(spec: RunSpec) -> tuple[Task, Model]:
    """Task and model of a spec.

    Raises UserError: what `make_task` and `Model` find wrong; "error.model-memory" when a training step of
    this length and batch would pass the engine's memory bound; "error.carry-task" or
    "error.carry-bidirectional" when states cannot be carried from batch to batch.
    """
    task = make_task(spec.task, spec.task_options, spec.text)
    model = Model(
        ModelSpec(
            cell=spec.cell,
            inputs=task.inputs,
            outputs=task.outputs,
            hidden=spec.hidden,
            layers=spec.layers,
            symbols=task.symbols,
            options=spec.cell_options,
            loss=task.loss,
        )
    )
    numbers = task.length * spec.training.batch * model.spec.numbers_per_step
    if numbers > MOST_NUMBERS:
        raise UserError("error.model-memory", value=numbers, limit=MOST_NUMBERS)
    if spec.training.carry and task.stream(spec.training.batch) is None:
        raise UserError("error.carry-task", task=spec.task)
    if spec.training.carry and model.spec.directions > 1:
        raise UserError("error.carry-bidirectional")
    return task, model


def _chosen(options: tuple[Option, ...], given: Mapping[str, Value]) -> Mapping[str, Value]:
    """The given options, checked; read-only, and without the defaults that nobody chose."""
    checked = complete(options, given)
    return MappingProxyType({key: checked[key] for key in given})


def option_of(dotted: str) -> Option:
    """What is declared of a setting.  Raises UserError "error.setting-unknown"."""
    section, _, key = dotted.partition(".")
    option = _options(section).get(key)
    if option is None:
        raise _unknown(dotted, section, key)
    return option


def _options(section: str) -> dict[str, Option]:
    """Every option that a section may have, whatever cell or task is chosen."""
    if section == "training":
        return {option.key: option for option in TRAINING_OPTIONS}
    if section == "model":
        of_cells = (option for cell in CELLS.values() for option in cell.options)
        return {option.key: option for option in (*of_cells, *BUILD_OPTIONS, *MODEL_OPTIONS)}
    if section == "task":
        of_tasks = (option for task in TASKS.values() for option in task.options)
        key = Option("key", "characters", choices=tuple(TASKS))
        return {option.key: option for option in (*of_tasks, key)}
    return {}


def _parsed(option: Option, value: object) -> object:
    """A string as the option's type; whatever cannot be read is left for the option to refuse."""
    if not isinstance(value, str) or isinstance(option.default, str):
        return value
    word = value.strip()
    if isinstance(option.default, bool):
        return {"true": True, "false": False}.get(word.lower(), value)
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return value


def _unknown(dotted: str, section: str, key: str) -> UserError:
    known = _options(section)
    allowed = [f"{section}.{name}" for name in known] or ["model.…", "task.…", "training.…"]
    return UserError("error.setting-unknown", key=dotted, allowed=", ".join(allowed))
