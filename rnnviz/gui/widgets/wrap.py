"""Break a sentence into lines that fit, at Qt's own break opportunities (Chinese included)."""

from __future__ import annotations

from PySide6.QtGui import QFont, QTextLayout


def wrapped(text: str, width: float, font: QFont) -> list[str]:
    """Lines of `text` set in `font`, each at most `width` pixels wide where a break allows it."""
    layout = QTextLayout(text, font)
    lines: list[str] = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, 1.0))
        start = line.textStart()
        lines.append(text[start : start + line.textLength()].strip())
    layout.endLayout()
    return lines
