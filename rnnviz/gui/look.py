"""How a thing is drawn: theme and language together, handed to every panel.

A panel never asks the application for either, so a figure can be exported in light Chinese from a dark
English window.
"""

from __future__ import annotations

from dataclasses import dataclass

from rnnviz.files.catalogue import Catalogue
from rnnviz.gui.theme import Theme


@dataclass(frozen=True)
class Look:
    """Theme and catalogue of one window or one figure."""

    theme: Theme
    catalogue: Catalogue
    chosen_marks: bool = True

    def text(self, key: str, /, **values: object) -> str:
        """The sentence of `key` in this look's language."""
        return self.catalogue.text(key, **values)
