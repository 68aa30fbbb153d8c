from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from rnnviz.gui.widgets.glyphs import glyph


def test_white_space_is_made_visible() -> None:
    assert [glyph(c) for c in " \n\t\r"] == ["␣", "↵", "⇥", "␍"]
    assert glyph("\u00a0") != glyph(" ")
    assert glyph("a") == "a"
    assert glyph("记") == "记"
    assert glyph("word") == "word"


@given(st.characters())
def test_every_character_shows_something(letter: str) -> None:
    shown = glyph(letter)
    assert shown
    assert unicodedata.category(shown[0])[0] not in "CZM"
