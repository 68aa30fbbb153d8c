"""The inspector: one step and one unit, in numbers, over time, and as what the model expects next."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from rnnviz.gui import fonts, numbers
from rnnviz.gui.canvas import Canvas
from rnnviz.gui.look import Look
from rnnviz.gui.panels.distribution import DistributionPanel
from rnnviz.gui.panels.unit import UnitPanel
from rnnviz.gui.panels.values import ROW as VALUE_ROW
from rnnviz.gui.panels.values import ValuesPanel
from rnnviz.gui.widgets.combo import ComboField
from rnnviz.gui.widgets.glyphs import glyph
from rnnviz.gui.widgets.ink import symbol_spans, write_elided, write_fitted, write_spans
from rnnviz.workbench.frame import Frame

MARGIN = 16
MOST_LISTED = 512
MOST_OUTPUTS = 4


class StepHead(QWidget):
    """The token's tile, t = 19, and what the model predicts from here."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._frame: Frame | None = None
        self.setFixedHeight(36)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        self.update()

    def render_frame(self, frame: Frame) -> None:
        """Show the chosen step of `frame`."""
        self._frame = frame
        self.setAccessibleName(self._sentence(frame))
        self.update()

    def _sentence(self, frame: Frame) -> str:
        run = frame.typed_run
        if run is None:
            return self.look.text("head.none")
        step = frame.view.cursor
        if run.probabilities is None:
            return self._numbers(frame)
        best = int(run.top[step, 0])
        return self.look.text(
            "head.predicts",
            token=self._name(frame.typed.tokens[step]),
            next=self._name(frame.symbols[best]),
            share=f"{100 * float(run.probabilities[step, best]):.1f} %",
        )

    def _numbers(self, frame: Frame) -> str:
        run, step = frame.typed_run, frame.view.cursor
        assert run is not None
        shown = ", ".join(numbers.with_minus(f"{value:.3f}") for value in run.outputs[step][:MOST_OUTPUTS])
        token = self._name(frame.typed.tokens[step])
        return self.look.text("head.gives", token=token, numbers=shown)

    def _name(self, token: str) -> str:
        return self.look.text("token.space") if token == " " else glyph(token)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw tile, step and sentence."""
        frame = self._frame
        if frame is None:
            return
        painter, theme = QPainter(self), self.look.theme
        room = self.width() - 46
        if frame.typed_run is None:
            write_elided(
                painter,
                QRectF(0, 0, self.width(), 36),
                self._sentence(frame),
                fonts.ui(12),
                theme.color("ink3"),
            )
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("pri"))
        painter.drawRoundedRect(QRectF(0, 2, 30, 32), 5, 5)
        token = glyph(frame.typed.tokens[frame.view.cursor])
        write_fitted(painter, QRectF(0, 2, 30, 32), token, 16, 600, theme.color("prit"))
        ink = theme.color("ink")
        spans = [
            *symbol_spans("t", "", 17, ink),
            (f" = {frame.view.cursor + 1}", fonts.maths(17, False), ink, 0.0),
        ]
        write_spans(painter, 40, 16, spans)
        write_elided(
            painter, QRectF(40, 20, room, 15), self._sentence(frame), fonts.ui(11), theme.color("ink2")
        )


class Inspector(QScrollArea):
    """Head with unit and layer chooser, then the panels `values`, `unit` and `distribution`."""

    unit_chosen = Signal(int)
    layer_chosen = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._choices: tuple[int, tuple[str, ...]] = (0, ())
        self._frame: Frame | None = None
        self.head = StepHead(look)
        self.units = ComboField(look, "inspector.unit", wide=92)
        self.layers = ComboField(look, "inspector.layer", wide=170)
        self.values = Canvas(ValuesPanel(look))
        self.unit = Canvas(UnitPanel(look))
        self.distribution = Canvas(DistributionPanel(look))
        self.units.chosen.connect(lambda unit: self.unit_chosen.emit(int(str(unit))))
        self.layers.chosen.connect(lambda layer: self.layer_chosen.emit(int(str(layer))))
        body = QWidget()
        body.setObjectName("inspector")
        column = QVBoxLayout(body)
        column.setContentsMargins(MARGIN, 12, MARGIN, 8)
        column.setSpacing(12)
        top = QHBoxLayout()
        top.setSpacing(8)
        for widget in (self.head, self.units):
            top.addWidget(widget)
        column.addLayout(top)
        column.addWidget(self.layers, 0, Qt.AlignmentFlag.AlignRight)
        for canvas in (self.values, self.unit):
            column.addWidget(canvas)
        column.addWidget(self.distribution, 1)
        self.unit.setMinimumHeight(140)
        self.unit.setMaximumHeight(190)
        self.distribution.setMinimumHeight(150)
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(300)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_look(look)

    def canvases(self) -> tuple[Canvas, ...]:
        """The panels from top to bottom."""
        return self.values, self.unit, self.distribution

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        self.head.set_look(look)
        for chooser in (self.units, self.layers):
            chooser.set_look(look)
        for canvas in self.canvases():
            canvas.set_look(look)
        self._choices = (0, ())
        if self._frame is not None:
            self.render_frame(self._frame)

    def render_frame(self, frame: Frame) -> None:
        """Show the chosen step and unit of `frame`."""
        self._frame = frame
        if self._choices != (frame.hidden, frame.layers):
            self._choices = (frame.hidden, frame.layers)
            text = self.look.text
            self.units.set_choices(
                [(u, text("unit.long", unit=u)) for u in range(min(frame.hidden, MOST_LISTED))]
            )
            self.layers.set_choices([(k, self._layer_title(name)) for k, name in enumerate(frame.layers)])
            self.layers.setVisible(len(frame.layers) > 1)
        self.units.set_value(frame.view.unit)
        self.layers.set_value(frame.view.layer)
        self.head.render_frame(frame)
        self.values.setFixedHeight(30 + VALUE_ROW * max(len(frame.quantities), 2))
        for canvas in self.canvases():
            canvas.render_frame(frame)

    def _layer_title(self, name: str) -> str:
        number, _, reverse = name.removeprefix("layer").partition("_")
        return self.look.text("layer.reverse" if reverse else "layer.long", layer=number)
