"""Nothing we show is an empty box, with the shipped fonts alone."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFontInfo, QFontMetricsF, QRawFont, QTextLayout

from rnnviz.files.resources import resource
from rnnviz.gui import fonts

TEXTS = sorted(
    path
    for folder, pattern in (("i18n", "*.po"), ("experiments", "*.toml"), ("texts", "*.txt"))
    for path in resource(folder).glob(pattern)
)
CHAINS = {
    "ui": ("sans-regular.otf", "han-regular.otf", "maths-regular.otf"),
    "ui-medium": ("sans-medium.otf", "han-regular.otf", "maths-regular.otf"),
    "ui-bold": ("sans-semibold.otf", "han-bold.otf", "maths-regular.otf"),
    "mono": ("mono-regular.ttf", "sans-regular.otf", "han-regular.otf", "maths-regular.otf"),
    "mono-bold": ("mono-semibold.ttf", "sans-semibold.otf", "han-bold.otf", "maths-regular.otf"),
}
DRAWN = "⎵␣→−×÷≤≥≈∞√∂∇σΣ‖⊙⊗⊕∈±·…–—“”‘’‰°²³⁻⁰¹▶◀▲▼●○■□◆◇✓✗中文，。：；（）【】《》、？！"


def visible(text: str) -> set[str]:
    return {letter for letter in text if not unicodedata.category(letter).startswith(("C", "Z"))}


def simplified_hanzi() -> Iterator[str]:
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            yield bytes((row, cell)).decode("gb2312", "ignore")


@pytest.fixture(scope="module")
def files(shipped_fonts: None) -> dict[str, QRawFont]:
    return {path.name: QRawFont(str(path), 12) for path in resource("fonts").glob("*.[ot]tf")}


@pytest.fixture
def no_system_han(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(fonts, "_SYSTEM_HAN", ())
    fonts.refresh()
    yield
    fonts.refresh()


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_letter_of_our_texts_is_there(files: dict[str, QRawFont], chain: str, path: Path) -> None:
    letters = visible(path.read_text(encoding="utf-8"))
    missing = {x for x in letters if not any(files[name].supportsCharacter(ord(x)) for name in CHAINS[chain])}
    assert not missing, "run resources/fonts/make_subset.py again"


@pytest.mark.parametrize("chain", CHAINS)
def test_simplified_hanzi_and_signs_are_there(files: dict[str, QRawFont], chain: str) -> None:
    wanted = visible("".join(simplified_hanzi())) | visible(DRAWN)
    assert len(wanted) > 6_763
    assert not {x for x in wanted if not any(files[n].supportsCharacter(ord(x)) for n in CHAINS[chain])}


@pytest.mark.parametrize(
    "make",
    [lambda: fonts.ui(13), lambda: fonts.ui(13, 600), lambda: fonts.mono(15, 600), lambda: fonts.maths(18)],
    ids=["ui", "ui-bold", "mono", "maths"],
)
def test_qt_draws_mixed_text_with_our_fonts_only(no_system_han: None, make: object) -> None:
    assert callable(make)
    layout = QTextLayout("Step 训练 σ ⊙ ∇ ⎵ 12 你好 −1", make())
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    runs = layout.glyphRuns()
    assert {run.rawFont().familyName().split()[0] for run in runs} == {"rnnviz"}
    assert not [index for run in runs for index in run.glyphIndexes() if index == 0]


@pytest.mark.parametrize(
    ("font", "family"),
    [
        (lambda: fonts.ui(12), "rnnviz Sans"),
        (lambda: fonts.ui(12, 600), "rnnviz Sans"),
        (lambda: fonts.mono(12, 600), "rnnviz Mono"),
        (lambda: fonts.maths(15), "rnnviz Maths Italic"),
    ],
)
def test_fonts_are_the_shipped_ones(font: object, family: str) -> None:
    assert callable(font)
    assert QFontInfo(font()).family() == family


@pytest.mark.parametrize("weight", [400, 500, 600])
def test_figures_have_one_width(weight: int) -> None:
    metrics = QFontMetricsF(fonts.ui(13, weight))
    widths = [metrics.horizontalAdvance(digit * 8) for digit in "0123456789"]
    assert max(widths) - min(widths) < 0.2  # Qt rounds each figure to 1/64 px


def test_weights_are_different_fonts() -> None:
    widths = [QFontMetricsF(fonts.ui(20, weight)).horizontalAdvance("training") for weight in (400, 500, 600)]
    assert widths == sorted(set(widths))


def test_mono_draws_an_arrow_as_two_tokens() -> None:
    metrics = QFontMetricsF(fonts.mono(15))
    one = metrics.horizontalAdvance("m")
    assert metrics.horizontalAdvance("->") == pytest.approx(2 * one)
    layout = QTextLayout("-> != >=", fonts.mono(15))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    shaped = [index for run in layout.glyphRuns() for index in run.glyphIndexes()]
    raw = QRawFont.fromFont(fonts.mono(15))
    assert shaped == list(raw.glyphIndexesForString("-> != >="))


def test_a_chinese_font_of_the_machine_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_SYSTEM_HAN", ("No Such Font", fonts.MONO))
    fonts.refresh()
    try:
        assert fonts.ui(12).families() == [fonts.SANS, fonts.MONO, fonts.HAN, fonts.MATHS]
    finally:
        fonts.refresh()


def test_shipped_files_are_small_and_licensed() -> None:
    folder = resource("fonts")
    assert sum(path.stat().st_size for path in folder.glob("*.[ot]tf")) < 4_000_000
    for licence in ("Inter", "JetBrainsMono", "STIX", "NotoSansCJK"):
        assert "Open Font License" in (folder / f"OFL-{licence}.txt").read_text(encoding="utf-8").replace(
            "OPEN FONT LICENSE", "Open Font License"
        )


def test_a_missing_folder_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "resource", lambda *parts: tmp_path)
    with pytest.raises(FileNotFoundError):
        fonts.load_fonts()
    (tmp_path / "broken.ttf").write_bytes(b"not a font")
    with pytest.raises(RuntimeError):
        fonts.load_fonts()


def test_italic_letters_and_upright_operators() -> None:
    assert QFontInfo(fonts.maths(15)).family() == fonts.MATHS_ITALIC
    assert QFontInfo(fonts.maths(15, italic=False)).family() == fonts.MATHS
    layout = QTextLayout("f⊙", fonts.maths(15))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    assert {run.rawFont().familyName() for run in layout.glyphRuns()} == {fonts.MATHS_ITALIC, fonts.MATHS}


def test_sizes_stay_possible() -> None:
    assert fonts.maths(0.2).pixelSize() == 1
