"""A safetensors file from anywhere, distrusted: what it claims is checked before any of it is allocated.

The layout of the format: 8 bytes with the length of a JSON header (little-endian), the header, the tensors'
bytes. The library that reads the tensors accepts duplicate names and a hundred thousand empty tensors
(seconds of work) and reports a type it does not know as a bare KeyError, so the header is read here first.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from rnnviz.engine.errors import UserError
from rnnviz.files.texts import read_limited

MAX_BYTES = 256_000_000  # an LSTM of 512 units in 8 layers with Adam's two slots takes 201 MB
MAX_HEADER_BYTES = 1_000_000
MAX_TENSORS = 1_000
MAX_DIMENSIONS = 4
DTYPES = {"F32": np.float32, "F64": np.float64, "I64": np.int64, "U8": np.uint8}

Array = NDArray[Any]


@dataclass(frozen=True)
class Container:
    """``metadata`` as written, ``tensors`` by name; within the limits above, otherwise unknown."""

    metadata: Mapping[str, str]
    tensors: Mapping[str, Array]


def read_container(path: Path) -> Container:
    """Read a file of at most 256 MB.

    Raises UserError "error.read-…", "error.session-too-large", "error.session-foreign" for what is no such
    file, "error.session-damaged" with the reason for what is one but not whole.
    """
    data = read_limited(path, MAX_BYTES, "error.session-too-large")
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or data[8:9] != b"{":
        raise UserError("error.session-foreign", path=str(path))
    try:
        if not 2 <= length <= min(MAX_HEADER_BYTES, len(data) - 8):
            raise ValueError(f"header: {length} bytes")
        header = strict_json(data[8 : 8 + length].decode("utf-8"))
        metadata = header.pop("__metadata__", {})
        if not all(isinstance(value, str) for value in metadata.values()):
            raise ValueError("__metadata__")
        _check_layout(header)
        return Container(dict(metadata), load(data))
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
        OverflowError,
        SafetensorError,
    ) as error:
        raise damaged(path, error) from error


def container_bytes(tensors: Mapping[str, Array], metadata: Mapping[str, str]) -> bytes:
    """The file's bytes; the same content gives the same bytes."""
    return bytes(save({name: np.ascontiguousarray(array) for name, array in tensors.items()}, dict(metadata)))


def damaged(path: Path, error: Exception) -> UserError:
    """The sentence for a file that is not whole; its reason is short: a name and the numbers that differ."""
    return UserError("error.session-damaged", path=str(path), reason=f"{error}"[:120] or type(error).__name__)


def strict_json(text: str) -> Any:
    """JSON without NaN, infinities and duplicate names.  Raises ValueError or RecursionError."""
    return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _check_layout(header: Mapping[str, Any]) -> None:
    """Raise ValueError for too many tensors, foreign types or shapes, or sizes that do not add up."""
    if len(header) > MAX_TENSORS:
        raise ValueError(f"{len(header)} tensors")
    for name, entry in header.items():
        dtype, shape, (begin, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
        if dtype not in DTYPES:
            raise ValueError(f"{name}: {dtype}")
        if len(shape) > MAX_DIMENSIONS or not all(type(side) is int and side >= 0 for side in shape):
            raise ValueError(f"{name}: {shape}")
        if math.prod(shape) * np.dtype(DTYPES[dtype]).itemsize != end - begin:
            raise ValueError(f"{name}: {shape} ≠ {end - begin} bytes")
