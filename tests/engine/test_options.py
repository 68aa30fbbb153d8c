import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Option, complete
from rnnviz.files.catalogue import LANGUAGES, Catalogue

RATE = Option("rate", 0.5, 0.0, 1.0)
COUNT = Option("count", 3, 1, 9)
WORD = Option("word", "a", choices=("a", "b"))
FLAG = Option("flag", False)


@pytest.mark.parametrize(
    ("option", "value", "result"),
    [
        (RATE, 1, 1.0),
        (RATE, 0.25, 0.25),
        (COUNT, 4.0, 4),
        (COUNT, 9, 9),
        (WORD, "b", "b"),
        (FLAG, True, True),
    ],
)
def test_good_values_come_back_in_the_options_own_type(option, value, result):
    checked = option.check(value)
    assert checked == result
    assert type(checked) is type(option.default)


@pytest.mark.parametrize(
    ("option", "value", "key"),
    [
        (RATE, 1.01, "range"),
        (RATE, float("nan"), "range"),
        (Option("open", 1.0), float("inf"), "range"),
        (RATE, "0.5", "number"),
        (RATE, True, "number"),
        (RATE, None, "number"),
        (COUNT, 2.5, "whole"),
        (COUNT, 0, "range"),
        (WORD, "c", "choice"),
        (WORD, 1, "word"),
        (FLAG, 1, "bool"),
    ],
)
def test_bad_values_are_refused_in_words(option, value, key):
    with pytest.raises(UserError) as raised:
        option.check(value)
    assert raised.value.key == f"error.option-{key}"
    for language in LANGUAGES:
        assert option.key in Catalogue(language).error(raised.value)
    assert raised.value.values["key"] == option.key


@given(st.one_of(st.floats(), st.integers(), st.text(), st.booleans(), st.none(), st.lists(st.integers())))
def test_whatever_comes_is_taken_within_bounds_or_refused(value):
    for option in (RATE, COUNT):
        try:
            checked = option.check(value)
        except UserError:
            continue
        assert option.low <= checked <= option.high


def test_complete_fills_in_defaults_and_refuses_strangers():
    assert complete([RATE, WORD], {"word": "b"}) == {"rate": 0.5, "word": "b"}
    with pytest.raises(UserError) as raised:
        complete([RATE, WORD], {"speed": 1})
    assert raised.value.values == {"key": "speed", "allowed": "rate, word"}
