import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.tasks.vocabulary import Vocabulary

# Every code point, lone surrogates too: a window system may hand over half a pair while someone types.
ANY_TEXT = st.text(st.characters(codec=None), max_size=80)


@given(ANY_TEXT)
def test_encode_and_decode_undo_each_other(content: str) -> None:
    vocabulary = Vocabulary.of_text(content)
    codes = vocabulary.encode(content)
    assert codes.dtype == "int32"
    assert "".join(vocabulary.decode(codes.tolist())) == content
    assert list(vocabulary.symbols) == sorted(set(content))


@given(ANY_TEXT, ANY_TEXT)
def test_unknown_tokens_get_minus_one_and_no_others(content: str, typed: str) -> None:
    vocabulary = Vocabulary.of_text(content)
    for symbol, code in zip(typed, vocabulary.encode(typed).tolist(), strict=True):
        assert (code == -1) == (symbol not in content)
        assert code == vocabulary.code(symbol)
        if code >= 0:
            assert vocabulary.symbols[code] == symbol


def test_words_are_symbols_too() -> None:
    vocabulary = Vocabulary(["in", "France", "fluent"])
    assert vocabulary.encode(["fluent", "in", "Spain"]).tolist() == [2, 0, -1]
    assert len(vocabulary) == 3
    assert "in" in vocabulary
    assert vocabulary == Vocabulary(["in", "France", "fluent"])


def test_a_symbol_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        Vocabulary(["a", "a"])


def test_decode_refuses_the_unknown() -> None:
    with pytest.raises(IndexError):
        Vocabulary("ab").decode([-1])
