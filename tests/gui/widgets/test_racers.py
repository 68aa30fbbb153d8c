"""Configurations can be told apart, by more than their colour."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from rnnviz.engine.cells import CELLS
from rnnviz.gui import oklab
from rnnviz.gui.theme import THEMES, load_theme
from rnnviz.gui.widgets.racers import cell_styles, family_of, shape_path


def luminance(colour: QColor) -> float:
    red, green, blue = oklab.linear(colour.name())
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_the_three_usual_cells_have_the_colours_of_the_design(theme: str) -> None:
    look = load_theme(theme)
    styles = cell_styles(["rnn", "gru", "lstm"], look)
    assert [style.shape for style in styles] == ["circle", "triangle", "square"]
    assert [style.colour for style in styles] == [look.model(key) for key in ("rnn", "gru", "lstm")]
    assert all(style.dash == () for style in styles)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    "cells", [["lstm"] * 4, ["gru"] * 3, ["lstm", "peephole", "cifg", "janet"], ["rnn"] * 2]
)
def test_what_shares_a_hue_differs_in_shape_dash_and_lightness(cells: list[str], theme: str) -> None:
    look = load_theme(theme)
    styles = cell_styles(cells, look)
    assert len({style.shape for style in styles}) == len(cells)
    assert len({style.dash for style in styles}) == len(cells)
    for one, other in combinations(styles, 2):
        apart = oklab.lab(oklab.linear(one.colour.name())) - oklab.lab(oklab.linear(other.colour.name()))
        assert 100 * float((apart**2).sum()) ** 0.5 > 6
    for style in styles:
        assert contrast(style.colour, look.color("bg1")) >= 4.5  # names are written in it


def test_every_cell_has_a_family_and_a_shape_of_its_own_in_it() -> None:
    theme = load_theme("dark")
    found = {key: cell_styles([key], theme)[0] for key in CELLS}
    for one, other in combinations(CELLS, 2):
        if family_of(one) == family_of(other):
            assert found[one].shape != found[other].shape, (one, other)


def test_shapes_are_about_equally_large() -> None:
    theme = load_theme("dark")
    for key in CELLS:
        box = shape_path(cell_styles([key], theme)[0].shape, QPointF(50, 50), 10).boundingRect()
        assert 8 <= max(box.width(), box.height()) <= 14
        assert abs(box.center().x() - 50) < 2.5
        assert abs(box.center().y() - 50) < 2.5
