"""A trace as a file: CSV for people and spreadsheets, NPZ and safetensors for programs."""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save as safetensors_bytes

from rnnviz.engine.errors import UserError
from rnnviz.engine.trace import Gradients, Trace
from rnnviz.files.atomic import write_atomically

Array = NDArray[Any]


def trace_arrays(trace: Trace, gradients: Gradients | None, sequence: int = 0) -> dict[str, Array]:
    """One sequence of a run, the batch axis gone, in the order a file has them.

    "layer0/f" … (T, H) for each quantity, "layer0/d_h" … (T, H) where there are gradients, "logits" (T, V),
    "loss" (T,) in nats, NaN where there is no target.  Initial states are left out.
    """
    named = {key: array[:, sequence] for key, array in trace.items() if _timed(key)}
    if gradients is not None:
        named |= {key: array[:, sequence] for key, array in gradients.states.items()}
    return {key: named[key] for key in sorted(named, key=_place)}


def write_trace(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays whose first axis is time, in the format that the ending of ``path`` names.

    Raises UserError "error.trace-ending" or "error.write-…".
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise UserError("error.trace-ending", path=str(path), allowed=", ".join(_WRITERS))
    write_atomically(path, lambda stream: write(stream, arrays))


def check_ending(path: Path) -> None:
    """Refuse an ending before any work is done.  Raises UserError "error.trace-ending"."""
    if path.suffix.lower() not in _WRITERS:
        raise UserError("error.trace-ending", path=str(path), allowed=", ".join(_WRITERS))


def csv_columns(arrays: Mapping[str, Array]) -> list[tuple[str, Array]]:
    """Column names and their values (T,): "layer0/f[0]" … for (T, N), the bare name for (T,)."""
    columns: list[tuple[str, Array]] = []
    for name, array in arrays.items():
        if array.ndim == 1:
            columns.append((name, array))
        else:
            columns += [(f"{name}[{unit}]", array[:, unit]) for unit in range(array.shape[1])]
    return columns


def csv_lines(columns: list[tuple[str, Array]]) -> Iterator[str]:
    """A header and one line for each step; 17 digits, so that every double comes back as it was."""
    yield ",".join(name for name, _ in columns)
    table = np.column_stack([np.asarray(values, np.float64) for _, values in columns])
    for row in table.tolist():
        yield ",".join(map("{:.17g}".format, row))


def _timed(key: str) -> bool:
    """False for initial states ("layer0/h0"), which have no time axis."""
    return not key.endswith("0")


def _place(key: str) -> tuple[bool, str, bool]:
    """Layers first, in their order, gradients after quantities; the sort is stable within each."""
    prefix, _, name = key.rpartition("/")
    return not prefix, prefix, name.startswith("d_")


def _write_csv(stream: BinaryIO, arrays: Mapping[str, Array]) -> None:
    for line in csv_lines(csv_columns(arrays)):
        stream.write(line.encode() + b"\n")


def _write_npz(stream: BinaryIO, arrays: Mapping[str, Array]) -> None:
    """Like np.savez, but with a fixed time stamp: the same trace gives the same bytes."""
    with zipfile.ZipFile(stream, "w") as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue())


def _write_safetensors(stream: BinaryIO, arrays: Mapping[str, Array]) -> None:
    stream.write(safetensors_bytes({name: np.ascontiguousarray(array) for name, array in arrays.items()}))


_WRITERS: dict[str, Callable[[BinaryIO, Mapping[str, Array]], None]] = {
    ".csv": _write_csv,
    ".npz": _write_npz,
    ".safetensors": _write_safetensors,
}
