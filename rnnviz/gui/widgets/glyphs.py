"""How a token is written where it must be seen: white space and marks made visible."""

from __future__ import annotations

import unicodedata

from rnnviz.gui.look import Look

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


def channel_name(name: str, look: Look) -> str:
    """A channel of a task in the reader's language; a column of somebody's table keeps its own name."""
    base, _, number = name.rpartition(" ")
    if f"channel.{name}" in look.catalogue:
        return look.text(f"channel.{name}")
    if number.isdigit() and f"channel.{base}" in look.catalogue:
        return f"{look.text(f'channel.{base}')} {number}"
    return name
