"""Numeric input: rows of numbers, or one sentence with the line."""

from pathlib import Path

import numpy as np
import pytest

from rnnviz.engine.errors import UserError
from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.files.inputs import MAX_STEPS, read_codes, read_inputs


def written(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize(
    "content",
    [
        "1,2.5\n-3,4e-3\n",
        "x,mark\n1,2.5\n-3,4e-3",
        "1,2.5\r\n\r\n-3,4e-3\r\n",
        "1,2.5\r-3,4e-3\r",  # as old Macs end lines
    ],
)
def test_rows_are_steps_and_columns_channels(content: str, tmp_path: Path) -> None:
    np.testing.assert_array_equal(read_inputs(written(tmp_path, content), 2), [[1, 2.5], [-3, 0.004]])


@pytest.mark.parametrize(
    ("content", "key", "line"),
    [
        ("1,2\n3\n", "error.input-columns", 2),
        ("1,2,3\n", "error.input-columns", 1),
        ("1,2\n3,x\n", "error.input-number", 2),
        ("1,2\n3,nan\n", "error.input-number", 2),
        ("1,2\n3,inf\n", "error.input-number", 2),
        ("1,2\n3,\n", "error.input-number", 2),
        ("1,2\n3,1_000\n", "error.input-number", 2),
        ("1,2\n3,1e300\n", "error.input-number", 2),  # beyond single precision
        ('1,2\n3,"4\n', "error.table-malformed", 2),
        (f"1,2\n3,{'4' * 200_000}\n", "error.table-malformed", 2),
    ],
)
def test_what_does_not_fit_is_named_with_its_line(content: str, key: str, line: int, tmp_path: Path) -> None:
    path = written(tmp_path, content)
    with pytest.raises(UserError) as caught:
        read_inputs(path, 2)
    assert (caught.value.key, caught.value.values["line"]) == (key, line)
    for language in LANGUAGES:
        assert str(path) in Catalogue(language).error(caught.value)


@pytest.mark.parametrize("content", ["", "x,y\n", "1,2\n" * (MAX_STEPS + 1)])
def test_too_few_and_too_many_rows(content: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"error\.input-rows"):
        read_inputs(written(tmp_path, content), 2)


def test_codes_are_one_column_of_whole_numbers(tmp_path: Path) -> None:
    codes = read_codes(written(tmp_path, "symbol\n0\n-1\n6.0\n"), 7)
    assert codes.dtype == np.int32
    np.testing.assert_array_equal(codes, [[0], [-1], [6]])


@pytest.mark.parametrize("value", ["7", "-2", "0.5", "1e30"])
def test_what_is_no_code_names_the_line(value: str, tmp_path: Path) -> None:
    path = written(tmp_path, f"0\n{value}\n")
    with pytest.raises(UserError) as caught:
        read_codes(path, 7)
    assert (caught.value.key, caught.value.values["line"]) == ("error.input-code", 2)
    for language in LANGUAGES:
        assert str(path) in Catalogue(language).error(caught.value)
