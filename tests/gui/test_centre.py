"""The centre, pixel by pixel: what is drawn stands where the columns say, in the colour of its number."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from rnnviz.engine.cells import CELLS
from rnnviz.gui.centre import Centre
from rnnviz.gui.theme import Theme
from rnnviz.gui.widgets.columns import NARROWEST
from rnnviz.gui.widgets.heatmap import HeatMap
from rnnviz.gui.widgets.tokens import TICKS
from rnnviz.gui.window import MainWindow
from rnnviz.workbench.frame import Frame

MakeCentre = Callable[..., Centre]
SIZE = (832, 704)  # the centre of a window of 1440 × 900


@pytest.fixture
def make_centre(qtbot: QtBot, make_look, make_frame) -> MakeCentre:
    """Makes a centre that shows the frame of a small experiment."""

    def make(
        text: str = "hello gate, memory",
        *,
        size: tuple[int, int] = SIZE,
        theme: str = "dark",
        change: Callable[..., object] | None = None,
        **settings: object,
    ) -> Centre:
        centre = Centre(make_look(theme, "en"))
        qtbot.addWidget(centre)
        centre.resize(*size)
        centre.show()
        centre.render_frame(make_frame(text, change, **settings), ())
        return centre

    return make


def shown(centre: Centre) -> Frame:
    frame = centre.panel.frame
    assert frame is not None
    return frame


def picture(centre: Centre) -> QImage:
    return centre.canvas.grab().toImage()


def near(one: QColor, other: QColor, by: int = 3) -> bool:
    pairs = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)
    return all(abs(a - b) <= by for a, b in pairs)


def table(theme: Theme, heat_map: HeatMap) -> np.ndarray:
    gate = heat_map.quantity.kind == "gate"
    return theme.gate_map(heat_map.quantity.role) if gate else theme.signed_map()


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("cell", CELLS)
def test_a_pixel_has_the_colour_of_its_number(make_centre: MakeCentre, theme: str, cell: str) -> None:
    centre = make_centre(theme=theme, cell=cell, hidden=9)
    frame, image, columns = shown(centre), picture(centre), centre.panel.columns
    assert [m.quantity for m in centre.panel.maps] == list(frame.quantities)
    seen, due = set(), set()
    for heat_map in centre.panel.maps:
        low, high = frame.ranges[heat_map.quantity.key]
        colours = table(centre.look.theme, heat_map)
        tops = np.concatenate([[0], np.cumsum(heat_map.rows.heights)[:-1]])
        for row, unit in enumerate(heat_map.rows.units):
            if row == heat_map.rows.chosen:
                continue
            for step in range(frame.steps):
                if step == frame.view.cursor:
                    continue  # tinted by the cursor
                value = frame.typed_run.values[heat_map.quantity.key][step, unit]
                place = min(max(255 * (value - low) / (high - low), 0), 255)
                pixel = image.pixelColor(int(columns.centre(step)), round(heat_map.y()) + int(tops[row]))
                nearest = [QColor(int(colours[k]) & 0xFFFFFF) for k in (int(place), min(int(place) + 1, 255))]
                assert any(near(pixel, colour) for colour in nearest), (heat_map.quantity.key, step, unit)
                seen.add(pixel.rgb())
                due.add((heat_map.quantity.kind, heat_map.quantity.role, int(place)))
    assert len(seen) > max(2, len(due) / 2)


def test_the_chosen_row_is_magnified_between_hairlines(make_centre: MakeCentre) -> None:
    centre = make_centre(hidden=16, change=lambda bench: bench.set_unit(3))
    image, ink = picture(centre), centre.look.theme.color("ink")
    columns = centre.panel.columns
    for heat_map in centre.panel.maps:
        rows = heat_map.rows
        assert rows.units[rows.chosen] == 3
        tall = rows.heights[rows.chosen]
        assert tall >= 2 * np.delete(rows.heights, rows.chosen).max()
        top = round(heat_map.y()) + rows.top_of_chosen()
        for y in (top, top + tall - 1):
            for step in (0, 5, 9):
                assert near(image.pixelColor(columns.x(step) + 3, int(y)), ink)
        assert not near(image.pixelColor(columns.x(0) + 3, int(top + tall // 2)), ink)


def test_the_order_of_the_rows_is_that_of_the_frame_in_every_map(make_centre: MakeCentre) -> None:
    centre = make_centre(hidden=16)
    for heat_map in centre.panel.maps:
        np.testing.assert_array_equal(heat_map.rows.units, shown(centre).order)


@pytest.mark.parametrize("text", ["hello", "hello gate, memory", "hello memory " * 4])
def test_token_map_mark_and_cursor_share_their_pixels(make_centre: MakeCentre, text: str) -> None:
    centre = make_centre(text, change=lambda bench: bench.set_cursor(len(text) - 2))
    panel, image = centre.panel, picture(centre)
    columns, theme, frame = panel.columns, centre.look.theme, shown(centre)
    assert all(strip.columns is columns for strip in panel.strips())
    ground = theme.color("bg0")
    middle = round(panel.tokens.y() + TICKS + (panel.tokens.height - TICKS) / 2)
    for step in range(frame.steps - 3):
        left, right = columns.x(step), columns.x(step) + columns.width - 1
        assert near(image.pixelColor(left, middle), ground, 12)  # between two tiles
        assert not near(image.pixelColor(left + 1, middle), ground, 6)
        assert not near(image.pixelColor(right - 1, middle), ground, 6)
        first = panel.maps[0]
        if columns.width >= 10:
            assert near(image.pixelColor(right, round(first.y())), ground)
            assert not near(image.pixelColor(right - 1, round(first.y())), ground)
    gradient = panel.gradient
    assert gradient is not None
    for step in range(frame.steps - 1):
        y = round(gradient.y() + gradient._y(float(gradient._norms["c"][step])))
        assert near(image.pixelColor(int(columns.centre(step)), y), theme.mark("c"), 40)
    left = columns.x(frame.view.cursor)
    heat_map = panel.maps[1]
    for y in (round(heat_map.y()) + 1, round(gradient.y()) + 30, round(panel.tokens.y()) + TICKS + 2):
        for x in (left - 1, left + columns.width - 1):
            assert near(image.pixelColor(x, y), theme.color("ink"), 40), (x, y)


def test_the_hovered_column_is_previewed(make_centre: MakeCentre, qtbot: QtBot) -> None:
    centre = make_centre()
    columns, y = centre.panel.columns, round(centre.panel.maps[0].y()) + 1
    place = (int(columns.centre(3)), round(centre.panel.gradient.y()) + 12)
    before = picture(centre).pixelColor(*place)
    centre.panel.cursor.hover(3)
    after = picture(centre)
    assert after.pixelColor(*place) != before
    centre.panel.cursor.hover(None)
    assert picture(centre).pixelColor(*place) == before
    assert y > 0


def test_unknown_tokens_are_drawn_in_the_warning_colour(make_centre: MakeCentre) -> None:
    centre = make_centre("heßlo ßß", change=lambda bench: bench.set_cursor(0))
    image, columns = picture(centre), centre.panel.columns
    warn = centre.look.theme.color("warn")
    top = round(centre.panel.tokens.y()) + TICKS

    def warned(step: int) -> int:
        cells = range(columns.x(step), columns.x(step) + columns.width)
        rows = range(top, round(centre.panel.tokens.y() + centre.panel.tokens.height))
        return sum(near(image.pixelColor(x, y), warn, 25) for x in cells for y in rows)

    for step, token in enumerate(shown(centre).typed.tokens):
        if token == "ß":
            assert warned(step) > 25
        else:
            assert warned(step) == 0
    assert centre.hint.isVisible()


def test_later_steps_are_hatched(make_centre: MakeCentre) -> None:
    centre = make_centre(change=lambda bench: bench.set_cursor(4))
    image, columns, gradient = picture(centre), centre.panel.columns, centre.panel.gradient
    ground = centre.look.theme.color("bg0")

    def hatched(step: int) -> int:
        y = range(round(gradient.y()) + 8, round(gradient.y() + gradient.height) - 8)
        x = range(columns.x(step) + 3, columns.x(step) + columns.width - 3)
        return sum(not near(image.pixelColor(a, b), ground, 6) for a in x for b in y)

    assert hatched(14) > 2 * hatched(1)


def test_columns_never_get_narrower_than_six_pixels(make_centre: MakeCentre) -> None:
    centre = make_centre("hello memory " * 60)
    columns = centre.panel.columns
    assert shown(centre).steps == 512
    assert columns.width == NARROWEST == 6
    assert columns.shown < 512
    assert columns.right <= centre.canvas.width()
    assert 511 in columns.visible()
    centre.panel.zoom(-2, 511)
    assert centre.panel.columns.width == 6


def test_the_wheel_scrolls_and_with_control_zooms(make_centre: MakeCentre, qtbot: QtBot) -> None:
    centre = make_centre("hello memory " * 30)
    panel, first = centre.panel, centre.panel.columns.first
    panel.scroll(-50)
    assert panel.columns.first == first - 50
    panel.scroll(-5000)
    assert panel.columns.first == 0
    panel.scroll(5000)
    assert panel.columns.first == first
    panel.zoom(2, 380)
    assert panel.columns.width == 8
    assert 380 in panel.columns.visible()
    for heat_map in panel.maps:
        assert heat_map.columns is panel.columns


def test_a_reader_who_has_scrolled_away_stays_there_while_it_trains(
    qtbot: QtBot, make_window: Callable[..., MainWindow]
) -> None:
    window = make_window("hello memory " * 30, steps=0)
    panel = window.centre.panel
    panel.scroll(-100)
    first = panel.columns.first
    assert window.workbench.frame.view.cursor not in panel.columns.visible()
    window.toggle_training()
    qtbot.waitUntil(lambda: window.workbench.frame.run.step > 20, timeout=30_000)
    assert panel.columns.first == first
    window._move(-1)
    assert window.workbench.frame.view.cursor in panel.columns.visible()


def step(qtbot: QtBot, window: MainWindow) -> None:
    """Train a step, so that the window no longer has to say that nothing is trained."""
    window.one_step()
    qtbot.waitUntil(lambda: window.workbench.frame.run.step == 1, timeout=30_000)
    qtbot.waitUntil(lambda: not window.centre.hint.isVisible())


@pytest.mark.parametrize(("size", "hidden", "least"), [((1024, 700), 16, 2), ((1440, 900), 32, 2)])
def test_every_unit_has_its_pixels(
    make_window: Callable[..., MainWindow], qtbot: QtBot, size: tuple[int, int], hidden: int, least: int
) -> None:
    window = make_window(size=size, hidden=hidden)
    step(qtbot, window)
    for heat_map in window.centre.panel.maps:
        assert len(heat_map.rows.units) == hidden
        assert heat_map.rows.heights.min() >= least
    last = window.centre.panel.gradient
    assert last.y() + last.height <= window.centre.canvas.height()


def test_a_low_window_shows_fewer_units_rather_than_thinner_ones_and_says_so(
    make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = make_window(size=(1024, 700), hidden=32)
    step(qtbot, window)
    shown = window.centre.panel.units_shown
    assert 10 < shown < 32
    for heat_map in window.centre.panel.maps:
        assert heat_map.rows.heights.min() >= 2
        assert window.workbench.frame.view.unit in heat_map.rows.units
    assert f"{shown} of 32 units shown" in window.centre.text._hint.text()


def test_a_window_shows_all_of_64_units_and_96_of_200(
    make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = make_window(size=(1440, 900), hidden=64)
    step(qtbot, window)
    for heat_map in window.centre.panel.maps:
        assert sorted(heat_map.rows.units) == list(range(64))
        assert heat_map.rows.heights.min() >= 1
    window.set_value("model.cell", "rnn")
    window.set_value("model.hidden", 200)
    window.reset()
    window.do(lambda: window.workbench.set_unit(120))
    (heat_map,) = window.centre.panel.maps
    assert len(heat_map.rows.units) == 96
    assert heat_map.rows.units[heat_map.rows.chosen] == 120
    assert list(heat_map.rows.units[[0, -1]]) == [72, 167]


def test_strips_stand_below_each_other_inside_the_canvas(make_centre: MakeCentre) -> None:
    for size in ((832, 704), (600, 480), (1300, 900)):
        for cell in CELLS:
            for hidden in (1, 16, 64, 128):
                centre = make_centre(size=size, cell=cell, hidden=hidden)
                strips = centre.panel.strips()[:-1]
                for above, below in itertools.pairwise(strips):
                    assert above.y() + above.height <= below.y()
                assert strips[-1].y() + strips[-1].height <= centre.canvas.height()


def test_the_switch_stands_in_the_gradient_strip(make_centre: MakeCentre) -> None:
    centre = make_centre()
    strip = centre.panel.gradient
    assert strip.y() < centre.switch.y() < strip.y() + strip.height
    assert centre.switch.geometry().right() < centre.panel.columns.left
    centre.resize(832, 560)
    assert strip.y() < centre.switch.y() < strip.y() + strip.height


def test_the_hint_says_what_there_is_to_say(make_centre: MakeCentre, make_frame) -> None:
    centre = make_centre()
    assert "Untrained" in centre.hint._title.text()
    centre.render_frame(make_frame("heßo"), ())
    assert "ß" in centre.hint._title.text()
    centre.render_frame(make_frame(""), ("hello",))
    assert [b.text() for b in centre.hint._buttons] == ["hello"]
    centre.set_look(centre.look)
    assert [b.text() for b in centre.hint._buttons] == ["hello"]


def test_pyqtgraph_keeps_its_menu_to_itself(make_centre: MakeCentre, qtbot: QtBot) -> None:
    centre = make_centre()
    canvas = centre.canvas
    with qtbot.assertNotEmitted(canvas.cursor_moved):
        qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.RightButton, pos=canvas.rect().center())
    before = canvas.transform()
    qtbot.mousePress(canvas.viewport(), Qt.MouseButton.RightButton, pos=canvas.rect().center())
    qtbot.mouseMove(canvas.viewport(), canvas.rect().center() * 0.5)
    qtbot.mouseRelease(canvas.viewport(), Qt.MouseButton.RightButton, pos=canvas.rect().center())
    assert canvas.transform() == before
