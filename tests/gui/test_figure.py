"""Figures, tested by the files: opened again they show what the panel showed."""

from __future__ import annotations

import csv
import errno
import io
import os
import re
import resource
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from rnnviz.engine.errors import UserError
from rnnviz.gui.figure import LARGEST_MM, SMALLEST_MM, Figure, Size, natural_size, table_csv
from rnnviz.gui.look import Look
from rnnviz.gui.panels import PANELS, AnyFrame, Table
from rnnviz.gui.theme import THEMES
from rnnviz.workbench.frame import Frame

MakeFrame = Callable[..., Frame]
MakeLook = Callable[[str, str], Look]
FrameFor = Callable[..., AnyFrame]


def pixels(image: QImage) -> np.ndarray:
    """Red, green, blue (H, W, 3) of an image."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4)[:, :, 2::-1].astype(int)


def palette(image: QImage) -> set[int]:
    """The colours of an image, as 0xRRGGBB."""
    rows = pixels(image)
    return set(np.unique((rows[:, :, 0] << 16) | (rows[:, :, 1] << 8) | rows[:, :, 2]).tolist())


def from_svg(data: bytes, size: tuple[int, int]) -> QImage:
    renderer = QSvgRenderer(QByteArray(data))
    assert renderer.isValid()
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor("magenta"))  # what the file leaves unpainted would show
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize("theme", THEMES)
def test_a_png_has_its_size_its_density_and_the_colours_of_the_map(
    make_frame: MakeFrame, make_look: MakeLook, dpi: int, theme: str
) -> None:
    frame = make_frame(hidden=8)
    figure = Figure("states", frame, make_look(theme, "en"), Size(200, 90))
    image = QImage.fromData(figure.png(dpi))
    assert (image.width(), image.height()) == (round(200 / 25.4 * dpi), round(90 / 25.4 * dpi))
    assert image.dotsPerMeterX() == pytest.approx(dpi / 0.0254, abs=1)
    seen = palette(image)
    colours = figure.look.theme.signed_map()
    low, high = frame.ranges["h"]
    place = (frame.typed_run.values["h"][:-1] - low) / (high - low)
    wanted = {int(colours[k]) & 0xFFFFFF for k in (255 * place).astype(int).ravel()}
    assert len(wanted) > 5
    assert len(wanted & seen) >= 0.9 * len(wanted)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    width=st.floats(20, 400).map(lambda v: round(v, 1)),
    height=st.floats(20, 300).map(lambda v: round(v, 1)),
    dpi=st.sampled_from([150, 300]),
)
def test_a_png_has_the_pixels_that_were_asked_for(
    figure_frame: Frame, look: Look, width: float, height: float, dpi: int
) -> None:
    image = Figure("loss", figure_frame, look, Size(width, height)).image(dpi)
    assert (image.width(), image.height()) == (round(width / 25.4 * dpi), round(height / 25.4 * dpi))
    ground = look.theme.color("bg1")
    corner = image.pixelColor(image.width() - 1, image.height() - 1)
    assert corner.rgb() == ground.rgb()


@pytest.fixture
def figure_frame(make_frame: MakeFrame) -> Frame:
    return make_frame("hello ßate", hidden=8)


@pytest.fixture
def panel_frame(frame_for: FrameFor, key: str) -> AnyFrame:
    """The frame of the panel that is tested."""
    return frame_for(key, "hello ßate", hidden=8)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("key", PANELS)
def test_an_svg_shows_what_the_panel_shows(
    panel_frame: AnyFrame, make_look: MakeLook, key: str, theme: str
) -> None:
    figure = Figure(key, panel_frame, make_look(theme, "en"), natural_size(key))
    panel = pixels(figure.image(96))
    drawn = pixels(from_svg(figure.svg(), figure.size.pixels))
    assert drawn.shape == panel.shape
    apart = np.abs(drawn - panel).max(axis=2)
    dense = 2.5 if key == "race-results" else 1.0  # letters and slanted lines are smoothed differently
    assert np.mean(apart > 60) < 0.02 * dense
    assert np.abs(drawn.mean(axis=(0, 1)) - panel.mean(axis=(0, 1))).max() < 2 * dense
    assert (drawn != [255, 0, 255]).any(axis=2).all()


def test_a_map_is_the_same_to_the_pixel_in_an_svg(figure_frame: Frame, look: Look) -> None:
    figure = Figure("states", figure_frame, look, Size(220, 90))
    panel, drawn = pixels(figure.image(96)), pixels(from_svg(figure.svg(), figure.size.pixels))
    colours = {QColor(int(c) & 0xFFFFFF).getRgb()[:3] for c in look.theme.signed_map()}
    on_map = np.array([[tuple(c) in colours for c in row] for row in panel])
    assert on_map.sum() > 5000
    assert np.mean((drawn == panel).all(axis=2)[on_map]) > 0.98


def test_an_svg_needs_no_font_and_has_a_title_and_a_size(figure_frame: Frame, make_look: MakeLook) -> None:
    look = make_look("light", "zh_CN")
    text = Figure("explore", figure_frame, look, Size(254, 127)).svg().decode("utf-8")
    assert 'width="254mm"' in text
    assert 'height="127mm"' in text
    assert 'viewBox="0 0 960 480"' in text
    assert "<text" not in text
    assert f"<title>{look.text('panel.explore')}</title>" in text
    assert "<image" in text


@pytest.mark.parametrize("key", PANELS)
def test_a_pdf_has_one_page_of_the_size_asked_for(panel_frame: AnyFrame, look: Look, key: str) -> None:
    data = Figure(key, panel_frame, look, Size(123.4, 67.8)).pdf()
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", data)
    assert len(set(boxes)) == 1
    width, height = map(float, boxes[0])
    assert width == pytest.approx(123.4 / 25.4 * 72, abs=1)
    assert height == pytest.approx(67.8 / 25.4 * 72, abs=1)
    assert re.findall(rb"/Count\s+(\d+)", data) == [b"1"]
    assert len(data) > 5000


def read(data: bytes) -> dict[str, list[str]]:
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"))))
    assert all(len(row) == len(rows[0]) for row in rows)
    return {name: [row[k] for row in rows[1:]] for k, name in enumerate(rows[0])}


@pytest.mark.parametrize("key", PANELS)
def test_a_csv_reads_back_to_the_bit(panel_frame: AnyFrame, look: Look, key: str) -> None:
    frame = panel_frame
    table = PANELS[key](look).table(frame)
    found = read(Figure(key, frame, look, natural_size(key)).csv())
    assert list(found) == list(table.columns)
    for name, values in table.columns.items():
        if isinstance(values, list):
            assert found[name] == values
        else:
            back = np.array([float(cell) for cell in found[name]], values.dtype)
            np.testing.assert_array_equal(back, values)


def test_the_csv_of_the_maps_holds_the_frames_own_numbers(figure_frame: Frame, look: Look) -> None:
    found = read(Figure("explore", figure_frame, look, natural_size("explore")).csv())
    run = figure_frame.typed_run
    assert "".join(found["token"]) == "hello ßate"
    for key, values in run.values.items():
        for unit in range(8):
            column = [np.float32(cell) for cell in found[f"{key}[{unit}]"]]
            np.testing.assert_array_equal(column, values[:, unit])
    for state, norms in run.gradient.norms.items():
        assert [float(cell) for cell in found[f"norm_d_{state}"]] == list(norms)
    assert found["next"][4:6] == [" ", ""]


def test_a_csv_survives_every_character(look: Look) -> None:
    tokens = ["a", ",", '"', "\n", "中", "😀", "\ud800", "\x00", "\r"]
    data = table_csv(Table({"token": tokens, "x": np.array([0.1, np.nan, np.inf] * 3)}))
    data.decode("utf-8")
    assert data.count(b",") >= 9


@pytest.mark.parametrize("text", ["", "h", "hello memory " * 40])
@pytest.mark.parametrize("key", PANELS)
def test_every_panel_is_a_figure_of_any_text(frame_for: FrameFor, look: Look, key: str, text: str) -> None:
    figure = Figure(key, frame_for(key, text), look, natural_size(key))
    assert len(palette(figure.image(96))) > 3
    read(figure.csv())


def test_a_light_chinese_figure_out_of_a_dark_english_window(window, make_look: MakeLook) -> None:
    before = window.centre.canvas.grab().toImage()
    figure = Figure("explore", window.workbench.frame, make_look("light", "zh_CN"), natural_size("explore"))
    assert pixels(figure.image(96)).mean() > 150
    assert window.look.theme.dark
    assert window.centre.canvas.grab().toImage() == before


@pytest.mark.parametrize(
    "value", [0.0, SMALLEST_MM - 0.1, LARGEST_MM + 0.1, float("nan"), float("inf"), -5.0]
)
def test_an_impossible_size_is_refused(value: float) -> None:
    with pytest.raises(UserError) as caught:
        Size(100, value)
    assert caught.value.key == "error.figure-size"


def test_what_cannot_be_drawn_is_refused(make_frame: MakeFrame, look: Look, tmp_path: Path) -> None:
    frame, size = make_frame(cell="rnn"), Size(100, 100)
    for key, expected in (("gates", "error.view-not-here"), ("wings", "error.view-unknown")):
        with pytest.raises(UserError) as caught:
            Figure(key, frame, look, size)
        assert caught.value.key == expected
    with pytest.raises(UserError) as caught:
        Figure("states", frame, look, size).write(tmp_path / "x.jpeg")
    assert caught.value.key == "error.figure-ending"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", ["png", "svg", "pdf", "csv", "PNG"])
def test_a_file_is_written_whole(figure_frame: Frame, look: Look, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"中文 figure.{ending}"
    figure = Figure("states", figure_frame, look, Size(100, 60))
    figure.write(path, 150)
    starts = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF", "csv": b"t,token"}
    assert path.read_bytes().startswith(starts[ending.lower()])
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_full_disk_leaves_the_old_file(
    figure_frame: Frame, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kept.png"
    path.write_bytes(b"old")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError) as caught:
        Figure("states", figure_frame, look, Size(100, 60)).write(path)
    assert caught.value.key == "error.write-disk-full"
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["kept.png"]


def test_a_file_that_may_not_grow_leaves_the_old_one(figure_frame: Frame, look: Look, tmp_path: Path) -> None:
    path = tmp_path / "kept.png"
    path.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    figure = Figure("states", figure_frame, look, Size(100, 60))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(UserError) as caught:
            figure.write(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.key == "error.write-disk-full"
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["kept.png"]


def test_nothing_of_a_figure_is_interpolated(figure_frame: Frame, look: Look) -> None:
    """At a whole multiple of the screen's density, every pixel of a map becomes a square of its colour."""
    figure = Figure("states", figure_frame, look, Size(220, 90))
    once, thrice = pixels(figure.image(96)), pixels(figure.image(288))
    colours = {QColor(int(c) & 0xFFFFFF).getRgb()[:3] for c in look.theme.signed_map()}
    on_map = np.argwhere([[tuple(c) in colours for c in row] for row in once])
    same = [np.array_equal(thrice[3 * y + 1, 3 * x + 1], once[y, x]) for y, x in on_map[::37]]
    assert np.mean(same) > 0.98


def test_a_small_figure_shrinks_as_a_whole(make_frame: Callable[..., Frame], look: Look) -> None:
    """Laid out at the least readable size, then scaled: nothing overlaps, the file keeps its size."""
    frame = make_frame()
    small = Figure("overview", frame, look, Size(120.0, 80.0)).image(300)
    assert (small.width(), small.height()) == (1417, 945)
    least = PANELS["overview"].least_size
    scale = max(least[0] / (120 / 25.4 * 96), least[1] / (80 / 25.4 * 96))
    large = Figure("overview", frame, look, Size(120.0 * scale, 80.0 * scale)).image(round(300 / scale))
    assert abs(large.width() - small.width()) <= 6
    fitted = large.scaled(small.size())
    places = [(x, y) for x in range(40, 1400, 90) for y in range(40, 900, 60)]
    near = [
        max(
            abs(a - b)
            for a, b in zip(
                small.pixelColor(x, y).getRgb()[:3], fitted.pixelColor(x, y).getRgb()[:3], strict=True
            )
        )
        < 40
        for x, y in places
    ]
    assert np.mean(near) > 0.85
