"""The figures that the design promises, computed again from the tokens that ship."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtGui import QPalette

from rnnviz.gui import oklab
from rnnviz.gui.theme import THEMES, load_theme, palette, stylesheet

ROLES = ("f", "i", "o", "g", "c", "h")

# How the three kinds of colour blindness see linear sRGB, severity 1 (Machado, Oliveira, Fernandes 2009).
SIGHT = {
    "normal": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def luminance(colour: str) -> float:
    return float(oklab.linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def seen(colour: str, sight: str) -> np.ndarray:
    return oklab.lab(np.clip(SIGHT[sight] @ oklab.linear(colour), 0, 1))


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("name", THEMES)
def test_marks_stand_out_from_the_panels(name: str) -> None:
    theme = load_theme(name)
    assert min(contrast(mark, theme.base["bg1"]) for mark in theme.marks.values()) >= 3.0


@pytest.mark.parametrize("name", THEMES)
def test_texts_of_quantities_are_readable(name: str) -> None:
    theme = load_theme(name)
    grounds = [theme.base["bg1"]] + ([theme.base["bg0"]] if name == "light" else [])
    assert min(contrast(text, ground) for text in theme.texts.values() for ground in grounds) >= 4.98


@pytest.mark.parametrize(
    ("name", "token", "least"),
    [
        ("dark", "ink", 14.2),
        ("dark", "ink2", 8.2),
        ("dark", "ink3", 4.9),
        ("light", "ink", 15.8),
        ("light", "ink2", 7.7),
        ("light", "ink3", 4.47),
    ],
)
def test_inks_are_readable_on_every_ground(name: str, token: str, least: float) -> None:
    theme = load_theme(name)
    assert min(contrast(theme.base[token], theme.base[ground]) for ground in ("bg0", "bg1", "bg2")) >= least


@pytest.mark.parametrize("name", THEMES)
def test_primary_button_and_warnings_are_readable(name: str) -> None:
    base = load_theme(name).base
    assert contrast(base["pri"], base["prit"]) >= 16.5
    assert contrast(base["warn"], base["bg1"]) >= 4.5
    assert contrast(base["ok"], base["bg1"]) >= 4.5


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(
    ("sight", "least"), [("normal", 16.0), ("protan", 10.8), ("deutan", 10.2), ("tritan", 8.9)]
)
def test_quantities_differ_for_every_eye(name: str, sight: str, least: float) -> None:
    marks = load_theme(name).marks
    places = [seen(marks[role], sight) for role in (*ROLES, "gradient")]
    nearest = min(np.linalg.norm(one - other) for one, other in itertools.combinations(places, 2))
    assert 100 * nearest >= least


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("sight", "least"), [("protan", 30.6), ("deutan", 30.6), ("tritan", 19.2)])
def test_signs_differ_for_every_eye(name: str, sight: str, least: float) -> None:
    base = load_theme(name).base
    assert 100 * np.linalg.norm(seen(base["neg"], sight) - seen(base["pos"], sight)) >= least


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("role", ROLES)
def test_gate_map_runs_straight_from_zero_to_the_mark(name: str, role: str) -> None:
    theme = load_theme(name)
    table = theme.gate_map(role)
    assert table.shape == (256,)
    assert table.dtype == np.uint32
    assert not table.flags.writeable
    assert f"#{table[0] & 0xFFFFFF:06X}" == theme.base["seq0"]
    assert f"#{table[-1] & 0xFFFFFF:06X}" == theme.marks[role]
    colours = np.array([oklab.lab(oklab.linear(f"#{entry & 0xFFFFFF:06X}")) for entry in table])
    steps = np.linalg.norm(np.diff(colours, axis=0), axis=1)
    # Equal steps of value are equal steps of colour; bytes round each by about a third at worst.
    assert steps.max() < 3 * steps.mean()
    line = colours[-1] - colours[0]
    along = (colours - colours[0]) @ line / (line @ line)
    off = np.linalg.norm(colours - colours[0] - along[:, None] * line, axis=1)
    assert off.max() < 0.01


@pytest.mark.parametrize("name", THEMES)
def test_signed_map_has_its_centre_at_zero(name: str) -> None:
    theme = load_theme(name)
    table = theme.signed_map()
    assert [f"#{table[k] & 0xFFFFFF:06X}" for k in (0, -1)] == [theme.base["neg"], theme.base["pos"]]
    middle = oklab.lab(oklab.linear(f"#{table[128] & 0xFFFFFF:06X}"))
    assert np.linalg.norm(middle - oklab.lab(oklab.linear(theme.base["mid"]))) < 0.01


@pytest.mark.parametrize("name", THEMES)
def test_palette_and_sheet_follow_the_tokens(name: str) -> None:
    theme = load_theme(name)
    assert palette(theme).color(QPalette.ColorRole.WindowText) == theme.color("ink")
    sheet = stylesheet(theme)
    assert "$" not in sheet
    assert theme.base["bg1"] in sheet


def test_both_themes_name_the_same_tokens() -> None:
    dark, light = (load_theme(name) for name in THEMES)
    assert dark.base.keys() == light.base.keys()
    assert dark.marks.keys() == light.marks.keys() == dark.texts.keys() == light.texts.keys()


def test_alpha_and_unknown_tokens() -> None:
    theme = load_theme("dark")
    assert theme.color("ink", 0.5).alpha() in (127, 128)
    with pytest.raises(KeyError):
        theme.color("accent")
