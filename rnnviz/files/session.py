"""A session: a run with all that it needs to go on bit for bit, and where its reader looked, in one file.

The file is safetensors.  Its metadata hold one JSON record, "rnnviz-session": format version, experiment,
settings, random state and view (one record, because the library writes several in any order).  Its tensors
are the flat parameters, the optimiser's slots, the states that a run carries, the curves, and as UTF-8 bytes
the typed text and the text trained on (a bundled one is kept by name and checksum).
"""

import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Value
from rnnviz.files.atomic import write_bytes
from rnnviz.files.container import MAX_BYTES, container_bytes, damaged, read_container, strict_json
from rnnviz.files.experiment import EXPECT, checked_view
from rnnviz.files.texts import MAX_BYTES as MAX_TEXT_BYTES
from rnnviz.files.texts import named_text
from rnnviz.tasks.base import Text
from rnnviz.training.curves import CAPACITY, Curves
from rnnviz.training.loop import LoopState, TrainingLoop
from rnnviz.training.spec import RunSpec

FORMAT = "rnnviz-session"
VERSION = 1
NETWORK = "network"  # the record's section in a file that holds a `Network` instead
MOST_STEPS = 10**12

Array = NDArray[Any]


@dataclass(frozen=True)
class Session:
    """``view`` and ``expect`` as in `Experiment`; ``state`` belongs to ``spec``."""

    experiment: str
    spec: RunSpec
    state: LoopState
    curves: Curves
    view: Mapping[str, Value]
    expect: str = ""


def save_session(path: Path, session: Session) -> None:
    """Write ``session`` so that a crash leaves the old file or the new one.

    Raises UserError "error.session-save-too-large" or "error.write-…"; the old file is then untouched.
    """
    state, arrays = session.state.to_record()
    tensors: dict[str, Array] = dict(arrays)
    tensors |= {f"curves/{name}": array for name, array in session.curves.arrays().items()}
    tensors["typed"] = _encoded(str(session.view.get("text", "")))
    text = session.spec.text
    if text is not None and text.origin != "bundled":
        tensors["text"] = _encoded(text.content)
    size = sum(array.nbytes for array in tensors.values())
    if size > 0.99 * MAX_BYTES:  # the rest is left to the header
        limit_mb = MAX_BYTES / 1e6
        raise UserError(
            "error.session-save-too-large", path=str(path), size_mb=size // 10**6, limit_mb=limit_mb
        )
    record = {
        "version": VERSION,
        "experiment": session.experiment,
        "expect": session.expect,
        "spec": replace(session.spec, text=None).to_json(),
        "text": None if text is None else {"name": text.name, "origin": text.origin, "crc": _checksum(text)},
        "state": state,
        "view": {key: value for key, value in session.view.items() if key != "text"},
    }
    described = json.dumps(record, ensure_ascii=False, allow_nan=False)
    write_bytes(path, container_bytes(tensors, {FORMAT: described}))


def load_session(path: Path) -> Session:
    """Read a session.

    Raises UserError: what `read_record` raises; "error.session-no-task" for one that holds a `Network`;
    "error.session-damaged" with the place, "error.session-content" with the problem, itself a UserError.
    """
    record, tensors = read_record(path)
    if NETWORK in record:
        raise UserError("error.session-no-task", path=str(path))
    with sound(path):
        return _session(record, tensors)


def read_record(path: Path) -> tuple[dict[str, Any], Mapping[str, Array]]:
    """The JSON record and the tensors of a session file; either may still hold anything.

    Raises UserError: "error.read-…"; "error.session-foreign" for another kind of file,
    "error.session-version" for one that a newer program wrote, "error.session-damaged".
    """
    container = read_container(path)
    if FORMAT not in container.metadata:
        raise UserError("error.session-foreign", path=str(path))
    with sound(path):
        record = strict_json(container.metadata[FORMAT])
        if record["version"] == VERSION:
            return dict(record), container.tensors
        version = f"{record['version']!s:.20}"
    raise UserError("error.session-version", path=str(path), version=version, known=VERSION)


@contextmanager
def sound(path: Path) -> Iterator[None]:
    """What goes wrong inside is said of the file: "error.session-content" with a UserError, else
    "error.session-damaged".
    """
    try:
        yield
    except UserError as problem:
        raise UserError("error.session-content", path=str(path), problem=problem) from problem
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise damaged(path, error) from error


def _session(record: Any, tensors: Mapping[str, Array]) -> Session:
    """The session of a sound file.  Raises UserError or ValueError for what does not fit together."""
    spec = RunSpec.from_json({**record["spec"], "text": None})
    if record["text"] is not None:
        spec = replace(spec, text=_text(record["text"], tensors))
    state = {**record["state"], "step": _whole(record["state"]["step"], MOST_STEPS)}
    if state.get("budget") is not None:
        _whole(state["budget"], MOST_STEPS)
    loop = TrainingLoop(spec)  # what a run of these settings keeps is what the file must hold
    expected = loop.state().to_record()[1]
    expected |= {f"curves/{name}": array for name, array in Curves.empty().arrays().items()}
    expected["typed"] = _encoded("")
    if record["text"] is not None and record["text"]["origin"] != "bundled":
        expected["text"] = _encoded("")
    if "curves/held_out_score" not in tensors and "curves/held_out" in tensors:  # as files once were written
        tensors = {**tensors, "curves/held_out_score": np.full_like(tensors["curves/held_out"], np.nan)}
    if tensors.keys() != expected.keys():
        raise ValueError(", ".join(sorted(tensors.keys() ^ expected.keys())))
    arrays = {}
    for name, array in expected.items():
        found = tensors[name]
        fixed = name.startswith(("slots/", "carried/")) or name == "parameters"
        if found.dtype != array.dtype or found.ndim != array.ndim or (fixed and found.shape != array.shape):
            raise ValueError(f"{name}: {found.dtype} {found.shape} ≠ {array.dtype} {array.shape}")
        if fixed:
            if not np.isfinite(found).all():
                raise UserError("error.session-not-finite", name=name)
            arrays[name] = found
    restored = LoopState.from_record(state, arrays)
    loop.restore(restored)  # the random state is checked by the generator itself
    return Session(
        _word(record["experiment"]),
        spec,
        restored,
        _curves({name: tensors[f"curves/{name}"] for name in Curves.empty().arrays()}),
        MappingProxyType({**checked_view(record["view"]), "text": _decoded(tensors["typed"])}),
        str(EXPECT.check(record["expect"])),
    )


def _text(described: Mapping[str, Any], tensors: Mapping[str, Array]) -> Text:
    """The text trained on; a bundled one must be the one that it was."""
    name, origin = _word(described["name"]), described["origin"]
    if origin == "bundled":
        text = named_text(name)
    elif origin in ("machine", "user"):
        text = Text(name, _decoded(tensors["text"]), origin)
    else:
        raise ValueError("origin")
    if _checksum(text) != described["crc"]:
        raise UserError("error.session-text-changed", name=name)
    return text


def _curves(arrays: Mapping[str, Array]) -> Curves:
    """Curves that a screen can draw: equally long, bounded, steps ascending, nothing infinite."""
    held_out = {name for name in arrays if name.startswith("held_out")}
    for names, step in ((arrays.keys() - held_out, "step"), (held_out, "held_out_step")):
        lengths = {len(arrays[name]) for name in names}
        if len(lengths) != 1 or max(lengths) > CAPACITY:
            raise ValueError(f"curves: {sorted(lengths)}")
        steps = arrays[step]
        if steps.size and (steps[0] < 0 or (np.diff(steps) <= 0).any()):
            raise ValueError(f"curves/{step}")
    for name, array in arrays.items():
        if array.dtype == np.float64 and np.isinf(array).any():
            raise UserError("error.session-not-finite", name=f"curves/{name}")
    if (arrays["span"] < 1).any() or (arrays["clipped"] < 0).any():
        raise ValueError("curves/span, curves/clipped")
    return Curves(**arrays)


def _encoded(text: str) -> Array:
    """UTF-8 bytes; a lone surrogate, which an input method may leave, survives."""
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def _decoded(array: Array) -> str:
    if array.dtype != np.uint8 or array.ndim != 1 or array.size > 2 * MAX_TEXT_BYTES:
        raise ValueError(f"{array.dtype} {array.shape}")
    return array.tobytes().decode("utf-8", "surrogatepass")


def _checksum(text: Text) -> int:
    return zlib.crc32(text.content.encode("utf-8", "surrogatepass"))


def _whole(value: object, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(f"{value!r:.40}")
    return value


def _word(value: object) -> str:
    if not isinstance(value, str) or len(value) > 400:
        raise ValueError(f"{value!r:.40}")
    return value
