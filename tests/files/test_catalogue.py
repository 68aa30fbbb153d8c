"""Sentences in both languages, with their places filled."""

import numpy as np
import pytest

from rnnviz.engine.errors import UserError
from rnnviz.files.catalogue import LANGUAGES, Catalogue, plain, system_language


def test_both_languages_fill_the_same_places() -> None:
    values = {"path": "a.txt", "reason": "why"}
    english = Catalogue("en").text("error.read-failed", **values)
    chinese = Catalogue("zh_CN").text("error.read-failed", **values)
    assert english != chinese
    for sentence in (english, chinese):
        assert "a.txt" in sentence
        assert "why" in sentence


def test_an_error_becomes_its_sentence() -> None:
    error = UserError("error.text-unknown", name="nosuch", allowed="a, b")
    assert Catalogue("en").error(error) == "There is no text called nosuch. There are: a, b."


@pytest.mark.parametrize(("language", "title"), [("en", "Parity"), ("zh_CN", "奇偶")])
def test_a_task_is_called_by_its_title(language: str, title: str) -> None:
    catalogue = Catalogue(language)
    assert title in catalogue.text("task.parity")
    sentence = catalogue.error(UserError("error.sample-task", task="parity"))
    assert catalogue.text("task.parity") in sentence
    assert "nothing" in catalogue.error(UserError("error.sample-task", task="nothing"))


def test_a_missing_key_or_value_is_a_fault() -> None:
    catalogue = Catalogue("en")
    with pytest.raises(KeyError):
        catalogue.text("no.such-key")
    with pytest.raises(KeyError):
        catalogue.text("error.read-failed", path="a")


def test_an_unknown_language_falls_back_to_english() -> None:
    assert Catalogue("xx").language == "en"
    assert set(LANGUAGES) == {"en", "zh_CN"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1000.0, "1000"),
        (5, "5"),
        (0.004, "0.004"),
        (1e-7, "1e-07"),
        (float("nan"), "NaN"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
        (True, "True"),
        ("12,0", "12,0"),
        (None, "None"),
        (10**400, "1.00000e+400"),
        (np.float32(0.5), "0.5"),
        (np.int64(7), "7"),
    ],
)
def test_numbers_are_written_plainly(value: object, text: str) -> None:
    assert plain(value) == text


def test_values_cannot_be_looked_into() -> None:
    """A place such as {path.parent} would read attributes of whatever a file named."""
    catalogue = Catalogue("en")
    catalogue._sentences = {"x": "{error.args}"}
    with pytest.raises(KeyError):
        catalogue.text("x", error=ValueError("secret"))


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
    ],
)
def test_the_systems_language(environment: dict[str, str], language: str) -> None:
    assert system_language(environment) == language
