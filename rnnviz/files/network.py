"""A network by itself: what a file of weights holds, and a session that has nothing to train on.

Weights from elsewhere come without a task: nobody knows what their numbers mean, what they were trained on or
how far.  A session that claimed one (a task "numbers", say, with batches that do not exist) would be offered
for training and would show losses of nothing; hence `Network`, a model and its parameters, beside `Session`.
It is kept in a session file whose record has a section "network" instead of run, state and view.  Whoever
needs a task is refused with one sentence, and the type checker finds whoever forgets to ask.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.spec import ModelSpec
from rnnviz.files.atomic import write_bytes
from rnnviz.files.container import container_bytes
from rnnviz.files.session import FORMAT, NETWORK, VERSION, Session, load_session, read_record, sound
from rnnviz.training.spec import build

Array = NDArray[Any]
PRECISIONS = ("float32", "float64")


@dataclass(frozen=True, eq=False)
class Network:
    """A model's spec and its parameters (N,), read-only, in float64 whatever they came in.

    Double holds what PyTorch's two float32 biases add up to, so nothing is lost on the way in or out.
    ``precision`` is that of the file they came from, and of the file they leave in.
    """

    spec: ModelSpec
    parameters: Array
    precision: str = "float32"

    def __post_init__(self) -> None:
        self.parameters.flags.writeable = False


def network_of(session: Session) -> Network:
    """The network that a session trains, as it is now."""
    _, model = build(session.spec)
    return Network(model.spec, session.state.parameters.astype(np.float64))


def save_network(path: Path, network: Network) -> None:
    """Write a session file without a task.  Raises UserError "error.write-…"."""
    described = {"model": _described(network.spec), "precision": network.precision}
    record = {"version": VERSION, NETWORK: described}
    metadata = {FORMAT: json.dumps(record, ensure_ascii=False, allow_nan=False)}
    write_bytes(path, container_bytes({"parameters": network.parameters}, metadata))


def load_model(path: Path) -> Session | Network:
    """What a session file holds.  Raises UserError as `load_session` does."""
    record, tensors = read_record(path)
    if NETWORK not in record:
        return load_session(path)
    with sound(path):
        return _network(record[NETWORK], tensors)


def _network(record: Any, tensors: Mapping[str, Array]) -> Network:
    """The network of a sound file.  Raises UserError or ValueError for what does not fit together."""
    spec = _spec(dict(record["model"]))
    if record["precision"] not in PRECISIONS:
        raise ValueError("precision")
    if tensors.keys() != {"parameters"}:
        raise ValueError(", ".join(sorted(tensors)))
    parameters, size = tensors["parameters"], sum(math.prod(shape) for shape in spec.shapes().values())
    if parameters.dtype != np.float64 or parameters.shape != (size,):
        raise ValueError(f"parameters: {parameters.dtype} {parameters.shape} ≠ float64 ({size},)")
    if not np.isfinite(parameters).all():
        raise UserError("error.session-not-finite", name="parameters")
    return Network(spec, parameters, record["precision"])


def _described(spec: ModelSpec) -> dict[str, Any]:
    """Every field in plain values."""
    return {field.name: getattr(spec, field.name) for field in fields(spec)} | {"options": dict(spec.options)}


def _spec(described: dict[str, Any]) -> ModelSpec:
    """A spec out of a file: every field there, each of its own type, and all of it possible."""
    plain = _described(ModelSpec("rnn", 1, 1))
    if described.keys() != plain.keys():
        raise ValueError(", ".join(sorted(described.keys() ^ plain.keys())))
    for name, value in plain.items():
        if type(described[name]) is not type(value):
            raise ValueError(f"{name}: {described[name]!r:.40}")
    spec = ModelSpec(**described)
    spec.check()
    return spec
