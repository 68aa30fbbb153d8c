"""The catalogues agree with each other and with the code, and the code is free of what can carry code."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

import rnnviz
from rnnviz.engine.cells import CELLS
from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.files.resources import resource
from rnnviz.tasks import TASKS

PACKAGE = Path(rnnviz.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
SAYING = {"text", "say", "note", "progress", "Notice"}
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "yaml"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_ATTRIBUTES = {("np", "load"), ("numpy", "load"), ("torch", "load")}


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in SOURCES:
        yield path, ast.parse(path.read_text(encoding="utf-8"), str(path))


def raised() -> Iterator[tuple[str, str, set[str], bool]]:
    """Every UserError with a literal key: place, key, names of its values, whether more may come (**)."""
    for path, tree in trees():
        for node in ast.walk(tree):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", ""))
            if not (isinstance(node, ast.Call) and named == "UserError" and node.args):
                continue
            if isinstance(node.args[0], ast.Constant):
                values = {keyword.arg for keyword in node.keywords if keyword.arg is not None}
                more = any(keyword.arg is None for keyword in node.keywords)
                yield f"{path.name}:{node.lineno}", node.args[0].value, values, more


def catalogue_file(language: str) -> polib.POFile:
    return polib.pofile(str(resource("i18n", f"{language}.po")))


def test_the_languages_have_the_same_sentences_with_the_same_places() -> None:
    english, chinese = ({e.msgid: e.msgstr for e in catalogue_file(name)} for name in LANGUAGES)
    assert english.keys() == chinese.keys()
    different = [key for key in english if places(english[key]) != places(chinese[key])]
    assert different == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there_once_and_well_formed(language: str) -> None:
    entries = catalogue_file(language)
    keys = [entry.msgid for entry in entries]
    assert len(keys) == len(set(keys)) > 100
    assert [
        entry.msgid for entry in entries if not entry.msgstr.strip() or entry.fuzzy or entry.obsolete
    ] == []
    for entry in entries:
        assert all(name.isidentifier() for name in places(entry.msgstr)), entry.msgid


def test_chinese_is_chinese_and_english_is_not() -> None:
    def has_chinese(sentence: str) -> bool:
        return any("一" <= character <= "鿿" for character in sentence)

    errors = [e for e in catalogue_file("zh_CN") if e.msgid.startswith("error.")]
    assert [e.msgid for e in errors if not has_chinese(e.msgstr) and e.msgid != "error.detail"] == []
    names_of_languages = [e.msgid for e in catalogue_file("en") if has_chinese(e.msgstr)]
    assert all("lang" in key for key in names_of_languages), names_of_languages


def test_every_error_that_the_code_raises_has_its_sentence_and_values() -> None:
    english = Catalogue("en")
    sentences = {entry.msgid: entry.msgstr for entry in catalogue_file("en")}
    found = list(raised())
    assert len(found) > 40
    assert [(place, key) for place, key, _, _ in found if key not in english] == []
    lacking = [
        (place, key, places(sentences[key]) - values)
        for place, key, values, more in found
        if not more and not places(sentences[key]) <= values
    ]
    assert lacking == []


def test_every_sentence_that_the_code_says_is_there() -> None:
    english = Catalogue("en")
    said = [
        (f"{path.name}:{node.lineno}", node.args[0].value)
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in SAYING
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and "." in node.args[0].value
    ]
    assert len(said) > 30
    assert [(place, key) for place, key in said if key not in english] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_cells_tasks_and_quantities_have_their_words(language: str) -> None:
    catalogue = Catalogue(language)
    wanted = {f"cell.{key}{ending}" for key in CELLS for ending in ("", ".about")}
    wanted |= {f"quantity.{quantity.key}" for cell in CELLS.values() for quantity in cell.quantities}
    wanted |= {f"task.{key}" for key in TASKS} | {f"task.{key}.about" for key in TASKS}
    assert {key for key in wanted if key not in catalogue} == set()


def test_nothing_in_the_package_can_run_what_a_file_says() -> None:
    found = []
    for path, tree in trees():
        for node in ast.walk(tree):
            name = ""
            if isinstance(node, ast.Import):
                name = next((a.name for a in node.names if a.name.split(".")[0] in FORBIDDEN_MODULES), "")
            elif isinstance(node, ast.ImportFrom):
                name = str(node.module) if str(node.module).split(".")[0] in FORBIDDEN_MODULES else ""
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                name = node.func.id if node.func.id in FORBIDDEN_CALLS else ""
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                name = node.attr if (node.value.id, node.attr) in FORBIDDEN_ATTRIBUTES else ""
            if name:
                found.append(f"{path.name}:{node.lineno} {name}")
    assert found == []
