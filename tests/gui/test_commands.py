"""What `export` and `screenshot` write, read back."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from rnnviz.cli import drawing, main
from rnnviz.engine.errors import UserError
from rnnviz.files.opening import open_source
from rnnviz.files.session import load_session, save_session
from rnnviz.gui import commands
from rnnviz.gui.figure import LARGEST_MM, SMALLEST_MM
from rnnviz.gui.panels import PANELS
from rnnviz.gui.theme import load_theme
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.race.single import single_frame
from rnnviz.workbench.workbench import Workbench

TRAINED = "hello-memory"
TYPED = "hello ?"
NUMBERS = "outputs"  # the panel of networks that say numbers; no network here does
OF_RUNS = sorted(key for key, panel in PANELS.items() if panel.of_kind is Frame and key != NUMBERS)
TOML = """
[model]
cell = "{cell}"
hidden = 5
[task]
key = "characters"
text = "hello-memory"
length = 12
[training]
optimiser = "{optimiser}"
learning_rate = {rate}
clip = 0.0
batch = 4
[view]
text = "hello"
"""


@pytest.fixture(autouse=True)
def undressed(qapp: QApplication) -> Iterator[None]:
    """A window dresses the application; other tests expect it bare."""
    yield
    qapp.setStyleSheet("")
    qapp.setPalette(qapp.style().standardPalette())
    QLocale.setDefault(QLocale("en"))


@pytest.fixture(autouse=True)
def no_preferences(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here may look at what the user's own window remembers."""

    def forbidden() -> Path:
        raise AssertionError("the user's preferences were asked for")

    monkeypatch.setattr("rnnviz.gui.app.default_path", forbidden)


@pytest.fixture
def frame() -> Iterator[Frame]:
    bench = Workbench(open_source(TRAINED, trained=True))
    yield bench.set_text(TYPED)
    bench.close()


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(TOML.format(cell="gru", optimiser="adam", rate=0.01), encoding="utf-8")
    return path


def export(
    view: str,
    out: Path,
    source: str = TRAINED,
    size_mm: tuple[float, float] | None = (120.0, 80.0),
    theme: str = "light",
    language: str = "en",
) -> int:
    return commands.export(
        source,
        view,
        out,
        text=TYPED,
        size_mm=size_mm,
        theme=theme,
        language=language,
        watch=lambda frame: True,
    )


def screenshot(
    out: Path,
    source: str = TRAINED,
    text: str | None = None,
    steps: int | None = None,
    size: tuple[int, int] = (1200, 760),
    theme: str = "dark",
    language: str = "en",
) -> int:
    return commands.screenshot(source, out, text=text, steps=steps, size=size, theme=theme, language=language)


def pixels(image: QImage) -> np.ndarray:
    """(height, width, 3) as float."""
    assert not image.isNull()
    ready = image.convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(ready.constBits(), np.uint8).reshape(ready.height(), ready.bytesPerLine())
    return flat[:, : 4 * ready.width()].reshape(ready.height(), ready.width(), 4)[..., 2::-1].astype(float)


def read(path: Path) -> np.ndarray:
    return pixels(QImage(str(path)))


def table(path: Path) -> dict[str, list[str]]:
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    return {name: [row[k] for row in rows[1:]] for k, name in enumerate(rows[0])}


# --- export ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("view", OF_RUNS)
def test_a_png_has_the_size_the_ground_and_a_picture(
    tmp_path: Path, view: str, theme: str, language: str
) -> None:
    path = tmp_path / "a.png"
    assert export(view, path, theme=theme, language=language) == 0
    image = read(path)
    high, wide = image.shape[:2]
    assert (wide, high) == pytest.approx((120 / 25.4 * 300, 80 / 25.4 * 300), abs=3)
    grounds = [load_theme(theme).color(token) for token in ("bg0", "bg1")]
    assert tuple(image[0, 0]) in [(c.red(), c.green(), c.blue()) for c in grounds]
    assert 0.005 < np.mean(np.abs(image - image[0, 0]).max(axis=-1) > 40) < 0.95


def test_themes_and_languages_give_different_pictures(tmp_path: Path) -> None:
    pictures = []
    for theme in ("light", "dark"):
        for language in ("en", "zh_CN"):
            export("states", tmp_path / "a.png", theme=theme, language=language)
            pictures.append(read(tmp_path / "a.png"))
    for k, one in enumerate(pictures):
        for other in pictures[:k]:
            assert np.abs(one - other).max() > 100


@pytest.mark.parametrize("view", OF_RUNS)
def test_an_svg_shows_what_the_png_shows(tmp_path: Path, view: str) -> None:
    for name in ("a.svg", "a.png"):
        export(view, tmp_path / name, size_mm=None)
    renderer = QSvgRenderer(str(tmp_path / "a.svg"))
    assert renderer.isValid()
    png = QImage(str(tmp_path / "a.png"))
    drawn = QImage(png.size(), QImage.Format.Format_RGB32)
    drawn.fill(0)
    painter = QPainter(drawn)
    renderer.render(painter)
    painter.end()
    # Letters are smoothed differently as shapes: compare blocks of 8 x 8 pixels.
    ours, theirs = blocks(pixels(drawn)), blocks(pixels(png))
    assert np.abs(ours - theirs).mean() < 3.0
    assert np.mean(np.abs(ours - theirs).max(axis=-1) > 60) < 0.01


def blocks(image: np.ndarray) -> np.ndarray:
    high, wide = image.shape[0] // 8 * 8, image.shape[1] // 8 * 8
    return image[:high, :wide].reshape(high // 8, 8, wide // 8, 8, 3).mean(axis=(1, 3))


def test_a_pdf_has_one_page_of_the_size(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    assert export("gates", path) == 0
    data = path.read_bytes()
    assert data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 1
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", data)
    assert box is not None
    assert [float(side) for side in box.groups()] == pytest.approx([120 / 25.4 * 72, 80 / 25.4 * 72], abs=1)


def test_a_csv_holds_the_numbers_to_the_last_bit(tmp_path: Path, frame: Frame) -> None:
    assert frame.typed_run is not None
    for view, keys in (("gates", "figo"), ("states", "ch")):
        export(view, tmp_path / "a.csv")
        columns = table(tmp_path / "a.csv")
        assert columns["token"] == list(TYPED)
        for key in keys:
            values = frame.typed_run.values[key]
            for unit in range(frame.hidden):
                read_back = np.array([float(v) for v in columns[f"{key}[{unit}]"]])
                np.testing.assert_array_equal(read_back, values[:, unit].astype(float))


def test_a_csv_of_gradients_and_losses(tmp_path: Path, frame: Frame) -> None:
    assert frame.typed_run is not None
    assert frame.typed_run.gradient is not None
    export("gradients", tmp_path / "a.csv")
    columns = table(tmp_path / "a.csv")
    for state, norms in frame.typed_run.gradient.norms.items():
        np.testing.assert_array_equal([float(v) for v in columns[f"norm_d_{state}"]], norms.astype(float))
    export("predictions", tmp_path / "a.csv")
    columns = table(tmp_path / "a.csv")
    np.testing.assert_array_equal([float(v) for v in columns["loss"]], frame.typed_run.loss.astype(float))
    export("loss", tmp_path / "a.csv")
    columns = table(tmp_path / "a.csv")
    assert frame.run.curves is not None
    drawn = [float(v) for v in columns["train"] if v != "nan"]
    np.testing.assert_array_equal(drawn, frame.run.curves.loss)


def test_all_writes_every_panel_as_picture_and_numbers(tmp_path: Path, toml: Path) -> None:
    folder = tmp_path / "new" / "folder"
    assert export("all", folder, str(toml), size_mm=None) == 0
    names = {path.name for path in folder.iterdir()}
    assert names == {f"{key}{ending}" for key in OF_RUNS for ending in (".png", ".csv")}
    assert "z[4]" in table(folder / "gates.csv")
    for key in OF_RUNS:
        assert np.ptp(read(folder / f"{key}.png")) > 100


def test_the_gradient_against_distance_is_of_the_network_itself(tmp_path: Path, toml: Path) -> None:
    path = tmp_path / "a.csv"
    assert export("gradient-distance", path) == 0
    columns = table(path)
    assert list(columns) == ["k", "h", "c"]
    assert columns["k"] == [str(k) for k in range(len(TYPED) - 2)]  # the last token is unknown
    assert (float(columns["h"][0]), float(columns["c"][0])) == (1.0, 1.0)
    probe = single_frame(open_source(TRAINED, trained=True), TYPED).racers[0].trained
    assert probe is not None
    np.testing.assert_array_equal([float(v) for v in columns["c"]], probe.median["c"])
    assert export("gradient-distance", path, str(toml)) == 0
    assert set(table(path)["c"]) == {"nan"}  # a GRU has none


def test_a_panel_of_a_race_runs_the_race(tmp_path: Path, toml: Path) -> None:
    small = toml.with_name("race.toml")
    written = toml.read_text(encoding="utf-8").replace("[training]", "[training]\nsteps = 20")
    race = '[race]\nvary = "model.hidden"\nvalues = [3, 4]\nseeds = [1, 2]\n'
    small.write_text(written + race, encoding="utf-8")
    assert export("race-results", tmp_path / "a.csv", str(small)) == 0
    assert len(table(tmp_path / "a.csv")) > 1
    assert export("race", tmp_path / "a.png", str(small), size_mm=None) == 0
    assert np.ptp(read(tmp_path / "a.png")) > 100
    assert active_children() == []


def test_sizes_on_the_command_line_are_those_of_figures() -> None:
    assert drawing.SIZE_LIMITS_MM == (SMALLEST_MM, LARGEST_MM)
    assert not set(drawing.LATER_PANELS) & set(PANELS)


# --- screenshot -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("theme", "dark"), [("dark", True), ("light", False)])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_window_as_a_picture(tmp_path: Path, theme: str, dark: bool, language: str) -> None:
    path = tmp_path / "a.png"
    assert screenshot(path, theme=theme, language=language, size=(1300, 800)) == 0
    image = read(path)
    assert image.shape == (800, 1300, 3)
    assert bool(np.median(image) < 100) is dark
    assert len(np.unique(image.reshape(-1, 3), axis=0)) > 500


def test_what_is_typed_trained_and_chosen_is_seen(tmp_path: Path) -> None:
    ways: dict[str, dict[str, object]] = {
        "as it is": {},
        "typed": {"text": "hello"},
        "untrained": {"steps": 0},
        "trained a little": {"steps": 5},
        "Chinese": {"language": "zh_CN"},
    }
    pictures = []
    for options in ways.values():
        assert screenshot(tmp_path / "a.png", **options) == 0  # type: ignore[arg-type]
        pictures.append(read(tmp_path / "a.png"))
    for k, one in enumerate(pictures):
        for other in pictures[:k]:
            assert np.mean(np.abs(one - other).max(axis=-1) > 30) > 0.001
    assert active_children() == []


def test_the_same_window_gives_the_same_picture(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        screenshot(tmp_path / name)
    np.testing.assert_array_equal(read(tmp_path / "a.png"), read(tmp_path / "b.png"))


def test_training_makes_exactly_the_steps_and_gives_the_budget_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[Workbench] = []
    close = Workbench.close

    def spy(bench: Workbench) -> None:
        done.append(bench)
        close(bench)

    monkeypatch.setattr(Workbench, "close", spy)
    screenshot(tmp_path / "a.png", steps=37)
    assert (done[0].run.step_number, done[0].frame.run.status) == (37, "paused")
    assert done[0].run.spec.training.steps == load_budget()
    session = tmp_path / "a.rnnviz"
    save_session(session, done[0].session())
    done.clear()
    screenshot(tmp_path / "a.png", str(session), steps=3)
    assert done[0].run.step_number == 40
    assert load_session(session).state.step == 37


def load_budget() -> int:
    return open_source(TRAINED).spec.training.steps


def test_a_run_that_blows_up_shows_it_and_says_so_by_its_status(tmp_path: Path) -> None:
    path = tmp_path / "wild.toml"
    path.write_text(TOML.format(cell="rnn", optimiser="sgd", rate=100000.0), encoding="utf-8")
    assert screenshot(tmp_path / "a.png", str(path), steps=200) == 1
    assert read(tmp_path / "a.png").shape == (760, 1200, 3)
    assert screenshot(tmp_path / "b.png", "exploding-gradient", steps=1000) == 0
    assert active_children() == []


# --- bad input ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("export", TRAINED, "--view", "wonders", "--out", "{}/a.png"), "wonders"),
        (("export", TRAINED, "--view", "spectrum", "--out", "{}/a.png"), "spectrum"),
        (("export", TRAINED, "--view", "gates", "--out", "{}/none/a.png"), "none"),
        (("export", TRAINED, "--view", "gates", "--out", "{}/a.png", "--size", "9x120mm"), "9x120mm"),
        (("export", "no-such", "--view", "gates", "--out", "{}/a.png"), "no-such"),
        (("export", TRAINED, "--view", "all", "--out", "{}/a-file"), "a-file"),
        (("screenshot", TRAINED, "--out", "{}/none/a.png"), "none"),
        (("screenshot", TRAINED, "--out", "{}/a.png", "--size", "900x900"), "1000x640"),
        (("screenshot", "no-such", "--out", "{}/a.png"), "no-such"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_cannot_be_is_one_sentence_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], named: str, language: str
) -> None:
    (tmp_path / "a-file").write_bytes(b"precious")
    status = main([*(word.format(tmp_path) for word in words), "--lang", language])
    said = capsys.readouterr()
    assert (status, said.out) == (2, "")
    assert len(said.err.splitlines()) == 1
    assert named in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["a-file"]
    assert (tmp_path / "a-file").read_bytes() == b"precious"


def test_a_panel_for_another_cell_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toml: Path
) -> None:
    monkeypatch.setattr(PANELS["gates"], "applies", classmethod(lambda cls, frame: False))
    with pytest.raises(UserError, match="view-not-here"):
        export("gates", tmp_path / "a.png", str(toml))
    export("all", tmp_path / "all", str(toml), size_mm=None)
    assert not (tmp_path / "all" / "gates.png").exists()
    assert (tmp_path / "all" / "states.png").exists()
