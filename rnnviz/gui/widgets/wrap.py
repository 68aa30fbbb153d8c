"""Break a sentence into lines that fit, at Qt's own break opportunities (Chinese included)."""

from __future__ import annotations

from PySide6.QtGui import QFont, QTextLayout


def wrapped(text: str, width: float, font: QFont, most: int = 0) -> list[str]:
    """Lines of `text` set in `font`, each at most `width` pixels wide where a break allows it.

    As few lines as possible, and these about equally long, so that no word or character ends up alone. Where
    that is more than `most` (0: any number), the last line holds all the rest.
    """
    lines = _broken(text, width, font)
    if 0 < most < len(lines):
        return [*lines[: most - 1], " ".join(lines[most - 1 :])]
    while len(lines) > 1 and len(narrower := _broken(text, width := width - 6, font)) == len(lines):
        lines = narrower
        if width < 24:
            break
    return lines


def _broken(text: str, width: float, font: QFont) -> list[str]:
    layout = QTextLayout(text, font)
    lines: list[str] = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, 1.0))
        start = line.textStart()
        lines.append(text[start : start + line.textLength()].strip())
    layout.endLayout()
    return lines
