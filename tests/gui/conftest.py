"""Fixtures of all window tests: the shipped fonts and a look in each theme and language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from rnnviz.files.catalogue import Catalogue
from rnnviz.gui import fonts
from rnnviz.gui.look import Look
from rnnviz.gui.theme import load_theme


@pytest.fixture(scope="session", autouse=True)
def shipped_fonts(qapp: QApplication) -> None:
    fonts.load_fonts()


@pytest.fixture
def look(qapp: QApplication) -> Look:
    return Look(load_theme("dark"), Catalogue("en"))


@pytest.fixture
def make_look(qapp: QApplication) -> Callable[[str, str], Look]:
    return lambda theme, language: Look(load_theme(theme), Catalogue(language))
