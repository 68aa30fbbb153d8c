"""The text view: reached by key and click, walked by keys, exported like any panel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from rnnviz.gui.figure import Figure, natural_size
from rnnviz.gui.panels.colours import flow
from rnnviz.gui.window import MainWindow
from rnnviz.workbench.colouring import ColourView
from rnnviz.workbench.workbench import Workbench

Key = Qt.Key


def in_text(window: MainWindow, qtbot: QtBot) -> None:
    window.leave_text()
    qtbot.keyClick(window.centre.canvas, Key.Key_U)
    qtbot.waitUntil(window.centre.colours.canvas.hasFocus)


def test_a_key_goes_there_and_back(window: MainWindow, qtbot: QtBot) -> None:
    in_text(window, qtbot)
    assert window.centre.colours.isVisible()
    assert not window.centre.canvas.isVisible()
    assert window.toolbar.views.value() == "text"
    qtbot.keyClick(window.centre.colours.canvas, Key.Key_U)
    assert window.centre.canvas.isVisible()
    assert window.workbench.frame.colouring is None
    assert window.centre.canvas.hasFocus()


def test_the_toolbar_goes_there(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.toolbar.views.segments.segments()[1], Qt.MouseButton.LeftButton)
    assert window.centre.colours.isVisible()


def test_letters_choose_the_quantity_and_arrows_the_unit(window: MainWindow, qtbot: QtBot) -> None:
    in_text(window, qtbot)
    canvas = window.centre.colours.canvas
    qtbot.keyClick(canvas, Key.Key_F)
    colouring = window.workbench.frame.colouring
    assert colouring.view.quantity == "f"
    assert window.centre.colours.quantities.value() == "f"
    window.do(lambda: window.workbench.set_unit(int(colouring.order[0])))
    qtbot.keyClick(canvas, Key.Key_Down)
    assert window.workbench.frame.view.unit == colouring.order[1]


def test_clicks_choose_steps_and_units(window: MainWindow, qtbot: QtBot) -> None:
    in_text(window, qtbot)
    canvas, panel = window.centre.colours.canvas, window.centre.colours.panel
    area, laid = panel.text_area, panel.flow
    where = QPoint(round(area.left() + laid.x[4] + 3), round(area.top() + laid.y[4] + 5))
    qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert window.workbench.frame.view.cursor == 4
    rows = panel.list_area
    where = QPoint(round(rows.left() + 10), round(rows.top() + 2.5 * 24))
    wanted = panel.unit_at(where.x(), where.y())
    qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert window.workbench.frame.view.unit == wanted


def test_the_corpus_is_leafed_through_and_does_not_move_the_cursor(window: MainWindow, qtbot: QtBot) -> None:
    in_text(window, qtbot)
    view = window.centre.colours
    qtbot.mouseClick(view.sources.segments()[1], Qt.MouseButton.LeftButton)
    assert window.workbench.frame.colouring.view.corpus
    count = window.workbench.frame.colouring.stretches
    cursor = window.workbench.frame.view.cursor
    qtbot.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, 80))
    assert window.workbench.frame.view.cursor == cursor
    qtbot.keyClick(view.canvas, Key.Key_PageDown)
    assert window.workbench.frame.colouring.view.stretch == (1 % count)
    assert view.earlier.isVisible() == (count > 1)


def test_typing_goes_on_in_this_view(window: MainWindow, qtbot: QtBot) -> None:
    in_text(window, qtbot)
    window.start_text("hello")
    qtbot.keyClicks(window.centre.text.line, " gate")
    assert window.workbench.frame.colouring.tokens == tuple("hello gate")


@pytest.mark.parametrize(("theme", "language"), [("dark", "en"), ("light", "zh_CN")])
def test_it_is_drawn_in_every_look_at_every_size(
    make_window: Callable[..., MainWindow], theme: str, language: str
) -> None:
    for size in ((1440, 900), (1024, 700)):
        window = make_window(theme=theme, language=language, size=size)
        window.show_view("text")
        assert not window.grab().isNull()
        window.toggle_theme()
        assert window.centre.colours.panel.look.theme.name != theme


def test_a_text_that_does_not_fit_scrolls(window: MainWindow, qtbot: QtBot) -> None:
    window.show_view("text")
    panel = window.centre.colours.panel
    panel.scroll(3)
    assert panel.first == 0
    panel.resize(420, 90)
    window.start_text("a gate and a little more " * 12)
    panel.scroll(2)
    assert panel.first == 2 * panel.flow.line
    token = panel.token_at(panel.text_area.left() + 2, panel.text_area.top() + 2)
    assert token == int(np.flatnonzero(panel.flow.y == panel.first)[0])
    panel.scroll(-9)
    assert panel.first == 0


def test_tokens_flow_in_lines_and_break_where_the_text_does(look) -> None:
    laid = flow(tuple("ab\ncdef"), (0, 5), 60, 400)
    assert laid.y[3] > laid.y[2]
    assert laid.y[5] > laid.y[4]
    assert (laid.x + laid.width <= 60).all()
    words = flow(("grew", "up", "in"), (0,), 300, 400)
    assert words.width[0] > words.width[1]


def test_it_is_exported_like_any_panel(make_frame, make_look, tmp_path: Path) -> None:
    def change(bench: Workbench) -> object:
        return bench.colour(ColourView("f"))

    frame = make_frame("hello gate", change)
    figure = Figure("colours", frame, make_look("light", "en"), natural_size("colours"))
    for ending in ("png", "svg", "pdf", "csv"):
        figure.write(tmp_path / f"x.{ending}")
    lines = (tmp_path / "x.csv").read_text().splitlines()
    assert lines[0] == "t,token," + ",".join(f"f[{k}]" for k in range(6))
    assert len(lines) == 11
    assert float(lines[4].split(",")[2]) == frame.typed_run.values["f"][3, 0]
