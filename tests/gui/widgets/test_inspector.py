from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rnnviz.engine.cells import CELLS
from rnnviz.gui.widgets.inspector import Inspector


@pytest.fixture
def inspector(qtbot: QtBot, look) -> Inspector:
    inspector = Inspector(look)
    qtbot.addWidget(inspector)
    inspector.resize(376, 704)
    inspector.show()
    return inspector


def test_the_head_says_what_is_predicted_from_here(inspector: Inspector, make_frame, look) -> None:
    frame = make_frame("hello world", change=lambda b: b.set_cursor(5))
    inspector.render_frame(frame)
    best = int(frame.typed_run.top[5, 0])
    share = f"{100 * float(frame.typed_run.probabilities[5, best]):.1f} %"
    name = inspector.head.accessibleName()
    assert look.text("token.space") in name
    assert share in name
    inspector.render_frame(make_frame(""))
    assert inspector.head.accessibleName() == look.text("head.none")


def test_units_and_layers_are_chosen(qtbot: QtBot, inspector: Inspector, make_frame) -> None:
    inspector.render_frame(make_frame(layers=3, change=lambda b: (b.set_unit(2), b.set_layer(1))))
    assert inspector.units.count() == 6
    assert (inspector.units.value(), inspector.layers.value()) == (2, 1)
    assert inspector.layers.isVisible()
    with qtbot.waitSignal(inspector.unit_chosen) as caught:
        qtbot.keyClick(inspector.units, Qt.Key.Key_Down)
    assert caught.args == [3]
    with qtbot.waitSignal(inspector.layer_chosen) as caught:
        qtbot.keyClick(inspector.layers, Qt.Key.Key_Up)
    assert caught.args == [0]
    with qtbot.assertNotEmitted(inspector.unit_chosen):
        inspector.render_frame(make_frame())
    assert not inspector.layers.isVisible()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_quantity_has_its_row(inspector: Inspector, make_frame, make_look, cell: str, language: str):
    inspector.set_look(make_look("dark", language))
    frame = make_frame(cell=cell)
    inspector.render_frame(frame)
    assert inspector.values.height() >= 30 * len(frame.quantities)
    assert [c.panel.frame for c in inspector.canvases()] == [frame] * 3
    assert all(canvas.accessibleName() for canvas in inspector.canvases())


def test_a_low_window_scrolls_it(qtbot: QtBot, inspector: Inspector, make_frame) -> None:
    inspector.render_frame(make_frame())
    inspector.resize(376, 300)
    qtbot.waitUntil(lambda: inspector.verticalScrollBar().maximum() > 0)
    assert inspector.horizontalScrollBar().maximum() == 0
