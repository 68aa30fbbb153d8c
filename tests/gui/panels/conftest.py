"""What the tests of panels share: what a panel writes and paints, without a window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QImage, QPainter

from rnnviz.gui.figure import Figure, Size, natural_size
from rnnviz.gui.look import Look
from rnnviz.gui.widgets import ink
from rnnviz.workbench.frame import Frame

MakeLook = Callable[[str, str], Look]


@pytest.fixture
def written(look: Look, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Gives every text a panel writes, in order; figures write letters in one place only."""

    def read(key: str, frame: Frame, size: Size | None = None) -> list[str]:
        found: list[str] = []

        def note(painter: QPainter, place: QPointF, text: str, font: QFont) -> None:
            found.append(text)

        with monkeypatch.context() as patch:
            patch.setattr(ink, "_fill_text", note)
            Figure(key, frame, look, size or natural_size(key)).svg()
        return found

    return read


@pytest.fixture
def painted(look: Look) -> Callable[..., QImage]:
    """Gives a panel's picture, a logical pixel a pixel."""

    def paint(key: str, frame: Frame, size: Size | None = None) -> QImage:
        return Figure(key, frame, look, size or natural_size(key)).image(96)

    return paint
