"""What the network has written: the prompt, then each token on a ground as strong as the network was sure."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem

from rnnviz.gui import fonts, numbers
from rnnviz.gui.look import Look
from rnnviz.gui.panels.colours import HEAD, SIDE, flow
from rnnviz.gui.panels.panel import AnyFrame, Panel, Table
from rnnviz.gui.widgets.glyphs import glyph
from rnnviz.gui.widgets.ink import CENTRE, write, write_elided
from rnnviz.gui.widgets.wrap import wrapped
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.writer import Written


class WrittenPanel(Panel[Frame]):
    """Prompt in hint ink, the rest in ink; what the network thought unlikely stands on bare ground."""

    key = "written"
    ground = "bg0"
    figure_size = (832, 360)
    least_size = (480, 200)

    def __init__(self, look: Look, parent: QGraphicsItem | None = None) -> None:
        super().__init__(look, parent)
        self.first = 0

    @classmethod
    def applies(cls, frame: AnyFrame) -> bool:
        """Where something has been written."""
        return isinstance(frame, Frame) and frame.written is not None and frame.written.problem is None

    def scroll(self, lines: int) -> None:
        """Move the text up by some lines."""
        self.first = max(0, self.first + lines)
        self.update()

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint `frame`."""
        theme, text, written = self.look.theme, self.look.text, frame.written
        head = QRectF(SIDE, 6, self.width - 2 * SIDE, 20)
        if written is None or written.problem is not None:
            said = text("written.none")
            if written is not None and written.problem is not None:
                said = self.look.catalogue.error(written.problem)
            for place, line in enumerate(wrapped(said, head.width(), fonts.ui(13))):
                write_elided(painter, head.translated(0, 20 * place), line, fonts.ui(13), theme.color("ink3"))
            return
        write_elided(painter, head, text("panel.written"), fonts.ui(13, 600), theme.color("ink"))
        below = QRectF(SIDE, 28, self.width - 2 * SIDE, 18)
        write_elided(painter, below, summary(written, self.look), fonts.ui(12), theme.color("ink2"))
        self._text(painter, written)

    def _text(self, painter: QPainter, written: Written) -> None:
        theme, prompt = self.look.theme, len(written.prompt)
        tokens = (*written.prompt, *written.tokens)
        room, tall = self.width - 2 * SIDE, self.height - HEAD - 8
        planned = (*tokens, *("m",) * max(0, min(written.settings.length, 4000) - len(written.tokens)))
        laid = flow(planned if written.running else tokens, (), room, tall)  # letters keep their size
        hidden = max(0.0, (float(laid.y[len(tokens) - 1]) + laid.line if tokens else 0.0) - tall)
        most = -(-int(hidden) // laid.line)
        self.first = min(self.first, most)
        y = laid.y[: len(tokens)] - self.first * laid.line + HEAD
        font = fonts.mono(laid.size, 500)
        for k in np.flatnonzero((y >= HEAD - 1) & (y + laid.line <= self.height)):
            cell = QRectF(SIDE + laid.x[k], y[k], laid.width[k], laid.line - 2)
            p = written.probabilities[k - prompt] if k >= prompt else np.nan
            if np.isfinite(p):
                painter.fillRect(cell, theme.color("ink", 0.03 + 0.22 * round(float(p) * 32) / 32))
            if tokens[k] != " ":
                ink = theme.color("ink" if k >= prompt else "ink3")
                write(painter, cell, glyph(tokens[k]), font, ink, CENTRE)
        if written.running and tokens:
            last = len(tokens) - 1
            caret = QRectF(SIDE + laid.x[last] + laid.width[last], y[last], 2, laid.line - 2)
            if caret.bottom() <= self.height:
                painter.fillRect(caret, theme.color("ok"))

    def table(self, frame: Frame) -> Table:
        """One row a written token: what the network gave it, and how far it was trained then."""
        written = frame.written
        if written is None:
            return Table({"token": [], "probability": np.zeros(0), "step": np.zeros(0, int)})
        return Table(
            {"token": list(written.tokens), "probability": written.probabilities, "step": written.steps}
        )


def summary(written: Written, look: Look) -> str:
    """How much is written, how sure the network was, and at which training steps."""
    parts = [
        look.text(
            "written.count",
            count=numbers.count(len(written.tokens)),
            length=numbers.count(written.settings.length),
        )
    ]
    if written.bits == written.bits:
        sure = f"{100 * float(np.nanmean(written.probabilities)):.0f} %"
        parts.append(look.text("written.sure", share=sure, bits=f"{written.bits:.2f}"))
    if len(written.steps):
        first, last = int(written.steps[0]), int(written.steps[-1])
        key = "written.step" if first == last else "written.steps"
        parts.append(look.text(key, first=numbers.count(first), last=numbers.count(last)))
    return "  ·  ".join(parts)
