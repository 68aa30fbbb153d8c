"""A row of choices of which exactly one is on; the pill under it slides to the chosen one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEasingCurve, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from rnnviz.gui import fonts
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.body import RADIUS, body, ring, ring_after

SLIDE_MS = 130
EDGE = 2


class Segment(QPushButton):
    """One choice: text only, painted over the pill of its row."""

    def __init__(self, row: SegmentedControl, text: str) -> None:
        super().__init__(text, row)
        self._row = row
        self._ring = False
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Return room for the text in its widest weight, so that choosing moves nothing."""
        text = QFontMetricsF(fonts.ui(self._row.text_size, 600)).horizontalAdvance(self.text())
        return QSize(round(text) + 2 * self._row.padding, self._row.tall - 2 * EDGE)

    def minimumSizeHint(self) -> QSize:
        """Return room for the text without padding; a name beyond `longest` may lose its end."""
        least = self.sizeHint() - QSize(2 * self._row.padding - 8, 0)
        return QSize(min(least.width(), self._row.longest), least.height())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring when a key brought the focus."""
        self._ring = ring_after(event, self._ring)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the choice; everything else is a button's."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self._row.move_choice(step)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the text; the chosen one in ink and heavier."""
        theme = self._row.look.theme
        painter = QPainter(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        bright = self.isChecked() or (self.underMouse() and self.isEnabled())
        painter.setPen(theme.color("ink" if bright else "ink2"))
        painter.setFont(fonts.ui(self._row.text_size, 600 if self.isChecked() else 500))
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 4)
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, words)
        if self._ring and self.hasFocus():
            ring(painter, self.rect(), theme, RADIUS - 1)


class SegmentedControl(QWidget):
    """Exactly one of a few choices; `chosen` carries the value a person picked.

    `name` is the key of the control's accessible name. Labels are texts, given again on a language switch.
    """

    chosen = Signal(object)
    longest = 10_000  # px of a label, with a little room, that is always shown whole

    def __init__(self, look: Look, name: str, tall: int = 32, text_size: int = 13, padding: int = 11) -> None:
        super().__init__()
        self.look, self._name = look, name
        self.tall, self.text_size, self.padding = tall, text_size, padding
        self.animated = True
        self._values: list[object] = []
        self._chosen = -1
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.idClicked.connect(self._clicked)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        self._layout.setSpacing(0)
        self._pill = QRectF()
        self._slide = QVariantAnimation(self)
        self._slide.setDuration(SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.valueChanged.connect(self._slid)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(tall)
        self.set_look(look)

    def set_look(self, look: Look) -> None:
        """Wear another theme; the accessible name follows the language."""
        self.look = look
        self.setAccessibleName(look.text(self._name))
        for segment in self.segments():
            segment.update()
        self.update()

    def segments(self) -> list[Segment]:
        """Return the choices from left to right."""
        return [button for button in self._group.buttons() if isinstance(button, Segment)]

    def set_choices(self, choices: Sequence[tuple[object, str]], tips: Sequence[str] = ()) -> None:
        """Set values and labels; the chosen value stays chosen where it is still there."""
        value = self.value()
        if [choice for choice, _ in choices] != self._values:
            self._rebuild(choices)
        for segment, (_, label) in zip(self.segments(), choices, strict=True):
            segment.setText(label)
            segment.setAccessibleName(label)
            segment.updateGeometry()
        for segment, tip in zip(self.segments(), tips, strict=False):
            segment.setToolTip(tip)
        self.set_value(value)
        self.updateGeometry()

    def _rebuild(self, choices: Sequence[tuple[object, str]]) -> None:
        for segment in self.segments():
            self._group.removeButton(segment)
            self._layout.removeWidget(segment)
            segment.hide()
            segment.deleteLater()
        self._values, self._chosen = [value for value, _ in choices], -1
        before: QWidget = self
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # setTabOrder passes over what takes no focus
        for index, (_, label) in enumerate(choices):
            segment = Segment(self, label)
            self._group.addButton(segment, index)
            self._layout.addWidget(segment)
            # Born late, a segment would come last under the tab key instead of in its place.
            QWidget.setTabOrder(before, segment)
            before = segment
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def value(self) -> object:
        """Return the chosen value; None while nothing is chosen."""
        return self._values[self._chosen] if self._chosen >= 0 else None

    def set_value(self, value: object) -> None:
        """Choose a value without a signal; an unknown one leaves the choice as it is."""
        if value not in self._values:
            return
        self._chosen = self._values.index(value)
        self._group.button(self._chosen).setChecked(True)
        self._move_pill()
        # The tab key enters at the chosen segment; arrow keys move from there.
        for each in self.segments():
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus if each.isChecked() else Qt.FocusPolicy.NoFocus)

    def move_choice(self, step: int) -> None:
        """Choose the neighbour, as the arrow keys do."""
        index = self._chosen + step
        if 0 <= index < len(self._values):
            self._clicked(index)
            self._group.button(index).setFocus(Qt.FocusReason.TabFocusReason)

    def _clicked(self, index: int) -> None:
        changed = index != self._chosen
        self.set_value(self._values[index])
        if changed:
            self.chosen.emit(self._values[index])

    def _place(self) -> QRectF:
        button = self._group.checkedButton()
        return QRectF(button.geometry()) if button is not None else QRectF()

    def _move_pill(self) -> None:
        place = self._place()
        if self.animated and self.isVisible() and not self._pill.isEmpty() and place != self._pill:
            if self._slide.endValue() == place and self._slide.state() == QVariantAnimation.State.Running:
                return
            self._slide.stop()
            self._slide.setStartValue(self._pill)
            self._slide.setEndValue(place)
            self._slide.start()
        else:
            self._slide.stop()
            self._slid(place)

    def _slid(self, place: QRectF) -> None:
        self._pill = QRectF(place)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the pill under its segment at once."""
        super().resizeEvent(event)
        self._layout.activate()
        self._slide.stop()
        self._slid(self._place())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the track and the pill; the segments write over them."""
        theme = self.look.theme
        painter = QPainter(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        body(painter, self.rect(), theme.color("bg2"), theme.color("line2"))
        if self._pill.isEmpty():
            self._pill = self._place()
        pill = theme.color("bg3" if theme.dark else "bg1")
        body(painter, self._pill.toRect(), pill, theme.color("line2"), RADIUS - 1.5)
