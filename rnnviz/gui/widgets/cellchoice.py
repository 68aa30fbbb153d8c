"""Several of the cells at once: the usual ones as toggles, the others in a menu."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from rnnviz.gui import fonts
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.body import RADIUS, body, ring, ring_after
from rnnviz.gui.widgets.favourites import MORE

EDGE, PADDING, TALL = 2, 8, 28


class Toggle(QPushButton):
    """One cell, chosen or not; painted as the segments of a switch are."""

    def __init__(self, owner: CellChoice, text: str) -> None:
        super().__init__(text, owner)
        self._owner, self._ring = owner, False
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Return room for the text in its widest weight."""
        wide = QFontMetricsF(fonts.ui(12, 600)).horizontalAdvance(self.text())
        return QSize(round(wide) + 2 * PADDING, TALL - 2 * EDGE)

    def minimumSizeHint(self) -> QSize:
        """Return little: a long name loses its end."""
        return QSize(min(self.sizeHint().width(), 34), TALL - 2 * EDGE)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring when a key brought the focus."""
        self._ring = ring_after(event, self._ring)
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pill of a chosen one, and the text."""
        theme, painter = self._owner.look.theme, QPainter(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        if self.isChecked():
            body(painter, self.rect(), theme.color("bg3" if theme.dark else "bg1"), theme.color("line2"), 5.5)
        bright = self.isChecked() or self.underMouse()
        painter.setPen(theme.color("ink" if bright else "ink2"))
        painter.setFont(fonts.ui(12, 600 if self.isChecked() else 500))
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 4)
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, words)
        if self._ring and self.hasFocus():
            ring(painter, self.rect(), theme, RADIUS - 1)


class CellChoice(QWidget):
    """`chosen` carries the keys of the chosen cells, joined by commas, in the order of the choices.

    How many there may be is for the owner to say: what it refuses it takes back with `set_value`.
    """

    chosen = Signal(object)

    def __init__(self, look: Look, name: str, favourites: Sequence[str]) -> None:
        super().__init__()
        self.look, self._name = look, name
        self._favourites = tuple(favourites)
        self._labels: dict[str, str] = {}
        self._value: tuple[str, ...] = ()
        self._toggles: dict[str, Toggle] = {}
        self._more = Toggle(self, MORE)
        self._more.clicked.connect(self._open)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        self._row.setSpacing(0)
        for key in self._favourites:
            self._toggles[key] = Toggle(self, key)
            self._toggles[key].clicked.connect(lambda _=False, cell=key: self._flip(cell))
            self._row.addWidget(self._toggles[key])
        self._row.addWidget(self._more)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(TALL)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Wear another theme; the accessible name follows the language."""
        self.look = look
        self.setAccessibleName(look.text(self._name))
        self._show()

    def set_choices(self, choices: Sequence[tuple[object, str]]) -> None:
        """Set every cell's key and name."""
        self._labels = {str(key): label for key, label in choices}
        self._show()

    def value(self) -> object:
        """Return the keys of the chosen cells, joined by commas."""
        return ",".join(self._value)

    def set_value(self, value: object) -> None:
        """Choose cells without a signal."""
        self._value = tuple(word for word in str(value).split(",") if word)
        self._show()

    @property
    def toggles(self) -> tuple[Toggle, ...]:
        """What can be pressed, from left to right."""
        return (*self._toggles.values(), self._more)

    def menu(self) -> QMenu:
        """The cells that have no toggle, the chosen ones ticked."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for key, label in self._labels.items():
            if key not in self._toggles:
                action = menu.addAction(label)
                action.setCheckable(True)
                action.setChecked(key in self._value)
                action.triggered.connect(lambda _=False, cell=key: self._flip(cell))
        return menu

    def _open(self) -> None:
        self._show()
        self.menu().popup(self.mapToGlobal(QPoint(0, self.height() + 2)))

    def _flip(self, cell: str) -> None:
        wanted = set(self._value) ^ {cell}
        order = [*self._labels]
        known = sorted(wanted, key=lambda key: order.index(key) if key in order else len(order))
        self._show()
        self.chosen.emit(",".join(known))

    def _show(self) -> None:
        for key, toggle in self._toggles.items():
            toggle.setText(self._labels.get(key, key))
            toggle.setAccessibleName(toggle.text())
            toggle.setChecked(key in self._value)
        others = [key for key in self._value if key not in self._toggles]
        names = [self._labels.get(key, key) for key in others]
        self._more.setText(MORE if not others else names[0] if len(others) == 1 else f"+{len(others)}")
        self._more.setChecked(bool(others))
        self._more.setToolTip(", ".join(names))
        self._more.setAccessibleName(", ".join(names) or self.look.text("option.race-cells.more"))
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the track."""
        painter = QPainter(self)
        body(painter, self.rect(), self.look.theme.color("bg2"), self.look.theme.color("line2"))
