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
from types import MappingProxyType
from typing import Any, NoReturn

import numpy as np
from numpy.typing import DTypeLike, NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from rnnviz.engine.errors import UserError
from rnnviz.files.texts import read_limited

MAX_HEADER_BYTES = 1_000_000
MAX_TENSORS = 1_000
MAX_DIMENSIONS = 4

Array = NDArray[Any]


@dataclass(frozen=True)
class Kind:
    """What a kind of file may hold.

    Its sentences are "error.<name>-too-large", "-foreign" and "-damaged", and one for each fault that is
    ``explained``, with that fault's values; a fault that is not explained counts as damage.
    """

    name: str
    max_bytes: int
    max_numbers: int
    dtypes: Mapping[str, DTypeLike]
    explained: frozenset[str] = frozenset()


SESSION_FILE = Kind(
    "session",
    256_000_000,  # an LSTM of 512 units in 8 layers with Adam's two slots takes 201 MB
    256_000_000,  # a text is kept in bytes
    MappingProxyType({"F32": np.float32, "F64": np.float64, "I64": np.int64, "U8": np.uint8}),
)
WEIGHTS_FILE = Kind(
    "weights-file",
    2**26 + MAX_HEADER_BYTES,
    2**24,  # an LSTM of 512 units in 8 layers
    MappingProxyType({"F16": np.float16, "F32": np.float32, "F64": np.float64}),
    frozenset({"limit", "dtype"}),
)
MAX_BYTES = SESSION_FILE.max_bytes


class Fault(ValueError):
    """What a header says and must not: ``about`` is "limit" (reason) or "dtype" (name, dtype)."""

    def __init__(self, about: str, **values: str) -> None:
        super().__init__(": ".join(values.values()))
        self.about = about
        self.values = values


@dataclass(frozen=True)
class Container:
    """``metadata`` as written, ``tensors`` by name; within the limits above, otherwise unknown."""

    metadata: Mapping[str, str]
    tensors: Mapping[str, Array]


def read_container(path: Path, kind: Kind = SESSION_FILE) -> Container:
    """Read a file of at most ``kind.max_bytes``.

    Raises UserError "error.read-…" for what the system refuses, and for a session (weights alike)
    "error.session-too-large", "error.session-foreign" for what is no such file, "error.session-damaged" with
    the reason for what is one but not whole.
    """
    data = read_limited(path, kind.max_bytes, f"error.{kind.name}-too-large")
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or data[8:9] != b"{":
        raise UserError(f"error.{kind.name}-foreign", path=str(path))
    try:
        if not 2 <= length <= len(data) - 8:
            raise ValueError(f"header: {length} bytes")
        if length > MAX_HEADER_BYTES:
            raise Fault("limit", reason=f"header: {length} bytes > {MAX_HEADER_BYTES}")
        header = strict_json(data[8 : 8 + length].decode("utf-8"))
        metadata = header.pop("__metadata__", {})
        if not all(isinstance(value, str) for value in metadata.values()):
            raise ValueError("__metadata__")
        _check_layout(header, kind)
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
        if isinstance(error, Fault) and error.about in kind.explained:
            raise UserError(f"error.{kind.name}-{error.about}", path=str(path), **error.values) from error
        raise damaged(path, error, kind) from error


def container_bytes(tensors: Mapping[str, Array], metadata: Mapping[str, str]) -> bytes:
    """The file's bytes; the same content gives the same bytes."""
    contiguous = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    return bytes(save(contiguous, dict(metadata) or None))  # {} beside no tensors gives broken JSON


def damaged(path: Path, error: Exception, kind: Kind = SESSION_FILE) -> UserError:
    """The sentence for a file that is not whole; its reason is short: a name and the numbers that differ."""
    reason = printable(f"{error}", 120) or type(error).__name__
    return UserError(f"error.{kind.name}-damaged", path=str(path), reason=reason)


def printable(text: str, longest: int = 80) -> str:
    """What a file says, fit to stand in a sentence: one line, not too long."""
    return "".join(letter if letter.isprintable() else "·" for letter in text[:longest])


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


def _check_layout(header: Mapping[str, Any], kind: Kind) -> None:
    """Raise ValueError for sizes that do not add up, `Fault` for what is beyond the limits of ``kind``."""
    if len(header) > MAX_TENSORS:
        raise Fault("limit", reason=f"{len(header)} tensors > {MAX_TENSORS}")
    numbers = 0
    for name, entry in header.items():
        dtype, shape, (begin, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
        if not isinstance(dtype, str) or dtype not in kind.dtypes:
            raise Fault("dtype", name=printable(name), dtype=printable(f"{dtype}", 20))
        if not all(type(side) is int and side >= 0 for side in shape):
            raise ValueError(f"{name}: {shape}")
        if len(shape) > MAX_DIMENSIONS:
            raise Fault("limit", reason=f"{printable(name)}: {len(shape)} dimensions > {MAX_DIMENSIONS}")
        if math.prod(shape) * np.dtype(kind.dtypes[dtype]).itemsize != end - begin:
            raise ValueError(f"{name}: {shape} ≠ {end - begin} bytes")
        numbers += math.prod(shape)
    if numbers > kind.max_numbers:
        raise Fault("limit", reason=f"{numbers} numbers > {kind.max_numbers}")
