import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.errors import UserError
from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.tasks.records import Text
from rnnviz.tasks.table import MOST_COLUMNS, MOST_ROWS, Table, joined_names, parted_names, read_table


def read(content: str) -> Table:
    return read_table(Text("mine.csv", content, "user"))


def refused(content: str, column: str = "") -> UserError:
    with pytest.raises(UserError) as caught:
        read(content).numbers(column)
    for language in LANGUAGES:
        assert "mine.csv" in Catalogue(language).error(caught.value)
    return caught.value


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,2\n3,4\n",
        "a;b\r\n1;2\r\n3;4",
        "a\tb\n1\t2\n3\t4\n\n",
        "\ufeff a , b \n\n 1 , 2 \n,\n3,4\n",
        '"a","b"\n"1","2"\n3,4',
    ],
)
def test_cells_are_found_however_they_are_parted(content: str) -> None:
    table = read(content)
    assert table.columns == ("a", "b")
    assert table.numbers("a").tolist() == [1, 3]
    assert table.numbers("b").tolist() == [2, 4]


def test_quoted_cells_may_hold_anything() -> None:
    table = read('name,x\n"one, two\nthree",1\n"a ""b""",2\n')
    assert table.words("name") == ("one, two\nthree", 'a "b"')
    assert table.lines == (3, 4)
    assert table.is_words("name")
    assert not table.is_words("x")


@pytest.mark.parametrize(
    ("content", "key", "values"),
    [
        ("", "error.table-empty", {}),
        ("\n \n", "error.table-empty", {}),
        (";;\n;;\n", "error.table-empty", {}),
        ("1,2\n3,4\n", "error.table-header", {"value": "1, 2"}),
        ("a,,b\n1,2,3\n", "error.table-name", {"place": 2}),
        ("a,b,a\n1,2,3\n", "error.table-twice", {"name": "a"}),
        ("a,b\n1,2\n\n3\n", "error.table-width", {"line": 4, "have": 1, "need": 2}),
        ("a,b\n1,2,3\n", "error.table-width", {"line": 2, "have": 3, "need": 2}),
        ('a,b\n1,"2\n3,4\n', "error.table-malformed", {"line": 3}),
        ('a,b\n1,"2"3\n', "error.table-malformed", {"line": 2}),
        ("a,b\n1," + "9" * 10_001 + "\n", "error.table-malformed", {"line": 2}),
        (
            ",".join(f"c{k}" for k in range(MOST_COLUMNS + 1)),
            "error.table-columns",
            {"have": 65, "limit": 64},
        ),
        ("a\n" + "1\n" * (MOST_ROWS + 1), "error.table-rows", {"limit": MOST_ROWS}),
    ],
)
def test_a_defect_is_named(content: str, key: str, values: dict[str, object]) -> None:
    error = refused(content)
    assert error.key == key
    assert values.items() <= error.values.items()


@pytest.mark.parametrize("cell", ["x", "1,5", "nan", "inf", "-Infinity", "1_000", "1e999", "NA", "1 2"])
def test_a_cell_that_is_no_number_is_named_with_row_and_column(cell: str) -> None:
    error = refused(f'a,b\n1,2\n3,"{cell}"\n', "b")
    assert error.key == "error.table-cell"
    assert error.values == {"path": "mine.csv", "line": 3, "column": "b", "value": cell}


def test_an_empty_cell_is_named() -> None:
    error = refused("a,b\n1,2\n,3\n", "a")
    assert error.key == "error.table-empty-cell"
    assert (error.values["line"], error.values["column"]) == (3, "a")
    with pytest.raises(UserError, match=r"error\.table-empty-cell"):
        read("a,b\n1,2\n,3\n").words("a")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["2020-01-01", "2020-01-02"], True),
        (["ann", ""], True),
        (["ann", "3"], False),
        (["nan", "nan"], False),
        (["1,5", "2,5"], False),
        (["", ""], False),
    ],
)
def test_a_column_is_of_words_when_nothing_in_it_looks_like_a_number(cells: list[str], words: bool) -> None:
    rows = "\n".join(f'"{cell}",1' for cell in cells)
    assert read(f"a,b\n{rows}\n").is_words("a") is words


@given(st.text(st.characters(codec=None), max_size=60) | st.text('ab1,;"\n\t .-', max_size=60))
def test_any_text_is_a_table_or_refused(content: str) -> None:
    try:
        table = read(content)
    except UserError as error:
        refused = error.key
    else:
        assert all(len(row) == len(table.columns) for row in table.rows)
        return
    assert refused.startswith("error.table-")


@given(st.lists(st.text(min_size=1).map(str.strip).filter(bool), max_size=4))
def test_any_names_are_joined_and_parted_again(names: list[str]) -> None:
    assert parted_names(joined_names(names)) == tuple(names)


@pytest.mark.parametrize(
    ("words", "names"),
    [("b, a", ("b", "a")), ("", ()), (" , ", ()), ('b, "a, x"', ("b", "a, x")), ("a\rb", ("a\rb",))],
)
def test_names_are_parted_as_a_row_of_the_table(words: str, names: tuple[str, ...]) -> None:
    assert parted_names(words) == names
