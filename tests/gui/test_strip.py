from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from rnnviz.gui.strip import TrainingStrip


@pytest.fixture
def strip(qtbot: QtBot, look, make_frame) -> TrainingStrip:
    strip = TrainingStrip(look)
    qtbot.addWidget(strip)
    strip.resize(1440, 148)
    strip.setSizes([232, 832, 376])
    strip.show()
    strip.render_frame(make_frame())
    return strip


def test_three_parts_stand_side_by_side(strip: TrainingStrip) -> None:
    parts: list[QWidget] = [strip.numbers, strip.loss, strip.norm]
    assert [strip.widget(k) for k in range(3)] == parts
    assert [part.width() for part in parts] == pytest.approx([232, 832, 376], abs=3)


def test_the_numbers_fold_into_the_title_of_the_loss(strip: TrainingStrip) -> None:
    assert strip.numbers.isVisible()
    before = strip.loss.grab().toImage()
    strip.fold_numbers(True)
    assert not strip.numbers.isVisible()
    assert strip.loss_panel.brief
    strip.fold_numbers(False)
    strip.setSizes([232, 832, 376])
    assert strip.numbers.isVisible()
    assert strip.loss.grab().toImage() == before


@pytest.mark.parametrize("status", ["untrained", "paused", "training", "finished", "diverged", "stopped"])
def test_every_status_can_be_shown(strip: TrainingStrip, make_frame, make_look, status: str) -> None:
    frame = make_frame()
    strip.render_frame(replace(frame, run=replace(frame.run, status=status, step=12)))
    seen = [strip.numbers.grab().toImage()]
    strip.set_look(make_look("light", "zh_CN"))
    seen.append(strip.numbers.grab().toImage())
    assert seen[0] != seen[1]


def test_curves_have_names_for_a_screen_reader(strip: TrainingStrip, make_look) -> None:
    for language in ("en", "zh_CN"):
        look = make_look("dark", language)
        strip.set_look(look)
        assert strip.loss.accessibleName() == look.text("panel.loss")
        assert strip.norm.accessibleName() == look.text("panel.gradient-norm")
