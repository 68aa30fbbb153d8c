"""How a token is written where it must be seen: white space and marks made visible."""

from __future__ import annotations

import unicodedata

_VISIBLE = {" ": "␣", "\n": "↵", "\t": "⇥", "\r": "␍", "\u00a0": "⍽", "\u3000": "□"}


def glyph(token: str) -> str:
    """One visible stand-in for `token`; words keep their letters."""
    if token in _VISIBLE:
        return _VISIBLE[token]
    if len(token) == 1:
        category = unicodedata.category(token)
        if category.startswith("M"):
            return "◌" + token
        if category[0] in "CZ":
            return "·"
    return token
