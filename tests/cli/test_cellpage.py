"""docs/cells.md is what `list cells --markdown` prints, and says of each cell what the engine does."""

import re
from pathlib import Path
from typing import Any

import pytest

from rnnviz.cli.cellpage import count, page
from rnnviz.engine.cells import CELLS
from rnnviz.engine.spec import options_of
from rnnviz.files.catalogue import LANGUAGES, Catalogue

DOCS = Path(__file__).parent.parent.parent / "docs"


def test_the_page_in_the_tree_is_the_page_of_this_program(rnnviz: Any) -> None:
    """Where they differ: rnnviz --lang en list cells --markdown > docs/cells.md"""
    done = rnnviz("--lang", "en", "list", "cells", "--markdown")
    assert (done.status, done.err) == (0, "")
    assert done.out == (DOCS / "cells.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_has_its_section_with_all_it_declares(language: str) -> None:
    catalogue = Catalogue(language)
    written = page(catalogue)
    parts = re.split(r"^## ", written, flags=re.MULTILINE)[1:]
    assert len(parts) == len(CELLS) + 1
    for part, (key, cell) in zip(parts, CELLS.items(), strict=False):
        assert part.startswith(f"{catalogue.text(f'cell.{key}')}: `{key}`\n")
        for line in cell.equations:
            assert line.replace(" = ", " &= ", 1) in part
        named = {*cell.states, *(q.key for q in cell.quantities), *(o.key for o in cell.options)}
        assert {name for name in named if f"`{name}`" not in part} == set()
    common = {option.key for option in options_of("lstm")} - {o.key for o in CELLS["lstm"].options}
    assert {name for name in common if f"`{name}`" not in parts[-1]} == set()
    assert written.endswith("|\n")
    assert not re.search(r"\b(option|quantity|cellpage)\.[a-z]", written)


@pytest.mark.parametrize(
    ("key", "options", "formula"),
    [
        ("rnn", {}, "H(I + H + 1)"),
        ("indrnn", {}, "H(I + 2)"),
        ("lstm", {}, "4H(I + H + 1)"),
        ("lstm", {"nog": True}, "3H(I + H + 1)"),
        ("lstm", {"layer_norm": True}, "4H(I + H + 3)"),
        ("peephole", {}, "H(4I + 4H + 7)"),
        ("peephole", {"fgr": True}, "H(4I + 13H + 7)"),
        ("gru", {}, "H(3I + 3H + 4)"),
        ("gru-before", {}, "3H(I + H + 1)"),
        ("mingru", {}, "2H(I + 1)"),
        ("minlstm", {}, "3H(I + 1)"),
    ],
)
def test_sizes_are_those_of_the_definitions(key: str, options: dict[str, bool], formula: str) -> None:
    assert count(CELLS[key].under(options)) == formula


def test_tables_have_as_many_cells_in_each_row() -> None:
    for block in re.findall(r"(?:^\|.*\|\n)+", page(Catalogue("en")), flags=re.MULTILINE):
        assert len({row.count("|") for row in block.splitlines()}) == 1


@pytest.mark.parametrize("words", [("list",), ("list", "tasks")])
def test_there_is_no_such_page_of_anything_else(rnnviz: Any, words: tuple[str, ...]) -> None:
    done = rnnviz(*words, "--markdown")
    assert (done.status, done.out) == (2, "")
    assert "list cells --markdown" in done.err
