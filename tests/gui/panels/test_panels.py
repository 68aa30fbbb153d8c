from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

import rnnviz.gui.panels as package
from rnnviz.engine.cells import CELLS
from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.gui.canvas import Canvas
from rnnviz.gui.panels import PANELS, Panel
from rnnviz.workbench.colouring import ColourView
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.race.frame import RaceFrame
from rnnviz.workbench.workbench import Workbench
from rnnviz.workbench.writer import WriteSettings

BASES = {"__init__", "panel", "mosaic", "time", "curve"}


def test_every_file_of_the_folder_is_registered_under_its_name() -> None:
    folder = Path(package.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - BASES
    assert {key.replace("-", "_") for key in PANELS} == files


def test_every_panel_has_a_title_in_every_language() -> None:
    for language in LANGUAGES:
        catalogue = Catalogue(language)
        titles = [catalogue.text(f"panel.{key}") for key in PANELS]
        assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("text", ["", "h", "heßlo 中"])
@pytest.mark.parametrize("key", PANELS)
def test_a_table_has_columns_of_one_length(make_frame, look, key: str, text: str, cell: str) -> None:
    frame = make_frame(text, cell=cell)
    if PANELS[key].applies(frame):
        columns = PANELS[key](look).table(frame).columns
        assert columns
        assert len({len(values) for values in columns.values()}) == 1


@pytest.mark.parametrize("key", [key for key in PANELS if PANELS[key].of_kind is Frame])
def test_rendering_twice_or_after_another_frame_draws_the_same(make_frame, look, key: str, qtbot) -> None:
    def coloured(bench: Workbench) -> object:
        bench.write(WriteSettings(length=40))
        bench.write_more(10.0)
        return bench.colour(ColourView())

    one = make_frame("hello gate", coloured)
    other = make_frame("memory", coloured, cell="gru", hidden=9, clip=2.0)

    def shown(*frames: object) -> object:
        panel: Panel = PANELS[key](look)
        room = QWidget()
        qtbot.addWidget(room)
        canvas = Canvas(panel, room)
        canvas.resize(620, 420)
        room.show()
        for frame in frames:
            canvas.render_frame(frame)
            canvas.grab()
        return canvas.grab().toImage()

    assert shown(one) == shown(one, one) == shown(one, other, one)
    assert (shown(one) != shown(other)) == (key != "loss")  # neither has been trained


def test_a_panel_needs_nothing_but_its_frame(make_frame, race_frame, look) -> None:
    for key, panel in PANELS.items():
        frame = race_frame if panel.of_kind is RaceFrame else make_frame()
        first, second = (panel(look).table(frame).columns for _ in range(2))
        for name in first:
            if not isinstance(first[name], list):
                np.testing.assert_array_equal(first[name], second[name], err_msg=f"{key} {name}")
