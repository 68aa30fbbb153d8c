"""The middle of the view: head, hint, cards, the gradient against distance, the results."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from rnnviz.gui.canvas import Canvas
from rnnviz.gui.compare.cardbox import CardBox
from rnnviz.gui.compare.header import RaceHeader
from rnnviz.gui.look import Look
from rnnviz.gui.panels.gradient_distance import GradientDistancePanel
from rnnviz.gui.panels.race import GAP, MARGIN, cards_height, side_width
from rnnviz.gui.panels.race_curves import RaceCurvesPanel
from rnnviz.gui.panels.race_results import RaceResultsPanel
from rnnviz.gui.widgets.banner import Banner
from rnnviz.gui.widgets.controls import icon_button
from rnnviz.gui.widgets.hintbar import Hint, HintBar
from rnnviz.gui.widgets.segmented import SegmentedControl
from rnnviz.workbench.race.frame import RaceFrame

TOP, BETWEEN = 12, 10


class RaceHint(HintBar):
    """A hint with a line of its own: explanation and button follow the title."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._row.setContentsMargins(16, 0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def _roomy(self) -> bool:
        return True


class CompareCentre(QWidget):
    """Shows race frames. `trained_chosen` and `state_chosen` come from the switches of the gradient plot."""

    trained_chosen = Signal(bool)
    state_chosen = Signal(str)
    copy_wanted = Signal()
    save_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._frame: RaceFrame | None = None
        self.banner, self.header, self.hint = Banner(look), RaceHeader(look), RaceHint(look)
        self.cards = Canvas(RaceCurvesPanel(look))
        self.distance_panel, self.results_panel = GradientDistancePanel(look), RaceResultsPanel(look)
        self.distance = CardBox(look, Canvas(self.distance_panel))
        self.results = CardBox(look, Canvas(self.results_panel), scrolls=True)
        self.trained = SegmentedControl(look, "distance.networks", tall=26, text_size=11, padding=8)
        self.state = SegmentedControl(look, "distance.state", tall=26, text_size=11, padding=8)
        self.copy = icon_button(look, "results.copy", "copy")
        self.save = icon_button(look, "results.save", "export")
        self._lay_out()
        self.banner.hide()
        self.trained.chosen.connect(lambda trained: self.trained_chosen.emit(bool(trained)))
        self.state.chosen.connect(lambda state: self.state_chosen.emit(str(state)))
        self.copy.clicked.connect(self.copy_wanted)
        self.save.clicked.connect(self.save_wanted)
        self.set_look(look)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, TOP, MARGIN, MARGIN)
        column.setSpacing(BETWEEN)
        for part in (self.banner, self.header, self.hint, self.cards):
            column.addWidget(part)
        self._low = QHBoxLayout()
        self._low.setSpacing(GAP)
        self._low.addWidget(self.distance, 1)
        self._low.addWidget(self.results)
        column.addSpacing(GAP - BETWEEN)
        column.addLayout(self._low, 1)
        self.distance.hold((self.state, self.trained))
        self.results.hold((self.copy, self.save))
        self.setMinimumWidth(480)

    def canvases(self) -> tuple[Canvas, ...]:
        """The panels of this part."""
        return self.cards, self.distance.canvas, self.results.canvas

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        text = look.text
        for part in (self.banner, self.header, self.hint, self.cards, self.distance, self.results):
            part.set_look(look)
        for control in (self.trained, self.state, self.copy, self.save):
            control.set_look(look)
        self.trained.set_choices([(False, text("distance.fresh")), (True, text("distance.after"))])
        self.state.set_choices([("memory", "∂c"), ("h", "∂h")])
        if self._frame is not None:
            for part_of in self.parts(self._frame):
                part_of()
        self.update()

    def parts(self, frame: RaceFrame) -> tuple[Callable[[], None], ...]:
        """What it takes to show a frame, what a reader looks at first first; what is the same is left."""
        before, self._frame = self._frame, frame
        found: list[Callable[[], None]] = [lambda: self._show_cards(frame)]
        if before is None or before is frame or not _same_curves(before, frame):
            found.append(lambda: self._show_distance(frame))
        found.append(lambda: self._show_results(frame))
        return tuple(found)

    def _show_cards(self, frame: RaceFrame) -> None:
        self.cards.render_frame(frame)
        ready = frame.status == "ready"
        runs = len(frame.racers) * len(frame.spec.seeds)
        values: dict[str, object] = {"runs": runs, "slots": min(frame.slots, runs)}
        hint = Hint("compare.hint", "compare.hint-how", values, "ink3", ("train",)) if ready else None
        self.hint.show_hint(hint)

    def _show_distance(self, frame: RaceFrame) -> None:
        probes = [probe for racer in frame.racers if (probe := frame.probe_of(racer)) is not None]
        self.state.setVisible(any(probe.main == "c" for probe in probes))
        self.state.set_value(frame.view.state)
        self.trained.set_value(frame.view.trained)
        self.distance.place()
        self.distance_panel.switch_room = self.distance.taken
        self.distance.canvas.render_frame(frame)

    def _show_results(self, frame: RaceFrame) -> None:
        self.results.canvas.render_frame(frame)
        said = " ".join(self.results_panel.sentences(frame))
        self.results.canvas.setAccessibleDescription(said)
        self._fit_results()

    def _fit_results(self) -> None:
        """As wide as their columns need, and within the card as tall as their sentences."""
        count = 3 if self._frame is None else len(self._frame.racers)
        self.results.setFixedWidth(int(side_width(self.width() - 2 * MARGIN, count)))
        self.results.canvas.setMinimumHeight(round(self.results_panel.height_for(self.results.width() - 6)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height among the parts."""
        super().resizeEvent(event)
        taken = TOP + MARGIN + self.header.height() + GAP + 2 * BETWEEN
        self.cards.setFixedHeight(int(cards_height(self.height() - taken)))
        self._fit_results()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        QPainter(self).fillRect(self.rect(), self.look.theme.color("bg0"))


def _same_curves(before: RaceFrame, frame: RaceFrame) -> bool:
    """Whether the gradient plot would look the same."""
    return (
        before.view == frame.view
        and before.spec is frame.spec
        and all(
            old.untrained is new.untrained
            and old.trained is new.trained
            and old.why_no_distance == new.why_no_distance
            for old, new in zip(before.racers, frame.racers, strict=True)
        )
    )
