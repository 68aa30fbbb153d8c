"""Make the font files beside this script from the fonts of Debian 12; run it when a text gains new letters.

    mkdir sources && cd sources
    apt-get download fonts-inter fonts-jetbrains-mono fonts-stix fonts-noto-cjk
    for package in *.deb; do dpkg-deb -x "$package" .; done
    cd .. && pip install fonttools==4.68.0
    python resources/fonts/make_subset.py sources

The families are renamed ("rnnviz Sans", …): a cut-down font must not hide the full font of the same name
that a machine may have, a picture must not change with the machine's version of it, and the Open Font
License asks for it where a name is reserved. Dates are kept, so that the same sources give the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
RESOURCES = HERE.parent
DEBIAN = Path("usr/share/fonts")
INTER = "opentype/inter/Inter"
JETBRAINS = "truetype/jetbrains-mono/JetBrainsMono"
STIX = "opentype/stix/STIXGeneral"
NOTO = "opentype/noto/NotoSansCJK"
SIMPLIFIED = 2  # place of the Simplified Chinese face in Noto's collection of five
# What a text needs to look right, and the equal-width figures; ligatures and alternates stay behind.
FEATURES = ["kern", "mark", "mkmk", "ccmp", "tnum", "zero", "case"]
UNUSED_TABLES = ["vhea", "vmtx", "VORG", "BASE", "DSIG", "STAT", "MATH", "FFTM"]

LATIN = [(0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x2FF), (0x300, 0x304), (0x1E00, 0x1EFF)]
GREEK_CYRILLIC = [(0x370, 0x3FF), (0x400, 0x45F)]
SIGNS = [(0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2150, 0x215F)]
MATHS = [(0x2190, 0x21FF), (0x2200, 0x22FF), (0x2300, 0x23FF), (0x27E8, 0x27E9)]
SHAPES = [(0x2400, 0x2426), (0x2500, 0x25FF), (0x2713, 0x2718), (0xFFFD, 0xFFFD)]
FULL_WIDTH = [(0x3000, 0x303F), (0xFF01, 0xFF5E)]


@dataclass(frozen=True)
class Cut:
    """One file to make: where it comes from, what it is called, what stays in it."""

    target: str
    source: str
    family: str
    style: str
    letters: frozenset[int]
    face: int = -1


def points(*blocks: list[tuple[int, int]]) -> frozenset[int]:
    """Return the code points of inclusive ranges."""
    return frozenset(code for block in blocks for low, high in block for code in range(low, high + 1))


def simplified_hanzi() -> frozenset[int]:
    """Return the 6,763 hanzi of GB 2312 (rows 16 to 87): what people type in Simplified Chinese."""
    cells = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return frozenset(ord(text) for text in (cell.decode("gb2312", "ignore") for cell in cells) if text)


def own_texts() -> Iterable[Path]:
    """Yield every file whose text the window may show; tasks bring words of their own."""
    for pattern in ("i18n/*.po", "experiments/*.toml", "texts/*.txt"):
        yield from sorted(RESOURCES.glob(pattern))
    yield from sorted((RESOURCES.parent / "rnnviz" / "tasks").glob("*.py"))


def han() -> frozenset[int]:
    """Return what the Chinese fonts keep: GB 2312, full-width signs, everything our texts use."""
    ours = {ord(letter) for path in own_texts() for letter in path.read_text(encoding="utf-8")}
    return points(FULL_WIDTH) | simplified_hanzi() | frozenset(code for code in ours if code >= 0x2E80)


def cuts() -> list[Cut]:
    """Return all files to make."""
    ui = points(LATIN, GREEK_CYRILLIC, SIGNS, MATHS, SHAPES)
    maths = points([(0x20, 0x7E), (0xA0, 0xFF)], [(0x300, 0x304), (0x370, 0x3FF)], SIGNS, MATHS)
    chinese = han()
    sans = [
        Cut(f"sans-{style.lower()}.otf", f"{INTER}-{style}.otf", "rnnviz Sans", style, ui)
        for style in ("Regular", "Medium", "SemiBold")
    ]
    mono = [
        Cut(f"mono-{style.lower()}.ttf", f"{JETBRAINS}-{style}.ttf", "rnnviz Mono", style, ui)
        for style in ("Regular", "SemiBold")
    ]
    formulas = [
        Cut("maths-regular.otf", f"{STIX}-Regular.otf", "rnnviz Maths", "Regular", maths),
        # A family of its own: where Qt looks for a sign that a font lacks, it sees one file of a family only,
        # and the italic one has no operators.
        Cut("maths-italic.otf", f"{STIX}-Italic.otf", "rnnviz Maths Italic", "Regular", maths),
    ]
    hanzi = [
        Cut(f"han-{style.lower()}.otf", f"{NOTO}-{style}.ttc", "rnnviz Han", style, chinese, SIMPLIFIED)
        for style in ("Regular", "Bold")
    ]
    return sans + mono + formulas + hanzi


def rename(font: TTFont, cut: Cut) -> None:
    """Give the font its new family name; copyright and licence entries stay."""
    names = font["name"]
    for record in list(names.names):
        if record.nameID not in (0, 5, 8, 9, 13, 14):
            names.removeNames(nameID=record.nameID)
    linked = cut.style in ("Regular", "Bold")
    postscript = f"{cut.family.replace(' ', '')}-{cut.style}"
    full = f"{cut.family} {cut.style}"
    entries = {1: cut.family, 2: cut.style} if linked else {1: full, 2: "Regular"}
    entries |= {3: postscript, 4: full, 6: postscript, 16: cut.family, 17: cut.style}
    for name_id, text in entries.items():
        names.setName(text, name_id, 3, 1, 0x409)
    if cut.style == "Regular":
        font["head"].macStyle = 0
        font["OS/2"].fsSelection = font["OS/2"].fsSelection & ~0b100001 | 0b1000000
    if "CFF " in font:
        table = font["CFF "].cff
        table.fontNames[0] = postscript
        table.topDictIndex[0].FullName = full
        table.topDictIndex[0].FamilyName = cut.family


def make(cut: Cut, sources: Path) -> None:
    """Write one file."""
    font = TTFont(sources / DEBIAN / cut.source, fontNumber=cut.face, recalcTimestamp=False)
    options = subset.Options(layout_features=FEATURES, name_IDs=["*"], hinting=False, notdef_outline=True)
    # Qt asks these bits whether a font is one for Chinese.
    options.prune_codepage_ranges = options.prune_unicode_ranges = False
    options.drop_tables += UNUSED_TABLES
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=cut.letters)
    cutter.subset(font)
    rename(font, cut)
    font.save(HERE / cut.target)
    size = (HERE / cut.target).stat().st_size / 1024
    print(f"{cut.target:20} {len(font.getBestCmap()):6,} letters {size:6.0f} KiB")


def main() -> None:
    """Make all files from the folder of unpacked packages given on the command line."""
    for cut in cuts():
        make(cut, Path(sys.argv[1]))


if __name__ == "__main__":
    main()
