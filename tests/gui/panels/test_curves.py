"""Loss and gradient norm: axes, names of lines, clip events."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage

from rnnviz.gui.figure import Size
from rnnviz.gui.panels.curve import step_ticks
from rnnviz.gui.panels.gradient_norm import GradientNormPanel
from rnnviz.gui.panels.loss import LossPanel
from rnnviz.training.curves import CurveRecorder, StepStats
from rnnviz.workbench.frame import Frame


def trained(frame: Frame, steps: int = 100, clip: float = 1.0) -> Frame:
    """The frame of a run of `steps` steps: loss falls from 3 to 1, every tenth norm stands out."""
    recorder = CurveRecorder()
    rows = [StepStats(0, np.nan, np.nan, np.nan, 0, 3.2)]
    for k in range(1, steps + 1):
        norm = 2.0 if k % 10 == 0 else 0.5
        held_out = 3.0 - 2 * k / steps if k % 20 == 0 else np.nan
        rows.append(StepStats(k, 3.0 - 2 * k / steps, 0.5, norm, int(norm > clip > 0), held_out))
    recorder.extend(rows)
    curves = recorder.curves()
    run = replace(
        frame.run,
        status="paused",
        step=steps,
        curves=curves,
        clip=clip,
        loss=1.0,
        held_out=1.0,
        steps_per_s=9,
    )
    return replace(frame, run=run)


def count(image: QImage, colour: int, rows: range) -> int:
    """Pixels of a colour (0xRRGGBB) in some rows."""
    return sum((image.pixel(x, y) & 0xFFFFFF) == colour for x in range(image.width()) for y in rows)


def test_an_untrained_run_says_what_will_be_here(written, make_frame, look) -> None:
    texts = written("loss", make_frame())
    assert look.text("loss.hint-empty") in texts
    assert look.text("loss.baseline") in texts
    assert look.text("loss.pass-mark") in texts
    assert look.text("norm.title") in written("gradient-norm", make_frame())


def test_the_loss_names_its_lines_and_its_axes(written, make_frame, look) -> None:
    texts = written("loss", trained(make_frame()))
    for key in ("title", "hint", "held-out", "train", "baseline", "pass-mark"):
        assert look.text(f"loss.{key}") in texts
    assert "0" in texts
    assert "100" in texts
    assert {"1", "2"} <= set(texts)


def test_without_room_for_the_numbers_the_title_tells_them(look, make_frame) -> None:
    panel = LossPanel(look)
    frame = trained(make_frame())
    text = panel._numbers(frame)
    assert "1.0" in text
    assert "100" in text


def test_a_curve_is_drawn_where_its_numbers_are(painted, make_frame, look) -> None:
    frame = trained(make_frame())
    image = painted("loss", frame, Size(200, 60))
    panel = LossPanel(look)
    panel.resize(image.width(), image.height())
    panel.render(frame)
    for step, loss in ((30, 2.4), (70, 1.6)):
        x, y = round(panel.x(step)), panel.y(np.log10(loss))
        found = [image.pixelColor(x, round(y) + d).lightnessF() for d in (-1, 0, 1)]
        assert max(found) > 0.5
        assert image.pixelColor(x, round(y) + 12).lightnessF() < 0.3


@pytest.mark.parametrize(("clip", "events"), [(1.0, True), (0.0, False), (5.0, False)])
def test_clip_threshold_and_events_are_marked(painted, written, make_frame, look, clip: float, events: bool):
    frame = trained(make_frame(), clip=clip)
    image = painted("gradient-norm", frame, Size(120, 60))
    warn = look.theme.color("warn").rgb() & 0xFFFFFF
    panel = GradientNormPanel(look)
    panel.resize(image.width(), image.height())
    panel.render(frame)
    above = int(panel.area.top())
    marks = count(image, warn, range(above - 6, above - 1))
    assert (marks > 10) == events
    label = look.text("norm.clip", value=f"{clip:g}")
    assert (label in written("gradient-norm", frame)) == (clip > 0)
    if clip > 0:
        y = round(panel.y(np.log10(clip)))
        assert count(image, warn, range(y - 1, y + 2)) > 50


@pytest.mark.parametrize("last", [10, 99, 1600, 123_456, 10**9])
@pytest.mark.parametrize("most", [0, 1, 4, 9])
def test_ticks_of_steps_are_round_and_few(last: int, most: int) -> None:
    ticks = step_ticks(last, most)
    assert ticks[0] == 0
    assert ticks[-1] <= last
    assert len(ticks) <= max(most, 1) + 1
    if len(ticks) > 1:
        every = ticks[1]
        assert str(every).rstrip("0") in ("1", "2", "4", "5")


def test_tables_hold_the_curves(look, make_frame) -> None:
    frame = trained(make_frame())
    table = LossPanel(look).table(frame).columns
    curves = frame.run.curves
    np.testing.assert_array_equal(table["step"], np.arange(101))
    np.testing.assert_array_equal(table["train"][1:], curves.loss)
    assert np.isnan(table["train"][0])
    assert list(np.flatnonzero(np.isfinite(table["held_out"]))) == [0, 20, 40, 60, 80, 100]
    assert set(table["baseline"]) == {frame.run.baseline}
    norms = GradientNormPanel(look).table(frame).columns
    np.testing.assert_array_equal(norms["grad_norm"], curves.grad_norm)
    np.testing.assert_array_equal(norms["clipped"], curves.clipped)


def test_a_run_of_one_step_and_of_a_million_can_be_drawn(painted, make_frame) -> None:
    frame = make_frame()
    for steps in (1, 2, 5000):
        for key in ("loss", "gradient-norm"):
            assert not painted(key, trained(frame, steps)).isNull()


def test_curves_that_went_further_than_a_lost_worker_stay_inside(look, make_frame) -> None:
    frame = trained(make_frame())
    for kind in (LossPanel, GradientNormPanel):
        panel = kind(look)
        panel.resize(400, 140)
        panel.render(replace(frame, run=replace(frame.run, step=40, status="stopped")))
        assert panel.x(100) <= panel.area.right()
