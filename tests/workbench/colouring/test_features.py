from __future__ import annotations

import numpy as np
import pytest

from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.workbench.colouring.features import Feature, features, joined, telling


def named(text: str) -> dict[tuple[str, str], list[float]]:
    return {(f.key, f.of): f.values.tolist() for f in features(tuple(text), None, ())}


def test_words_lines_and_brackets() -> None:
    found = named("ab (c[d])\n  e")
    assert found["in-word", ""] == [1, 2, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1]
    assert found["depth", ""] == [0, 0, 0, 1, 1, 2, 2, 1, 0, 0, 0, 0, 0]
    assert found["indent", ""] == [0] * 10 + [1, 2, 2]
    assert found["in-line", ""] == [*range(1, 10), 0, 1, 2, 3]
    assert found["after-space", ""] == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1]
    assert found["before-space", ""] == [0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0]


def test_a_closing_bracket_without_an_opening_one_counts_for_nothing() -> None:
    assert named(")(a)")["depth", ""] == [0, 1, 1, 0]


def test_quotes_and_comments() -> None:
    assert named('a"b"c"d')["quoted", '"'] == [0, 1, 1, 0, 0, 1, 1]
    assert named("a # b\nc")["comment", ""] == [0, 0, 1, 1, 1, 0, 0]


def test_counts_of_a_small_vocabulary() -> None:
    found = named("aabb")
    assert found["count", "a"] == [1, 2, 2, 2]
    assert found["odd", "b"] == [0, 0, 1, 0]
    assert found["seen", "b"] == [0, 0, 1, 1]
    assert found["symbol-before", "a"] == [0, 1, 1, 0]


def test_numbers_now_before_summed_and_held() -> None:
    rows = np.array([[0.0, 0.5], [1.0, 0.25], [0.0, 0.0], [-1.0, 1.0]])
    found = {(f.key, f.of): f.values.tolist() for f in features(("x",) * 4, rows, ("pulse", "level"))}
    assert found["value", "pulse"] == [0, 1, 0, -1]
    assert found["value-before", "level"] == [0, 0.5, 0.25, 0]
    assert found["sum", "level"] == [0.5, 0.75, 0.75, 1.75]
    assert found["last-value", "pulse"] == [0, 1, 1, -1]


def test_a_sum_of_what_is_marked_and_a_difference_of_counts() -> None:
    rows = np.array([[0.5, 1.0], [0.25, 0.0], [0.125, 1.0]])
    found = {f.key: f.values.tolist() for f in features(("x",) * 3, rows, ("value", "mark"))}
    assert found["marked-sum"] == [0.5, 0.5, 0.625]
    assert named("aaabb")["difference", "a − b"] == [1, 2, 3, 2, 1]


def test_sequences_are_joined_with_nothing_where_one_lacks_a_property() -> None:
    one, two = features(tuple("a(b)"), None, ()), features(tuple("cd"), None, ())
    depth = next(f for f in joined([one, two]) if f.key == "depth")
    assert depth.values.tolist() == [0, 1, 1, 0, 0, 0]
    assert joined([]) == ()


def test_what_hardly_varies_is_left_out() -> None:
    flat, once = Feature("a", "", np.ones(9)), Feature("b", "", np.eye(9)[3])
    enough = Feature("c", "", np.array([1.0, 0, 0, 1, 0, 0, 1, 0, 0]))
    assert telling([flat, once, enough]) == (enough,)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_property_has_its_words(language: str) -> None:
    catalogue = Catalogue(language)
    text = "ab # (c[d])\n  \"e\" 'f' 1 A."
    rows = np.array([[0.0, 0.0], [1.0, 1.0]])
    found = (
        *features(tuple(text), None, ()),
        *features(tuple("ab"), None, ()),
        *features(("0", "1"), rows, ()),
    )
    keys = {f"feature.{f.key}" for f in found} | {"feature.none"}
    assert {key for key in keys if key not in catalogue} == set()
    assert len(keys) > 25
