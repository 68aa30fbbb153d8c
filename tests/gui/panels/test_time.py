from __future__ import annotations

import pytest

from rnnviz.gui.panels import PANELS
from rnnviz.gui.panels.time import TimePanel

KINDS = {
    "explore": (["f", "i", "g", "c", "o", "h"], True, True),
    "tokens": ([], False, False),
    "predictions": ([], True, False),
    "gates": (["f", "i", "g", "o"], False, False),
    "states": (["c", "h"], False, False),
    "gradients": ([], False, True),
}


@pytest.mark.parametrize("key", KINDS)
def test_each_panel_stacks_its_own_strips(make_frame, look, key: str) -> None:
    panel = PANELS[key](look)
    assert isinstance(panel, TimePanel)
    panel.resize(900, 640)
    panel.render(make_frame())
    maps, predictions, gradient = KINDS[key]
    assert [m.quantity.key for m in panel.maps] == maps
    assert (panel.predictions is not None) == predictions
    assert (panel.gradient is not None) == gradient


def test_another_cell_brings_other_maps(make_frame, look) -> None:
    panel = PANELS["explore"](look)
    panel.resize(900, 640)
    for cell, expected in (("lstm", "figcoh"), ("gru", "rznh"), ("rnn", "h"), ("lstm", "figcoh")):
        panel.render(make_frame(cell=cell))
        assert "".join(m.quantity.key for m in panel.maps) == expected
        assert sum(item.isVisible() for item in panel.childItems()) == len(panel.strips())


def test_every_time_panel_has_the_same_columns_at_the_same_width(make_frame, look) -> None:
    frame = make_frame("hello gate")
    found = set()
    for key in KINDS:
        panel = PANELS[key](look)
        panel.resize(900, 300)
        panel.render(frame)
        found.add(panel.columns)
    assert len(found) == 1


def test_what_each_stage_is_called_is_written_once(written, make_frame, look) -> None:
    texts = written("explore", make_frame(hidden=16))
    for number, stage in enumerate(("forget", "select", "output"), 1):
        named = [t for t in texts if t.startswith(f"{number}  ")]
        assert len(named) == 1
        assert look.text(f"stage.{stage}").startswith(named[0][3:].rstrip("…"))


def test_ranges_are_written_beside_the_maps(written, make_frame) -> None:
    texts = written("explore", make_frame())
    assert texts.count("0") >= 3  # the foot of every gate
    assert texts.count("1") >= 3
    assert "+1" in texts
    assert "−1" in texts
