"""The bench of the window, as short as it can be: it works, and it looks at what it says."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rnnviz.gui.bench.inside import keys_to_paint, repaints, resident_mb
from rnnviz.gui.bench.paints import Paint, first_sights, most_in_a_second
from rnnviz.gui.bench.stage import SIZE, TEXT, Stage, stage_spec, staged
from rnnviz.gui.bench.window import BARE, Effort, bench_window, seconds_to_ready
from rnnviz.workbench.bench.children import environment

KEYS = {
    "window/key_to_paint_p95_ms",
    "window/repaint_cpu_ms",
    "window/fps_training",
    "window/training_share",
    "window/start_s",
    "window/start_vs_bare",
    "window/rss_mb",
}


@pytest.fixture
def stage(qapp: QApplication) -> Iterator[Stage]:
    with staged(stage_spec(hidden=8)) as found:
        yield found
    qapp.setStyleSheet("")
    qapp.setPalette(qapp.style().standardPalette())
    QLocale.setDefault(QLocale("en"))


def test_the_whole_bench_gives_every_figure() -> None:
    notes: list[str] = []
    effort = Effort(hidden=8, keys=4, repaints=4, seconds=0.3, pairs=1, starts=1)
    figures = bench_window(note=notes.append, effort=effort)
    assert set(figures) == (KEYS if resident_mb() is not None else KEYS - {"window/rss_mb"})
    assert all(type(value) is float and 0 < value < math.inf for value in figures.values())
    assert KEYS - {"window/rss_mb", "window/start_vs_bare"} <= set(notes)


def test_the_stage_is_the_one_of_the_marks(stage: Stage) -> None:
    assert (stage.window.width(), stage.window.height()) == SIZE
    assert len(TEXT) == 48
    assert stage.window.workbench.frame.steps == 48
    shown = {canvas.panel.key for canvas in stage.window.canvases() if canvas.isVisible()}
    assert shown == {"explore", "values", "unit", "distribution", "loss", "gradient-norm"}
    assert (stage_spec().hidden, stage_spec().cell) == (64, "lstm")


def test_a_key_is_waited_for_until_it_is_painted(stage: Stage) -> None:
    rng = np.random.default_rng(0)
    times = keys_to_paint(stage, 4, rng)
    assert len(times) == 4
    assert all(0 < seconds < 20 for seconds in times)
    seen = [paint.text for paint in stage.watch.paints]
    assert TEXT[:-1] in seen
    assert stage.window.workbench.frame.typed.text == seen[-1]


def test_a_repaint_paints_every_panel(stage: Stage, qtbot: QtBot) -> None:
    painted: set[str] = set()
    shown = [canvas for canvas in stage.window.canvases() if canvas.isVisible()]
    for canvas in shown:
        panel, draw = canvas.panel, canvas.paintEvent

        def spy(event: object, key: str = panel.key, draw: object = draw) -> None:
            painted.add(key)
            draw(event)  # type: ignore[operator]

        canvas.paintEvent = spy  # type: ignore[method-assign]
    assert len(repaints(stage, 2)) == 2
    assert painted == {canvas.panel.key for canvas in shown}


def test_what_is_shown_is_read_when_it_is_painted(stage: Stage) -> None:
    text = stage.press("\b")
    assert text == TEXT[:-1]
    assert stage.watch.paints[-1].text == TEXT
    ended = stage.paint_of(text)
    shown = [paint for paint in stage.watch.paints if paint.whole and paint.text == text]
    assert shown[0].ended == ended
    assert shown[0].serial == stage.window.workbench.frame.serial


def test_a_bare_window_says_when_it_is_painted() -> None:
    assert 0 < seconds_to_ready(BARE, environment()) < 60
    assert "rnnviz" not in Path(BARE[-1]).read_text(encoding="utf-8")


def test_frames_seen_twice_count_once() -> None:
    paints = [Paint(float(k), k + 0.5, serial, "") for k, serial in enumerate([4, 4, 5, 5, 5, 9])]
    assert [paint.serial for paint in first_sights(paints)] == [4, 5, 9]
    assert first_sights([Paint(0.0, 0.1, 3, "", whole=False)]) == first_sights([]) == []


def test_the_fullest_second() -> None:
    assert most_in_a_second([]) == 0
    assert most_in_a_second([0.0, 0.5, 0.9, 1.0, 1.2, 3.0]) == 4
    assert most_in_a_second([k / 64 for k in range(200)]) == 64
