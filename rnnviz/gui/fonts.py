"""The fonts of the window: shipped ones first, a Chinese font of the machine before our cut-down one.

Sizes are logical pixels, as in the design; weights are those of QFont.Weight (400 regular, 500 medium,
600 semi-bold). Every family list ends in our Chinese subset, so nothing shows as an empty box on a machine
without fonts. The font of formulas stands behind it for signs that the others lack (⊙, ∇).
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase

from rnnviz.files.resources import resource

SANS, MONO, HAN = "rnnviz Sans", "rnnviz Mono", "rnnviz Han"
MATHS, MATHS_ITALIC = "rnnviz Maths", "rnnviz Maths Italic"

# What Windows, macOS and the Linux distributions call their Simplified Chinese sans-serif, best first.
_SYSTEM_HAN = (
    "PingFang SC",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "HarmonyOS Sans SC",
    "WenQuanYi Micro Hei",
)


def load_fonts() -> None:
    """Register the shipped fonts with the running QGuiApplication; call once, before the first widget.

    Raises FileNotFoundError or RuntimeError (a font Qt cannot read): the installation is broken.
    """
    files = sorted(path for path in resource("fonts").iterdir() if path.suffix in (".otf", ".ttf"))
    if not files:
        raise FileNotFoundError(resource("fonts"))
    for path in files:
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise RuntimeError(f"Qt cannot read {path}")
    refresh()


def refresh() -> None:
    """Ask the machine again which fonts it has."""
    for cached in (_chinese, ui, mono, maths):
        cached.cache_clear()


@lru_cache(maxsize=1)
def _chinese() -> tuple[str, ...]:
    """Return the families for hanzi: the machine's first, then ours. Asking the database takes a while."""
    present = set(QFontDatabase.families())
    return (*[family for family in _SYSTEM_HAN if family in present][:1], HAN)


def _font(families: tuple[str, ...], size: float, weight: int) -> QFont:
    font = QFont()
    font.setFamilies([*families, *_chinese(), MATHS])
    # Whole pixels except where a caller scales: QFont takes fractions in points only.
    font.setPixelSize(max(1, round(size)))
    font.setWeight(QFont.Weight(weight))
    # Letters keep their spacing at every scale, so texts that fit at 100 % fit at 200 %.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@lru_cache(maxsize=128)
def ui(size: float = 12, weight: int = QFont.Weight.Normal) -> QFont:
    """Return the font of labels and buttons; figures all have one width, so numbers do not dance."""
    font = _font((SANS,), size, weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@lru_cache(maxsize=128)
def mono(size: float = 12, weight: int = QFont.Weight.Normal) -> QFont:
    """Return the font of tokens and values; ligatures are off: "->" is two tokens and looks like two."""
    font = _font((MONO, SANS), size, weight)
    font.setFeature(QFont.Tag("calt"), 0)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


@lru_cache(maxsize=128)
def maths(size: float = 15, italic: bool = True) -> QFont:
    """Return the font of formulas: italic for variables, upright for functions and numbers."""
    # Two families rather than one with two styles: operators stay upright among italic letters.
    return _font((MATHS_ITALIC, MATHS, SANS) if italic else (MATHS, SANS), size, QFont.Weight.Normal)
