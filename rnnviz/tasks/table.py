"""A table out of comma-separated values: names, numbers, and an exact complaint about everything else."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.tasks.records import Text

MOST_ROWS, MOST_COLUMNS = 200_000, 64
LONGEST_FIELD = 10_000
DELIMITERS = ",;\t"
SHOWN = 40  # characters of a bad cell that a message repeats


@dataclass(frozen=True)
class Table:
    """Rows of cells (words without blanks around them) under names; ``lines`` tells where each row ends."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]

    def numbers(self, column: str) -> NDArray[np.float64]:
        """A column as numbers.  Raises UserError "error.table-cell" with column and line of what is none."""
        place = self.columns.index(column)
        values = np.empty(len(self.rows))
        for row, cells in enumerate(self.rows):
            value = as_number(cells[place])
            if value is None:
                raise self._wrong(row, column, cells[place])
            values[row] = value
        return values

    def words(self, column: str) -> tuple[str, ...]:
        """A column as it stands.  Raises UserError "error.table-cell" where it is empty."""
        place = self.columns.index(column)
        for row, cells in enumerate(self.rows):
            if not cells[place]:
                raise self._wrong(row, column, "")
        return tuple(cells[place] for cells in self.rows)

    def is_words(self, column: str) -> bool:
        """Whether no cell of a column that says anything is a number, as in one of names or dates."""
        place = self.columns.index(column)
        said = [cells[place] for cells in self.rows if cells[place]]
        return bool(said) and all(as_number(cell) is None and not _odd(cell) for cell in said)

    def _wrong(self, row: int, column: str, cell: str) -> UserError:
        key = "error.table-empty-cell" if not cell else "error.table-cell"
        return UserError(key, path=self.name, line=self.lines[row], column=column, value=cell[:SHOWN])


def read_table(text: Text) -> Table:
    """The table of a text; its first row holds the names.  Blank lines are left out.

    Commas, semicolons or tabs part the cells, whichever the first row has most of.  Raises UserError
    "error.table-" + "empty", "malformed", "header", "name", "twice", "columns", "width" or "rows".
    """
    content = text.content.lstrip("\ufeff")
    first = content.lstrip().partition("\n")[0]
    if not first:
        raise UserError("error.table-empty", path=text.name)
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    try:
        for row in reader:
            cells = tuple(cell.strip() for cell in row)
            if not any(cells):
                continue
            if any(len(cell) > LONGEST_FIELD for cell in cells):
                raise csv.Error(f"field larger than {LONGEST_FIELD}")
            rows.append(cells)
            lines.append(reader.line_num)
            if len(rows) > MOST_ROWS + 1:
                raise UserError("error.table-rows", path=text.name, limit=MOST_ROWS)
    except csv.Error as error:
        raise UserError(
            "error.table-malformed", path=text.name, line=reader.line_num, reason=str(error)
        ) from error
    if not rows:
        raise UserError("error.table-empty", path=text.name)
    columns = _names(text.name, rows[0])
    for cells, line in zip(rows, lines, strict=True):
        if len(cells) != len(columns):
            raise UserError(
                "error.table-width", path=text.name, line=line, have=len(cells), need=len(columns)
            )
    return Table(text.name, columns, tuple(rows[1:]), tuple(lines[1:]))


def _names(path: str, header: Sequence[str]) -> tuple[str, ...]:
    if any(as_number(cell) is not None for cell in header):
        raise UserError("error.table-header", path=path, value=", ".join(header)[:SHOWN])
    if len(header) > MOST_COLUMNS:
        raise UserError("error.table-columns", path=path, have=len(header), limit=MOST_COLUMNS)
    for place, name in enumerate(header):
        if not name:
            raise UserError("error.table-name", path=path, place=place + 1)
        if name in header[:place]:
            raise UserError("error.table-twice", path=path, name=name[:SHOWN])
    return tuple(header)


def as_number(cell: str, reach: float = 1e30) -> float | None:
    """The finite number that a cell or a token is, None for any other and for one beyond ± ``reach``.

    What Python alone takes for a number ("1_000") is none.
    """
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if abs(value) <= reach and "_" not in cell else None


def _odd(cell: str) -> bool:
    """Whether a cell looks like a number that has gone wrong: NaN and infinity, or a decimal comma."""
    word = cell.lower().lstrip("+-").replace(",", ".")
    if word in ("nan", "na", "n/a", "inf", "infinity", "null", "none", "-"):
        return True
    return as_number(word) is not None


def parted_names(words: str) -> tuple[str, ...]:
    """Names parted by commas; one with a comma in it stands in quotation marks, as in the table itself."""
    try:
        row = next(csv.reader([words], skipinitialspace=True), [])
    except csv.Error:
        row = [words]  # which no column is called
    return tuple(name.strip() for name in row if name.strip())


def joined_names(names: Sequence[str]) -> str:
    """Names as `parted_names` reads them."""
    words = io.StringIO()
    csv.writer(words).writerow(names)
    return words.getvalue().removesuffix("\r\n")


def named(table: Table, names: Sequence[str]) -> tuple[str, ...]:
    """Names that are columns.  Raises UserError "error.table-column" naming those there are."""
    for name in names:
        if name not in table.columns:
            raise UserError(
                "error.table-column", path=table.name, name=name, allowed=", ".join(table.columns)
            )
    return tuple(dict.fromkeys(names))
