"""The button that names the open experiment and leads to the gallery."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent

from rnnviz.gui import fonts, icons
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.body import body, ring
from rnnviz.gui.widgets.controls import SECONDARY, Button

WIDE, CHEVRON, PADDING = 168, 16, 12


class ExperimentButton(Button):
    """Shows a title, cut where it is too long; the tooltip then has all of it."""

    def __init__(self, look: Look) -> None:
        self._title, self.key = "", ""
        super().__init__(look, "toolbar.experiment", "", SECONDARY)

    def show_experiment(self, key: str, title: str) -> None:
        """Name the experiment that is open."""
        self.key, self._title = key, title
        self.retranslate()

    def retranslate(self) -> None:
        """Fetch the name from the catalogue again."""
        super().retranslate()
        self.setText(self._title)
        if self._title:
            self.setAccessibleName(self.look.text("toolbar.experiment-open", title=self._title))
        wide = QFontMetricsF(fonts.ui(13, 600)).horizontalAdvance(self._title)
        tip = self.look.text("toolbar.experiment.tip")
        self.setToolTip(f"{self._title}\n{tip}" if wide > self._room() else tip)

    def _room(self) -> float:
        return WIDE - 2 * PADDING - CHEVRON

    def sizeHint(self) -> QSize:
        """Return the fixed size."""
        return QSize(WIDE, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw body, title, chevron and ring."""
        theme, painter = self.look.theme, QPainter(self)
        body(painter, self.rect(), theme.color("bg3" if self.underMouse() else "bg2"), theme.color("line2"))
        font = fonts.ui(13, 600)
        painter.setFont(font)
        painter.setPen(theme.color("ink"))
        title = QFontMetricsF(font).elidedText(self._title, Qt.TextElideMode.ElideRight, self._room())
        where = QRectF(PADDING, 0, self._room() + 2, self.height())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, title)
        corner = QPointF(self.width() - PADDING - CHEVRON + 4, (self.height() - CHEVRON) / 2)
        icons.draw(painter, "down", corner, theme.color("ink3"))
        if self._ring and self.hasFocus():
            ring(painter, self.rect(), theme)
