"""Colours of the window: tokens from resources/theme, the palette, the style sheet and the colour maps.

A Theme is handed to each widget; nothing is global, so that an exported picture can wear the other
theme while the window keeps its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import Template
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPalette

from rnnviz.files.resources import resource
from rnnviz.gui import oklab

THEMES = ("dark", "light")


@dataclass(frozen=True)
class Theme:
    """One set of colour tokens; each value is "#RRGGBB"."""

    name: str
    base: Mapping[str, str]
    marks: Mapping[str, str]
    texts: Mapping[str, str]
    models: Mapping[str, str]

    @property
    def dark(self) -> bool:
        """Whether light text stands on a dark ground."""
        return self.name == "dark"

    def color(self, token: str, alpha: float = 1.0) -> QColor:
        """Return a base token ("bg0" … "seq0") as a colour; alpha 0..1. KeyError for an unknown token."""
        return _with_alpha(self.base[token], alpha)

    def mark(self, role: str, alpha: float = 1.0) -> QColor:
        """Return the line and fill colour of a role: f i o g c h gradient attention."""
        return _with_alpha(self.marks[role], alpha)

    def text(self, role: str, alpha: float = 1.0) -> QColor:
        """Return the colour in which a role's symbol and values are written."""
        return _with_alpha(self.texts[role], alpha)

    def model(self, family: str, alpha: float = 1.0) -> QColor:
        """Return the colour of a family of cells in a comparison: rnn gru lstm."""
        return _with_alpha(self.models[family], alpha)

    def gate_map(self, role: str) -> NDArray[np.uint32]:
        """Return 256 ARGB entries from 0 (seq0) to 1 (the role's mark); read-only."""
        return oklab.ramp((self.base["seq0"], self.marks[role]))

    def signed_map(self) -> NDArray[np.uint32]:
        """Return 256 ARGB entries from the negative end over zero to the positive end; read-only."""
        return oklab.ramp((self.base["neg"], self.base["mid"], self.base["pos"]))


@lru_cache(maxsize=1024)
def _with_alpha(hex_colour: str, alpha: float) -> QColor:
    """A colour that is shared: callers must not change it."""
    colour = QColor(hex_colour)
    colour.setAlphaF(alpha)
    return colour


def load_theme(name: str) -> Theme:
    """Read resources/theme/NAME.toml; name is one of THEMES."""
    with resource("theme", f"{name}.toml").open("rb") as file:
        tables = tomllib.load(file)
    parts = (MappingProxyType(tables[table]) for table in ("base", "mark", "text", "model"))
    return Theme(name, *parts)


def palette(theme: Theme) -> QPalette:
    """Return the palette for Qt's Fusion style; what the style sheet leaves alone follows it."""
    result = QPalette()
    role = QPalette.ColorRole
    tokens = {
        role.Window: "bg1",
        role.WindowText: "ink",
        role.Base: "bg2",
        role.AlternateBase: "bg1",
        role.ToolTipBase: "bg3",
        role.ToolTipText: "ink",
        role.Text: "ink",
        role.PlaceholderText: "ink3",
        role.Button: "bg2",
        role.ButtonText: "ink",
        role.BrightText: "ink",
        role.Highlight: "pri",
        role.HighlightedText: "prit",
        role.Accent: "pri",
        role.Link: "ink",
        role.LinkVisited: "ink2",
        role.Light: "bg3",
        role.Midlight: "bg3",
        role.Mid: "line2",
        role.Dark: "line",
        role.Shadow: "bg0",
    }
    for which, token in tokens.items():
        result.setColor(which, theme.color(token))
    for which in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, theme.color("ink", 0.5))
    return result


def stylesheet(theme: Theme) -> str:
    """Return the one style sheet of the window: resources/theme/window.qss with its $tokens filled in."""
    template = resource("theme", "window.qss").read_text(encoding="utf-8")
    return Template(template).substitute(theme.base)
