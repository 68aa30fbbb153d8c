"""Buttons: one class that paints itself, in the kinds the window needs.

They are QPushButtons underneath, so clicks, the space bar, shortcuts and screen readers work as everywhere. A
click does not take the keyboard away from the text line; the tab key reaches every button.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from rnnviz.gui import fonts, icons
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.body import body, ring, ring_after

ICON = 16
GAP = 7


@dataclass(frozen=True)
class Kind:
    """How a button looks: colour tokens ("" = none), height and space left and right of its contents."""

    fill: str
    border: str
    ink: str
    hover: str
    weight: int = 500
    height: int = 32
    padding: int = 12
    symbol: str = ""  # ink of the icon, the text's when empty


PRIMARY = Kind("pri", "", "prit", "", weight=600, padding=15)
SECONDARY = Kind("bg2", "line2", "ink", "bg3", padding=14)
FLAT = Kind("", "", "ink", "bg2", padding=8, symbol="ink2")
LINK = Kind("", "", "ink", "bg3", height=28, padding=6, weight=600)


class Button(QPushButton):
    """A push button with an icon, a text or both, named by a key of the catalogue.

    The tooltip is the sentence KEY.tip where there is one; compact buttons show the icon alone.
    """

    def __init__(self, look: Look, key: str, icon: str = "", kind: Kind = FLAT, /, **values: object) -> None:
        super().__init__()
        self.look = look
        self.kind = kind
        self._key = key
        self._values: Mapping[str, object] = values
        self._icon = icon
        self._compact = False
        self._ring = False
        self._reason = ""
        self._others: tuple[str, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.retranslate()

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        self.retranslate()

    def set_content(self, key: str, icon: str | None = None, /, **values: object) -> None:
        """Change what the button says (a key and the values of its sentence) and its icon."""
        self._key, self._values = key, values
        self._icon = self._icon if icon is None else icon
        self.retranslate()

    def keep_room_for(self, *keys: str) -> None:
        """Be as wide as the widest of these texts (keys) asks for, so that changing them moves nothing."""
        self._others = keys
        self.updateGeometry()

    def set_compact(self, compact: bool) -> None:
        """Show the icon alone; the name moves to the tooltip."""
        self._compact = compact
        self.retranslate()

    def set_reason(self, key: str, /, **values: object) -> None:
        """Disable the button and say why on hover; an empty key enables it."""
        self._reason = self.look.text(key, **values) if key else ""
        self.setEnabled(not key)
        self.retranslate()

    def retranslate(self) -> None:
        """Fetch name and tooltip from the catalogue again."""
        text = self.look.text(self._key, **self._values)
        tip = f"{self._key}.tip"
        shown = self.look.text(tip, **self._values) if tip in self.look.catalogue else ""
        self.setAccessibleName(text)
        self.setToolTip(self._reason or shown or (text if self._compact else ""))
        self.setText("" if self._compact else text)
        self.updateGeometry()
        self.update()

    def font_used(self) -> QFont:
        """Return the font of the text."""
        return fonts.ui(13 if self.kind.height >= 32 else 12, self.kind.weight)

    def sizeHint(self) -> QSize:
        """Return the size that holds icon and text."""
        size = QFontMetricsF(self.font_used())
        texts = (self.text(), *(self.look.text(key) for key in self._others)) if self.text() else ("",)
        text = max(size.horizontalAdvance(one) for one in texts)
        width = 2 * self.kind.padding + text + (ICON if self._icon else 0)
        width += GAP if self._icon and self.text() else 0
        if not self.text():
            width = self.kind.height
        return QSize(round(width), self.kind.height)

    def minimumSizeHint(self) -> QSize:
        """Return the size hint: a button never clips its text."""
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring when a key brought the focus."""
        self._ring = ring_after(event, self._ring)
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw body, icon, text and ring."""
        painter = QPainter(self)
        theme = self.look.theme
        fill = theme.color(self.kind.fill) if self.kind.fill else None
        if self.isEnabled() and self.underMouse() and self.kind.hover:
            fill = theme.color("bg3" if self.isDown() else self.kind.hover)
        elif fill is not None and self.kind.fill == "pri" and (self.isDown() or self.underMouse()):
            fill = theme.color("pri", 0.8 if self.isDown() else 0.9)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        body(painter, self.rect(), fill, theme.color(self.kind.border) if self.kind.border else None)
        self._contents(painter, theme.color(self.kind.ink), theme.color(self.kind.symbol or self.kind.ink))
        if self._ring and self.hasFocus():
            ring(painter, self.rect(), theme)

    def _contents(self, painter: QPainter, ink: QColor, symbol: QColor) -> None:
        font = self.font_used()
        text = QFontMetricsF(font).horizontalAdvance(self.text()) if self.text() else 0.0
        wide = text + (ICON if self._icon else 0) + (GAP if self._icon and self.text() else 0)
        x = (self.width() - wide) / 2
        if self._icon:
            icons.draw(painter, self._icon, QPointF(x, (self.height() - ICON) / 2), symbol)
            x += ICON + GAP
        if self.text():
            painter.setFont(font)
            painter.setPen(ink)
            where = QRectF(x, 0, text + 2, self.height())
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self.text())


def primary_button(look: Look, key: str, icon: str = "", /, **values: object) -> Button:
    """Return the one filled button of a place; values fill the sentence of its key."""
    return Button(look, key, icon, PRIMARY, **values)


def secondary_button(look: Look, key: str, icon: str = "", /, **values: object) -> Button:
    """Return a bordered button beside a primary one."""
    return Button(look, key, icon, SECONDARY, **values)


def tool_button(look: Look, key: str, icon: str) -> Button:
    """Return a toolbar button: icon and text without a body."""
    return Button(look, key, icon, FLAT)


def icon_button(look: Look, key: str, icon: str) -> Button:
    """Return a square button that shows an icon and names itself on hover."""
    button = Button(look, key, icon, FLAT)
    button.set_compact(True)
    return button


def link_button(look: Look, key: str) -> Button:
    """Return a small text button."""
    return Button(look, key, "", LINK)
