"""The centre of the window: banner, text line, hint, and the time canvas with its switch and hover card."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rnnviz.gui.canvas import TimeCanvas
from rnnviz.gui.colours import ColoursView
from rnnviz.gui.look import Look
from rnnviz.gui.panels.explore import ExplorePanel
from rnnviz.gui.widgets.banner import Banner
from rnnviz.gui.widgets.glyphs import glyph
from rnnviz.gui.widgets.heatmap import HeatMap
from rnnviz.gui.widgets.hintbar import HintBar, hint_of
from rnnviz.gui.widgets.hovercard import HoverCard
from rnnviz.gui.widgets.inputbar import InputBar
from rnnviz.gui.widgets.segmented import SegmentedControl
from rnnviz.gui.widgets.strip import PADDING
from rnnviz.gui.widgets.textline import TextLine
from rnnviz.workbench.frame import Frame

BAR_GUTTER = 44


class Centre(QWidget):
    """Everything on the time axis. `whole_loss_chosen` comes from the switch in the gradient strip."""

    whole_loss_chosen = Signal(bool)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._frame: Frame | None = None
        self._starters: tuple[str, ...] = ()
        self.banner = Banner(look)
        self.text = TextLine(look)
        self.hint = HintBar(look)
        self.inputs = InputBar(look)
        self.panel = ExplorePanel(look)
        self.canvas = TimeCanvas(self.panel)
        self.switch = SegmentedControl(look, "gradients.switch", tall=28, text_size=11, padding=7)
        self.switch.setParent(self.canvas.viewport())
        self.card = HoverCard(look, self.canvas.viewport())
        self.colours = ColoursView(look)
        self.colours.hide()
        self._lay_out()
        self.banner.hide()
        self.switch.chosen.connect(lambda whole: self.whole_loss_chosen.emit(bool(whole)))
        self.canvas.hovered.connect(self._hovered)
        self.panel.arranged.connect(self._arranged)
        self.set_look(look)

    def _lay_out(self) -> None:
        self.text.hold(self.hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(0)
        self._edge = QVBoxLayout()
        self._edge.setContentsMargins(PADDING, 0, PADDING + BAR_GUTTER, 6)
        self._edge.setSpacing(6)
        for widget in (self.banner, self.text, self.inputs):
            self._edge.addWidget(widget)
        column.addLayout(self._edge)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.colours, 1)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        for part in (
            self.banner,
            self.text,
            self.hint,
            self.inputs,
            self.canvas,
            self.switch,
            self.card,
            self.colours,
        ):
            part.set_look(look)
        if self._frame is not None:
            self.render_frame(self._frame, self._starters)
        self.update()

    def render_frame(self, frame: Frame, starters: tuple[str, ...]) -> None:
        """Show `frame`; `starters` are texts to begin with, for a line that is empty."""
        self._frame, self._starters = frame, starters
        self.hint.show_hint(hint_of(frame, starters))
        self.text.render_frame(frame)
        self.inputs.render_frame(frame)
        self.canvas.render_frame(frame)
        self.colours.render_frame(frame)
        step = frame.typed_run.gradient.loss_step if frame.typed_run and frame.typed_run.gradient else None
        shown = (step if step is not None else frame.view.cursor) + 1
        text = self.look.text
        self.switch.set_choices(
            [(False, text("gradients.switch-step", step=shown)), (True, text("gradients.switch-whole"))]
        )
        self.switch.set_value(frame.view.whole_loss)
        self._arranged()

    def _arranged(self) -> None:
        self.text.tell_units(self.panel.units_shown)
        self._place_switch()

    def show_text(self, shown: bool) -> None:
        """Show the text coloured by a unit in place of the maps."""
        self.canvas.setVisible(not shown)
        self.colours.setVisible(shown)

    def _place_switch(self) -> None:
        strip = self.panel.gradient
        if strip is None or self._frame is None:
            return
        strip.switched = self._frame.typed_run is not None and self._frame.typed_run.gradient is not None
        y = round(strip.y()) + 17
        size = self.switch.sizeHint()
        self.switch.setGeometry(PADDING + 10, y, size.width(), size.height())
        self.switch.setVisible(strip.switched)

    def _hovered(self, step: int | None, heat_map: HeatMap | None, place: QPoint) -> None:
        frame = self._frame
        if frame is None or frame.typed_run is None or step is None:
            self.card.hide()
            return
        where = self.canvas.mapFromGlobal(place)
        token = glyph(frame.typed.tokens[step])
        if heat_map is None:
            self.card.hide()
            return
        unit = heat_map.rows.unit_at(where.y() - heat_map.y())
        if unit is None:
            self.card.hide()
            return
        quantity = heat_map.quantity
        title = self.look.text("hover.title", token=token, step=step + 1, unit=unit)
        value = float(frame.typed_run.values[quantity.key][step, unit])
        before = frame.typed_run.before.get(quantity.key)
        self.card.tell(where, title, quantity, value, None if before is None else float(before[step, unit]))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        QPainter(self).fillRect(self.rect(), self.look.theme.color("bg0"))
