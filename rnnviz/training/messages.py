"""What parent and worker send each other: a JSON record and raw arrays in one block of bytes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.training.curves import StepStats

ALIGN = 16  # arrays start on multiples of it, so that the receiver can use them where they lie


def pack(record: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]] | None = None) -> bytes:
    """``record`` (what JSON can hold; NaN and infinity too) and ``arrays`` as one block."""
    given = {name: np.ascontiguousarray(array) for name, array in (arrays or {}).items()}
    layout = [[name, array.dtype.str, array.shape] for name, array in given.items()]
    header = json.dumps({"record": record, "arrays": layout}).encode()
    header += b" " * (-(len(header) + 8) % ALIGN)
    parts = [len(header).to_bytes(8, "little"), header]
    for array in given.values():
        parts += [array.tobytes(), bytes(-array.nbytes % ALIGN)]
    return b"".join(parts)


def unpack(block: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """What `pack` was given.  The arrays are read-only views of ``block``."""
    end = 8 + int.from_bytes(block[:8], "little")
    header = json.loads(block[8:end])
    arrays: dict[str, NDArray[Any]] = {}
    for name, dtype, shape in header["arrays"]:
        count = int(np.prod(shape, dtype=np.int64))
        array = np.frombuffer(block, dtype, count, end) if count else np.empty(0, dtype)
        arrays[name] = array.reshape(shape)
        arrays[name].flags.writeable = False
        end += array.nbytes + -array.nbytes % ALIGN
    return header["record"], arrays


def rows_array(rows: Sequence[StepStats]) -> NDArray[np.float64]:
    """Rows as (N, 8)."""
    return np.array(rows, np.float64).reshape(-1, len(StepStats._fields))


def rows_from(array: Iterable[Sequence[float]]) -> list[StepStats]:
    """The rows that `rows_array` was given."""
    return [
        StepStats(int(step), loss, accuracy, norm, int(clipped), held_out, int(span), score)
        for step, loss, accuracy, norm, clipped, held_out, span, score in array
    ]
