from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from rnnviz.gui.canvas import Canvas, TimeCanvas
from rnnviz.gui.panels import PANELS
from rnnviz.gui.panels.explore import ExplorePanel

MakeCanvas = Callable[..., TimeCanvas]
Left, NoButton = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


@pytest.fixture
def room(qtbot: QtBot) -> QWidget:
    """What canvases stand in: pyqtgraph's own close does not survive a test that fails."""
    room = QWidget()
    qtbot.addWidget(room)
    room.resize(900, 640)
    room.show()
    return room


@pytest.fixture
def make_canvas(room: QWidget, look, make_frame) -> MakeCanvas:
    def make(text: str = "hello memory", **settings: object) -> TimeCanvas:
        canvas = TimeCanvas(ExplorePanel(look), room)
        canvas.resize(900, 640)
        canvas.show()
        canvas.render_frame(make_frame(text, **settings))
        return canvas

    return make


def turn(canvas: Canvas, up: bool, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> bool:
    """Turn the wheel by one notch over the middle; whether the canvas took it."""
    place = QPointF(canvas.rect().center())
    event = QWheelEvent(
        place,
        QPointF(canvas.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, 120 if up else -120),
        NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas.viewport(), event)
    return event.isAccepted()


def test_a_hidden_canvas_draws_when_it_is_shown(room: QWidget, look, make_frame) -> None:
    canvas = Canvas(PANELS["unit"](look), room)
    frame = make_frame()
    canvas.render_frame(frame)
    assert canvas.panel.frame is None
    canvas.show()
    assert canvas.panel.frame is frame
    canvas.hide()
    newer = make_frame("other")
    canvas.render_frame(newer)
    assert canvas.panel.frame is frame
    canvas.show()
    assert canvas.panel.frame is newer


def test_a_panel_is_as_large_as_its_canvas(qtbot: QtBot, make_canvas: MakeCanvas) -> None:
    canvas = make_canvas()
    canvas.resize(700, 500)
    assert (canvas.panel.width, canvas.panel.height) == (700, 500)
    image = canvas.grab().toImage()
    assert (image.width(), image.height()) == (700, 500)


def test_it_is_named_in_its_language(make_canvas: MakeCanvas, make_look) -> None:
    canvas = make_canvas()
    for language in ("en", "zh_CN"):
        look = make_look("light", language)
        canvas.set_look(look)
        assert canvas.accessibleName() == look.text("panel.explore")


def test_the_wheel_scrolls_time_and_zooms_about_the_pointer(make_canvas: MakeCanvas) -> None:
    canvas = make_canvas("hello memory " * 30)
    panel = canvas.panel
    first = panel.columns.first
    assert turn(canvas, up=True)
    assert panel.columns.first == first - 3
    assert turn(canvas, up=False)
    assert panel.columns.first == first
    panel.scroll(-100)
    under = panel.columns.step_at(canvas.rect().center().x())
    for _ in range(4):
        turn(canvas, up=True, held=Qt.KeyboardModifier.ControlModifier)
    assert panel.columns.width == 14
    assert abs(panel.columns.step_at(canvas.rect().center().x()) - under) <= 1
    for _ in range(9):
        turn(canvas, up=False, held=Qt.KeyboardModifier.ControlModifier)
    assert panel.columns.width == 6


def test_other_panels_leave_the_wheel_to_their_scroll_area(room: QWidget, look, make_frame) -> None:
    canvas = Canvas(PANELS["values"](look), room)
    canvas.show()
    canvas.render_frame(make_frame())
    assert not turn(canvas, up=True)


def test_a_click_outside_the_columns_does_nothing(qtbot: QtBot, make_canvas: MakeCanvas) -> None:
    canvas = make_canvas()
    with qtbot.assertNotEmitted(canvas.cursor_moved), qtbot.assertNotEmitted(canvas.unit_chosen):
        for x in (3, canvas.panel.columns.left - 1, canvas.panel.columns.right + 1, 898):
            qtbot.mouseClick(canvas.viewport(), Left, pos=QPoint(x, 300))


def test_a_click_between_maps_moves_the_cursor_alone(qtbot: QtBot, make_canvas: MakeCanvas) -> None:
    canvas = make_canvas()
    panel = canvas.panel
    x = int(panel.columns.centre(2))
    y = int(panel.gradient.y() + 40)
    with (
        qtbot.waitSignal(canvas.cursor_moved, check_params_cb=lambda step: step == 2),
        qtbot.assertNotEmitted(canvas.unit_chosen),
    ):
        qtbot.mouseClick(canvas.viewport(), Left, pos=QPoint(x, y))


@pytest.mark.parametrize("place", range(6))
def test_every_row_of_every_map_chooses_its_unit(qtbot: QtBot, make_canvas: MakeCanvas, place: int) -> None:
    canvas = make_canvas(hidden=9)
    heat_map = canvas.panel.maps[place]
    x, y = int(canvas.panel.columns.centre(3)), heat_map.y()
    for unit, height in zip(heat_map.rows.units, heat_map.rows.heights, strict=True):
        for inside in (y, y + height - 1):
            with qtbot.waitSignal(canvas.unit_chosen) as caught:
                qtbot.mouseClick(canvas.viewport(), Left, pos=QPoint(x, int(inside)))
            assert caught.args == [unit]
        y += height


def test_leaving_takes_the_preview_away(qtbot: QtBot, make_canvas: MakeCanvas) -> None:
    canvas = make_canvas()
    qtbot.mouseMove(canvas.viewport(), QPoint(int(canvas.panel.columns.centre(3)), 200))
    assert canvas.panel.cursor.hovered == 3
    with qtbot.waitSignal(canvas.hovered, check_params_cb=lambda step, *_: step is None):
        QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert canvas.panel.cursor.hovered is None


def test_a_double_click_is_two_clicks(qtbot: QtBot, make_canvas: MakeCanvas) -> None:
    canvas = make_canvas()
    place = QPoint(int(canvas.panel.columns.centre(5)), 200)
    with qtbot.waitSignal(canvas.cursor_moved, check_params_cb=lambda step: step == 5):
        qtbot.mouseDClick(canvas.viewport(), Left, pos=place)
