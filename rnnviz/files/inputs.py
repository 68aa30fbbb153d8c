"""Numeric input for a trace: a CSV with one row a time step and one column an input channel."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.files.texts import read_limited
from rnnviz.tasks.table import as_number

MAX_BYTES = 5_000_000
MAX_STEPS = 10_000


def read_inputs(path: Path, channels: int) -> NDArray[Any]:
    """Rows of the file as (T, I) float64; a first row that is not numbers is taken as names and left out.

    Raises UserError "error.read-…", "error.input-too-large", "error.table-malformed", "error.input-number",
    "error.input-columns", "error.input-rows", each with path and line.
    """
    return np.array([values for _, values in _rows(path, channels)])


def read_codes(path: Path, symbols: int) -> NDArray[np.int32]:
    """One column of codes 0 … ``symbols`` - 1, or -1 for an unknown symbol, as (T, 1).

    Raises UserError as `read_inputs`, and "error.input-code" with path, line and value.
    """
    rows = _rows(path, 1)
    for line, (value,) in rows:
        if value != int(value) or not -1 <= value < symbols:
            raise UserError("error.input-code", path=str(path), line=line, value=value, last=symbols - 1)
    return np.array([values for _, values in rows], np.int32)


def _rows(path: Path, columns: int) -> list[tuple[int, list[float]]]:
    """Line number and numbers of each row."""
    data = read_limited(path, MAX_BYTES, "error.input-too-large")
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError("error.text-not-utf8", path=str(path), position=error.start, line=line) from error
    rows: list[tuple[int, list[float]]] = []
    lines = csv.reader(io.StringIO(content, newline=None), strict=True)  # any system's line ends
    try:
        for cells in lines:
            values = [as_number(cell) for cell in cells]
            if not cells or (lines.line_num == 1 and not any(value is not None for value in values)):
                continue
            rows.append((lines.line_num, _numbers(path, lines.line_num, cells, values, columns)))
    except csv.Error as error:
        raise UserError(
            "error.table-malformed", path=str(path), line=lines.line_num, reason=str(error)
        ) from error
    if not 1 <= len(rows) <= MAX_STEPS:
        raise UserError("error.input-rows", path=str(path), have=len(rows), limit=MAX_STEPS)
    return rows


def _numbers(
    path: Path, line: int, cells: list[str], values: list[float | None], columns: int
) -> list[float]:
    """The numbers of a line, as many as there are columns."""
    if len(values) != columns:
        raise UserError("error.input-columns", path=str(path), line=line, have=len(values), need=columns)
    numbers = [value for value in values if value is not None]
    if len(numbers) < columns:
        wrong = cells[values.index(None)]
        raise UserError("error.input-number", path=str(path), line=line, value=wrong[:40])
    return numbers
